"""Stories in which a store fails while some screen is open: each says so, and goes on after `r`."""

from __future__ import annotations

import tarfile
import threading
import time
from functools import partial
from pathlib import Path

import pytest
from faults.proxy import forward
from faults.server import Reply, Request, fault_server, page
from stories.driver import User, story, using
from stories.memory_registry import MemoryRegistry, opener, registry
from stories.memory_store import MemoryStore, world
from stories.memory_writer import writable
from stories.places import PLACES, bars, faults
from worlds.server import free_port, running_server

from venturi.connection import connect
from venturi.errors import LoginRefused, StoreUnreachable
from venturi.settings import Place, Settings

DOWN = StoreUnreachable("nobody answers at http://mlflow:5000", hint="is the server running?")
EXPIRED = LoginRefused(
    "http://mlflow:5000 refused the login", hint="set MLFLOW_TRACKING_TOKEN and try again"
)
SCREENS = [
    "home", "tree", "groups", "run", "compare", "metric grid", "versions", "inputs", "version diff",
]  # fmt: skip
"""Places that ask the store for what they show."""

FILLED = {
    "home": "brave-otter-00", "tree": "brave-otter-00", "groups": "± std", "run": "params 4",
    "compare": "attributes", "metric grid": "brave-otter-00", "versions": "churn ─ 5 versions",
    "inputs": "churn ─ 5 versions", "version diff": "churn ─ 5 versions",
}  # fmt: skip
"""What stands there when all is well."""

WINDOWS = ["transition", "register a run", "gate", "filter", "command"]
"""Places in which something may be typed."""

FOSSILS = Path(__file__).parents[2] / "fossils"
OLD = ["sql-1.30.1.sqlite", "sql-2.22.2.sqlite", "files-1.30.1.tar.gz"]


def fail(store: MemoryStore, held: MemoryRegistry, error: Exception | None) -> None:
    """Let all that is asked from now on fail, or go well again."""
    store.failure = held.failure = error


def words_of(user: User) -> list[str]:
    """The screen, without what passes by itself: the state of what is live."""
    return [line.replace("○", "●") for line in user.lines]


@pytest.mark.parametrize("place", SCREENS)
@story
async def test_a_store_that_goes_away_leaves_what_is_shown_and_comes_back(place) -> None:
    store, held = writable(12), registry()
    async with using(store, (100, 30), opener=opener(held, store)) as user:
        await PLACES[place](user)
        await user.rest()
        shown = words_of(user)
        fail(store, held, DOWN)
        await user.press("r")
        await user.hears("nobody answers at http://mlflow:5000\nis the server running?")
        assert len({*user.toasts}) == len(user.toasts), "the same was told twice"
        await user.rest()
        kept = [line for line in words_of(user) if line in shown]
        assert len(kept) > len(shown) - 3, user.text
        assert bars(user) == (True, True)
        fail(store, held, None)
        await user.press("r")
        await user.until(lambda: words_of(user) == shown, "what was shown before")


@pytest.mark.parametrize(
    ("place", "error"), [(place, (DOWN, EXPIRED)[at % 2]) for at, place in enumerate(SCREENS)]
)
@story
async def test_a_screen_that_is_opened_on_a_failing_store_is_filled_after_r(place, error) -> None:
    store, held = writable(12), registry()
    async with using(store, (100, 30), opener=opener(held, store)) as user:
        fail(store, held, error)
        await PLACES[place](user)
        await user.press(*(["r"] if place == "home" else []))
        await user.until(
            lambda: error.message in user.text + "".join(user.toasts), "words on the failure"
        )
        assert error.hint in user.text + "".join(user.toasts)
        assert not faults(user)
        fail(store, held, None)
        await user.press("r")
        await user.sees(FILLED[place])
        await user.sees_no("✗ not read")
        assert f"✗ {error.message}" not in user.text


@pytest.mark.parametrize("place", WINDOWS)
@story
async def test_what_is_typed_stays_while_the_store_fails(place) -> None:
    store, held = writable(12), registry()
    async with using(store, opener=opener(held, store)) as user:
        await PLACES[place](user)
        await user.type("metrics.kept < 1")
        await user.sees("metrics.kept < 1")
        fail(store, held, EXPIRED)
        store.write_failure = held.write_failure = EXPIRED
        await user.press("tab", "shift+tab", *([] if place in ("filter", "command") else ["enter"]))
        await user.rest()
        await user.sees("metrics.kept < 1")
        assert not faults(user)


@story
async def test_a_filter_that_the_store_cannot_answer_is_answered_later() -> None:
    store = world()
    async with using(store) as user:
        store.failure = EXPIRED
        await user.enter("/", "metrics.epoch < 3")
        await user.hears("refused the login")
        await user.sees("Runs ─ metrics.epoch < 3")
        store.failure = None
        await user.press("r")
        await user.sees(" of 40 runs", "Runs ─ metrics.epoch < 3")


@story
async def test_the_same_failure_is_told_once_while_runs_are_followed() -> None:
    store = world()
    async with using(store) as user:
        await user.enter(":", "live 0.5")
        await user.press("j")
        await user.rest()
        asked = len(store.asked)
        store.failure = DOWN
        await user.until(lambda: len(store.asked) > asked + 4, "some questions")
        assert len([each for each in user.toasts if "nobody answers" in each]) == 1
        await user.sees("no answer")
        store.failure = None
        await user.sees_no("no answer")


# What somebody else deletes


@story
async def test_a_run_that_is_gone_says_so_and_keeps_what_was_known() -> None:
    store = world()
    async with using(store) as user:
        await user.press("enter")
        await user.sees("brave-otter-00", "params")
        store.delete(f"{0:032x}")
        await user.press("r")
        await user.hears("gone from the store")
        await user.sees("params")
        await user.press("escape", "r")
        await user.sees("39 runs")


@story
async def test_compared_runs_that_are_gone_are_left_out() -> None:
    store = world()
    async with using(store) as user:
        await user.press("space", "j", "space", "j", "space", "c")
        await user.sees("Compare 3 runs")
        store.delete(f"{2:032x}")
        await user.press("r")
        await user.hears("1 of the marked runs")
        await user.sees("Compare 2 runs")
        store.runs.clear()
        await user.press("r")
        await user.rest()
        await user.press("l", "x", "b", "enter", "y", "escape")
        assert not faults(user)


@story
async def test_models_and_versions_that_are_gone_are_no_longer_listed() -> None:
    store, held = writable(12), registry()
    async with using(store, opener=opener(held, store)) as user:
        await PLACES["versions"](user)
        await user.sees("churn ─ 5 versions")
        held.versions.pop(4)
        await user.press("T", "enter")
        await user.rest()
        assert not faults(user)
        await user.press("escape", "escape")
        await PLACES["home"](user)
        await user.until(lambda: user.app.screen.query("#models"), "the models")
        await user.press("r")
        await user.sees("churn ─ 4 versions")
        held.delete_model("churn")
        await user.press("r")
        await user.sees("Models 2")
        await user.press("j", "enter", "3", "g", "d", "i", "r")
        await user.rest()
        assert not faults(user)


# Slow, old, real


@pytest.mark.parametrize("place", ["home", "compare", "metric grid", "versions"])
@story
async def test_keys_do_not_wait_for_a_silent_store(place) -> None:
    store, held = writable(12), registry()
    async with using(store, (100, 30), opener=opener(held, store)) as user:
        store.gate = held.gate = threading.Event()
        start = time.monotonic()
        keys = ("j", "k", "r", "tab", "question_mark", "escape", "slash", "a", "escape")
        await user.press(*{"home": (), "compare": ("space", "j", "space", "c"),
                           "metric grid": ("a",), "versions": ("M",), "groups": ("b",)}[place],
                         *(("enter",) if place == "groups" else ()), *keys)  # fmt: skip
        assert time.monotonic() - start < 5, "a key waited for the store"
        assert not faults(user)
        store.gate.set()
        held.gate.set()
        await user.rest()
        assert not faults(user)


@pytest.mark.parametrize("fossil", OLD)
@story
async def test_what_an_old_mlflow_wrote_is_shown_on_every_screen(fossil, tmp_path: Path) -> None:
    if fossil.endswith(".sqlite"):
        uri = f"sqlite:///{FOSSILS / fossil}"
    else:
        with tarfile.open(FOSSILS / fossil) as tar:
            tar.extractall(tmp_path, filter="data")
        uri = next(tmp_path.rglob("meta.yaml")).parents[1].as_uri()
    opened = partial(connect, Place(uri, "--store"), Settings())
    async with using(world(1), (120, 36), opener=opened) as user:
        await user.enter(":", "experiment *")
        await user.rest()
        for place in ("run", "compare", "metric grid", "groups", "inputs"):
            await PLACES[place](user)
            assert not faults(user)
            said = user.text + "".join(user.toasts)
            assert "unexpected" not in said, said
            assert "fault of Venturi" not in said
            while len(user.app.screen_stack) > 2:
                await user.press("escape")
                await user.rest()


@story
async def test_a_file_of_memories_that_cannot_be_written_is_no_reason_to_fail(tmp_path) -> None:
    blocked = tmp_path / "a file"
    blocked.write_text("")
    async with using(world(), state=blocked / "venturi" / "tui.json") as user:
        await user.enter(":", "sort metrics.val/acc asc")
        await user.enter(":", "theme light")
        await user.enter("/", "metrics.epoch < 3")
        await user.sees("of 40 runs")
        user.app.remembered.save()
        await user.press("q")
        await user.until(lambda: user.app._exit, "the end")
        assert user.app.crash is None
    assert blocked.read_text() == ""


@story
async def test_a_token_that_expires_is_told_and_nothing_is_lost(mlflow_server: str) -> None:
    inner, expired = forward(mlflow_server), threading.Event()

    def route(request: Request) -> Reply:
        if expired.is_set():
            return page("You are not authenticated", status=401)
        return inner(request)

    with fault_server(route) as server:
        opened = partial(connect, Place(server.url, "--store"), Settings(retries=0))
        async with using(world(1), (100, 30), opener=opened) as user:
            await user.enter(":", "experiment odd")
            await user.sees("37 runs")
            await user.rest()
            expired.set()
            await user.enter("/", "metrics.loss < 0.3")
            await user.hears("login")
            await user.sees("Runs ─ metrics.loss < 0.3")
            await user.press("M")
            await user.sees("✗ ", "r try again")
            assert not faults(user)
            expired.clear()
            await user.press("r")
            await user.sees_no("r try again")
            await user.press("escape", "r")
            await user.sees(" 7 runs", "Runs ─ metrics.loss < 0.3")


@story
async def test_a_server_that_is_killed_and_started_again_is_found_again(
    mlflow_sqlite: Path, tmp_path: Path
) -> None:
    database, port = tmp_path / "mlflow.db", free_port()
    database.write_bytes(mlflow_sqlite.read_bytes())
    uri = f"sqlite:///{database}"
    with running_server(uri, tmp_path, port=port) as url:
        settings = Settings(retries=0, timeout=5)
        context = using(world(1), (100, 30), opener=partial(connect, Place(url, "-s"), settings))
        user = await context.__aenter__()
        await user.enter(":", "experiment odd")
        await user.sees("37 runs")
        await user.rest()
    try:
        await user.press("G", "r")
        await user.hears(f"127.0.0.1:{port}")
        await user.sees("37 runs")
        await user.press("slash")
        await user.type("metrics.loss < 0.3")
        with running_server(uri, tmp_path, port=port):
            await user.press("enter")
            await user.sees(" 7 runs")
            assert not faults(user)
    finally:
        await context.__aexit__(None, None, None)
