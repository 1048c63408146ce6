"""Names, ids and people for demo runs: the same ones every time."""

from __future__ import annotations

import random

SEED = 20_261

PEOPLE = ("ana", "bo", "chiara", "dmitri")

_ADJECTIVES = """\
amber bold brave brisk calm clever crisp dapper deft dull eager fair fleet fond frank gentle
glad grand hardy humble keen kind lively lucid mellow merry neat nimble placid proud quiet
rapid rustic sharp shy sleek snug spry steady sunny swift tidy vivid warm wise witty zesty
"""
_NOUNS = """\
badger bison crane dingo dove eagle egret ermine falcon ferret finch fox gecko gull hare
heron ibex jackal kite koala lark lemur lynx marten mole moose newt ocelot orca otter owl
perch pika puffin quail raven robin seal shrew skink stoat swan tapir tern toad trout vole
walrus wren yak
"""


def dice(*about: object) -> random.Random:
    """A random source of its own for each subject, so that adding one thing moves no other."""
    return random.Random("/".join(map(str, (SEED, *about))))  # noqa: S311 (nothing secret here)


def hex_id(*about: object, length: int = 32) -> str:
    """An id that looks like MLflow's."""
    return f"{dice('id', *about).getrandbits(4 * length):0{length}x}"


def run_name(*about: object) -> str:
    """An adjective, a noun and a number, in MLflow's manner: at most 20 characters."""
    rng = dice("name", *about)
    return (
        f"{rng.choice(_ADJECTIVES.split())}-{rng.choice(_NOUNS.split())}-{rng.randrange(1, 1000)}"
    )
