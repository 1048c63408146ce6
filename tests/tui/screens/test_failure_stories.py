"""Stories in which stores fail: the words of the command line, a key to try again, no crash."""

from __future__ import annotations

import threading

from stories.driver import PATIENCE_S, story, using
from stories.memory_store import world

from venturi.connection import Connection
from venturi.errors import NotFound, StoreUnreachable
from venturi.settings import Place

DOWN = StoreUnreachable("nobody answers at http://mlflow:5000", hint="is the server running?")


@story
async def test_a_store_that_cannot_be_opened_says_why_and_is_tried_again() -> None:
    store = world()
    failures = [NotFound("no such file: runs.db", hint="say which with --store")]

    def open_store() -> Connection:
        if failures:
            raise failures.pop()
        return Connection(Place("memory://test", "--store"), store)

    async with using(store, opener=open_store) as user:
        await user.sees("✗ no such file: runs.db", "say which with --store", "r try again")
        await user.press("j", "s", "c", "m", "y", "enter", "f", "f", "Y", "R")
        await user.press("r")
        await user.sees("brave-otter-00", "40 runs")


@story
async def test_a_first_answer_that_fails_is_asked_for_again() -> None:
    store = world()
    store.failure = DOWN
    async with using(store) as user:
        await user.sees("✗ nobody answers at http://mlflow:5000", "is the server running?")
        store.failure = None
        await user.press("r")
        await user.sees("brave-otter-00", "40 runs", "Experiments 2")


@story
async def test_a_store_that_goes_away_leaves_what_is_shown() -> None:
    store = world(400)
    async with using(store) as user:
        store.failure = DOWN
        await user.press("G")
        await user.hears("nobody answers")
        await user.sees("…")
        await user.press("g", "g", "s")
        await user.rest()
        await user.sees("brave-otter-00")
        store.failure = None
        await user.press("G", "r")
        await user.sees("wry-stoat-399")


@story
async def test_words_of_errors_are_shown_and_not_obeyed() -> None:
    store = world()
    store.failure = StoreUnreachable("[red]evil[/red] \x1b[2J", hint="[b]x[/b]")
    async with using(store) as user:
        await user.sees("✗ [red]evil[/red] ␛[2J", "[b]x[/b]")


@story
async def test_a_fault_of_our_own_is_told_in_one_line() -> None:
    store = world()

    def broken(*_: object, **__: object) -> None:
        raise KeyError("postgresql://ana:geheim@db/mlflow")

    store.search_runs = broken
    async with using(store) as user:
        await user.sees("unexpected KeyError", "this is a fault of Venturi")
        assert "geheim" not in user.text


@story
async def test_a_run_deleted_by_someone_else_is_marked_as_gone() -> None:
    store = world(400)
    async with using(store) as user:
        for number in range(380, 400):
            store.delete(f"{number:032x}")
        await user.press("G")
        await user.sees("no longer in the store")
        await user.press("r")
        await user.sees_no("no longer in the store")
        await user.sees("380 runs")


@story
async def test_what_was_shown_stays_while_the_next_answer_is_awaited() -> None:
    store = world()
    async with using(store) as user:
        store.gate = threading.Event()
        await user.press("l", "l", "l", "s")
        await user.until(lambda: "search" in store.asked[-3:], "the question")
        await user.sees("brave-otter-00", "calm-finch-01")
        assert "reading" not in user.text
        store.gate.set()
        await user.sees("by val/acc ▼")


@story
async def test_the_app_can_be_left_while_the_store_is_silent() -> None:
    store = world()
    store.gate = threading.Event()
    async with using(store, settle=False) as user:
        await user.sees("reading runs …")
        await user.until(lambda: bool(store.asked), "the question")
        await user.press("q")
        await user.until(lambda: user.app._exit, "the end")
    store.gate.set()
    assert PATIENCE_S > 0


@story
async def test_an_older_answer_does_not_replace_a_newer_one() -> None:
    store = world()
    async with using(store) as user:
        store.gate = threading.Event()
        await user.enter(":", "sort metrics.val/acc asc")
        await user.enter(":", "sort metrics.val/loss desc")
        await user.until(lambda: store.asked.count("search") > 2, "the questions")
        store.gate.set()
        await user.sees("by val/loss ▼")
        await user.rest()
        await user.sees("by val/loss ▼")
