"""What a database or MLflow's rules refuse is refused whole, and what is out of reach stays so."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from mlflow.entities import ViewType  # noqa: TID251
from worlds.twins import Twins, what_there_is

from venturi.errors import Conflict, InvalidInput, NotFound, StoreBroken, VenturiError
from venturi.records import Metric
from venturi.stores import open_tracking
from venturi.stores.sql import SqlStore
from venturi.stores.writing import Batch, NewRun

START = 1_764_000_000_000
TRACE = """INSERT INTO trace_info (request_id, experiment_id, timestamp_ms, status)
 VALUES (:t, 0, 1, 'OK')"""
ASSESSMENT = """INSERT INTO assessments (assessment_id, trace_id, name, assessment_type, value,
 created_timestamp, last_updated_timestamp, source_type, valid, assessment_metadata)
 VALUES (:i, :t, 'n', 'feedback', '1', 1, 1, 'HUMAN', :yes, :metadata)"""


def test_artifacts_go_where_experiment_0_keeps_them(twins: Twins) -> None:
    before = twins.client.get_experiment("0").artifact_location
    try:
        for root in ("s3://bucket/root", "mlflow-artifacts:", "file:///tmp/mlruns"):
            _move_experiment_0(twins, f"{root}/0")
            made = twins.store.create_experiment(uuid.uuid4().hex)
            found = twins.client.get_experiment(made)
            assert found.artifact_location == f"{root}/{made}"
        for elsewhere in ("/another/machine/mlruns/0", "s3://bucket/not by number", ""):
            _move_experiment_0(twins, elsewhere)
            made = twins.store.create_experiment(uuid.uuid4().hex)
            found = twins.client.get_experiment(made)
            assert found.artifact_location == str(Path.cwd() / "mlruns" / made)
    finally:
        _move_experiment_0(twins, before)


def _move_experiment_0(twins: Twins, location: str) -> None:
    change = "UPDATE experiments SET artifact_location = :to WHERE experiment_id = 0"
    with twins.engine.begin() as connection:
        connection.execute(sa.text(change), {"to": location})


def test_what_a_refused_write_leaves_is_nothing(twins: Twins) -> None:
    home = twins.store.create_experiment(f"ours-{uuid.uuid4().hex}")
    run = twins.store.create_run(NewRun(home, "one", tags={"t": "1"})).run_id
    twins.store.log_batch(run, Batch({"lr": "0.1"}, [Metric("m", 1.0, START, 0)]))
    gone = twins.store.create_run(NewRun(home, "gone")).run_id
    twins.store.delete_run(gone)
    before = what_there_is(twins, home)
    good = Batch({"new": "1"}, [Metric("m", 2.0, START, 1)], {"t": "2"})
    refused: list[tuple[type[VenturiError], Callable[[], object]]] = [
        (InvalidInput, lambda: twins.store.log_batch(run, _with(good, params={"lr": "0.2"}))),
        (InvalidInput, lambda: twins.store.log_batch(run, _with(good, tags={"a//b": "1"}))),
        (InvalidInput, lambda: twins.store.log_batch(run, _with(good, tags={"k": "v" * 8001}))),
        (
            InvalidInput,
            lambda: twins.store.log_batch(run, _with(good, tags={"mlflow.runName": "n" * 251})),
        ),
        (InvalidInput, lambda: twins.store.log_batch(run, _with(good, tags={"k": "\ud800"}))),
        (InvalidInput, lambda: twins.store.update_run(run, run_name="new", end_time=1 << 63)),
        (InvalidInput, lambda: twins.store.log_batch(gone, good)),
        (NotFound, lambda: twins.store.log_batch(uuid.uuid4().hex, good)),
        (Conflict, lambda: twins.store.rename_experiment(home, "Default")),
        (InvalidInput, lambda: twins.store.restore_experiment(home)),
        (NotFound, lambda: twins.store.delete_experiment("not a number")),
        (NotFound, lambda: twins.store.create_run(NewRun("99999999999999999999"))),
        (InvalidInput, lambda: twins.store.create_run(NewRun(home, tags={"": "1"}))),
        (NotFound, lambda: twins.store.delete_tag(run, "T")),
        (InvalidInput, lambda: twins.store.update_run(run, run_name="n" * 251, end_time=1)),
    ]
    for family, write in refused:
        with pytest.raises(family) as found:
            write()
        assert "\n" not in str(found.value)
    assert what_there_is(twins, home) == before


def _with(batch: Batch, **more: dict[str, str]) -> Batch:
    return Batch(
        {**batch.params, **more.get("params", {})},
        batch.metrics,
        {**batch.tags, **more.get("tags", {})},
    )


def test_a_run_in_a_deleted_experiment_stays_deleted(twins: Twins) -> None:
    home = twins.store.create_experiment(f"ours-{uuid.uuid4().hex}")
    run = twins.store.create_run(NewRun(home)).run_id
    twins.store.delete_experiment(home)
    with pytest.raises(InvalidInput, match="deleted"):
        twins.store.restore_run(run)
    [info] = [run.info for run in twins.client.search_runs([home], "", ViewType.ALL)]
    assert info.lifecycle_stage == "deleted"


def test_keys_that_differ_in_case_only(twins: Twins) -> None:
    """MySQL takes them for one, so MLflow cannot log them there; nothing may get lost unseen."""
    run = twins.store.create_run(NewRun("0")).run_id
    twins.store.log_batch(run, Batch({"lr": "1"}, [Metric("loss", 1.0, START, 0)], {"team": "a"}))
    batches = (
        Batch(metrics=[Metric("Loss", 1.0, START, 0)]),
        Batch(metrics=[Metric("acc", 1.0, START, 0), Metric("Acc", 1.0, START, 0)]),
        Batch(params={"LR": "2"}),
        Batch(tags={"Team": "b"}),
    )
    for batch in batches:
        if twins.engine.dialect.name == "mysql":
            with pytest.raises(InvalidInput):
                twins.store.log_batch(run, batch)
        else:
            twins.store.log_batch(run, batch)
    data = twins.client.get_run(run).data
    if twins.engine.dialect.name == "mysql":
        assert (data.params, data.metrics) == ({"lr": "1"}, {"loss": 1.0})
        assert len(twins.client.get_metric_history(run, "loss")) == 1
    else:
        assert (data.params, set(data.metrics)) == (
            {"lr": "1", "LR": "2"},
            {"loss", "Loss", "acc", "Acc"},
        )


def test_experiments_of_other_workspaces_are_out_of_reach(twins: Twins) -> None:
    home = twins.store.create_experiment(f"ours-{uuid.uuid4().hex}")
    run = twins.store.create_run(NewRun(home)).run_id
    name = twins.store.get_experiment(home).name
    move = "UPDATE experiments SET workspace = :to WHERE experiment_id = :number"
    with twins.engine.begin() as connection:
        connection.execute(sa.text(move), {"to": "theirs", "number": int(home)})
    try:
        for write in (
            lambda: twins.store.log_batch(run, Batch({"a": "1"})),
            lambda: twins.store.delete_run(run),
            lambda: twins.store.delete_experiment(home),
            lambda: twins.store.create_run(NewRun(home)),
        ):
            with pytest.raises(NotFound):
                write()
        twins.store.create_experiment(name)  # free in the workspace that we see
    finally:
        with twins.engine.begin() as connection:
            connection.execute(
                sa.text("UPDATE experiments SET workspace = :to, name = :name"
                        " WHERE experiment_id = :number"),
                {"to": "default", "number": int(home), "name": uuid.uuid4().hex},
            )  # fmt: skip


def test_a_column_that_wants_what_we_do_not_know(twins: Twins) -> None:
    """A newer MLflow could add one; then the store is read and not written to."""
    home = twins.store.create_experiment(f"ours-{uuid.uuid4().hex}")
    run = twins.store.create_run(NewRun(home, "one")).run_id
    with twins.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE tags RENAME TO put_aside"))
        key = connection.dialect.identifier_preparer.quote_identifier("key")
        columns = f"run_uuid VARCHAR(32), {key} VARCHAR(250), value VARCHAR(8000)"
        connection.execute(sa.text(f"CREATE TABLE tags ({columns}, colour INT NOT NULL)"))
    try:
        fresh = open_tracking(twins.engine.url.render_as_string(hide_password=False))
        assert isinstance(fresh, SqlStore)
        with pytest.raises(StoreBroken, match=r"wants a value for tags\.colour") as refused:
            fresh.log_batch(run, Batch({"lr": "1"}))
        assert "update Venturi" in refused.value.hint
        assert fresh.get_run(run).params == {}
        fresh.close()
    finally:
        with twins.engine.begin() as connection:
            connection.execute(sa.text("DROP TABLE tags"))
            connection.execute(sa.text("ALTER TABLE put_aside RENAME TO tags"))


@pytest.mark.parametrize("what", ["run", "experiment"])
def test_assessments_of_a_deleted_run_go(twins: Twins, what: str) -> None:
    home = twins.store.create_experiment(uuid.uuid4().hex)
    run = twins.store.create_run(NewRun(home)).run_id
    trace = f"tr-{uuid.uuid4().hex}"
    row = {"i": f"a-{trace[3:20]}", "t": trace, "yes": True}
    with twins.engine.begin() as connection:
        connection.execute(sa.text(TRACE), {"t": trace})
        for number, source in enumerate((run, uuid.uuid4().hex)):
            metadata = f'{{"mlflow.assessment.sourceRunId": "{source}"}}'
            mine = {"i": f"{row['i']}-{number}", "metadata": metadata}
            connection.execute(sa.text(ASSESSMENT), row | mine)
    if what == "run":
        twins.store.delete_run(run)
    else:
        twins.store.delete_experiment(home)
    left = twins.rows("SELECT assessment_id FROM assessments WHERE trace_id = :t", t=trace)
    assert [row["assessment_id"][-1] for row in left] == ["1"]
