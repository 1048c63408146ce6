"""What of a filter is asked of a server, in which words, and what is left."""

from __future__ import annotations

import pytest

from venturi.filters.pushdown import (
    MAX_CLAUSES,
    MAX_LISTED,
    sayable,
    separate,
    split,
    spoken_since,
    to_mlflow,
)
from venturi.filters.subjects import Subject
from venturi.filters.syntax import parse_filter
from venturi.filters.tree import And, Comparison, Entity, Op
from venturi.filters.writing import CannotWrite


def parts(text: str, subject: Subject = Subject.RUNS) -> tuple[str, object]:
    pushed, rest = split(parse_filter(text, subject), subject)
    return to_mlflow(pushed, subject), rest


@pytest.mark.parametrize(
    ("text", "asked", "left"),
    [
        ("", "", ""),
        ("metrics.`val/acc` > 0.9", "metrics.`val/acc` > 0.9", ""),
        ("metrics.in > 1e16 AND metrics.a.b > 1", "metrics.`in` > 1e16 AND metrics.a.b > 1.0", ""),
        ("params.a = \"o'brien\"", "params.a = \"o'brien\"", ""),
        ("created > 5 and `Run name` like 'x'",
         "attribute.start_time > 5 AND attribute.run_name LIKE 'x'", ""),
        ("run_id IN ('a', \"b'c\\n\")", "attribute.run_id IN ('a','b\\x27c\\x0a')", ""),
        ("tags.a is null", "tags.a IS NULL", ""),
        ("metrics.a > 1 OR metrics.b > 1", "", "metrics.a > 1 OR metrics.b > 1"),
        ("status IN ('a')", "", "status IN ('a')"),
        ("params.a ~ 'x' AND params.a = 'x'", "params.a = 'x'", "params.a ~ 'x'"),
        ("metrics.a>1 AND (metrics.b>1 OR metrics.c>1) AND metrics.d>1",
         "metrics.a > 1.0 AND metrics.d > 1.0", "metrics.b>1 OR metrics.c>1"),
        ("NOT metrics.a > 1", "", "NOT metrics.a > 1"),
        ("NOT params.a IS NULL", "params.a IS NOT NULL", ""),
        ("NOT (params.a IS NULL OR NOT (metrics.b > 1 AND metrics.c > 1) OR metrics.d > 1)",
         "params.a IS NOT NULL AND metrics.b > 1.0 AND metrics.c > 1.0", "NOT metrics.d > 1"),
        ("params.b = 'y' AND params.a = 'x\\'", "params.b = 'y'", "params.a = 'x\\'"),
        ("params.created = 'x' AND params.b = 'x'", "params.b = 'x'", "params.created = 'x'"),
        ("metrics.a < 1e999", "", "metrics.a < 1e999"),
    ],
)  # fmt: skip
def test_splits(text: str, asked: str, left: str) -> None:
    assert parts(text) == (asked, parse_filter(left))


def test_experiments_are_not_asked_for_fractions_of_milliseconds() -> None:
    text = "creation_time > 1.5 AND creation_time < 2 AND name = 'x'"
    asked, rest = parts(text, Subject.EXPERIMENTS)
    assert asked == "attribute.creation_time < 2 AND attribute.name = 'x'"
    assert rest == parse_filter("creation_time > 1.5", Subject.EXPERIMENTS)


def test_an_older_server_is_asked_less() -> None:
    node = parse_filter("params.a IS NULL AND params.b = 'x' AND run_id IN ('r')")
    pushed, rest = split(
        node, Subject.RUNS, lambda clause: spoken_since(clause, Subject.RUNS) <= (3, 8)
    )
    assert to_mlflow(pushed) == "params.b = 'x' AND attribute.run_id IN ('r')"
    assert rest == parse_filter("params.a IS NULL")


@pytest.mark.parametrize(
    ("text", "subject", "since"),
    [
        ("metrics.a > 1", Subject.RUNS, (1, 30)),
        ("run_id NOT IN ('a')", Subject.RUNS, (2, 3)),
        ("dataset.name IN ('a')", Subject.RUNS, (2, 22)),
        ("tags.a IS NOT NULL", Subject.RUNS, (3, 9)),
        ("tags.a IS NULL", Subject.EXPERIMENTS, (3, 9)),
        ("experiment_id = '1'", Subject.EXPERIMENTS, (3, 17)),
        ("name = '1'", Subject.EXPERIMENTS, (1, 30)),
    ],
)
def test_knows_since_when(text: str, subject: Subject, since: tuple[int, int]) -> None:
    node = parse_filter(text, subject)
    assert isinstance(node, Comparison)
    assert spoken_since(node, subject) == since


def test_a_server_is_not_asked_more_than_it_can_take() -> None:
    node = parse_filter(" AND ".join(f"params.k{index} = 'x'" for index in range(100)))
    pushed, rest = split(node, Subject.RUNS)
    assert isinstance(pushed, And)
    assert isinstance(rest, And)
    assert (len(pushed.terms), len(rest.terms)) == (MAX_CLAUSES, 100 - MAX_CLAUSES)
    listed = ",".join(f"'{index}'" for index in range(MAX_LISTED))
    node = parse_filter(f"run_id IN ({listed}) AND run_id NOT IN ('a')")
    pushed, rest = split(node, Subject.RUNS)
    assert isinstance(pushed, Comparison)
    assert pushed.op is Op.IN
    assert rest == parse_filter("run_id NOT IN ('a')")


def test_separates_whole_trees() -> None:
    either = "(params.a = 'x' OR params.b ~ 'x')"
    node = parse_filter(f"{either} AND NOT (params.c = 'x' OR tags.d ~ 'y')")
    answered, rest = separate(node, lambda clause: clause.op is not Op.MATCHES)
    assert answered == parse_filter("NOT params.c = 'x'")
    assert rest == parse_filter(f"{either} AND NOT tags.d ~ 'y'")
    assert separate(None, lambda _: True) == (None, None)
    assert separate(node, lambda _: False)[0] is None


@pytest.mark.parametrize(
    "clause",
    [
        Comparison(Entity.PARAM, "a", Op.EQ, "'\""),
        Comparison(Entity.PARAM, "a", Op.EQ, "x\\"),
        Comparison(Entity.PARAM, "a", Op.EQ, "\0"),
        Comparison(Entity.PARAM, "`'\"", Op.EQ, "x"),
        Comparison(Entity.PARAM, "a", Op.MATCHES, "x"),
        Comparison(Entity.PARAM, "a", Op.IN, ("x",)),
        Comparison(Entity.PARAM, "a", Op.GT, "x"),
        Comparison(Entity.METRIC, "a", Op.GT, float("nan")),
        Comparison(Entity.ATTRIBUTE, "experiment_id", Op.EQ, "1"),
    ],
)
def test_cannot_be_said(clause: Comparison) -> None:
    assert not sayable(clause, Subject.RUNS)
    with pytest.raises(CannotWrite):
        to_mlflow(clause)


def test_or_cannot_be_said() -> None:
    with pytest.raises(CannotWrite, match="no OR"):
        to_mlflow(parse_filter("metrics.a > 1 OR metrics.b > 1"))
