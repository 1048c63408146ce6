"""The promise of TrackingWriter on every store: MLflow reads what we write, and writes on."""

from __future__ import annotations

import math
import time
import uuid
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mlflow.entities import Metric as TheirMetric  # noqa: TID251
from mlflow.entities import ViewType  # noqa: TID251
from mlflow.exceptions import MlflowException  # noqa: TID251
from worlds.places import Place

from venturi.errors import Conflict, InvalidInput, NotFound
from venturi.records import Lifecycle, Metric, RunStatus
from venturi.stores.base import RunQuery
from venturi.stores.writing import Batch, NewRun

NOW = 1_764_000_000_000


def fresh_name() -> str:
    return f"made-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def experiment_id(place: Place) -> str:
    return place.store.create_experiment(fresh_name())


@pytest.fixture
def run_id(place: Place, experiment_id: str) -> str:
    return place.store.create_run(NewRun(experiment_id)).run_id


# Experiments


def test_a_created_experiment_is_mlflows_own(place: Place) -> None:
    # MLflow's server in front of a file store cannot look for a name with quotes.
    name = fresh_name() + (" é ☃" if place.kind == "http-files" else " é 'quoted' ☃")
    before = int(time.time() * 1000)
    made = place.store.create_experiment(name, tags={"team": "vision", "note": "a\nb"})
    theirs = place.client.get_experiment(made)
    assert theirs.name == name
    assert theirs.lifecycle_stage == "active"
    assert before - 1000 <= theirs.creation_time <= time.time() * 1000 + 1000
    assert {"team": "vision", "note": "a\nb"}.items() <= theirs.tags.items()
    assert theirs.artifact_location.rstrip("/").endswith(made)
    ours = place.store.get_experiment(made)
    assert (ours.name, ours.artifact_location) == (theirs.name, theirs.artifact_location)
    run = place.client.create_run(made)
    assert place.store.get_run(run.info.run_id).experiment_id == made


def test_an_artifact_location_that_is_given_is_kept(place: Place) -> None:
    made = place.store.create_experiment(fresh_name(), artifact_location="s3://bucket/there")
    assert place.client.get_experiment(made).artifact_location == "s3://bucket/there"
    run = place.store.create_run(NewRun(made))
    assert run.artifact_uri == f"s3://bucket/there/{run.run_id}/artifacts"


def test_a_name_is_taken_once_also_by_a_deleted_experiment(place: Place) -> None:
    name = fresh_name()
    made = place.store.create_experiment(name)
    with pytest.raises(Conflict):
        place.store.create_experiment(name)
    place.store.delete_experiment(made)
    with pytest.raises(Conflict):
        place.store.create_experiment(name)
    other = place.store.create_experiment(fresh_name())
    with pytest.raises(Conflict):
        place.store.rename_experiment(other, name)


def test_renaming_is_for_active_experiments(place: Place, experiment_id: str) -> None:
    name = fresh_name()
    place.store.rename_experiment(experiment_id, name)
    assert place.client.get_experiment(experiment_id).name == name
    place.store.delete_experiment(experiment_id)
    with pytest.raises(InvalidInput):
        place.store.rename_experiment(experiment_id, fresh_name())
    with pytest.raises(NotFound):
        place.store.rename_experiment("987654321", fresh_name())


def test_runs_are_deleted_and_restored_with_their_experiment(
    place: Place, experiment_id: str, run_id: str
) -> None:
    place.store.delete_experiment(experiment_id)
    assert place.client.get_experiment(experiment_id).lifecycle_stage == "deleted"
    assert place.store.get_experiment(experiment_id).lifecycle_stage is Lifecycle.DELETED
    assert place.store.get_run(run_id).lifecycle_stage is Lifecycle.DELETED
    with pytest.raises(InvalidInput):
        place.store.create_run(NewRun(experiment_id))
    place.store.restore_experiment(experiment_id)
    assert place.client.get_experiment(experiment_id).lifecycle_stage == "active"
    found = place.client.search_runs([experiment_id], run_view_type=ViewType.ACTIVE_ONLY)
    assert [run.info.run_id for run in found] == [run_id]


def test_tags_of_an_experiment(place: Place, experiment_id: str) -> None:
    place.store.set_experiment_tag(experiment_id, "team", "vision")
    place.store.set_experiment_tag(experiment_id, "team", "language")
    assert place.client.get_experiment(experiment_id).tags["team"] == "language"
    place.store.delete_experiment_tag(experiment_id, "team")
    assert "team" not in place.client.get_experiment(experiment_id).tags
    with pytest.raises(NotFound):
        place.store.delete_experiment_tag(experiment_id, "team")


@pytest.mark.parametrize("name", ["", "   ", "x" * 501])
def test_names_that_mlflow_refuses(place: Place, name: str) -> None:
    with pytest.raises(InvalidInput):
        place.store.create_experiment(name)


# Runs


def test_a_created_run_is_mlflows_own(place: Place, experiment_id: str) -> None:
    run = place.store.create_run(
        NewRun(experiment_id, "brave one", "ana", NOW, {"team": "vision", "mlflow.user": "ana"})
    )
    theirs = place.client.get_run(run.run_id)
    assert theirs.info.run_name == "brave one"
    assert theirs.data.tags["mlflow.runName"] == "brave one"
    assert theirs.data.tags["team"] == "vision"
    assert (theirs.info.status, theirs.info.start_time) == ("RUNNING", NOW)
    assert (theirs.info.user_id, theirs.info.end_time) == ("ana", None)
    assert theirs.info.artifact_uri == run.artifact_uri
    assert place.store.get_run(run.run_id) == run


def test_what_a_new_run_does_not_say_is_made_up(place: Place, experiment_id: str) -> None:
    run = place.store.create_run(NewRun(experiment_id))
    theirs = place.client.get_run(run.run_id)
    assert theirs.info.run_name
    assert theirs.info.run_name == theirs.data.tags["mlflow.runName"] == run.run_name
    assert abs(theirs.info.start_time - time.time() * 1000) < 60_000
    assert theirs.info.user_id


def test_a_run_needs_an_experiment(place: Place) -> None:
    with pytest.raises(NotFound):
        place.store.create_run(NewRun("987654321"))


def test_status_end_and_name_change(place: Place, run_id: str) -> None:
    place.store.update_run(run_id, status=RunStatus.FAILED, end_time=NOW + 5)
    theirs = place.client.get_run(run_id)
    assert (theirs.info.status, theirs.info.end_time) == ("FAILED", NOW + 5)
    place.store.update_run(run_id, run_name="other name")
    theirs = place.client.get_run(run_id)
    assert theirs.info.run_name == theirs.data.tags["mlflow.runName"] == "other name"
    assert (theirs.info.status, theirs.info.end_time) == ("FAILED", NOW + 5)


def test_the_tag_with_the_name_renames_the_run(place: Place, run_id: str) -> None:
    place.store.log_batch(run_id, Batch(tags={"mlflow.runName": "by tag"}))
    assert place.client.get_run(run_id).info.run_name == "by tag"


def test_deleting_and_restoring_a_run(place: Place, experiment_id: str, run_id: str) -> None:
    place.store.delete_run(run_id)
    place.store.delete_run(run_id)
    assert place.client.get_run(run_id).info.lifecycle_stage == "deleted"
    assert not place.client.search_runs([experiment_id])
    for write in (
        lambda: place.store.log_batch(run_id, Batch(params={"a": "b"})),
        lambda: place.store.update_run(run_id, status=RunStatus.FINISHED),
        lambda: place.store.delete_tag(run_id, "mlflow.runName"),
    ):
        with pytest.raises(InvalidInput):
            write()
    place.store.restore_run(run_id)
    assert place.client.get_run(run_id).info.lifecycle_stage == "active"
    place.store.log_batch(run_id, Batch(params={"a": "b"}))


def test_a_run_that_is_not_there(place: Place) -> None:
    nobody = uuid.uuid4().hex
    for write in (
        lambda: place.store.log_batch(nobody, Batch(params={"a": "b"})),
        lambda: place.store.update_run(nobody, status=RunStatus.FINISHED),
        lambda: place.store.delete_run(nobody),
        lambda: place.store.restore_run(nobody),
        lambda: place.store.delete_tag(nobody, "a"),
    ):
        with pytest.raises(NotFound):
            write()


def test_removing_a_tag(place: Place, run_id: str) -> None:
    place.store.log_batch(run_id, Batch(tags={"team": "vision"}))
    place.store.delete_tag(run_id, "team")
    assert "team" not in place.client.get_run(run_id).data.tags
    with pytest.raises(NotFound):
        place.store.delete_tag(run_id, "team")


# Logging


def test_odd_texts_come_back_as_they_were(place: Place, run_id: str) -> None:
    texts = {
        "a/b c": "line one\nline two\n",
        "a.b-c:d": 'o\'brien "quoted" \\ 100%',
        "é": "日本語 📈",
        "escape": "\x1b[31mred",
        "long": "x" * 6000,
        "blank": " ",
    }
    place.store.log_batch(run_id, Batch(params=texts, tags={**texts, "empty": ""}))
    theirs = place.client.get_run(run_id).data
    ours = place.store.get_run(run_id)
    assert theirs.params == dict(ours.params)
    if place.kind != "http-files":  # a server on a file store may cut line ends
        assert theirs.params == texts
    assert {key: theirs.tags[key] for key in texts} == {key: ours.tags[key] for key in texts}
    assert theirs.tags["empty"] == ours.tags["empty"] == ""


def test_a_batch_larger_than_a_server_takes(place: Place, run_id: str) -> None:
    points = [Metric("loss", 1 / (step + 1), NOW + step, step) for step in range(2_300)]
    params = {f"p{number}": str(number) for number in range(230)}
    tags = {f"t{number}": str(number) for number in range(230)}
    batch = Batch(params, points, tags)
    place.store.log_batch(run_id, batch)
    theirs = place.client.get_run(run_id)
    assert theirs.data.params == params
    assert tags.items() <= theirs.data.tags.items()
    assert theirs.data.metrics == {"loss": 1 / 2_300}
    history = place.client.get_metric_history(run_id, "loss")
    assert sorted((m.step, m.timestamp, m.value) for m in history) == [
        (point.step, point.timestamp, point.value) for point in points
    ]


def test_the_same_batch_again_doubles_nothing(place: Place, run_id: str) -> None:
    points = [Metric("loss", value, NOW, step) for step, value in enumerate((1.0, 0.5, math.nan))]
    batch = Batch({"lr": "0.1"}, points, {"team": "vision"})
    place.store.log_batch(run_id, batch)
    if place.kind == "http-files":
        return  # the server's file store keeps every line that it is sent
    place.store.log_batch(run_id, batch)
    assert len(place.client.get_metric_history(run_id, "loss")) == 3
    assert len(place.store.metric_history(run_id, "loss")) == 3


def test_a_param_never_changes(place: Place, run_id: str) -> None:
    place.store.log_batch(run_id, Batch(params={"lr": "0.1"}))
    place.store.log_batch(run_id, Batch(params={"lr": "0.1"}))
    with pytest.raises(InvalidInput):
        place.store.log_batch(
            run_id,
            Batch({"lr": "0.2", "other": "1"}, [Metric("loss", 1, NOW, 0)], {"team": "vision"}),
        )
    theirs = place.client.get_run(run_id).data
    assert theirs.params == {"lr": "0.1"}
    assert not theirs.metrics
    assert "team" not in theirs.tags


@pytest.mark.parametrize(
    "batch",
    [
        Batch(params={"a//b": "1"}),
        Batch(params={"../a": "1"}),
        Batch(params={"/a": "1"}),
        Batch(params={"a*b": "1"}),
        Batch(params={"": "1"}),
        Batch(params={"k" * 251: "1"}),
        Batch(params={"k": "v" * 6001}),
        Batch(tags={"k": "v" * 8001}),
        Batch(tags={"a\nb": "1"}),
        Batch(metrics=[Metric("loss", 1.0, -1, 0)]),
        Batch(metrics=[Metric("lo$$", 1.0, NOW, 0)]),
        Batch(metrics=[Metric("loss", 1.0, NOW, 1 << 63)]),
    ],
    ids=str,
)
def test_what_mlflow_refuses_is_refused_before_anything_is_written(
    place: Place, run_id: str, batch: Batch
) -> None:
    whole = Batch(
        {"good": "1", **batch.params},
        [Metric("fine", 1.0, NOW, 0), *batch.metrics],
        {"nice": "1", **batch.tags},
    )
    with pytest.raises(InvalidInput):
        place.store.log_batch(run_id, whole)
    theirs = place.client.get_run(run_id).data
    assert (theirs.params, theirs.metrics) == ({}, {})
    assert "nice" not in theirs.tags


VALUES = st.sampled_from([0.0, -5.0, 5.0, 0.1 + 0.2, 1e300, 3e-320, math.nan, math.inf, -math.inf])
POINTS = st.lists(
    st.tuples(
        st.sampled_from(["loss", "val/acc"]),
        VALUES,
        st.integers(NOW, NOW + 2),
        st.integers(-2, 2),
    ),
    min_size=1,
    max_size=12,
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(batches=st.lists(POINTS, min_size=1, max_size=2))
def test_points_of_all_kinds_end_as_mlflow_ends_them(place: Place, batches) -> None:
    if "common" not in _EXPERIMENTS.setdefault(place.uri, {}):
        _EXPERIMENTS[place.uri]["common"] = place.store.create_experiment(fresh_name())
    home = _EXPERIMENTS[place.uri]["common"]
    ours = place.store.create_run(NewRun(home)).run_id
    theirs = place.client.create_run(home).info.run_id
    for points in batches:
        unique = list(dict.fromkeys(points))
        place.store.log_batch(
            ours, Batch(metrics=[Metric(key, value, at, step) for key, value, at, step in unique])
        )
        place.client.log_batch(
            theirs, [TheirMetric(key, value, at, step) for key, value, at, step in unique]
        )
    as_they_see = [place.client.get_run(run).data.metrics for run in (ours, theirs)]
    assert repr(sorted(as_they_see[0].items())) == repr(sorted(as_they_see[1].items()))
    for key in as_they_see[1]:
        mine, other = (place.store.metric_history(run, key) for run in (ours, theirs))
        assert set(_points(mine)) == set(_points(other))
        if "files" not in place.kind:  # there MLflow writes a point again that is there already
            assert _points(mine) == _points(other)


_EXPERIMENTS: dict[str, dict[str, str]] = {}


def _points(history) -> Counter:
    return Counter(
        (step, at, repr(value))
        for step, at, value in zip(history.steps, history.timestamps, history.values, strict=True)
    )


def test_mlflow_goes_on_with_our_run_and_we_with_theirs(place: Place, experiment_id: str) -> None:
    ours = place.store.create_run(NewRun(experiment_id)).run_id
    place.store.log_batch(ours, Batch({"a": "1"}, [Metric("loss", 1.0, NOW, 0)], {"t": "1"}))
    place.client.log_metric(ours, "loss", 0.5, timestamp=NOW + 1, step=1)
    place.client.log_param(ours, "b", "2")
    place.client.set_tag(ours, "t", "2")
    place.client.set_terminated(ours, "FINISHED", end_time=NOW + 9)
    run = place.store.get_run(ours)
    assert (run.params, run.tags["t"]) == ({"a": "1", "b": "2"}, "2")
    assert (run.status, run.end_time, run.metrics) == ("FINISHED", NOW + 9, {"loss": 0.5})
    theirs = place.client.create_run(experiment_id).info.run_id
    place.client.log_metric(theirs, "loss", 1.0, timestamp=NOW, step=0)
    place.store.log_batch(theirs, Batch(metrics=[Metric("loss", 0.25, NOW + 1, 1)]))
    assert place.client.get_run(theirs).data.metrics == {"loss": 0.25}
    with pytest.raises(MlflowException):
        place.client.log_param(ours, "a", "changed")


def test_what_is_written_is_found_by_a_search(place: Place, experiment_id: str) -> None:
    run = place.store.create_run(NewRun(experiment_id, "wanted"))
    place.store.log_batch(run.run_id, Batch({"lr": "0.1"}, [Metric("loss", 0.5, NOW, 3)]))
    found = place.store.search_runs(RunQuery((experiment_id,)), limit=10)
    assert [each.run_id for each in found] == [run.run_id]
    theirs = place.client.search_runs(
        [experiment_id],
        "metrics.loss < 0.6 and params.lr = '0.1' and attributes.run_name = 'wanted'",
    )
    assert [each.info.run_id for each in theirs] == [run.run_id]
