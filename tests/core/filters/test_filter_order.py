"""Orders: text to keys and back, what is refused, and how records are sorted."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from mlflow.utils.search_utils import SearchExperimentsUtils, SearchUtils  # noqa: TID251
from worlds.filter_texts import KEYS, mutated

from venturi.errors import FilterError
from venturi.filters.order import (
    order_text,
    parse_order,
    parse_orders,
    sort_experiments,
    sort_runs,
)
from venturi.filters.pushdown import can_order
from venturi.filters.subjects import Subject
from venturi.filters.tree import Entity, OrderKey
from venturi.filters.writing import CannotWrite
from venturi.records import Experiment, Lifecycle, Metric, Run

KEY = re.compile(r"[\w.\-/:](?:[\w.\-/: ]*[\w.\-/:])?")
ONE_QUOTED = re.compile(r"""[^'"`]*|(?:[^'"`]*\.)?(['"`])[^'"`]*[^\s'"`]\1(?:\s+\w+)?""")
START = OrderKey(Entity.ATTRIBUTE, "start_time")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("metrics.loss", OrderKey(Entity.METRIC, "loss")),
        ("metric.loss ASC", OrderKey(Entity.METRIC, "loss")),
        ("metrics.`val/acc` DESC", OrderKey(Entity.METRIC, "val/acc", ascending=False)),
        ('metrics."val/acc" desc', OrderKey(Entity.METRIC, "val/acc", ascending=False)),
        ("metrics.'val/acc'  dEsC", OrderKey(Entity.METRIC, "val/acc", ascending=False)),
        ("metrics.val/acc desc", OrderKey(Entity.METRIC, "val/acc", ascending=False)),
        ("metrics.desc desc", OrderKey(Entity.METRIC, "desc", ascending=False)),
        ("params.a.b", OrderKey(Entity.PARAM, "a.b")),
        ("params.a.`b` asc", OrderKey(Entity.PARAM, "a.b")),
        ("tags.`a b`", OrderKey(Entity.TAG, "a b")),
        ("start_time", START),
        ("Created", START),
        (" attributes.created asc ", START),
        ("run.`start_time`", START),
        ("`Run name`", OrderKey(Entity.ATTRIBUTE, "run_name")),
    ],
)
def test_means(text: str, key: OrderKey) -> None:
    assert parse_order(text) == key


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("", 0, "a field is missing here"),
        ("desc", 0, "unknown field 'desc'"),
        ("metrcs.a", 0, "did you mean metrics?"),
        ("dataset.name", 0, "datasets have no order"),
        ("metrics.a down", 10, "down does not belong here"),
        ("metrics.a desc nulls last", 15, "nulls does not belong here"),
        ("metrics.a, metrics.b", 9, ", does not belong here"),
        ("metrics.a > 1", 10, "> does not belong here"),
        ("params.a.`b`", 0, "not around the whole key"),
        ("metrics.`a", 8, "not closed"),
    ],
)
def test_refuses(text: str, position: int, message: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_order(text)
    assert message in str(caught.value)
    assert caught.value.position == position


def test_experiments_have_no_order_by_tags() -> None:
    assert parse_order("name DESC", Subject.EXPERIMENTS).key == "name"
    with pytest.raises(FilterError, match="tags do not order"):
        parse_order("tags.a", Subject.EXPERIMENTS)


def test_a_field_counts_once() -> None:
    assert len(parse_orders(["start_time", "metrics.start_time", "params.start_time"])) == 3
    with pytest.raises(FilterError, match="twice") as caught:
        parse_orders(["start_time", "metrics.a", "  created DESC"])
    assert (caught.value.text, caught.value.position) == ("  created DESC", 2)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (OrderKey(Entity.METRIC, "val/acc", ascending=False), "metrics.`val/acc` DESC"),
        (OrderKey(Entity.PARAM, "a.b"), "params.a.b ASC"),
        (OrderKey(Entity.TAG, "in"), "tags.`in` ASC"),
        (START, "attribute.start_time ASC"),
    ],
)
def test_is_written(key: OrderKey, text: str) -> None:
    assert order_text(key) == text
    assert parse_order(text) == key


def test_a_key_of_quotes_cannot_be_written() -> None:
    key = OrderKey(Entity.METRIC, 'say "x"')
    assert not can_order([START, key])
    assert can_order([])
    assert not can_order([OrderKey(Entity.PARAM, "created")])  # MLflow looks for start_time
    assert not can_order([OrderKey(Entity.PARAM, "a ")])
    with pytest.raises(CannotWrite):
        order_text(key)


def mlflow_reads(text: str, subject: Subject) -> OrderKey | None:
    experiments = subject is Subject.EXPERIMENTS
    try:
        if experiments:
            entity, key, up = SearchExperimentsUtils.parse_order_by_for_search_experiments(text)
        else:
            entity, key, up = SearchUtils.parse_order_by_for_search_runs(text)
    except Exception:  # noqa: BLE001 - its parser lets a good many kinds of errors out
        return None
    if entity == "dataset" or (experiments and entity != "attribute"):
        return None
    if entity == "attribute" and not experiments:
        key = SearchUtils.translate_key_alias(key)
    return OrderKey(Entity(entity), key, up)


KEY_TEXTS = st.sampled_from((*KEYS, "created", "run_name", "status", "name", "creation_time"))
SUBJECTS = st.sampled_from((Subject.RUNS, Subject.EXPERIMENTS))
ORDER_TEXTS = st.builds(
    "{}{}{}".format,
    st.sampled_from(("metrics.", "param.", "tags.", "attribute.", "run.", "", "dataset.")),
    st.builds(str.format, st.sampled_from(("{}", "`{}`", '"{}"', "'{}'")), KEY_TEXTS),
    st.sampled_from(("", " asc", " DESC", "  Desc")),
)


@settings(deadline=None, max_examples=300)
@given(st.one_of(ORDER_TEXTS, mutated(ORDER_TEXTS)), SUBJECTS)
def test_what_mlflow_accepts_means_the_same(text: str, subject: Subject) -> None:
    theirs = mlflow_reads(text, subject)
    # MLflow reads quotes in keys by the rules of a shell, and cuts off a space at their end.
    if theirs and ONE_QUOTED.fullmatch(text) and KEY.fullmatch(theirs.key):
        event("accepted")
        assert parse_order(text, subject) == theirs


@settings(deadline=None, max_examples=300)
@given(st.builds(OrderKey, st.sampled_from((Entity.METRIC, Entity.TAG)), st.text(), st.booleans()))
def test_what_is_written_reads_back_in_both(key: OrderKey) -> None:
    assume(can_order([key]))
    assert mlflow_reads(order_text(key), Subject.RUNS) == key
    assert parse_order(order_text(key)) == key


def run(run_id: str, start: int | None = 0, loss: float | None = None, **params: str) -> Run:
    latest = {} if loss is None else {"loss": Metric("loss", loss, 0, 0)}
    return Run(
        run_id, "", "1", "RUNNING", start, None, Lifecycle.ACTIVE, latest=latest, params=params
    )


def ids(runs: list[Run]) -> str:
    return "".join(one.run_id for one in runs)


def test_runs_come_newest_first_then_by_id() -> None:
    runs = [run("c", 1), run("b", 1), run("a", None), run("d", 2)]
    assert ids(sort_runs(runs)) == "dbca"
    assert ids(sort_runs(runs, [START])) == "bcda"


def test_nan_and_missing_come_last_in_both_directions() -> None:
    runs = [run("m"), run("n", loss=math.nan), run("i", loss=math.inf), run("o", loss=1.0)]
    runs += [run("M", 1), run("N", 1, loss=math.nan), run("z", loss=-math.inf)]
    assert ids(sort_runs(runs, parse_orders(["metrics.loss"]))) == "zoiNnMm"
    assert ids(sort_runs(runs, parse_orders(["metrics.loss DESC"]))) == "iozNnMm"


def test_texts_are_sorted_by_code_point() -> None:
    texts = ["a", "Z", "10", "9", "é", "", "\U0001f4c8", "\uffff"]
    runs = [run(str(index), model=text) for index, text in enumerate(texts)]
    assert ids(sort_runs([run("-"), *runs], parse_orders(["params.model"]))) == "52310476-"


def test_experiments_are_sorted_as_sqlite_sorts_them() -> None:
    def made(experiment_id: str, name: str, created: int | None) -> Experiment:
        return Experiment(experiment_id, name, Lifecycle.ACTIVE, creation_time=created)

    found = [made("9", "b", 5), made("10", "B", 5), made("2", "a", None), made("x", "a", 7)]

    def order(*texts: str) -> list[str]:
        keys = parse_orders(texts, Subject.EXPERIMENTS)
        return [one.experiment_id for one in sort_experiments(found, keys)]

    assert order() == ["x", "9", "10", "2"]
    assert order("creation_time") == ["2", "10", "9", "x"]
    assert order("name") == ["10", "x", "2", "9"]
    assert order("experiment_id") == ["2", "9", "10", "x"]
    assert order("name DESC", "experiment_id ASC") == ["9", "2", "x", "10"]
