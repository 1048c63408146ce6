"""Doing again what was undone: which write is meant, what comes of it, when it is refused."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from venturi.errors import Conflict, NotFound
from venturi.registry import changes
from venturi.registry.history import taken_back, writes_to
from venturi.registry.journal import Journal, Note
from venturi.registry.redo import REDO, entry_to_redo, steps_again
from venturi.registry.state import read_state
from venturi.registry.steps import Step
from venturi.registry.undo import entry_to_undo, steps_back, undo
from venturi.registry.writing import write_steps
from venturi.stores.registry import NewVersion, RegistryStore


def write(registry: RegistryStore, journal: Journal, steps: list[Step], verb: str = "x") -> None:
    write_steps(registry, steps, Note(verb), journal)


def take_back(registry: RegistryStore, journal: Journal) -> None:
    entry = entry_to_undo(journal, registry.info.address)
    undo(registry, entry, steps_back(registry, entry), journal)


def do_again(registry: RegistryStore, journal: Journal) -> None:
    entry = entry_to_redo(journal, registry.info.address)
    write(registry, journal, steps_again(registry, entry), REDO)


def some_steps(registry: RegistryStore, seed: random.Random) -> list[Step]:
    """Something that can be written to `churn` as it is now."""
    model = registry.get_model("churn")
    version = registry.get_version("churn", seed.randint(1, 4))
    stage = seed.choice(["Production", "Staging", "Archived", "None"])
    archive = stage in ("Production", "Staging")
    tag = {seed.choice("xy"): seed.choice([None, "1", "2"])}
    makes: list[Callable[[], list[Step]]] = [
        lambda: changes.move_version(registry, version, stage, archive_existing=archive),
        lambda: changes.set_alias(model, version.version, seed.choice("abc")),
        lambda: changes.remove_alias(model, seed.choice("abc")),
        lambda: changes.tag(version, tag),
        lambda: changes.tag(model, tag),
        lambda: changes.describe(model, seed.choice(["", "one", "two"])),
    ]
    return seed.choice(makes)()


@pytest.mark.parametrize("number", range(8))
def test_undoing_all_and_doing_all_again_gives_each_state_back(number, registry, journal) -> None:
    seed = random.Random(number)
    states = [read_state(registry, ["churn"])]
    for _ in range(14):
        steps = some_steps(registry, seed)
        if steps:
            write(registry, journal, steps)
            states.append(read_state(registry, ["churn"]))
    for wanted in states[-2::-1]:
        take_back(registry, journal)
        assert read_state(registry, ["churn"]) == wanted
    for wanted in states[1:]:
        do_again(registry, journal)
        assert read_state(registry, ["churn"]) == wanted
    with pytest.raises(NotFound, match="nothing to do again"):
        do_again(registry, journal)


def test_what_was_done_again_can_be_undone_again(registry, journal) -> None:
    write(registry, journal, changes.tag(registry.get_model("churn"), {"a": "b"}))
    for _ in range(3):
        take_back(registry, journal)
        assert "a" not in registry.get_model("churn").tags
        do_again(registry, journal)
        assert registry.get_model("churn").tags["a"] == "b"


def test_a_new_write_to_the_model_ends_what_could_be_done_again(registry, journal) -> None:
    churn, empty = registry.get_model("churn"), registry.get_model("empty")
    write(registry, journal, changes.tag(churn, {"a": "b"}))
    take_back(registry, journal)
    write(registry, journal, changes.tag(empty, {"a": "b"}))
    assert entry_to_redo(journal, registry.info.address).undoes == 1
    write(registry, journal, changes.describe(churn, "new"))
    with pytest.raises(NotFound):
        entry_to_redo(journal, registry.info.address)


def test_what_somebody_changed_since_is_not_done_again(registry, journal) -> None:
    write(registry, journal, changes.set_alias(registry.get_model("churn"), 1, "old"))
    take_back(registry, journal)
    registry.set_alias("churn", "old", 3)
    with pytest.raises(Conflict, match="write 1 cannot be done again: churn@old is '3' now"):
        do_again(registry, journal)


def test_a_certain_write_is_done_again_by_its_number_or_that_of_its_undo(registry, journal) -> None:
    churn, empty = registry.get_model("churn"), registry.get_model("empty")
    for model, value in ((churn, "1"), (empty, "2"), (churn, "3")):
        write(registry, journal, changes.tag(model, {f"key {value}": value}))
    store = registry.info.address
    with pytest.raises(Conflict, match="write 2 was not undone"):
        entry_to_redo(journal, store, 2)
    for _ in range(3):
        take_back(registry, journal)
    assert [entry_to_redo(journal, store, at).undoes for at in (2, 5, 1, 6)] == [2, 2, 1, 1]
    second = entry_to_redo(journal, store, 2)
    write(registry, journal, steps_again(registry, second), REDO)
    assert registry.get_model("empty").tags["key 2"] == "2"
    assert "key 3" not in registry.get_model("churn").tags
    for number in (2, 5):
        with pytest.raises(Conflict, match=f"write {number} was done again already"):
            entry_to_redo(journal, store, number)
    assert entry_to_redo(journal, store).undoes == 1
    with pytest.raises(NotFound, match="no write 99"):
        entry_to_redo(journal, store, 99)


def test_a_registration_is_not_done_again(registry, journal) -> None:
    write(registry, journal, changes.create_version(registry, NewVersion("churn", "s3://b/5")))
    take_back(registry, journal)
    with pytest.raises(Conflict, match="write 1 registered something"):
        do_again(registry, journal)


def test_a_model_is_followed_through_its_names(registry, journal) -> None:
    write(registry, journal, changes.tag(registry.get_model("empty"), {"a": "b"}))
    write(registry, journal, changes.tag(registry.get_model("churn"), {"a": "b"}))
    write(registry, journal, changes.rename_model(registry.get_model("churn"), "churn-eu"))
    write(registry, journal, changes.tag(registry.get_model("churn-eu"), {"a": "c"}))
    entries = journal.entries()
    assert [entry.number for entry in writes_to(entries, "churn-eu")] == [2, 3, 4]
    assert [entry.number for entry in writes_to(entries, "empty")] == [1]
    take_back(registry, journal)
    assert taken_back(journal.entries()) == {4: 5}
