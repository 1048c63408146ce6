"""What stores that make runs themselves decide alike: a run's name, its user, where files go."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import unquote, urlsplit

from venturi import rules
from venturi.errors import InvalidInput
from venturi.stores.writing import NewRun

T = TypeVar("T")

NAME_TAG: Final = "mlflow.runName"
USER_TAG: Final = "mlflow.user"
_LONGEST_LOCATION: Final = 2048

_MOODS = """\
able airy ample blithe bonny breezy candid chatty cosy crafty daring dreamy earnest fluent frosty
gallant game handy hasty jaunty jolly level lively loyal mighty nifty noble peppy polite prime
quick rosy rowdy sandy serene silent smooth snowy solid spicy stout suave tidy upbeat valid vocal
"""
_THINGS = """\
acorn alder anchor arrow aspen beacon birch brook canyon cedar cliff cloud comet coral creek delta
dune ember fern fjord geyser grove harbor heath hill inlet island kelp lagoon ledge maple marsh
meadow mesa moon oak orchid pebble pine pond prairie reef ridge river shore spruce summit valley
"""


def made_up_name() -> str:
    """A name for a run without one, in MLflow's manner: two words and a number, 20 at most."""
    mood, thing = (_one_of(words.split()) for words in (_MOODS, _THINGS))
    return f"{mood}-{thing}-{_one_of(range(1000))}"


def named(run: NewRun) -> NewRun:
    """The run with a name, the same in its tags, and a user.

    Raises InvalidInput when a tag or name is refused, or name and tag differ.
    """
    rules.check_run_name(run.run_name)
    for key, value in run.tags.items():
        rules.check_tag(key, value)
    tagged = run.tags.get(NAME_TAG, "")
    if run.run_name and tagged and run.run_name != tagged:
        raise InvalidInput(
            f"the run is named '{run.run_name}', but its tag {NAME_TAG} says '{tagged}'",
            hint="give the name once",
        )
    name = run.run_name or tagged or made_up_name()
    rules.check_run_name(name)
    return replace(
        run,
        run_name=name,
        user_id=run.user_id or run.tags.get(USER_TAG) or "unknown",
        tags={**run.tags, NAME_TAG: name},
    )


def below(uri: str, *names: str) -> str:
    """A place below the one that a URI or path names; a query and a fragment stay at the end."""
    end = len(uri)
    if urlsplit(uri).scheme:
        end = min((uri.find(mark) for mark in "?#" if mark in uri), default=end)
    return "/".join((uri[:end].rstrip("/"), *names)) + uri[end:]


def resolved_location(location: str) -> str:
    """Where artifacts shall go, a relative path made absolute as MLflow does it.

    Raises InvalidInput when it is too long.
    """
    if len(location) > _LONGEST_LOCATION:
        raise InvalidInput(
            f"the artifact location has {len(location):,} characters",
            hint=f"at most {_LONGEST_LOCATION:,} are accepted",
        )
    parts = urlsplit(location)
    is_file = parts.scheme == "file" and not parts.netloc
    if (is_file and parts.path.startswith("/")) or (parts.scheme and not is_file):
        return location
    path = Path(unquote(parts.path if is_file else location))
    if path.is_absolute():
        return location
    whole = Path.cwd() / path
    return whole.as_uri() if is_file else str(whole)


def _one_of(choices: Sequence[T]) -> T:
    return choices[int.from_bytes(os.urandom(4), "big") % len(choices)]
