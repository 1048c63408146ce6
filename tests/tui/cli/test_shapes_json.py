"""The JSON shapes that scripts rely on: keys, their order, and the values MLflow gives."""

from __future__ import annotations

import json
import math
import sys

import pytest
from mlflow.entities import ViewType  # noqa: TID251
from mlflow.tracking import MlflowClient  # noqa: TID251

EXPERIMENT = [
    "experiment_id",
    "name",
    "lifecycle_stage",
    "artifact_location",
    "creation_time",
    "last_update_time",
    "tags",
]
RUN = [
    "run_id",
    "run_name",
    "experiment_id",
    "status",
    "start_time",
    "end_time",
    "lifecycle_stage",
    "user_id",
    "artifact_uri",
    "params",
    "metrics",
    "tags",
]
POINT = ["run_id", "key", "step", "timestamp", "value"]
DIFF = ["runs", "params", "metrics", "tags", "attributes"]


def strict(text):
    """JSON as a strict reader takes it."""

    def refuse(word):
        raise AssertionError(f"{word} is not JSON")

    return json.loads(text, parse_constant=refuse)


def number(value):
    """A value as MLflow's client gives it; its databases hold infinity as the largest float."""
    if math.isnan(value):
        return "NaN"
    if abs(value) >= sys.float_info.max:
        return "Infinity" if value > 0 else "-Infinity"
    return value


@pytest.fixture
def client(mlflow_sqlite_uri):
    return MlflowClient(mlflow_sqlite_uri)


def as_mlflow_says(run):
    info, data = run.info, run.data
    return {
        "run_id": info.run_id,
        "run_name": info.run_name,
        "experiment_id": info.experiment_id,
        "status": info.status,
        "start_time": info.start_time,
        "end_time": info.end_time,
        "lifecycle_stage": info.lifecycle_stage,
        "user_id": info.user_id,
        "artifact_uri": info.artifact_uri,
        "params": data.params,
        "metrics": {key: number(value) for key, value in data.metrics.items()},
        "tags": data.tags,
    }


def test_runs_are_those_of_mlflow_in_its_order(odd, client):
    ids = [e.experiment_id for e in client.search_experiments(ViewType.ALL)]
    for view, kind in (
        ("active", ViewType.ACTIVE_ONLY),
        ("deleted", ViewType.DELETED_ONLY),
        ("all", ViewType.ALL),
    ):
        theirs = client.search_runs(ids, run_view_type=kind, max_results=1000)
        answer = odd("runs", "list", "-o", "json", "--all", "--view", view)
        assert (answer.code, answer.err) == (0, "")
        ours = strict(answer.out)
        assert ours == [as_mlflow_says(run) for run in theirs]
        assert all(list(run) == RUN for run in ours)


def test_experiments_are_those_of_mlflow_in_its_order(odd, client):
    ours = strict(odd("experiments", "list", "-o", "json", "--view", "all").out)
    theirs = client.search_experiments(ViewType.ALL)
    assert [list(experiment) for experiment in ours] == [EXPERIMENT] * len(theirs)
    assert ours == [
        {key: getattr(e, key) for key in EXPERIMENT[:-1]} | {"tags": e.tags} for e in theirs
    ]


def test_json_lines_are_the_same_objects(odd):
    array = strict(odd("runs", "list", "--all", "-o", "json").out)
    lines = odd("runs", "list", "--all", "-o", "jsonl").out.splitlines()
    assert [strict(line) for line in lines] == array


def test_nothing_is_an_empty_array(odd):
    assert odd("runs", "list", "-e", "empty", "-o", "json").out == "[]\n"
    assert odd("runs", "list", "-e", "empty", "-o", "jsonl").out == ""
    assert odd("runs", "list", "-e", "empty", "-o", "yaml").out == "[]\n"


def test_what_fails_prints_nothing(odd, venturi, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    for output in ("json", "jsonl", "csv", "yaml", "name"):
        for words in (
            ("experiments", "get", "odd", "no-such"),
            ("runs", "get", "curve", "no-such"),
        ):
            answer = odd(*words, "-o", output)
            assert (answer.code, answer.out) == (5, "")
        answer = venturi("-s", "http://127.0.0.1:1", "runs", "list", "-o", output)
        assert (answer.code, answer.out) == (3, "")


def test_one_run_is_one_object_and_several_are_an_array(odd, client):
    two = client.search_runs([client.get_experiment_by_name("odd").experiment_id], max_results=2)
    ids = [run.info.run_id for run in two]
    assert strict(odd("runs", "get", ids[0], "-o", "json").out) == as_mlflow_says(two[0])
    several = [as_mlflow_says(run) for run in two]
    assert strict(odd("runs", "get", *ids, "-o", "json").out) == several
    assert strict(odd("runs", "get", "-", "-o", "json", stdin="\n".join(ids)).out) == several
    assert strict(odd("runs", "get", "-", "-o", "json", stdin=ids[0]).out) == several[:1]


def test_one_experiment_is_one_object(odd, client):
    theirs = client.get_experiment_by_name("odd")
    for word in ("odd", theirs.experiment_id):
        assert strict(odd("experiments", "get", word, "-o", "json").out)["name"] == "odd"


def test_every_point_of_a_metric_in_step_order(odd, client):
    run = client.search_runs(
        [client.get_experiment_by_name("odd").experiment_id], "run_name = 'curve'"
    )[0]
    for key in ("loss", "odd curve"):
        ours = strict(odd("metrics", "history", run.info.run_id, key, "-o", "json").out)
        theirs = client.get_metric_history(run.info.run_id, key)
        assert all(list(point) == POINT for point in ours)
        place = lambda p: (p[2], p[3], str(p[4]))  # noqa: E731
        assert sorted([tuple(point.values()) for point in ours], key=place) == sorted(
            [(run.info.run_id, key, m.step, m.timestamp, number(m.value)) for m in theirs],
            key=place,
        )
        assert [point["step"] for point in ours] == sorted(m.step for m in theirs)


def test_metrics_list_gives_the_latest_points(odd, client):
    run = client.search_runs(
        [client.get_experiment_by_name("odd").experiment_id], "run_name = 'curve'"
    )[0]
    points = strict(odd("metrics", "list", run.info.run_id, "-o", "json").out)
    assert {p["key"]: p["value"] for p in points} == as_mlflow_says(run)["metrics"]


def test_a_diff_has_one_value_for_each_run(demo):
    ids = demo("runs", "list", "-e", "vision-sweep", "-o", "name", "--limit", "3").out.split()
    diff = strict(demo("runs", "diff", *ids, "-o", "json").out)
    assert list(diff) == DIFF
    assert diff["runs"] == ids
    rows = [row for section in DIFF[1:] for row in diff[section].values()]
    assert {len(row) for row in rows} == {3}
    runs = strict(demo("runs", "get", *ids, "-o", "json").out)
    for section in DIFF[1:4]:
        for key, row in diff[section].items():
            assert row == [run[section].get(key) for run in runs]
    for key, row in diff["attributes"].items():
        assert row == [run[key] for run in runs]


def test_fields_keep_their_nesting(demo):
    answer = demo(
        "runs", "list", "--limit", "1", "-o", "jsonl", "--fields", "run_id,params.l*,tags"
    )
    run = strict(answer.out)
    assert list(run) == ["run_id", "params", "tags"]
    assert set(run["params"]) == {"lr"}
    assert run["tags"]


def test_hostile_text_cannot_act_and_survives(odd):
    answer = odd("runs", "list", "--all", "--view", "all", "-o", "json", terminal=True)
    plain = odd("runs", "list", "--all", "--view", "all", "-o", "json")
    assert strict(answer.out) == strict(plain.out)
    for text in (answer.out, plain.out):
        assert not {c for c in text if not c.isprintable()} - {"\n", "\u200d", "\u200c"}


def test_a_stdout_of_ascii_is_still_json(odd):
    answer = odd("runs", "list", "--all", "-o", "json", encoding="ascii")
    assert strict(answer.out) == strict(odd("runs", "list", "--all", "-o", "json").out)


@pytest.mark.parametrize(
    "words",
    [
        ("experiments", "list", "--view", "all"),
        ("runs", "list", "--all", "--view", "all"),
        ("runs", "get", "curve"),
        ("runs", "diff", "curve", "parent"),
        ("metrics", "list", "curve"),
        ("metrics", "history", "curve"),
    ],
    ids=" ".join,
)
def test_a_server_gives_the_same_words_as_its_database(venturi, odd, mlflow_server, words):
    assert venturi("-s", mlflow_server, *words, "-o", "json").out == odd(*words, "-o", "json").out
