"""What we write into a database is, row by row, what MLflow's client would have written."""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from mlflow.entities import Metric as TheirMetric  # noqa: TID251
from mlflow.entities import Param, RunTag  # noqa: TID251
from mlflow.tracking import MlflowClient  # noqa: TID251
from worlds.twins import Twins, what_there_is

from venturi.records import Metric, RunStatus
from venturi.stores.sql import SqlStore
from venturi.stores.writing import Batch, NewRun, TrackingWriter

START = 1_764_000_000_000


Hand = Callable[[Any, str, str], object]
"""Does something to the run called `one` of an experiment."""


@dataclass(frozen=True)
class Deed:
    """The same thing done by us and by MLflow's client."""

    name: str
    ours: Callable[[SqlStore, str, str], object]
    theirs: Callable[[MlflowClient, str, str], object]


def both(name: str, verb: str, *arguments: object, on: str = "run") -> Deed:
    """A method that both have."""

    def call(hand: Any, experiment_id: str, run_id: str) -> object:
        return getattr(hand, verb)(run_id if on == "run" else experiment_id, *arguments)

    return Deed(name, call, call)


def log(
    name: str,
    metrics: list[tuple[str, float, int, int]] | None = None,
    params: dict[str, str] | None = None,
    tags: dict[str, str] | None = None,
) -> Deed:
    metrics, params, tags = metrics or [], params or {}, tags or {}
    return Deed(
        name,
        lambda store, _, run_id: store.log_batch(
            run_id, Batch(params, [Metric(*point) for point in metrics], tags)
        ),
        lambda client, _, run_id: client.log_batch(
            run_id,
            [TheirMetric(*point) for point in metrics],
            [Param(*pair) for pair in params.items()],
            [RunTag(*pair) for pair in tags.items()],
        ),
    )


def then(first: Deed, second: Deed) -> Deed:
    return Deed(
        f"{first.name}, then {second.name}",
        lambda *who: (first.ours(*who), second.ours(*who)),
        lambda *who: (first.theirs(*who), second.theirs(*who)),
    )


def twice(deed: Deed) -> Deed:
    return then(deed, deed)


ODD = 'o\'brien "q" \\ 100% é日本📈\n\x1b[31m'
TIES = [
    ("m", 5.0, 10, 1),
    ("m", 9.0, 5, 2),
    ("m", 1.0, 20, 3),
    ("n", 7.0, 3, -4),
    ("n", 8.0, 2, -9),
]
ODDS = [("nan", math.nan, 1, 0), ("inf", math.inf, 1, 0), ("minus", -math.inf, 1, 0)]
DEEDS = [
    Deed(
        "another run, named by tag",
        lambda store, e, _: store.create_run(NewRun(e, "", "", START, {"mlflow.runName": "two"})),
        lambda client, e, _: client.create_run(e, START, {"mlflow.runName": "two"}),
    ),
    both("delete experiment", "delete_experiment", on="experiment"),
    both("tag experiment", "set_experiment_tag", "team", ODD, on="experiment"),
    both("tag experiment anew", "set_experiment_tag", "first", "2", on="experiment"),
    both("untag experiment", "delete_experiment_tag", "first", on="experiment"),
    Deed(
        "restore experiment",
        lambda store, e, run: (store.delete_run(run), store.delete_experiment(e),
                               store.restore_experiment(e)),
        lambda client, e, run: (client.delete_run(run), client.delete_experiment(e),
                                client.restore_experiment(e)),
    ),
    both("delete run", "delete_run"),
    Deed(
        "restore run",
        lambda store, _, run: (store.delete_run(run), store.restore_run(run)),
        lambda client, _, run: (client.delete_run(run), client.restore_run(run)),
    ),
    Deed(
        "finish run",
        lambda store, _, run: store.update_run(run, status=RunStatus.FAILED, end_time=START + 9),
        lambda client, _, run: client.set_terminated(run, "FAILED", START + 9),
    ),
    Deed(
        "status alone",
        lambda store, _, run: store.update_run(run, status=RunStatus.SCHEDULED),
        lambda client, _, run: client.update_run(run, status="SCHEDULED"),
    ),
    Deed(
        "rename run",
        lambda store, _, run: store.update_run(run, run_name="other"),
        lambda client, _, run: client.update_run(run, name="other"),
    ),
    Deed(
        "an empty name is none",
        lambda store, _, run: store.update_run(run, run_name=""),
        lambda client, _, run: client.update_run(run, name=""),
    ),
    both("untag run", "delete_tag", "first"),
    log("name by tag", tags={"mlflow.runName": "by tag", "x": "y"}),
    log("empty name by tag", tags={"mlflow.runName": ""}),
    log("tags", tags={"first": "anew", "odd/key. -:": ODD, "empty": ""}),
    log("params", params={"lr": "0.1", "odd/key. -:": ODD, "empty": "", "long": "x" * 6000}),
    twice(log("params", params={"lr": "0.1"})),
    log("ties", TIES),
    log("ties backwards", TIES[::-1]),
    twice(log("ties", TIES)),
    log("odd values", ODDS),
    twice(log("odd values", ODDS)),
    log("NaN counts as 0", [("m", math.nan, 1, 0), ("m", -5.0, 1, 0), ("n", -5.0, 1, 0),
                            ("n", math.nan, 1, 0), ("o", 5.0, 1, 0), ("o", math.nan, 1, 0)]),
    log("NaN and 0", [("m", math.nan, 1, 0), ("m", 0.0, 1, 0), ("n", 0.0, 1, 0),
                      ("n", math.nan, 1, 0)]),
    log("tiny and huge", [("m", 5e-324, 1, 0), ("m", 1.7976931348623157e308, 1, 1),
                          ("m", 0.1 + 0.2, (1 << 63) - 1, 2), ("m", 1 / 3, 0, -(1 << 63))]),
    then(log("NaN", [("m", math.nan, 1, 0)]), log("0", [("m", 0.0, 1, 0)])),
    then(log("0", [("m", 0.0, 1, 0)]), log("NaN", [("m", math.nan, 1, 0)])),
    then(log("later", [("m", 1.0, 2, 2)]), log("earlier", [("m", 9.0, 9, 1), ("m", 9.0, 1, 2)])),
    then(log("earlier", [("m", 9.0, 9, 1), ("m", 9.0, 1, 2)]), log("later", [("m", 1.0, 2, 2)])),
    log("all at once", TIES, {"lr": "0.1"}, {"team": "vision"}),
]  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.name)
def test_our_rows_are_mlflows(twins: Twins, deed: Deed) -> None:
    name = uuid.uuid4().hex
    tags = {"mlflow.user": "ann", "first": "1"}
    ours = twins.store.create_experiment(f"ours-{name}", tags={"first": "1"})
    made = twins.store.create_run(NewRun(ours, "one", "", START, tags))
    theirs = twins.client.create_experiment(f"theirs-{name}", tags={"first": "1"})
    run_id = twins.client.create_run(theirs, START, tags, "one").info.run_id
    time.sleep(0.002)  # so that a change comes after the making
    deed.ours(twins.store, ours, made.run_id)
    deed.theirs(twins.client, theirs, run_id)
    assert what_there_is(twins, ours) == what_there_is(twins, theirs)


def test_it_is_a_writer(twins: Twins) -> None:
    assert isinstance(twins.store, TrackingWriter)


def test_renaming_an_experiment_leaves_the_same_row(twins: Twins) -> None:
    name = uuid.uuid4().hex
    ours = twins.store.create_experiment(f"ours-{name}")
    theirs = twins.client.create_experiment(f"theirs-{name}")
    time.sleep(0.002)
    twins.store.rename_experiment(ours, f"ours-{name} {ODD}")
    twins.client.rename_experiment(theirs, f"theirs-{name} {ODD}")
    assert what_there_is(twins, ours) == what_there_is(twins, theirs)
    twins.store.rename_experiment(ours, f"ours-{name} {ODD}")  # to the name that it has
