"""What the REST store writes to real servers, on a database and on files, is what MLflow reads."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from faults.clock import TestClock
from mlflow.entities import ViewType  # noqa: TID251
from mlflow.exceptions import MlflowException  # noqa: TID251
from mlflow.tracking import MlflowClient  # noqa: TID251

from venturi.errors import Conflict, InvalidInput, NotFound
from venturi.records import Lifecycle, Metric, Run, RunStatus
from venturi.stores.base import RunQuery, StoreOptions
from venturi.stores.rest import RestStore, open_rest
from venturi.stores.writing import Batch, NewRun, TrackingWriter

LARGEST = 1.7976931348623157e308
VALUES = (math.nan, math.inf, -math.inf, 0.0, -1.5e-300, 1e16, 0.1, 5, LARGEST)


@pytest.fixture(scope="module")
def store(writable_server: str) -> Iterator[RestStore]:
    opened = open_rest(writable_server, StoreOptions(), clock=TestClock())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(writable_server: str) -> MlflowClient:
    return MlflowClient(writable_server)


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    return request.node.name


@pytest.fixture
def experiment(store: RestStore, name: str) -> str:
    return store.create_experiment(name)


@pytest.fixture
def run(store: RestStore, experiment: str) -> str:
    return store.create_run(NewRun(experiment)).run_id


def refused(kind: type[Exception], words: str | None, *calls: Callable[[], object]) -> None:
    for call in calls:
        with pytest.raises(kind, match=words):
            call()


def history(client: MlflowClient, run_id: str, key: str) -> list[tuple[int, int, str]]:
    """What MLflow reads, in one spelling: databases keep infinity as the largest number."""
    return sorted(
        (point.step, point.timestamp, str(point.value).replace(str(LARGEST), "inf"))
        for point in client.get_metric_history(run_id, key)
    )


def spelled(points: list[Metric]) -> list[tuple[int, int, str]]:
    return sorted(
        (point.step, point.timestamp, str(float(point.value)).replace(str(LARGEST), "inf"))
        for point in points
    )


def test_it_keeps_the_promise(store: RestStore) -> None:
    assert isinstance(store, TrackingWriter)


def test_an_experiment_lives_and_dies(store: RestStore, client: MlflowClient, name: str) -> None:
    made = store.create_experiment(name, tags={"a": "é\n", "b": ""})
    assert client.get_experiment(made).tags == {"a": "é\n", "b": ""}
    assert client.get_experiment(made).artifact_location
    store.set_experiment_tag(made, "a", "x" * 5000)
    store.delete_experiment_tag(made, "b")
    assert client.get_experiment(made).tags == {"a": "x" * 5000}
    store.rename_experiment(made, f"{name} 2")
    store.rename_experiment(made, f"{name} 2")
    assert client.get_experiment(made).name == f"{name} 2"
    run = store.create_run(NewRun(made)).run_id
    store.delete_experiment(made)
    assert client.get_experiment(made).lifecycle_stage == "deleted"
    assert store.get_run(run).lifecycle_stage is Lifecycle.DELETED
    store.restore_experiment(made)
    assert client.get_experiment(made).lifecycle_stage == "active"
    assert client.get_run(run).info.lifecycle_stage == "active"


def test_an_experiment_keeps_its_artifacts_where_it_is_told(
    store: RestStore, client: MlflowClient, name: str
) -> None:
    made = store.create_experiment(name, artifact_location="s3://bucket/there")
    assert client.get_experiment(made).artifact_location == "s3://bucket/there"


def test_names_are_taken_also_by_the_trash(store: RestStore, name: str, experiment: str) -> None:
    other = store.create_experiment(f"{name} other")
    refused(
        Conflict,
        re.escape(name),
        lambda: store.create_experiment(name),
        lambda: store.rename_experiment(other, name),
    )
    store.delete_experiment(experiment)
    refused(
        Conflict,
        "already",
        lambda: store.create_experiment(name),
        lambda: store.rename_experiment(other, name),
    )


def test_an_experiment_in_the_trash_is_left_alone(store: RestStore, experiment: str) -> None:
    refused(InvalidInput, "is not deleted", lambda: store.restore_experiment(experiment))
    store.delete_experiment(experiment)
    refused(
        InvalidInput,
        "is deleted",
        lambda: store.delete_experiment(experiment),
        lambda: store.rename_experiment(experiment, "another"),
        lambda: store.set_experiment_tag(experiment, "k", "v"),
        lambda: store.delete_experiment_tag(experiment, "k"),
        lambda: store.create_run(NewRun(experiment)),
    )


@pytest.mark.parametrize("missing", ["987654321", "007", "x", "9" * 30, ""])
def test_an_experiment_that_is_not_there(store: RestStore, missing: str) -> None:
    refused(
        NotFound,
        "there is no experiment",
        lambda: store.delete_experiment(missing),
        lambda: store.restore_experiment(missing),
        lambda: store.rename_experiment(missing, "another"),
        lambda: store.set_experiment_tag(missing, "k", "v"),
        lambda: store.delete_experiment_tag(missing, "k"),
        lambda: store.create_run(NewRun(missing)),
    )


def test_a_run_starts_as_mlflow_wants_it(
    store: RestStore, client: MlflowClient, experiment: str
) -> None:
    tags = {"mlflow.user": "ann", "mlflow.source.name": "train.py", "note": "x" * 6000}
    made = store.create_run(NewRun(experiment, run_name="first", start_time=1234, tags=tags))
    theirs = client.get_run(made.run_id)
    assert theirs.data.tags == {**tags, "mlflow.runName": "first"} == made.tags
    info = theirs.info
    assert (info.run_name, info.user_id, info.start_time) == ("first", "ann", 1234)
    assert (info.status, info.end_time, made.status) == ("RUNNING", None, "RUNNING")
    assert made == store.get_run(made.run_id)


def test_a_run_is_given_what_it_lacks(
    store: RestStore, client: MlflowClient, experiment: str
) -> None:
    made = store.create_run(NewRun(experiment))
    assert (made.user_id, made.tags["mlflow.runName"]) == ("unknown", made.run_name)
    assert made.run_name
    assert made.start_time == 1_700_000_000_000 + 1_000_000  # as the clock of the test has it
    named = store.create_run(NewRun(experiment, user_id="bob", tags={"mlflow.runName": "tagged"}))
    assert (named.run_name, named.user_id) == ("tagged", "bob")
    assert len(client.search_runs([experiment])) == 2


def test_a_run_with_two_names_is_refused(store: RestStore, experiment: str) -> None:
    new = NewRun(experiment, run_name="a", tags={"mlflow.runName": "b"})
    refused(InvalidInput, "named 'a'", lambda: store.create_run(new))
    assert not list(store.search_runs(RunQuery((experiment,)), limit=5))


def _all(experiment: str):
    from venturi.stores.base import RunQuery

    return RunQuery(experiment_ids=(experiment,))


def test_a_run_ends(store: RestStore, client: MlflowClient, run: str) -> None:
    for status in RunStatus:
        store.update_run(run, status=status)
        assert client.get_run(run).info.status == status.value
        assert client.get_run(run).info.end_time is None
    store.update_run(run, status=RunStatus.FINISHED, end_time=2**41, run_name="ünder")
    info = client.get_run(run).info
    assert (info.status, info.end_time, info.run_name) == ("FINISHED", 2**41, "ünder")
    assert client.get_run(run).data.tags["mlflow.runName"] == "ünder"
    store.update_run(run)
    assert client.get_run(run).info.end_time == 2**41


def test_a_run_dies_and_comes_back(
    store: RestStore, client: MlflowClient, experiment: str, run: str
) -> None:
    for _ in range(2):
        store.delete_run(run)
        deleted = client.search_runs([experiment], "", ViewType.DELETED_ONLY)
        assert [each.info.run_id for each in deleted] == [run]
    refused(
        InvalidInput,
        "is deleted",
        lambda: store.update_run(run, status=RunStatus.FAILED),
        lambda: store.log_batch(run, Batch(params={"a": "b"})),
        lambda: store.log_batch(run, Batch(metrics=[Metric("a", 1, 1, 1)])),
        lambda: store.log_batch(run, Batch()),
        lambda: store.delete_tag(run, "mlflow.runName"),
    )
    for _ in range(2):
        store.restore_run(run)
        assert client.get_run(run).info.lifecycle_stage == "active"
    store.delete_experiment(experiment)
    refused(InvalidInput, f"experiment {experiment} is deleted", lambda: store.restore_run(run))


@pytest.mark.parametrize("missing", ["0" * 32, "x", ""])
def test_a_run_that_is_not_there(store: RestStore, missing: str) -> None:
    refused(
        NotFound,
        "there is no run",
        lambda: store.update_run(missing, status=RunStatus.FAILED),
        lambda: store.delete_run(missing),
        lambda: store.restore_run(missing),
        lambda: store.log_batch(missing, Batch()),
        lambda: store.log_batch(missing, Batch(tags={"a": "b"})),
        lambda: store.log_batch(missing, Batch(metrics=[Metric("a", 1, 1, 1)])),
        lambda: store.delete_tag(missing, "a"),
    )


def test_a_tag_goes(store: RestStore, client: MlflowClient, run: str) -> None:
    store.log_batch(run, Batch(tags={"a": "1", "b": "2"}))
    store.delete_tag(run, "a")
    assert "a" not in client.get_run(run).data.tags
    refused(NotFound, "no tag 'a'", lambda: store.delete_tag(run, "a"))


def test_every_value_arrives(store: RestStore, client: MlflowClient, run: str) -> None:
    points = [Metric("m/a b", value, at * 7, at - 3) for at, value in enumerate(VALUES)]
    params = {"p.é": "ü" * 6000, "empty": "", "lines": "a\nb", "quote": "'\"\\"}
    tags = {"t": "\t\x01", "mlflow.note.content": "x" * 8000, "mlflow.runName": "new name"}
    for _ in range(2):
        store.log_batch(run, Batch(params, points, tags))
        theirs = client.get_run(run)
        assert theirs.data.params == params
        assert {key: theirs.data.tags[key] for key in tags} == tags
        assert theirs.info.run_name == "new name"
        assert history(client, run, "m/a b") == spelled(points)
    assert sorted(map(str, store.metric_history(run, "m/a b").values)) == sorted(
        str(float(value)).replace(str(LARGEST), "inf") for value in VALUES
    )


def test_a_large_batch_is_split_and_nothing_is_lost(
    store: RestStore, client: MlflowClient, run: str
) -> None:
    points = [Metric(f"k{at % 3}", at / 7, at, at) for at in range(2503)]
    params = {f"p{at}": "ü" * 6000 for at in range(101)}
    tags = {f"t{at}": "y" * 8000 for at in range(203)}
    store.log_batch(run, Batch(params, [*points, *points[:5]], tags))
    theirs = client.get_run(run).data
    assert theirs.params == params
    assert {key: theirs.tags[key] for key in tags} == tags
    found = [point for key in ("k0", "k1", "k2") for point in history(client, run, key)]
    assert sorted(found) == spelled(points)


def test_a_changed_param_stops_everything(store: RestStore, client: MlflowClient, run: str) -> None:
    store.log_batch(run, Batch(params={"p": "1"}))
    changed = Batch({"new": "x", "p": "2"}, [Metric("m", 1, 1, 1)], {"t": "x"})
    before = client.get_run(run).to_dictionary()
    refused(InvalidInput, "param 'p'", lambda: store.log_batch(run, changed))
    assert client.get_run(run).to_dictionary() == before
    store.log_batch(run, Batch({"p": "1", "q": "3"}))
    assert client.get_run(run).data.params == {"p": "1", "q": "3"}


@pytest.mark.parametrize(
    "batch",
    [
        Batch(params={"ok": "1", "a//b": "x"}),
        Batch(params={"ok": "1", "p": "x" * 6001}),
        Batch(params={"ok": "1", "p": "half \ud83d"}),
        Batch(tags={"ok": "1", "t": "x" * 8001}),
        Batch(tags={"ok": "1", "": "x"}),
        Batch(metrics=[Metric("ok", 1, 1, 1), Metric("m", 1, -1, 1)]),
        Batch(metrics=[Metric("ok", 1, 1, 1), Metric("m", 1, 1, 2**63)]),
        Batch({"ok": "1"}, [Metric("ok", 1, 1, 1)], {"t": "half \udc00"}),
    ],
)
def test_what_mlflow_refuses_is_refused_before_anything_is_written(
    store: RestStore, client: MlflowClient, run: str, batch: Batch
) -> None:
    before = client.get_run(run).to_dictionary()
    refused(InvalidInput, None, lambda: store.log_batch(run, batch))
    assert client.get_run(run).to_dictionary() == before


def test_names_and_tags_that_mlflow_refuses(store: RestStore, experiment: str, run: str) -> None:
    refused(
        InvalidInput,
        None,
        lambda: store.create_experiment(""),
        lambda: store.create_experiment("x" * 501),
        lambda: store.create_experiment("x", tags={"a": "y" * 20_001}),
        lambda: store.create_experiment("half \ud83d"),
        lambda: store.rename_experiment(experiment, " "),
        lambda: store.set_experiment_tag(experiment, "/a", ""),
        lambda: store.create_run(NewRun(experiment, tags={"a": "x" * 8001})),
        lambda: store.create_run(NewRun(experiment, run_name="x" * 251)),
        lambda: store.create_run(NewRun(experiment, start_time=-1)),
        lambda: store.update_run(run, run_name="x" * 251),
    )


def test_many_write_at_once(store: RestStore, client: MlflowClient, run: str) -> None:
    def log(worker: int) -> None:
        for at in range(5):
            point = Metric(f"w{worker % 2}", at, at, 10 * worker + at)
            store.log_batch(run, Batch(metrics=[point], params={f"p{worker}": "x"}))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(log, range(4)))
    assert len(client.get_run(run).data.params) == 4
    assert [len(history(client, run, key)) for key in ("w0", "w1")] == [10, 10]


def test_mlflow_goes_on_with_our_run(store: RestStore, client: MlflowClient, run: str) -> None:
    store.log_batch(run, Batch({"p": "1"}, [Metric("m", 1.5, 10, 0)]))
    client.log_metric(run, "m", 2.5, 20, 1)
    client.log_param(run, "p", "1")
    with pytest.raises(MlflowException):
        client.log_param(run, "p", "2")
    client.set_terminated(run, "FAILED", 77)
    ours: Run = store.get_run(run)
    assert (ours.metrics, ours.params, ours.status) == ({"m": 2.5}, {"p": "1"}, "FAILED")
    assert ours.end_time == 77
