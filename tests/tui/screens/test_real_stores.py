"""Stories on stores that MLflow made: a database, and a real server while a client logs to it."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import pytest
from stories.driver import story, using
from stories.memory_store import world
from worlds.server import running_server

from venturi.connection import connect
from venturi.settings import Place, Settings

SIZES = [(160, 45), (80, 24), (200, 50)]


def opener(uri: str):
    return partial(connect, Place(uri, "--store"), Settings())


@pytest.mark.parametrize("size", SIZES)
@story
async def test_a_database_of_mlflow_is_browsed(mlflow_sqlite_uri: str, size) -> None:
    async with using(world(1), size, opener=opener(mlflow_sqlite_uri)) as user:
        await user.enter(":", "experiment odd")
        await user.sees("odd", "curve", "37 runs")
        await user.rest()
        await user.press("g", "g")
        await user.rest()
        assert "curve" in user.line_of_cursor()
        await user.enter(":", "metric loss")
        await user.sees("─ loss ─ step")
        await user.press("space", "j", "j", "j", "space", "c")
        await user.sees("Compare 2 runs")
        await user.press("x", "escape")
        await user.enter("/", "metrics.loss < 0.3 or status = 'FAILED'")
        await user.sees(" of 37 runs")
        await user.press("escape", "enter")
        await user.sees("took 32m 10s", "params ")


@story
async def test_every_run_of_the_odd_world_can_be_looked_at(mlflow_sqlite_uri: str) -> None:
    async with using(world(1), opener=opener(mlflow_sqlite_uri)) as user:
        await user.enter(":", "experiment *")
        await user.sees("all experiments")
        await user.rest()
        for _ in range(user.app.screen.table.count):
            await user.press("space")
        await user.rest()
        await user.press("c")
        await user.sees("Compare")
        await user.rest()


@pytest.mark.parametrize("size", [(160, 45), (80, 24)])
@story
async def test_a_server_is_browsed_page_after_page(mlflow_server: str, size) -> None:
    async with using(world(1), size, opener=opener(mlflow_server)) as user:
        await user.enter(":", "experiment odd")
        await user.sees("odd", "37 runs", "curve")
        await user.press("G")
        await user.rest()
        await user.enter(":", "sort metrics.loss asc")
        await user.sees("by loss ▲")
        await user.enter("/", "metrics.loss < 0.3")
        await user.sees("Runs ─ metrics.loss < 0.3")
        await user.press("escape", "enter")
        await user.sees("metrics ", "params ")


def test_points_logged_meanwhile_appear_by_themselves(tmp_path: Path) -> None:
    while_a_client_logs(f"sqlite:///{tmp_path / 'live.db'}")


def test_what_a_client_logs_through_a_server_appears_by_itself(tmp_path: Path) -> None:
    with running_server(f"sqlite:///{tmp_path / 'live.db'}", tmp_path) as url:
        while_a_client_logs(url)


@story
async def while_a_client_logs(uri: str) -> None:
    """MLflow's client logs to a run that is shown, and ends it."""
    import mlflow  # noqa: TID251

    client = mlflow.MlflowClient(uri)
    run = client.create_run(client.create_experiment("live"), run_name="still-going")
    run_id = run.info.run_id
    for step in range(20):
        client.log_metric(run_id, "loss", 1 / (step + 1), step=step)
    async with using(world(1), opener=opener(uri)) as user:
        await user.sees("still-going", "● running", "─ loss ─ step", "at 19")
        client.log_metric(run_id, "loss", 0.5, timestamp=int(time.time() * 1000) + 5, step=40)
        await user.sees("at 40", "still-going 0.5")
        other = client.create_run(run.info.experiment_id, run_name="just-begun").info.run_id
        client.log_metric(other, "loss", 0.25, step=1)
        await user.sees("just-begun", "2 runs")
        client.set_terminated(other, "FINISHED")
        client.set_terminated(run_id, "FINISHED")
        await user.sees("✓ done")
        await user.rest()
        assert "○ live 2s" in user.lines[0]


@story
async def test_a_file_that_is_no_store_says_so(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("dear diary")
    async with using(world(1), opener=opener(f"sqlite:///{path}")) as user:
        await user.sees("✗ ", "notes.db", "r try again")


@story
async def test_a_server_that_is_down_says_so_and_is_tried_again() -> None:
    settings = Settings(timeout=1, retries=0)
    place = Place("http://127.0.0.1:9", "--store")
    async with using(world(1), opener=partial(connect, place, settings)) as user:
        await user.sees("✗ ", "127.0.0.1:9", "r try again")
        await user.press("r")
        await user.rest()
        await user.sees("✗ ", "127.0.0.1:9", "r try again")
