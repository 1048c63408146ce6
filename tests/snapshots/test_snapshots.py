"""A dozen screens that a person has looked at stay as they are.

After a change that is meant: pytest tests/snapshots --update-snapshots, and look at the pictures.
"""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import draw
import pytest
from stories.driver import User
from stories.snapshots import difference, neutral
from worlds.demo import DEMO_NOW

from venturi.registry import journal
from venturi.settings import Place, Settings
from venturi.stores.base import StoreInfo
from venturi.stores.sql import SqlStore
from venturi.stores.sql.registry import SqlRegistry
from venturi_tui.application import VenturiApp
from venturi_tui.screens import journal as journal_screen
from venturi_tui.screens import models, runs_pane

HERE = Path(__file__).parent
LARGE, WIDE, SMALL = (140, 40), (110, 30), (80, 24)


@dataclass(frozen=True)
class Scene:
    """A screen: its name, its size, and the keys that lead there."""

    name: str
    size: tuple[int, int]
    play: Callable[[User], Awaitable[None]]


PLAYED = {picture.name: picture.play for picture in draw.SCENES}
"""What is typed for the README's pictures, by their names."""


async def _tree(user: User) -> None:
    await user.press("T", "O")
    await user.rest()


async def _groups(user: User) -> None:
    await user.enter(":", "group optimizer")
    await user.sees("groups of")


async def _filter(user: User) -> None:
    await user.press("slash")
    await user.type("params.optimizer = 'a")
    await user.rest()
    await user.press("tab")


async def _columns(user: User) -> None:
    await user.press("C", "slash")
    await user.type("lo")


async def _curves(user: User) -> None:
    await user.enter(":", "sort metrics.val/acc desc")
    await user.rest()
    await user.press("space", "j", "space", "j", "space")
    await user.enter(":", "metric train/loss")
    await user.rest()
    await user.press("3", "f", "S", "S", "S", "L")


async def _grid(user: User) -> None:
    await user.press("space", "j", "space", "a")
    await user.rest()


async def _run(user: User) -> None:
    await user.enter(":", "sort metrics.val/acc desc")
    await user.rest()
    await user.press("enter")
    await user.rest()


async def _transition(user: User) -> None:
    await PLAYED["models"](user)
    await user.enter(":", "transition Production")
    await user.sees("enter do it")
    await user.press("shift+tab")
    await user.type("metrics.auc >= champion")
    await user.rest()
    await asyncio.sleep(0.5)


async def _journal(user: User) -> None:
    await PLAYED["models"](user)
    for command in ("alias newest", "tag checked=yes"):
        await user.enter(":", command)
        await user.sees("enter do it")
        await user.press("enter")
        await user.sees_no("enter do it")
        await user.rest()
    await user.press("J")
    await user.sees("2 of 2 writes")


async def _help(user: User) -> None:
    await user.press("question_mark")
    await user.enter("/", "mark")


SCENES = (
    Scene("runs", WIDE, PLAYED["runs"]),
    Scene("runs-small", SMALL, PLAYED["runs"]),
    Scene("tree", SMALL, _tree),
    Scene("groups", WIDE, _groups),
    Scene("filter", SMALL, _filter),
    Scene("columns", SMALL, _columns),
    Scene("curves", WIDE, _curves),
    Scene("grid", LARGE, _grid),
    Scene("run", LARGE, _run),
    Scene("compare", WIDE, PLAYED["compare"]),
    Scene("models", SMALL, PLAYED["models"]),
    Scene("transition", WIDE, _transition),
    Scene("journal", WIDE, _journal),
    Scene("help", SMALL, _help),
)


@pytest.fixture
def store(demo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A copy of the demo store at an address, a time and by a user that are the same everywhere."""
    shutil.copy(demo_folder / "mlflow.db", tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    for module in (runs_pane, models, journal_screen):
        monkeypatch.setattr(module, "clock", lambda: DEMO_NOW / 1000)
    info = StoreInfo("SQLite", "sqlite:///mlflow.db")
    for kind in (SqlStore, SqlRegistry):
        monkeypatch.setattr(kind, "info", property(lambda _: info))
    monkeypatch.setattr(journal, "time", SimpleNamespace(time_ns=lambda: DEMO_NOW * 1_000_000))
    monkeypatch.setattr(journal, "getpass", SimpleNamespace(getuser=lambda: "ana"))
    yield Place("sqlite:///mlflow.db", "--store")
    monkeypatch.undo()
    time.tzset()


async def drawn(scene: Scene, place: Place) -> str:
    """The screen at the end of a scene, as SVG."""
    app = VenturiApp(place, Settings(theme="dark"), None)
    async with app.run_test(size=scene.size) as pilot:
        user = User(app, pilot, None)
        await user.sees("vision-sweep")
        await user.rest()
        await scene.play(user)
        await user.rest()
        app.clear_notifications()
        await user.pilot.pause()
        return neutral(app.export_screenshot(simplify=True))


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_screen_looks_as_it_was_seen(
    scene: Scene, store: Place, request: pytest.FixtureRequest
) -> None:
    path = HERE / f"{scene.name}.svg"
    now = asyncio.run(drawn(scene, store))
    if request.config.getoption("--update-snapshots"):
        path.write_text(now, encoding="utf-8")
    told = difference(path.read_text(encoding="utf-8"), now)
    assert not told, f"{path.name} looks different:\n{told}"


def test_a_difference_is_told_in_words_and_looks() -> None:
    kept = (HERE / "help.svg").read_text(encoding="utf-8")
    assert difference(kept, kept) == ""
    told = difference(kept, kept.replace("Keys", "Kegs", 1))
    assert "Keys" in told
    assert "Kegs" in told
    color = kept[kept.index("fill: #") + 6 :][:7]
    assert color in difference(kept, kept.replace(f"fill: {color}", "fill: #123456", 1))
