"""Which columns are worth showing, what they are called, and how stores order by them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stories.memory_store import START, sweep

from venturi.filters.tree import Entity, OrderKey
from venturi.records import Metric, Run
from venturi_tui.present.columns import (
    AGE,
    ATTRIBUTES,
    DURATION,
    EXPERIMENT,
    NAME,
    STATUS,
    Column,
    Source,
    all_columns,
    best_first,
    choose_columns,
    column_of,
    order_key,
    parse_column,
)


def metric(key: str) -> Column:
    return Column(Source.METRIC, key)


def param(key: str) -> Column:
    return Column(Source.PARAM, key)


def with_metrics(run: Run, **values: float) -> Run:
    latest = {key: Metric(key, value, START, 1) for key, value in values.items()}
    return replace(run, latest=latest)


@given(st.sampled_from(list(Source)), st.text(min_size=1))
def test_names_and_columns_are_one_to_one(source: Source, key: str) -> None:
    column = Column(source, key)
    if source is not Source.ATTRIBUTE:
        assert parse_column(column.name) == column


@pytest.mark.parametrize("column", ATTRIBUTES)
def test_attributes_have_bare_names(column: Column) -> None:
    assert parse_column(column.name) == column


def test_what_varies_is_shown_and_what_does_not_is_not() -> None:
    columns = choose_columns(sweep(20))
    assert columns[:3] == (NAME, STATUS, AGE)
    assert columns[3:6] == (metric("val/acc"), metric("val/loss"), metric("epoch"))
    assert columns[6:] == (param("lr"), param("model"))


def test_a_single_run_shows_its_params_although_they_cannot_vary() -> None:
    assert param("seed") in choose_columns(sweep(1))


def test_metrics_that_few_runs_have_and_system_metrics_stay_out() -> None:
    runs = [with_metrics(run, loss=1.0) for run in sweep(20)]
    runs[0] = with_metrics(runs[0], loss=1.0, rare=2.0)
    latest = dict(runs[0].latest)
    latest["system/cpu"] = Metric("system/cpu", 1.0, START, 1)
    runs[0] = replace(runs[0], latest=latest)
    shown = [each.key for each in choose_columns(runs) if each.source is Source.METRIC]
    assert shown == ["loss"]


def test_held_out_metrics_come_before_those_of_training() -> None:
    runs = [with_metrics(run, **{"train/loss": 1.0, "val/loss": 1.0}) for run in sweep(4)]
    shown = [each.key for each in choose_columns(runs) if each.source is Source.METRIC]
    assert shown == ["val/loss", "train/loss"]


def test_hundreds_of_keys_make_a_handful_of_columns() -> None:
    params = {f"p{number:03d}": str(number) for number in range(300)}
    runs = [replace(run, params=params | {"p000": str(at)}) for at, run in enumerate(sweep(5))]
    wide = [with_metrics(run, **{f"m{number:03d}": 1.0 for number in range(300)}) for run in runs]
    assert len(choose_columns(wide)) <= 20


def test_over_all_experiments_each_run_says_where_it_belongs() -> None:
    assert choose_columns(sweep(3), experiments=True)[1] == EXPERIMENT


def test_a_picker_can_choose_anything_the_runs_have() -> None:
    every = all_columns(sweep(3))
    assert len(every) == len(set(every))
    assert {metric("epoch"), param("optim"), Column(Source.TAG, "team"), DURATION} <= set(every)
    tags = [column for column in every if column.source is Source.TAG]
    assert tags[-1] == Column(Source.TAG, "mlflow.runName")
    assert every[-1] == Column(Source.CURVE, "val/loss")


def test_an_age_is_ordered_by_its_start_the_other_way_round() -> None:
    assert order_key(AGE, ascending=True) == OrderKey(Entity.ATTRIBUTE, "start_time", False)
    assert column_of(OrderKey(Entity.ATTRIBUTE, "start_time", False)) == (AGE, True)


@pytest.mark.parametrize(
    "column", [NAME, STATUS, AGE, metric("val/acc"), param("lr"), Column(Source.TAG, "team")]
)
@pytest.mark.parametrize("ascending", [True, False])
def test_orders_lead_back_to_their_columns(column: Column, ascending: bool) -> None:
    order = order_key(column, ascending=ascending)
    assert order is not None
    assert column_of(order) == (column, ascending)


def test_no_store_can_order_by_what_is_worked_out_here() -> None:
    assert order_key(DURATION, ascending=True) is None
    assert order_key(EXPERIMENT, ascending=True) is None


def test_the_best_runs_come_first() -> None:
    assert best_first(metric("val/loss"))
    assert not best_first(metric("val/acc"))
    assert not best_first(metric("epoch"))
    assert best_first(param("lr"))
