"""What wishes ask of experiments and runs: only what is not so already, refused before writing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stories.memory_store import world

from venturi.changes import metric_of, pairs_of
from venturi.changes.experiments import (
    created_experiment,
    deleted_experiment,
    restored_experiment,
    tagged_experiment,
    untagged_experiment,
)
from venturi.changes.runs import (
    created_run,
    deleted_run,
    finished_run,
    logged_run,
    renamed_run,
    restored_run,
    tagged_run,
    untagged_run,
)
from venturi.errors import InvalidInput, UsageError
from venturi.records import Experiment, Lifecycle, Metric, RunStatus
from venturi.stores.writing import Batch, NewRun

NOW = 1_790_000_000_000
RUN = world(2).runs[0]
EXPERIMENT = Experiment("1", "sweep", Lifecycle.ACTIVE, tags={"team": "vision"})


def deleted(subject):
    return replace(subject, lifecycle_stage=Lifecycle.DELETED)


@pytest.mark.parametrize(
    "plan",
    [
        tagged_run(RUN, {"team": "vision"}),
        untagged_run(RUN, ["never"]),
        renamed_run(RUN, RUN.run_name),
        deleted_run(deleted(RUN)),
        restored_run(RUN),
        finished_run(RUN, RunStatus.FINISHED, None, NOW),
        finished_run(RUN, RunStatus.FINISHED, RUN.end_time, NOW),
        logged_run(RUN, Batch({"seed": "7"}, (), {"team": "vision"})),
        tagged_experiment(EXPERIMENT, {"team": "vision"}),
        untagged_experiment(EXPERIMENT, ["never"]),
        deleted_experiment(deleted(EXPERIMENT)),
        restored_experiment(EXPERIMENT),
    ],
)
def test_what_is_so_already_needs_nothing(plan):
    assert not plan.is_needed
    assert plan.name in ("sweep", RUN.run_name)


@pytest.mark.parametrize(
    "wish",
    [
        lambda: tagged_run(deleted(RUN), {"a": "b"}),
        lambda: untagged_run(deleted(RUN), ["team"]),
        lambda: renamed_run(deleted(RUN), "other"),
        lambda: finished_run(deleted(RUN), RunStatus.FAILED, None, NOW),
        lambda: tagged_experiment(deleted(EXPERIMENT), {"a": "b"}),
        lambda: untagged_experiment(deleted(EXPERIMENT), ["team"]),
        lambda: created_run(NewRun("1"), deleted(EXPERIMENT)),
    ],
)
def test_what_is_deleted_is_not_written_to(wish):
    with pytest.raises(InvalidInput, match="is deleted") as caught:
        wish()
    assert "restore" in caught.value.hint


@pytest.mark.parametrize(
    "wish",
    [
        lambda: tagged_run(RUN, {"a@b": "c"}),
        lambda: renamed_run(RUN, ""),
        lambda: logged_run(RUN, Batch({"a//b": "c"})),
        lambda: logged_run(RUN, Batch(metrics=[Metric("a", 1.0, -1, 0)])),
        lambda: tagged_experiment(EXPERIMENT, {"": "c"}),
        lambda: created_experiment(None, " ", {}),
        lambda: created_run(NewRun("1", tags={"../a": "b"}), EXPERIMENT),
    ],
)
def test_what_the_rules_refuse_is_refused_before_anything_is_written(wish):
    with pytest.raises(InvalidInput):
        wish()


def test_a_param_with_another_value_is_refused():
    with pytest.raises(InvalidInput, match=r"'seed'.*'7' and cannot become '8'"):
        logged_run(RUN, Batch({"new": "1", "seed": "8"}))


def test_only_what_is_new_is_logged():
    written = []
    point = Metric("loss", 0.5, NOW, -2)
    plan = logged_run(RUN, Batch({"seed": "7", "new": "1"}, [point], {"team": "nlp"}))

    class Writer:
        def log_batch(self, run_id, batch):
            written.append((run_id, batch))

    plan.write(Writer())
    assert written == [(RUN.run_id, Batch({"new": "1"}, [point], {"team": "nlp"}))]
    assert [(one.action, one.key, one.before, one.after, one.step) for one in plan.changes] == [
        ("param", "new", None, "1", None),
        ("metric", "loss", None, "0.5", -2),
        ("tag", "team", "vision", "nlp", None),
    ]


def test_an_end_comes_with_its_time_and_keeps_the_one_that_is_there():
    running = replace(RUN, status="RUNNING", end_time=None)
    actions = [
        (one.action, one.after)
        for one in finished_run(running, RunStatus.FAILED, None, NOW).changes
    ]
    assert actions == [("finish", "FAILED"), ("end", str(NOW))]
    killed = finished_run(RUN, RunStatus.KILLED, None, NOW)
    assert [one.action for one in killed.changes] == ["finish", "end"]
    (moved,) = finished_run(RUN, RunStatus.FINISHED, 5, NOW).changes
    assert (moved.action, moved.after) == ("end", "5")
    (ended,) = finished_run(replace(RUN, end_time=None), RunStatus.FINISHED, None, NOW).changes
    assert ended.action == "end"


@pytest.mark.parametrize(
    ("word", "point"),
    [
        ("loss=0.5", Metric("loss", 0.5, NOW, 9)),
        ("loss=0.5@3", Metric("loss", 0.5, NOW, 3)),
        ("loss=-1e-3@-12", Metric("loss", -1e-3, NOW, -12)),
        ("val/acc=.5@+1", Metric("val/acc", 0.5, NOW, 1)),
        ("loss=-INF", Metric("loss", float("-inf"), NOW, 9)),
        ("loss=Infinity@2", Metric("loss", float("inf"), NOW, 2)),
    ],
)
def test_metrics_as_they_are_typed(word, point):
    assert metric_of(word, step=9, timestamp=NOW) == point


@pytest.mark.parametrize("word", ["NaN", "nan", "NAN"])
def test_nan_in_any_case(word):
    assert str(metric_of(f"loss={word}", step=0, timestamp=NOW).value) == "nan"


@pytest.mark.parametrize(
    "word", ["loss", "=1", "loss=", "loss=much", "loss=1_000", "loss=1@x", "loss=1@1.5", "loss=0x1"]
)
def test_what_is_no_metric(word):
    with pytest.raises(UsageError, match="is no metric"):
        metric_of(word, step=0, timestamp=NOW)


def test_pairs():
    assert pairs_of(["a=b=c", "d=", "a=b=c"]) == {"a": "b=c", "d": ""}
    for words in (["a"], ["=b"]):
        with pytest.raises(UsageError, match="is no tag"):
            pairs_of(words)
    with pytest.raises(UsageError, match="'lr' is given twice"):
        pairs_of(["lr=1", "lr=2"], "param")
