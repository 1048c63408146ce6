"""Stories of following what is running: news appears in place, and looking costs what is new."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from stories.driver import NOW, User, story, using
from stories.memory_store import world
from stories.memory_writer import WritableMemoryStore, writable
from textual.events import AppBlur, AppFocus

from venturi.connection import Connection
from venturi.errors import StoreUnreachable
from venturi.records import Experiment, Lifecycle, Metric, Run
from venturi.settings import Place
from venturi.stores import open_tracking
from venturi.stores.writing import NewRun
from venturi_tui.screens import runs_pane


def names(user: User) -> list[str]:
    """Names of the runs in view, from above."""
    table = user.app.screen_stack[1].table
    runs = [table.browsing.rows.run_at(row) for row in range(table.first, table.last + 1)]
    return [run.run_name for run in runs if run is not None]


def squeezed(user: User) -> str:
    """The screen as one line, without its frames."""
    return " ".join(user.text.replace("│", " ").split())


async def looks(user: User) -> None:
    """Look once, as the timer does, and wait until what was found is shown."""
    home = user.app.screen_stack[1]
    home._not_before = 0.0
    home._look_at_live()
    await user.until(lambda: not home._looking, "the end of the look")
    await user.rest()


def begin(store: WritableMemoryStore, name: str, experiment: str = "1", **tags: str) -> Run:
    """A run begins, as another process would begin it."""
    newest = max(run.start_time or 0 for run in store.runs)
    return store.create_run(NewRun(experiment, name, start_time=newest + 1000, tags=tags))


def running(store: WritableMemoryStore) -> Run:
    return next(run for run in store.runs if run.status == "RUNNING")


# New runs


@story
async def test_runs_that_begin_come_in_from_above_and_the_cursor_stays_on_its_run() -> None:
    store = writable()
    async with using(store) as user:
        await looks(user)
        await user.press("j", "space", "j")
        here, first = user.app.screen.table.run, names(user)[0]
        begin(store, "fresh-one")
        begin(store, "fresh-two")
        await looks(user)
        await user.sees("fresh-one", "fresh-two", "42 runs")
        assert names(user)[:3] == ["fresh-two", "fresh-one", first]
        assert user.app.screen.table.run == here
        assert len(user.app.screen.table.browsing.marks) == 1
        await user.until(lambda: "▸vision-sweep 42 " in squeezed(user), "the count")
        await looks(user)
        assert names(user).count("fresh-one") == 1


@story
async def test_further_down_nothing_moves_when_a_run_begins() -> None:
    store = writable(200)
    async with using(store) as user:
        await looks(user)
        await user.press(*["pagedown"] * 3)
        await user.rest()
        before, cursor = names(user), user.app.screen.table.run
        begin(store, "fresh")
        await looks(user)
        await user.sees("201 runs")
        assert names(user) == before
        assert user.app.screen.table.run == cursor


@story
async def test_in_an_order_or_with_a_filter_only_what_belongs_comes_in() -> None:
    store = writable()
    async with using(store) as user:
        await looks(user)
        await user.enter("/", "tags.team = 'nlp'")
        await user.sees("no run matches")
        begin(store, "not-mine", team="vision")
        await looks(user)
        await user.rest()
        assert "not-mine" not in user.text
        begin(store, "mine", team="nlp")
        await looks(user)
        await user.sees("mine", "1 of 42 runs")


@story
async def test_a_new_run_comes_in_once_what_it_logs_matches_the_filter() -> None:
    store = writable()
    async with using(store) as user:
        await looks(user)
        await user.enter("/", "metrics.best > 7")
        await user.sees("no run matches")
        made = begin(store, "late bloomer")
        await looks(user)
        assert "late bloomer" not in user.text
        store.change(made.run_id, latest={"best": Metric("best", 8.0, NOW, 1)})
        await looks(user)
        await user.sees("late bloomer", "1 of 41 runs")


@story
async def test_a_store_that_reads_on_and_on_shows_them_too() -> None:
    held = world(40, indexed=False)
    held.experiments = held.experiments[:1]
    async with using(held) as user:
        await looks(user)
        newest = replace(held.runs[0], run_id="e" * 32, run_name="fresh", start_time=NOW)
        held.runs.insert(0, newest)
        await looks(user)
        await user.until(lambda: names(user)[:1] == ["fresh"], "the new run")


@story
async def test_experiments_that_are_made_are_listed() -> None:
    store = writable()
    async with using(store) as user:
        store.experiments.append(Experiment("9", "brand new", Lifecycle.ACTIVE))
        for _ in range(5):
            await looks(user)
        await user.sees("brand new", "Experiments 3")
        begin(store, "first of it", "9")
        await looks(user)
        await user.until(lambda: "brand new 1 " in squeezed(user), "its count")
        assert "first of it" not in user.text


# Costs


@story
async def test_a_look_with_no_news_asks_two_small_questions_and_paints_nothing() -> None:
    store = writable()
    async with using(store) as user:
        for _ in range(6):
            await looks(user)
        store.asked.clear()
        painted = []
        home = user.app.screen
        home.table.redraw = lambda: painted.append("table")
        while home._looks % 5 == 4:
            home._looks += 1
        await looks(user)
        assert [each for each in store.asked if not each.startswith("history")] == [
            "runs",
            "search",
        ]
        assert painted == []


@story
async def test_a_slow_store_is_left_a_pause_and_seldom_asked_when_nobody_looks() -> None:
    store = writable()
    async with using(store) as user:
        home = user.app.screen
        home._answered(3.0)
        store.asked.clear()
        home._look_at_live()
        await user.rest()
        assert "search" not in store.asked
        home._not_before = 0.0
        user.app.post_message(AppBlur())
        await user.sees("live 10s")
        await looks(user)
        assert home._not_before > time.monotonic() + 5
        user.app.post_message(AppFocus())
        await user.sees("live 2s")


@story
async def test_a_store_that_does_not_answer_is_told_once_and_comes_back() -> None:
    store = writable()
    async with using(store) as user:
        await looks(user)
        store.failure = StoreUnreachable("nobody answers")
        await looks(user)
        await user.sees("no answer")
        told = len(user.toasts)
        await looks(user)
        assert len(user.toasts) == told
        store.failure = None
        begin(store, "fresh")
        await looks(user)
        await user.sees("fresh", "live 2s")


@story
async def test_how_often_is_a_number_of_seconds() -> None:
    async with using(writable()) as user:
        await user.enter(":", "live 5")
        await user.sees("live 5s")
        await user.enter(":", "live soon")
        await user.hears("'soon' is no number of seconds")
        await user.enter(":", "live 0")
        await user.sees("live off")
        await user.press("R")
        await user.sees("live 5s")


@story
async def test_screens_above_look_as_often_and_may_say_how_often_for_all() -> None:
    async with using(writable()) as user:
        await user.enter(":", "live 7")
        await user.press("enter")
        run = user.app.screen
        assert run._live._timer._interval == 7
        await user.enter(":", "live soon")
        await user.hears("'soon' is no number of seconds")
        await user.enter(":", "live 3")
        await user.hears("every 3s")
        assert run._live._timer._interval == 3
        await user.press("R")
        await user.hears("no longer following")
        await user.press("a")
        grid = user.app.screen
        assert grid is not run
        assert (grid._live.on, grid._live._timer._interval) == (True, 3)
        await user.press("escape", "escape")
        await looks(user)
        await user.sees("live 3s")
        await user.enter(":", "live 0")
        await user.press("enter")
        assert not user.app.screen._live.on


# Pace and silence


def _at_work(store: WritableMemoryStore, last_ms: int, **params: str) -> Run:
    """The running run logs a step a second until some time."""
    run = running(store)
    points = [Metric("val/acc", 0.5, last_ms - (400 - at) * 1000, at) for at in range(401)]
    store.points[run.run_id, "val/acc"] = points
    store.change(run.run_id, latest={"val/acc": points[-1]}, params=params)
    return running(store)


async def _on_running(user: User, run: Run) -> None:
    await user.until(lambda: run.run_name in names(user), "the run")
    await user.press(*["j"] * names(user).index(run.run_name))
    await user.rest()
    await looks(user)


@story
async def test_the_card_says_how_fast_a_run_goes_and_when_it_will_be_over() -> None:
    store = writable()
    run = _at_work(store, NOW - 1000, max_steps="1000")
    async with using(store) as user:
        await _on_running(user, run)
        await user.sees("● running", "1 steps/s, ETA 9m 59s", "of 1,000 steps (max_steps)")


@story
async def test_who_falls_silent_is_called_so_in_the_table_and_the_card() -> None:
    store = writable()
    run = _at_work(store, NOW - 2 * 60_000)
    async with using(store) as user:
        await _on_running(user, run)
        await user.sees("◔ silent for 2m 0s, 120x its usual gap")
        assert "◔ silent" in user.line_of_cursor()
        point = Metric("val/acc", 0.6, NOW, 401)
        store.change(run.run_id, latest={"val/acc": point})
        await looks(user)
        await user.until(lambda: "● running" in user.line_of_cursor(), "the run at work again")


@story
async def test_time_alone_makes_a_run_silent() -> None:
    store = writable()
    run = _at_work(store, NOW)
    async with using(store) as user:
        await _on_running(user, run)
        assert "● running" in user.line_of_cursor()
        real, runs_pane.clock = runs_pane.clock, lambda: NOW / 1000 + 7200
        try:
            await looks(user)
            await user.until(lambda: "○ gone" in user.line_of_cursor(), "the silence")
            await user.sees("○ nothing logged for 2h 0m, usually every 1s: K ends it")
        finally:
            runs_pane.clock = real


@story
async def test_runs_that_nobody_writes_to_are_ended_when_they_logged_last(monkeypatch) -> None:
    store = writable()
    run = _at_work(store, NOW - 5 * 3_600_000)
    others = [each for each in store.runs if each.status == "RUNNING" and each != run]
    for each in others:
        point = Metric("loss", 1.0, NOW, 5)
        store.change(each.run_id, latest={"loss": point})
    monkeypatch.setattr("venturi_tui.screens.run_writing.clock", lambda: NOW / 1000)
    async with using(store) as user:
        await user.press("K")
        await user.sees("End runs that nobody writes to any more as", "FAILED", "KILLED")
        await user.type("kill")
        await user.press("enter")
        await user.sees("as KILLED?", run.run_name, "● running → ⊘ killed", "gone: nothing logged")
        await user.press("enter")
        await user.rest()
        ended = store.get_run(run.run_id)
        assert (ended.status, ended.end_time) == ("KILLED", NOW - 5 * 3_600_000)
        assert all(store.get_run(each.run_id).status == "RUNNING" for each in others)
        await user.enter(":", "stale FAILED")
        await user.sees("in vision-sweep is gone")
        assert "enter do it" not in user.text


# A real one

_CLIENT = """
import sys, time
from mlflow import MlflowClient
client = MlflowClient(sys.argv[1])
experiment = client.create_experiment("live")
print("done", flush=True)
for line in sys.stdin:
    word, _, rest = line.strip().partition(" ")
    if word == "begin":
        run = client.create_run(experiment, run_name=rest).info.run_id
    elif word == "log":
        step, value = rest.split()
        client.log_metric(run, "loss", float(value), step=int(step))
    elif word == "end":
        client.set_terminated(run, rest)
    print("done", flush=True)
"""


@story
async def test_a_real_client_logs_to_a_database_while_one_looks_on(
    tmp_path: Path, mlflow_sqlite: Path
) -> None:
    uri = f"sqlite:///{shutil.copy(mlflow_sqlite, tmp_path)}"
    client = subprocess.Popen(
        [sys.executable, "-c", _CLIENT, uri],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    assert client.stdin is not None
    assert client.stdout is not None

    def tells(*lines: str) -> None:
        for line in lines:
            print(line, file=client.stdin, flush=True)
            assert client.stdout.readline() == "done\n"

    place = Place(uri, "--store")
    try:
        assert client.stdout.readline() == "done\n"
        async with using(None, opener=lambda: Connection(place, open_tracking(uri))) as user:
            await user.enter(":", "experiment live")
            await user.sees("no runs in live yet")
            await looks(user)
            tells("begin still-going", "log 1 0.9")
            begun = time.monotonic()
            await user.sees("still-going", "● running", "0.9")
            assert time.monotonic() - begun < 4
            tells("log 2 0.45")
            begun = time.monotonic()
            await user.sees("0.45")
            assert time.monotonic() - begun < 4
            await user.until(lambda: "▸live 1 " in squeezed(user), "the count")
            tells("end FAILED")
            await user.sees("✗ failed")
            await user.rest()
    finally:
        client.stdin.close()
        client.wait(20)
        client.stdout.close()
