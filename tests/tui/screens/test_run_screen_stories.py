"""Stories of one run on the whole screen: small curves, nested values, kin, what MLflow made."""

from __future__ import annotations

import math
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from stories.driver import User, story, using
from stories.memory_store import MemoryStore, curve, world

from venturi.records import DatasetInput, Metric
from venturi.settings import Place, Settings
from venturi_tui.application import VenturiApp

NOTE = "# Why\n\nTried **longer** warm-up, see [the log](http://x/y).\n\n- one\n- \x1b[31mtwo\n"


def furnished() -> MemoryStore:
    """A store whose first run has everything a run can have."""
    store = world(6)
    run = store.runs[0]
    latest = dict(run.latest)
    for number in range(30):
        key = f"layer/{number:02d}"
        latest[key] = Metric(key, number / 10, run.latest["epoch"].timestamp, 100)
    latest["system/cpu"] = Metric("system/cpu", 55.0, 1, 1)
    store.change(
        run.run_id,
        latest=latest,
        params={"lr": "1e-3", "optim": "{'name': 'adam', 'betas': (0.9, 0.999), 'amp': None}"},
        tags=dict(run.tags)
        | {
            "mlflow.note.content": NOTE,
            "mlflow.source.name": "train.py",
            "mlflow.source.git.branch": "main",
            "mlflow.source.git.repoURL": "https://git/x.git",
            "mlflow.project.entryPoint": "main",
            "mlflow.parentRunId": store.runs[3].run_id,
        },
        datasets=(DatasetInput("mnist", "abc", "local", '{"uri": "/data/mnist"}', "train"),),
    )
    store.change(
        store.runs[1].run_id, tags={**store.runs[1].tags, "mlflow.parentRunId": run.run_id}
    )
    return store


async def open_run(user: User) -> None:
    await user.press("enter")
    await user.rest()


@story
async def test_metrics_have_small_curves_and_their_ends() -> None:
    store = world(3)
    run = store.runs[0]
    points = [replace(each, value=math.nan) if each.step == 50 else each
              for each in curve(run, "val/loss")]  # fmt: skip
    store.points[run.run_id, "val/loss"] = points
    async with using(store, size=(200, 50)) as user:
        await open_run(user)
        await user.sees("metrics 3", "lowest", "highest")
        await user.until(lambda: "▇" in user.line_with("│ val/acc "), "a curve")
        assert "0.95 @200" in user.line_with("│ val/acc ")
        assert "1.945 @1" in user.line_with("│ val/acc ")
        assert "\N{MULTIPLICATION SIGN}" in user.line_with("│ val/loss ")
        await user.press("/", *"val/loss", "enter")
        await user.press("enter")
        await user.sees("lowest   0.2 at step 200", "points   200, 1 of them NaN or infinite")


@story
async def test_only_metrics_in_view_are_read_and_the_machines_come_last() -> None:
    store = furnished()
    async with using(store, size=(120, 20)) as user:
        await open_run(user)
        read = {each.split()[1] for each in store.asked if each.startswith("history")}
        assert "layer/29" not in read
        assert "epoch" in read
        await user.press("pagedown", "pagedown", "pagedown")
        await user.rest()
        assert "history layer/29" in store.asked
        await user.sees("system metrics 1", "system/cpu")
        await user.press("pageup", "pagedown")
        await user.rest()
        asked = [each for each in store.asked if each.startswith("history layer/29")]
        assert len(asked) == 1


@story
async def test_what_a_running_run_logs_comes_in_and_nothing_jumps() -> None:
    store = world(3)
    run = store.runs[1]
    async with using(store, size=(200, 40)) as user:
        await user.press("j")
        await user.rest()
        await open_run(user)
        await user.until(lambda: "▇" in user.line_with("│ val/acc "), "a curve")
        row = user.lines.index(user.line_with("│ val/acc "))
        more = [Metric("val/acc", 5.0, run.start_time + 300_000, 300)]
        store.points[run.run_id, "val/acc"] = store.points[run.run_id, "val/acc"] + more
        store.change(run.run_id, latest={**run.latest, "val/acc": more[0]})
        await user.until(lambda: "5 @300" in user.line_with("│ val/acc "), "the new point")
        assert user.lines.index(user.line_with("│ val/acc ")) == row
        assert any(each == "history val/acc from 200" for each in store.asked)


@story
async def test_values_datasets_source_and_description() -> None:
    async with using(furnished(), size=(100, 90)) as user:
        await open_run(user)
        await user.press("f")
        await user.sees("Tried longer warm-up, see the log (http://x/y).", "• ␛[31mtwo")
        await user.sees("name   adam", "betas  [0.9, 0.999]", "amp    null")
        await user.sees("mnist (train)  abc  local /data/mnist")
        await user.sees("git branch", "https://git/x.git", "entry point")


@story
async def test_one_goes_to_the_runs_around() -> None:
    store = furnished()
    async with using(store, size=(120, 90)) as user:
        await open_run(user)
        await user.sees("nested in", "▸ keen-ibis-03", "nested runs 1", "▸ calm-finch-01")
        await user.enter("/", "calm-finch-01")
        await user.press("enter")
        await user.sees("╭─ calm-finch-01", "▸ brave-otter-00")
        await user.press("escape")
        await user.sees("╭─ brave-otter-00")
        await user.press("escape")
        await user.enter("/", "keen-ibis-03")
        await user.press("enter")
        await user.sees("╭─ keen-ibis-03")


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (200, 50)])
def test_a_run_at_every_size(size: tuple[int, int]) -> None:
    @story
    async def play() -> None:
        store = furnished()
        run = store.runs[0]
        odd = "x" * 10_000 + "\x1b[2J\u202e"
        store.change(run.run_id, run_name=odd, params={odd: odd, **run.params},
                     latest={odd: Metric(odd, 1.0, 1, 1), **run.latest})  # fmt: skip
        async with using(store, size=size) as user:
            await open_run(user)
            for key in ("j", "G", "g", "g", "tab", "tab", "f", "f", "R", "r", "ctrl+d"):
                await user.press(key)
            await user.rest()
            assert all(line.isprintable() for line in user.lines)
            await user.press("escape")
            await user.sees("calm-finch-01")

    play()


@story
async def test_runs_and_models_that_mlflow_made(mlflow_sqlite: Path, tmp_path: Path) -> None:
    shutil.copy(mlflow_sqlite, tmp_path / "mlflow.db")
    made = log_with_mlflow(f"sqlite:///{tmp_path}/mlflow.db", tmp_path)
    app = VenturiApp(Place(made, "--store"), Settings(), None)
    async with app.run_test(size=(160, 60)) as pilot:
        user = User(app, pilot, None)
        await user.sees("runs")
        await user.rest()
        await user.enter(":", "experiment with-files")
        await user.rest()
        await user.enter("/", "attributes.run_name = 'parent'")
        await user.rest()
        await open_run(user)
        await user.sees("nested runs 1", "▸ child", "echo  logged model", "iris (train)")
        await user.sees("warm-up: longer")
        await user.enter("/", "logged model")
        await user.press("enter")
        await user.sees("Model echo", "MLmodel", "python_function")
        await user.press("escape", "escape", "A")
        await user.sees("Artifacts 2", "▸ plots/", "table.parquet")
        await user.press("G")
        await user.sees("Parquet", "3 rows, 2 columns", "int64")
        await user.press("g", "g", "l")
        await user.sees("loss.png")
        await user.press("j")
        await user.sees("PNG image", "▀▀▀")


def log_with_mlflow(uri: str, folder: Path) -> str:
    """Log a run with files, a model, a dataset and a child, by MLflow's client; the store's URI."""
    import mlflow  # noqa: TID251
    import pandas as pd

    mlflow.set_tracking_uri(uri)
    place = str(folder / "files")
    experiment = mlflow.create_experiment("with-files", artifact_location=place)
    frame = pd.DataFrame({"n": [1, 2, 3], "x": [0.5, 1.5, 2.5]})
    frame.to_parquet(folder / "table.parquet")
    Image.new("RGB", (30, 20), "green").save(folder / "loss.png")
    (folder / "MLmodel").write_text("flavors: {python_function: {loader_module: echo}}")
    client = mlflow.MlflowClient()
    with mlflow.start_run(run_name="parent", experiment_id=experiment):
        mlflow.log_artifact(str(folder / "table.parquet"))
        mlflow.log_artifact(str(folder / "loss.png"), "plots")
        mlflow.log_input(mlflow.data.from_pandas(frame, name="iris"), context="train")
        mlflow.set_tag("mlflow.note.content", "**warm-up**: longer")
        model = mlflow.initialize_logged_model(name="echo")
        client.log_model_artifact(model.model_id, str(folder / "MLmodel"))
        client.finalize_logged_model(model.model_id, "READY")
        for step in range(20):
            mlflow.log_metric("loss", 1 / (step + 1), step)
        with mlflow.start_run(run_name="child", nested=True, experiment_id=experiment):
            mlflow.log_param("fold", 1)
    return uri
