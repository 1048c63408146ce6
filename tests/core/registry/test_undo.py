"""Undo: any writes and then the undo of all give the first state, unless somebody came between."""

from __future__ import annotations

import copy
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from worlds.memory_registry import filled

from venturi.errors import Conflict, NotFound
from venturi.registry import changes
from venturi.registry.journal import Journal, Note
from venturi.registry.planning import plan
from venturi.registry.state import read_state
from venturi.registry.undo import entry_to_undo, steps_back, undo
from venturi.registry.wished import ModelWish, VersionWish
from venturi.registry.writing import write_steps
from venturi.stores.registry import NewVersion

STAGES = st.sampled_from(("None", "Staging", "Production", "Archived"))
WORDS = st.sampled_from(("", "a", "b"))
ALIASES = st.sampled_from(("champion", "challenger"))
NUMBERS = st.integers(0, 9)
NAMES = st.sampled_from(("churn", "fraud", "third"))
WRITES = st.one_of(
    st.tuples(st.just("move"), NUMBERS, STAGES, st.booleans()),
    st.tuples(st.just("alias"), NUMBERS, ALIASES),
    st.tuples(st.just("unalias"), ALIASES),
    st.tuples(st.just("tag version"), NUMBERS, WORDS),
    st.tuples(st.just("untag version"), NUMBERS),
    st.tuples(st.just("tag model"), WORDS),
    st.tuples(st.just("describe model"), WORDS),
    st.tuples(st.just("describe version"), NUMBERS, WORDS),
    st.tuples(st.just("create version"), NAMES),
    st.tuples(st.just("rename"), NAMES),
    st.tuples(st.just("apply"), NUMBERS, STAGES, ALIASES, WORDS),
)


def steps_of(registry, write):
    """The steps of a random write to the first model that has versions."""
    kind, *how = write
    if kind == "create version":
        return changes.create_version(registry, NewVersion(how[0], "s3://b", tags={"t": "u"}))
    model = next(m for m in map(registry.get_model, sorted(registry.models)) if m.latest_versions)
    numbers = sorted(registry.models[model.name]["versions"])
    if kind == "rename":
        return [] if how[0] in registry.models else changes.rename_model(model, how[0])
    if kind == "unalias":
        return changes.remove_alias(model, how[0])
    if kind == "tag model":
        return changes.tag(model, {"k": how[0]})
    if kind == "describe model":
        return changes.describe(model, how[0])
    number = numbers[how[0] % len(numbers)]
    version = registry.get_version(model.name, number)
    if kind == "move":
        archive = how[2] and how[1] in ("Staging", "Production")
        return changes.move_version(registry, version, how[1], archive_existing=archive)
    if kind == "alias":
        return changes.set_alias(model, number, how[1])
    if kind == "apply":
        _, stage, alias, word = how
        wish = VersionWish(stage, word, {"w": word or None})
        wishes = {
            model.name: ModelWish(word, {}, {alias: number}, {number: wish}),
            "new": ModelWish(),
        }
        return plan(registry, wishes)
    if kind == "describe version":
        return changes.describe(version, how[1])
    return changes.tag(version, {"k": how[1] if len(how) > 1 else None})


@settings(deadline=None, max_examples=150)
@given(st.lists(WRITES, max_size=12))
def test_any_writes_and_then_the_undo_of_all_give_the_first_state(writes):
    registry = filled()
    first = read_state(registry, list(registry.models))
    with tempfile.TemporaryDirectory() as folder:
        journal = Journal(Path(folder) / "j")
        made = 0
        for write in writes:
            steps = steps_of(registry, write)
            made += bool(write_steps(registry, steps, Note(write[0]), journal).steps)
        for _ in range(made):
            entry = entry_to_undo(journal, "memory")
            undo(registry, entry, steps_back(registry, entry), journal)
        with pytest.raises(NotFound, match="nothing to undo"):
            entry_to_undo(journal, "memory")
    assert read_state(registry, list(registry.models)) == first


def moved(registry, journal):
    version = registry.get_version("churn", 3)
    steps = changes.move_version(registry, version, "Production", archive_existing=True)
    return write_steps(registry, steps, Note("versions transition"), journal).entry


def test_what_was_archived_comes_back_first(registry, journal):
    steps = steps_back(registry, moved(registry, journal))
    assert [(step.version, step.after) for step in steps] == [(2, "Production"), (3, "Staging")]


@pytest.mark.parametrize(
    ("meddle", "problem"),
    [
        (lambda r: r.transition("churn", 3, "None"), "the stage of churn/3 is 'None' now"),
        (lambda r: r.transition("churn", 2, "None"), "the stage of churn/2 is 'None' now"),
        (lambda r: r.delete_version("churn", 3), "version churn/3 is gone"),
        (lambda r: r.delete_version("churn", 2), "version churn/2 is gone"),
        (lambda r: r.delete_model("churn"), "model 'churn' is gone"),
        (lambda r: r.rename_model("churn", "x"), "model 'churn' is gone"),
    ],
)
def test_a_move_that_somebody_changed_stays(registry, journal, meddle, problem):
    entry = moved(registry, journal)
    meddle(registry)
    before = copy.deepcopy(registry.models)
    with pytest.raises(Conflict, match=problem):
        steps_back(registry, entry)
    assert registry.models == before


@pytest.mark.parametrize(
    ("meddle", "problem"),
    [
        (lambda r: r.set_alias("new", "x", 1), "version new/1 has aliases now"),
        (lambda r: r.transition("new", 1, "Staging"), "has another stage"),
        (lambda r: r.set_version_tag("new", 1, "a", "b"), "has another stage, description or tags"),
        (lambda r: r.create_version(NewVersion("new", "s3://c")), "model 'new' has versions now"),
        (lambda r: r.describe_model("new", "x"), "has another description"),
    ],
)
def test_what_was_made_and_is_used_stays(registry, journal, meddle, problem):
    steps = changes.create_version(registry, NewVersion("new", "s3://b"))
    entry = write_steps(registry, steps, Note("versions create"), journal).entry
    meddle(registry)
    with pytest.raises(Conflict, match=problem):
        steps_back(registry, entry)


def test_a_deletion_and_an_undo_cannot_be_undone(registry, journal):
    entry = moved(registry, journal)
    undo(registry, entry, steps_back(registry, entry), journal)
    steps = changes.delete(registry.get_version("churn", 4))
    write_steps(registry, steps, Note("versions delete"), journal)
    for number, why in ((1, "was undone already"), (2, "is an undo"), (3, "is a deletion")):
        with pytest.raises(Conflict, match=why):
            entry_to_undo(journal, "memory", number)
    with pytest.raises(NotFound, match="no write 9"):
        entry_to_undo(journal, "memory", 9)


def test_the_steps_before_a_failure_are_noted(registry, journal):
    steps = [
        *changes.tag(registry.get_model("churn"), {"a": "1"}),
        *changes.set_alias(registry.get_model("churn"), 99, "x"),
        *changes.tag(registry.get_model("churn"), {"b": "1"}),
    ]
    with pytest.raises(NotFound):
        write_steps(registry, steps, Note("registry apply"), journal)
    (entry,) = journal.entries()
    assert [step.key for step in entry.steps] == ["a"]
    undo(registry, entry, steps_back(registry, entry), journal)
    assert registry.get_model("churn").tags == {"team": "growth"}


def test_a_journal_that_cannot_be_written_does_not_stop_a_write(registry, tmp_path):
    (tmp_path / "file").write_text("")
    steps = changes.tag(registry.get_model("churn"), {"a": "1"})
    written = write_steps(registry, steps, Note("x"), Journal(tmp_path / "file" / "j"))
    assert written.entry is None
    assert written.unnoted
    assert registry.get_model("churn").tags["a"] == "1"
