"""Trees against records, by example."""

from __future__ import annotations

import math
import sqlite3
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from venturi.filters.match import compile_filter, matches, select
from venturi.filters.patterns import like_test
from venturi.filters.subjects import Subject
from venturi.filters.syntax import parse_filter
from venturi.records import DatasetInput, Experiment, Lifecycle, Metric, Run

RUN = Run(
    run_id="abc123",
    run_name="from the column",
    experiment_id="1",
    status="FINISHED",
    start_time=1_700_000_000_000,
    end_time=None,
    lifecycle_stage=Lifecycle.ACTIVE,
    user_id="ann",
    artifact_uri="s3://bucket/1",
    params={"lr": "0.1", "model": "ViT-B", "empty": ""},
    latest={
        "loss": Metric("loss", 0.25, 1, 2),
        "bad": Metric("bad", math.nan, 1, 2),
        "top": Metric("top", math.inf, 1, 2),
    },
    tags={"mlflow.runName": "nightly", "team": "vision"},
    datasets=(
        DatasetInput("cifar", "d1", context="train"),
        DatasetInput("imagenet", "d2", context=None),
    ),
)


@pytest.mark.parametrize(
    "text",
    [
        "", "metrics.loss = 0.25", "metrics.loss <= 0.25", "metrics.loss != 1",
        "metrics.top > 1e308", "metrics.bad != 0", "NOT metrics.bad = 0", "NOT metrics.bad <= 0",
        "NOT metrics.missing > 0", "NOT metrics.missing != 0", "NOT params.missing != 'x'",
        "NOT params.missing NOT IN ('x')", "NOT params.missing !~ 'x'", "NOT end_time > 0",
        "NOT end_time != 0", "params.missing IS NULL", "params.empty IS NOT NULL",
        "params.empty = ''", "params.empty LIKE '%'", "params.lr = '0.1'",
        "params.model LIKE 'V_T%'", "params.model ILIKE 'vit-_'", "params.model ~ 'T-'",
        "params.model ~ '^ViT'", "params.model !~ '^T'", "params.model ~ ''",
        "run_name = 'nightly'", "run_id IN ('x', 'abc123')", "run_id NOT IN ('x')",
        "status = 'FINISHED'", "start_time >= 1700000000000", "start_time < 1700000000000.5",
        "user_id LIKE 'a%'", "artifact_uri ~ '^s3://'", "tags.team != 'text'",
        "dataset.name = 'cifar' AND dataset.name = 'imagenet'", "dataset.digest IN ('d2', 'd3')",
        "dataset.context = 'train'", "NOT dataset.context != 'train'", "dataset.name != 'cifar'",
        "metrics.loss > 1 OR params.lr = '0.1' AND NOT tags.team = 'x'",
    ],
)  # fmt: skip
def test_lets_through(text: str) -> None:
    assert matches(parse_filter(text), RUN)
    assert not matches(parse_filter(f"NOT ({text})"), RUN) if text else True


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name = 'a'", "1"),
        ("name ILIKE 'a'", "12"),
        ("experiment_id IN ('2', '3')", "23"),
        ("experiment_id != '02'", "13"),
        ("tags.x IS NULL", "23"),
        ("tags.x = 'y'", "1"),
        ("creation_time > 5", "2"),
        ("NOT creation_time <= 5", "23"),
        ("last_update_time IS NULL OR name = 'b'", None),
    ],
)
def test_experiments(text: str, found: str | None) -> None:
    records = [
        Experiment("1", "a", Lifecycle.ACTIVE, creation_time=5, tags={"x": "y"}),
        Experiment("2", "A", Lifecycle.ACTIVE, creation_time=6),
        Experiment("3", "b", Lifecycle.DELETED),
    ]
    if found is None:
        with pytest.raises(Exception, match="does not work on"):
            parse_filter(text, Subject.EXPERIMENTS)
    else:
        chosen = select(parse_filter(text, Subject.EXPERIMENTS), records)
        assert "".join(record.experiment_id for record in chosen) == found


def test_a_run_without_the_name_tag_is_known_by_its_name() -> None:
    old = Run("r", "by column", "1", "RUNNING", 0, None, Lifecycle.ACTIVE)
    assert matches(parse_filter("run_name = 'by column'"), old)
    nameless = Run("r", "", "1", "RUNNING", 0, None, Lifecycle.ACTIVE)
    assert not matches(parse_filter("run_name != 'x'"), nameless)


LIKE_TEXTS = st.text(alphabet=st.sampled_from("aAbB_%éÉ\n\\.*[ß日"), max_size=8)


@settings(deadline=None, max_examples=400)
@given(text=LIKE_TEXTS, pattern=LIKE_TEXTS)
@example(text="aab", pattern="%ab")
@example(text="ab", pattern="ab%b")
@example(text="abcbc", pattern="a%_c")
@example(text="K", pattern="k")  # KELVIN SIGN is no ASCII letter
def test_like_is_that_of_sqlite(text: str, pattern: str) -> None:
    with sqlite3.connect(":memory:") as connection:
        connection.execute("PRAGMA case_sensitive_like = true")
        statement = "SELECT ? LIKE ?, lower(?) LIKE lower(?)"
        like, ilike = connection.execute(statement, (text, pattern, text, pattern)).fetchone()
    connection.close()
    assert like_test(pattern)(text) == bool(like)
    assert like_test(pattern, fold_case=True)(text) == bool(ilike)


def test_like_takes_no_time_for_many_wildcards() -> None:
    start = time.process_time()
    assert not like_test("%a" * 200 + "%b")("a" * 20_000)
    assert like_test("%a_" * 200 + "%")("ab" * 2000)
    assert time.process_time() - start < 2


def test_a_filter_is_compiled_once_for_many_records() -> None:
    test = compile_filter(parse_filter("params.model ~ 'vit' OR metrics.loss < 1"))
    assert [test(RUN) for _ in range(3)] == [True] * 3
