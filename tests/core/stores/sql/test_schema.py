"""A fresh store of ours is one that MLflow made, as far as MLflow can tell."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from worlds.table_shapes import TABLES_OF_2_22, table_shapes

from venturi.stores.sql.schema import REVISION, create_schema

MADE_AT = 1_790_000_000_000


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    path = tmp_path / "mlflow.db"
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        create_schema(connection, artifact_root="/data/mlruns", now_ms=MADE_AT)
    engine.dispose()
    return path


def test_tables_are_those_of_mlflow_2_22(fresh: Path) -> None:
    assert table_shapes(fresh) == json.loads(TABLES_OF_2_22.read_text())


def test_stamp_and_default_experiment_are_there(fresh: Path) -> None:
    with sqlite3.connect(fresh) as connection:
        assert connection.execute("SELECT * FROM alembic_version").fetchall() == [(REVISION,)]
        assert connection.execute("SELECT * FROM experiments").fetchall() == [
            (0, "Default", "/data/mlruns/0", "active", MADE_AT, MADE_AT)
        ]


def test_making_it_twice_is_refused(fresh: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{fresh}")
    with pytest.raises(sa.exc.OperationalError, match="already exists"), engine.begin() as again:
        create_schema(again, artifact_root="/data/mlruns", now_ms=MADE_AT)
    engine.dispose()


def test_mlflow_upgrades_it_into_what_it_makes_itself(fresh: Path, mlflow_sqlite: Path) -> None:
    from mlflow import MlflowClient  # noqa: TID251

    client = MlflowClient(tracking_uri=f"sqlite:///{fresh}")
    [experiment] = client.search_experiments()
    assert (experiment.experiment_id, experiment.name) == ("0", "Default")
    assert (experiment.creation_time, experiment.last_update_time) == (MADE_AT, MADE_AT)
    assert client.search_registered_models() == []
    run = client.create_run("0", run_name="first")
    client.log_metric(run.info.run_id, "loss", float("nan"), step=3)
    assert [one.step for one in client.get_metric_history(run.info.run_id, "loss")] == [3]

    assert _revision(fresh) == _revision(mlflow_sqlite) != REVISION
    assert _without_order(table_shapes(fresh)) == _without_order(table_shapes(mlflow_sqlite))


def _revision(path: Path) -> str:
    with sqlite3.connect(path) as connection:
        [(revision,)] = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    return revision


def _without_order(shapes: dict[str, dict[str, list[object]]]) -> dict[str, dict[str, list[str]]]:
    return {
        table: {part: sorted(map(repr, rows)) for part, rows in shape.items()}
        for table, shape in shapes.items()
    }
