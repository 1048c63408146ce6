"""Stories of comparing: dictionaries key by key, packages, separating curves, other stores."""

from __future__ import annotations

from pathlib import Path

from stories.driver import User, story
from worlds.demo import DEMO_NOW

from venturi.settings import ContextEntry, Place, Settings
from venturi_tui.application import VenturiApp
from venturi_tui.screens import runs_pane


def demo_app(folder: Path) -> VenturiApp:
    uri = f"sqlite:///{folder}/mlflow.db"
    contexts = {"lab": ContextEntry("lab", uri), "prod": ContextEntry("prod", uri)}
    return VenturiApp(Place(uri, "context lab", "lab"), Settings(contexts=contexts), None)


@story
async def test_dictionaries_datasets_and_curves_are_compared(demo_folder: Path) -> None:
    app = demo_app(demo_folder)
    async with app.run_test(size=(160, 70)) as pilot:
        user = User(app, pilot, None)
        await user.sees("witty-fox-152")
        await user.rest()
        await user.press("space", "j", "space", "j", "space", "c")
        await user.sees("Compare 3 runs")
        await user.sees("apart", "curves", "baseline")
        await user.press("x")
        await user.sees("optim.betas[0]")
        await user.enter("/", "birds")
        await user.sees("datasets", "birds-525 (train)")
        await user.press("escape")
        await user.enter("/", "apart")
        before = user.line_with(" apart")
        await user.press("escape", "l", "b")
        await user.rest()
        await user.sees("baseline")
        await user.until(lambda: user.line_with(" apart") != before, "another baseline's curves")


@story
async def test_packages_of_models_are_compared(demo_folder: Path) -> None:
    app = demo_app(demo_folder)
    async with app.run_test(size=(160, 70)) as pilot:
        user = User(app, pilot, None)
        await user.sees("witty-fox-152")
        await user.enter(":", "experiment churn-baselines")
        await user.sees("calm-eagle")
        await user.enter("/", "tags.`mlflow.log-model.history` LIKE '%model%'")
        await user.sees("of 20")
        await user.rest()
        await user.press("space", "j", "space", "j", "space", "j", "space", "c")
        await user.press("x")
        await user.enter("/", "pandas")
        await user.sees("environment", "pandas", "<3")


@story
async def test_marked_runs_go_along_to_another_store(demo_folder: Path) -> None:
    app = demo_app(demo_folder)
    clock, runs_pane.clock = runs_pane.clock, lambda: DEMO_NOW / 1000
    try:
        async with app.run_test(size=(160, 50)) as pilot:
            user = User(app, pilot, None)
            await user.sees("witty-fox-152")
            await user.rest()
            await user.press("space", "j", "space")
            await user.enter(":", "context prod")
            await user.sees("2 marked in other stores")
            await user.sees("kind-bison-224")
            await user.rest()
            await user.press("j", "j", "c")
            await user.sees("Compare 3 runs", "lab:witty-fox-152", "lab:kind-bison-224")
            await user.enter("/", "store")
            await user.sees("prod")
            await user.press("escape", "escape", "u")
            await user.sees_no("marked in other stores")
            await user.press("c")
            await user.hears("mark two runs first")
    finally:
        runs_pane.clock = clock
