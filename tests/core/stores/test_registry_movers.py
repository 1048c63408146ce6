"""Several who write to one registry at once: one wins, nobody's change is lost, nothing is half."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence

import pytest
from worlds.registries import Registry, assert_model_agrees

from venturi.errors import Conflict
from venturi.stores.registry import NewVersion, RegistryStore, VersionQuery

pytestmark = [
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    # What a server does at once is the server's: it looks and writes in two steps.
    pytest.mark.parametrize(
        "registry", ["sqlite", "postgresql", "mysql", "files"], indirect=True, scope="session"
    ),
]

SOURCE = "s3://bucket/model"


def at_once(
    registry: Registry, wishes: Sequence[Callable[[RegistryStore], object]]
) -> list[object]:
    """What each wish gave or raised, all of them made at the same moment, each by its own store."""
    answers: list[object] = [None] * len(wishes)
    start = threading.Barrier(len(wishes))

    def run(index: int) -> None:
        store = registry.another_store()
        try:
            start.wait(timeout=30)
            answers[index] = wishes[index](store)
        except Exception as error:  # noqa: BLE001 - it is looked at below
            answers[index] = error
        finally:
            store.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(wishes))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def test_of_two_movers_of_one_version_one_wins(registry: Registry) -> None:
    name = registry.fresh_name()
    registry.store.create_model(name)
    registry.store.create_version(NewVersion(name, SOURCE))
    before = "None"
    for stage, other in (("Staging", "Archived"), ("Production", "None")):
        answers = at_once(
            registry,
            [
                lambda store, to=to, before=before: store.transition(name, 1, to, expect=before)
                for to in (stage, other, stage, other)
            ],
        )
        won = [each for each in answers if not isinstance(each, Exception)]
        lost = [each for each in answers if isinstance(each, Exception)]
        assert len(won) == 1, answers
        assert all(isinstance(each, Conflict) for each in lost), answers
        before = registry.store.get_version(name, 1).stage
        assert won[0] == registry.store.get_version(name, 1)


def test_two_promotions_leave_one_in_production(registry: Registry) -> None:
    name = registry.fresh_name()
    registry.store.create_model(name)
    for _ in range(3):
        registry.store.create_version(NewVersion(name, SOURCE))
    answers = at_once(
        registry,
        [
            lambda store, number=number: store.transition(
                name, number, "Production", archive_existing=True
            )
            for number in (1, 2, 3)
        ],
    )
    assert not [each for each in answers if isinstance(each, Exception)]
    stages = sorted(
        each.stage for each in registry.store.search_versions(VersionQuery(name), limit=9)
    )
    assert stages == ["Archived", "Archived", "Production"]
    assert_model_agrees(registry, name)


def test_versions_made_at_once_have_numbers_of_their_own(registry: Registry) -> None:
    name = registry.fresh_name()
    registry.store.create_model(name)
    wish = NewVersion(name, SOURCE, tags={"k": "v"})
    answers = at_once(registry, [lambda store: store.create_version(wish).version] * 6)
    assert sorted(answers, key=str) == [1, 2, 3, 4, 5, 6]
    assert_model_agrees(registry, name)


def test_of_those_who_make_one_model_one_wins(registry: Registry) -> None:
    name = registry.fresh_name()
    answers = at_once(registry, [lambda store: store.create_model(name)] * 4)
    lost = [each for each in answers if isinstance(each, Exception)]
    assert len(lost) == 3
    assert all(isinstance(each, Conflict) for each in lost), answers


def test_tags_and_aliases_set_at_once_are_all_there(registry: Registry) -> None:
    name = registry.fresh_name()
    registry.store.create_model(name)
    registry.store.create_version(NewVersion(name, SOURCE))
    wishes = [
        *(lambda store, n=n: store.set_model_tag(name, f"t{n}", str(n)) for n in range(3)),
        *(lambda store, n=n: store.set_version_tag(name, 1, f"t{n}", str(n)) for n in range(3)),
        *(lambda store, n=n: store.set_alias(name, f"a{n}", 1) for n in range(3)),
        lambda store: store.set_alias(name, "a0", 1),
        lambda store: store.describe_model(name, "described"),
    ]
    assert at_once(registry, wishes) == [None] * len(wishes)
    model = registry.store.get_model(name)
    assert (
        model.tags
        == registry.store.get_version(name, 1).tags
        == {
            "t0": "0",
            "t1": "1",
            "t2": "2",
        }
    )
    assert model.aliases == {"a0": 1, "a1": 1, "a2": 1}
    assert model.description == "described"
    assert_model_agrees(registry, name)


MOVER = """
import sys
from venturi.errors import Conflict
from venturi.stores import open_registry
store = open_registry(sys.argv[1])
sys.stdin.readline()
try:
    store.transition(sys.argv[2], 1, sys.argv[3], expect="None")
except Conflict as error:
    sys.exit(error.exit_code)
"""


def test_of_two_processes_that_move_one_version_one_wins(registry: Registry) -> None:
    name = registry.fresh_name()
    registry.store.create_model(name)
    registry.store.create_version(NewVersion(name, SOURCE))
    movers = [
        subprocess.Popen(
            [sys.executable, "-c", MOVER, registry.uri, name, stage],
            stdin=subprocess.PIPE,
            env={"PYTHONPATH": ":".join(sys.path)},
        )
        for stage in ("Staging", "Production")
    ]
    for mover in movers:
        assert mover.stdin
        mover.stdin.write(b"go\n")
        mover.stdin.flush()
    for mover in movers:
        mover.communicate(timeout=60)
    assert sorted(mover.returncode for mover in movers) == [0, 6]
    winner = "Staging" if movers[0].returncode == 0 else "Production"
    assert registry.store.get_version(name, 1).stage == winner
