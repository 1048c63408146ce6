"""Stories of writing to runs and experiments by keys: asked once, done in place, taken back."""

from __future__ import annotations

import threading

import pytest
from stories.driver import User, story, using
from stories.memory_writer import WritableMemoryStore, writable

from venturi.errors import StoreUnreachable
from venturi.records import Lifecycle, Run

SIZES = [(160, 45), (80, 24), (40, 12)]


def names(user: User) -> list[str]:
    """Names of the runs in view, from above."""
    table = user.app.screen_stack[1].table
    runs = [table.browsing.rows.run_at(row) for row in range(table.first, table.last + 1)]
    return [run.run_name for run in runs if run is not None]


def deleted(store: WritableMemoryStore) -> list[Run]:
    return [run for run in store.runs if run.lifecycle_stage is Lifecycle.DELETED]


def run_of(store: WritableMemoryStore, name: str) -> Run:
    return next(run for run in store.runs if run.run_name == name)


def squeezed(user: User) -> str:
    """The screen as one line, without its frames."""
    return " ".join(user.text.replace("│", " ").split())


async def agrees(user: User) -> None:
    """Wait for the window to know what would change, and do it."""
    await user.sees("enter do it")
    await user.press("enter")
    await user.rest()


# Deleting and bringing back


@pytest.mark.parametrize("size", SIZES)
@story
async def test_marked_runs_are_deleted_after_one_window_that_shows_how_many(size) -> None:
    store = writable()
    async with using(store, size) as user:
        first = names(user)
        await user.press("j", "space", "space", "space")
        assert user.app.screen.table.run.run_name == first[4]
        await user.press("D")
        await user.sees("Delete 3 runs of vision-sweep?", "esc leave")
        await user.until(lambda: "active → deleted" in squeezed(user), "what changes")
        for name in first[1:4]:
            assert name in user.text
        assert store.written == []
        await agrees(user)
        await user.hears("3 runs: deleted; z takes it back")
        assert {run.run_name for run in deleted(store)} == set(first[1:4])
        await user.until(lambda: names(user)[:2] == [first[0], first[4]], "the rest")
        assert user.app.screen.table.run.run_name == first[4]
        assert not user.app.screen.table.browsing.marks


@story
async def test_the_cursor_goes_to_the_nearest_run_that_stays() -> None:
    store = writable()
    async with using(store) as user:
        first = names(user)
        await user.press("j", "space", "space", "k", "k", "j", "D")
        await agrees(user)
        await user.until(lambda: names(user)[1] == first[3], "the rest")
        assert user.app.screen.table.run.run_name == first[3]


@story
async def test_the_header_says_read_write_from_the_first_write_on() -> None:
    async with using(writable()) as user:
        await user.press("D")
        await user.sees("enter do it")
        await user.press("escape")
        await user.sees_no("enter do it")
        assert "read-only" in user.lines[0]
        assert user.store.written == []
        await user.press("D")
        await agrees(user)
        await user.sees("read-write")
        await user.sees("39 runs")
        await user.until(lambda: "vision-sweep" in user.text and "39 " in user.text, "the counts")


@story
async def test_many_runs_are_told_as_a_number_and_written_with_progress() -> None:
    store = writable()
    async with using(store) as user:
        await user.press("v", "G", "v", "D")
        await user.sees("Delete 40 runs of vision-sweep?", "and 32 more")
        await user.sees("given the ids on stdin: venturi runs delete - --yes")
        store.gate = threading.Event()
        await user.press("enter")
        await user.sees("writing 0 of 40")
        await user.press("q", "D")
        await user.hears("still writing 0 of 40; q leaves when that is done")
        store.gate.set()
        await user.hears("40 runs: deleted")
        await user.sees("no runs in vision-sweep yet")


@story
async def test_it_stops_at_the_first_failure_and_says_how_many_were_done() -> None:
    store = writable()
    store.write_failure, store.failing_after = StoreUnreachable("the line is cut"), 2
    async with using(store) as user:
        await user.press("space", "space", "space", "space", "D")
        await agrees(user)
        await user.hears("2 of 4 runs deleted, then it failed")
        await user.hears("the line is cut")
        assert len(deleted(store)) == 2
        await user.until(lambda: len(user.app.screen.table.browsing.marks) == 2, "two marks")
        store.write_failure = None
        await user.press("z")
        await agrees(user)
        assert deleted(store) == []


@story
async def test_nothing_is_lost_when_nothing_could_be_written() -> None:
    store = writable()
    store.write_failure = StoreUnreachable("nobody answers")
    async with using(store) as user:
        await user.press("space", "D")
        await agrees(user)
        await user.hears("nobody answers")
        assert len(user.app.screen.table.browsing.marks) == 1
        assert "read-only" in user.lines[0]
        await user.press("z")
        await user.hears("nothing was written since Venturi was opened")


@story
async def test_deleted_runs_can_be_looked_at_and_brought_back() -> None:
    store = writable()
    async with using(store) as user:
        name = names(user)[2]
        await user.press("j", "j", "D")
        await agrees(user)
        await user.press("V")
        await user.sees("Deleted ─ Runs", "⊖ deleted")
        await user.until(lambda: names(user) == [name], "the deleted run")
        await user.press("U")
        await user.sees(
            f"Restore {name}?", f"venturi runs restore {run_of(store, name).run_id[:12]}"
        )
        await agrees(user)
        await user.sees("no deleted runs in vision-sweep")
        assert deleted(store) == []
        await user.enter(":", "view active")
        await user.until(lambda: name in names(user), "the run again")


@story
async def test_with_readonly_it_says_why_nothing_is_written() -> None:
    store = writable()
    async with using(store, read_only=True) as user:
        for key in "tEeDUFKz":
            await user.press(key)
        await user.hears("opened with --readonly: nothing is written")
        await user.press("1", "a")
        assert "enter do it" not in user.text
        assert store.written == []


# Tags, names, descriptions, ends


@story
async def test_tags_are_set_and_removed_in_place() -> None:
    store = writable()
    async with using(store) as user:
        first = names(user)
        await user.press("space", "space", "t")
        await user.type("team=nlp note='two words' -seed -team2")
        await user.press("enter")
        await user.sees("Tag 2 runs of vision-sweep?", "tag team", "→ nlp")
        await user.sees("(nothing) → two words")
        await agrees(user)
        await user.hears("2 runs: tagged")
        for name in first[:2]:
            assert run_of(store, name).tags["note"] == "two words"
        assert names(user) == first
        assert len(user.app.screen.table.browsing.marks) == 2
        assert user.app.screen.table.cursor == 2


@story
async def test_a_tag_that_is_none_is_refused_while_one_types() -> None:
    async with using(writable()) as user:
        await user.press("t")
        await user.type("draft")
        await user.sees("'draft' is no tag")
        await user.press("enter")
        await user.hears("'draft' is no tag")
        assert user.store.written == []


@story
async def test_a_run_gets_another_name_and_its_row_shows_it() -> None:
    store = writable()
    async with using(store) as user:
        old = names(user)[0]
        await user.press("E", "ctrl+u")
        await user.type("best so far")
        await user.press("enter")
        await user.sees(f"Rename {old}?", "→ best so far")
        await agrees(user)
        await user.until(lambda: names(user)[0] == "best so far", "the name")
        await user.press("z")
        await user.sees(f"Undo: rename {old}?")
        await agrees(user)
        await user.until(lambda: names(user)[0] == old, "the old name")


@story
async def test_several_runs_cannot_have_one_name() -> None:
    async with using(writable()) as user:
        await user.press("space", "space", "E")
        await user.hears("2 runs of vision-sweep cannot have one name")


@story
async def test_a_description_of_several_lines() -> None:
    store = writable()
    async with using(store) as user:
        name = names(user)[0]
        await user.press("e")
        await user.type("first\\nsecond")
        await user.press("enter")
        await user.sees("description", "first", "second")
        await agrees(user)
        assert run_of(store, name).tags["mlflow.note.content"] == "first\nsecond"
        await user.enter(":", "describe ")
        await user.press("escape")


@story
async def test_runs_are_finished_and_run_again_when_that_is_taken_back() -> None:
    store = writable()
    running = next(run for run in store.runs if run.status == "RUNNING")
    async with using(store) as user:
        await user.until(lambda: user.app.screen.table.count == 40, "all rows")
        await user.press(*["j"] * names(user).index(running.run_name))
        await user.press("F")
        await user.sees(f"Finish {running.run_name} as", "KILLED")
        await user.type("kill")
        await user.press("enter")
        await user.sees("● running → ⊘ killed")
        await agrees(user)
        assert run_of(store, running.run_name).status == "KILLED"
        await user.press("z")
        await user.sees("⊘ killed → ● running", "the end time stays")
        await agrees(user)
        assert run_of(store, running.run_name).status == "RUNNING"


# Experiments


@story
async def test_an_experiment_is_made_renamed_deleted_and_brought_back() -> None:
    store = writable()
    async with using(store) as user:
        await user.press("1", "a")
        await user.type("fresh start")
        await user.press("enter")
        await user.sees("Make the experiment fresh start?", "a new experiment")
        await user.sees("venturi experiments create 'fresh start'")
        await agrees(user)
        await user.hears("fresh start: made")
        await user.sees("Experiments 3")
        await user.press("g", "g", "j", "E", "ctrl+u")
        await user.type("old sweep")
        await user.press("enter")
        await agrees(user)
        await user.until(lambda: store.get_experiment("1").name == "old sweep", "the name")
        await user.sees("old sweep")
        await user.press("t")
        await user.type("team=nlp")
        await user.press("enter")
        await agrees(user)
        assert store.get_experiment("1").tags == {"team": "nlp"}
        await user.press("D")
        await user.sees("Delete the experiment old sweep?", "40 runs of it go into the trash too")
        await agrees(user)
        await user.sees("Experiments 2")
        await user.press("V")
        await user.sees("Experiments 3", "deleted 40")
        for said in ("delete the experiment old sweep", "tag the experiment", "rename the", "make"):
            await user.press("z")
            await user.sees(f"Undo: {said}")
            await agrees(user)
        assert store.get_experiment("1").name == "vision-sweep"
        assert store.get_experiment("1").tags == {}
        assert store.get_experiment("3").lifecycle_stage is Lifecycle.DELETED


@story
async def test_all_experiments_together_are_nothing_to_write_to() -> None:
    async with using(writable()) as user:
        await user.press("1", "g", "g", "D")
        await user.hears("there is nothing under the cursor to write to")


# Back and again


@story
async def test_what_was_undone_is_done_again_and_the_list_says_what_is_left() -> None:
    store = writable()
    async with using(store) as user:
        for word in ("a=1", "b=2", "c=3"):
            await user.enter(":", f"tag {word}")
            await agrees(user)
        name = names(user)[0]
        await user.press("z")
        await user.sees(f"Undo: tag {name}?", f"after that, z can undo: tag {name}, tag {name}")
        await agrees(user)
        assert "c" not in run_of(store, name).tags
        await user.press("Z")
        await user.sees(f"Do again: tag {name}?", "(nothing) → 3")
        await agrees(user)
        assert run_of(store, name).tags["c"] == "3"
        await user.press("Z")
        await user.hears("nothing was undone")


@story
async def test_what_somebody_changed_since_is_not_taken_back() -> None:
    store = writable()
    async with using(store) as user:
        await user.enter(":", "tag a=1")
        await agrees(user)
        run = run_of(store, names(user)[0])
        store.change(run.run_id, tags={**run.tags, "a": "theirs"})
        await user.press("z")
        await user.sees("was changed by somebody since")
        assert "its tag a is 'theirs', not '1'" in squeezed(user)
        await user.press("escape")
        assert run_of(store, run.run_name).tags["a"] == "theirs"


@story
async def test_what_changed_between_the_window_and_the_key_is_not_overwritten() -> None:
    store = writable()
    async with using(store) as user:
        await user.enter(":", "tag team=nlp")
        await user.sees("enter do it")
        run = run_of(store, names(user)[0])
        store.change(run.run_id, tags={**run.tags, "team": "theirs"})
        await user.press("enter")
        await user.hears("somebody changed it meanwhile: nothing is written")
        assert store.written == []


@story
async def test_what_comes_back_above_the_cursor_is_seen_at_the_top() -> None:
    store = writable()
    async with using(store) as user:
        first = names(user)
        await user.press("space", "space", "D")
        await agrees(user)
        await user.until(lambda: names(user)[0] == first[2], "the rest")
        await user.press("z")
        await agrees(user)
        await user.until(lambda: names(user)[:3] == first[:3], "all of them")
        assert user.app.screen.table.run.run_name == first[2]
