"""Draws the pictures of the README: types keys on the demo store, at a frozen time.

python screenshots/draw.py [NAME…]    draws all scenes, or those named; needs the dev extra
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]

from cells import screen_cells  # noqa: E402
from picture import draw  # noqa: E402
from stories.driver import User  # noqa: E402
from worlds.demo import DEMO_NOW  # noqa: E402

from venturi.demo import make_demo_store  # noqa: E402
from venturi.settings import Place, Settings  # noqa: E402
from venturi_tui.application import VenturiApp  # noqa: E402
from venturi_tui.screens import runs_pane  # noqa: E402

SIZES = ((80, 24), (160, 45))


@dataclass(frozen=True)
class Scene:
    """A picture: what the user does before it is taken."""

    name: str
    play: Callable[[User], Awaitable[None]]


async def _runs(user: User) -> None:
    await user.enter("/", "metrics.`val/acc` > 0.8 and params.optimizer != 'lion'")
    await user.rest()
    await user.enter(":", "sort metrics.val/acc desc")
    await user.rest()
    await user.press("space", "j", "space", "j", "space", "k", "k")


async def _curves(user: User) -> None:
    await user.enter("/", "params.model = 'vit-l' or tags.`mlflow.note.content` ILIKE '%shard%'")
    await user.rest()
    await user.enter(":", "sort metrics.val/acc desc")
    await user.rest()
    await user.press("space", "G", "space", "k", "k", "k", "k", "space")
    await user.enter(":", "metric train/loss")
    await user.rest()
    await user.press("3", "f", "S", "S", "S", "L")


async def _compare(user: User) -> None:
    await user.enter(":", "sort metrics.val/acc desc")
    await user.rest()
    await user.press("space", "j", "space", "G", "space", "c")


async def _models(user: User) -> None:
    await user.press("M")
    await user.sees("churn")
    await user.press("j")
    await user.rest()
    await user.press("enter")
    await user.rest()


async def _metrics(user: User) -> None:
    await user.enter(":", "experiment llm-pretrain")
    await user.rest()
    await user.press("space", "space", "space", "space", "a")
    await user.rest()
    await user.press("S", "S", "S")


async def _run(user: User) -> None:
    await user.enter(":", "sort metrics.val/acc desc")
    await user.rest()
    await user.press("enter")
    for _ in range(20):  # small curves are read a few at a time
        await asyncio.sleep(0.05)
        await user.rest()


SCENES = (
    Scene("runs", _runs),
    Scene("curves", _curves),
    Scene("compare", _compare),
    Scene("models", _models),
    Scene("metrics", _metrics),
    Scene("run", _run),
)


async def take(scene: Scene, size: tuple[int, int], address: str, folder: Path) -> None:
    """Play a scene in a terminal of a size, and write what is on the screen then."""
    app = VenturiApp(Place(address, "--store"), Settings(), None)
    async with app.run_test(size=size) as pilot:
        user = User(app, pilot, None)
        await user.sees("vision-sweep")
        await user.rest()
        await scene.play(user)
        await user.rest()
        name = f"{scene.name}-{size[0]}x{size[1]}"
        (folder / f"{name}.svg").write_text(app.export_screenshot(simplify=True), encoding="utf-8")
        draw(screen_cells(app)).save(folder / f"{name}.png", optimize=True)
    print(name)


@contextmanager
def demo_store() -> Iterator[str]:
    """Address of a demo store whose path looks the same in every picture."""
    folder = Path(tempfile.gettempdir()) / "venturi-demo"
    if folder.exists():
        raise SystemExit(f"{folder} is there already: remove it first")
    clock = runs_pane.clock
    runs_pane.clock = lambda: DEMO_NOW / 1000
    try:
        yield make_demo_store(folder, now_ms=DEMO_NOW)
    finally:
        runs_pane.clock = clock
        shutil.rmtree(folder, ignore_errors=True)


async def main() -> None:
    """Draw the scenes that were asked for."""
    wanted = sys.argv[1:] or [scene.name for scene in SCENES]
    with demo_store() as address:
        for scene in SCENES:
            for size in SIZES:
                if scene.name in wanted:
                    await take(scene, size, address, HERE)


if __name__ == "__main__":
    asyncio.run(main())
