"""Filter text to tree, by example: MLflow's grammar, what Venturi adds, and what is refused."""

from __future__ import annotations

import contextlib
import time

import pytest

from venturi.errors import FilterError
from venturi.filters.subjects import Subject
from venturi.filters.syntax import MAX_DEPTH, parse_filter
from venturi.filters.tree import And, Comparison, Entity, Node, Not, Op, Or, Value

NOW = 1_793_000_000_000


def run_clause(entity: Entity, key: str, op: Op, value: Value) -> Comparison:
    return Comparison(entity, key, op, value)


def metric(key: str, op: Op = Op.GT, value: float = 1.0) -> Comparison:
    return Comparison(Entity.METRIC, key, op, value)


def param(key: str, value: str = "x", op: Op = Op.EQ) -> Comparison:
    return Comparison(Entity.PARAM, key, op, value)


A, B, C, D = (metric(key) for key in "abcd")

MLFLOW_ALSO = [
    ("metrics.loss > 1", metric("loss")),
    ("metric.loss>1", metric("loss")),
    ("metrics.loss <= -2", metric("loss", Op.LE, -2.0)),
    ("metrics.loss = 1e-4", metric("loss", Op.EQ, 1e-4)),
    ("metrics.loss != .5", metric("loss", Op.NE, 0.5)),
    ("metrics.loss != 5.", metric("loss", Op.NE, 5.0)),
    ("metrics.loss < 1E5", metric("loss", Op.LT, 1e5)),
    ("metrics.`val/acc` > 1", metric("val/acc")),
    ('metrics."val/acc" > 1', metric("val/acc")),
    ("metrics.'val/acc' > 1", metric("val/acc")),
    ("metrics.a.b > 1", metric("a.b")),
    ("`metrics`.`a b` > 1", metric("a b")),
    ("metrics.select > 1", metric("select")),
    ('metrics."`a`" > 1', metric("a")),
    ("metrics.`a``b` > 1", metric("a``b")),
    ("params.a = 'x'", param("a")),
    ("param.a = 'x'", param("a")),
    ("parameter.a = 'x'", param("a")),
    ("parameters.a = 'x'", param("a")),
    ('params.a = "x"', param("a")),
    ("params.a = \"o'brien\"", param("a", "o'brien")),
    ("params.a = 'o''brien'", param("a", "o''brien")),
    ("params.a = 'say \"hi\"'", param("a", 'say "hi"')),
    ("params.a = 'a\\'b'", param("a", "a\\'b")),
    ("params.a = 'x\ny'", param("a", "x\ny")),
    ("params.a = ''", param("a", "")),
    ("params.a LIKE '%x'", param("a", "%x", Op.LIKE)),
    ("params.a ilike '%x'", param("a", "%x", Op.ILIKE)),
    ("params.a::b = 'x'", param("a::b")),
    ("params.a[0] = 'x'", param("a[0]")),
    ("params.a. = 'x'", param("a.")),
    ("tags.mlflow.user = 'x'", run_clause(Entity.TAG, "mlflow.user", Op.EQ, "x")),
    ("tag.a b is null", run_clause(Entity.TAG, "a b", Op.IS_NULL, None)),
    ("tag.a is null", run_clause(Entity.TAG, "a", Op.IS_NULL, None)),
    ("params.a IS NOT NULL", run_clause(Entity.PARAM, "a", Op.IS_NOT_NULL, None)),
    ("status = 'FAILED'", run_clause(Entity.ATTRIBUTE, "status", Op.EQ, "FAILED")),
    ("`status` = 'FAILED'", run_clause(Entity.ATTRIBUTE, "status", Op.EQ, "FAILED")),
    ('"status" = \'FAILED\'', run_clause(Entity.ATTRIBUTE, "status", Op.EQ, "FAILED")),
    ("attributes.status != 'x'", run_clause(Entity.ATTRIBUTE, "status", Op.NE, "x")),
    ("attr.`status` = 'x'", run_clause(Entity.ATTRIBUTE, "status", Op.EQ, "x")),
    ("run.user_id LIKE 'x'", run_clause(Entity.ATTRIBUTE, "user_id", Op.LIKE, "x")),
    ("`Run name` = 'x'", run_clause(Entity.ATTRIBUTE, "run_name", Op.EQ, "x")),
    ("attributes.'run name' = 'x'", run_clause(Entity.ATTRIBUTE, "run_name", Op.EQ, "x")),
    ("created > 7", run_clause(Entity.ATTRIBUTE, "start_time", Op.GT, 7)),
    ("attributes.Created > 7", run_clause(Entity.ATTRIBUTE, "start_time", Op.GT, 7)),
    ("end_time >= 1.5", run_clause(Entity.ATTRIBUTE, "end_time", Op.GE, 1.5)),
    ("run_id IN ('a', \"b\")", run_clause(Entity.ATTRIBUTE, "run_id", Op.IN, ("a", "b"))),
    ("run_id not  in ('a',)", run_clause(Entity.ATTRIBUTE, "run_id", Op.NOT_IN, ("a",))),
    ("run_id in ('a' 'b')", run_clause(Entity.ATTRIBUTE, "run_id", Op.IN, ("ab",))),
    ("run_id in (('a'), ('b'))", run_clause(Entity.ATTRIBUTE, "run_id", Op.IN, ("a", "b"))),
    ("run_id in ('\\x41\\n')", run_clause(Entity.ATTRIBUTE, "run_id", Op.IN, ("A\n",))),
    ("dataset.name = 'x'", run_clause(Entity.DATASET, "name", Op.EQ, "x")),
    ("datasets.context IN ('x')", run_clause(Entity.DATASET, "context", Op.IN, ("x",))),
    ("metrics.a > 1 and metrics.b > 1", And((A, B))),
    ("metrics.a > 1\n\tAnD metrics.b > 1 ANd metrics.c > 1", And((A, B, C))),
    ("params.a='x'and params.b='x'", And((param("a"), param("b")))),
    ("metrics.a > 1 AND", A),
    ("AND metrics.a > 1 AND AND metrics.b > 1", And((A, B))),
    ("metrics.a > 1 metrics.b > 1", And((A, B))),
    ("params.a='x'params.b='x'", And((param("a"), param("b")))),
    ("and AND", None),
    ("", None),
]  # fmt: skip

ONLY_OURS = [
    (" \n\t ", None),
    ("metrics.val/acc > 1", metric("val/acc")),
    ("metrics.a-b:c@d > 1", metric("a-b:c@d")),
    ("metrics.1 > 1", metric("1")),
    ("metrics.in > 1", metric("in")),
    ("metrics.a > +1e+0", A),
    ("metrics.a > 1.e0", A),
    ("metrics.a > 1 or metrics.b > 1", Or((A, B))),
    ("not metrics.a > 1", Not(A)),
    ("NOT(metrics.a > 1)", Not(A)),
    ("not not metrics.a > 1", A),
    ("not (not (metrics.a > 1))", A),
    ("((metrics.a > 1))", A),
    ("metrics.a>1 OR metrics.b>1 AND metrics.c>1", Or((A, And((B, C))))),
    ("(metrics.a>1 OR metrics.b>1) AND metrics.c>1", And((Or((A, B)), C))),
    ("NOT metrics.a>1 AND metrics.b>1 OR NOT metrics.c>1", Or((And((Not(A), B)), Not(C)))),
    ("NOT (metrics.a>1 AND metrics.b>1)", Not(And((A, B)))),
    ("(metrics.a>1 AND metrics.b>1) AND (metrics.c>1 AND metrics.d>1)", And((A, B, C, D))),
    ("metrics.a>1 OR (metrics.b>1 OR (metrics.c>1))", Or((A, B, C))),
    ("metrics.a>1 AND NOT (NOT (metrics.b>1 AND metrics.c>1))", And((A, B, C))),
    ("metrics.a>1 AND NOT (metrics.b>1 AND metrics.c>1)", And((A, Not(And((B, C)))))),
    ("status in ('a')", run_clause(Entity.ATTRIBUTE, "status", Op.IN, ("a",))),
    ("params.a NOT IN ('C:\\new', 'b',)",
     run_clause(Entity.PARAM, "a", Op.NOT_IN, ("C:\\new", "b"))),
    ("params.a ~ 'vit.*'", param("a", "vit.*", Op.MATCHES)),
    ('dataset.name!~"^a"', run_clause(Entity.DATASET, "name", Op.NOT_MATCHES, "^a")),
    ("params.a is  not\nnull", run_clause(Entity.PARAM, "a", Op.IS_NOT_NULL, None)),
    ("start_time > 'now'", run_clause(Entity.ATTRIBUTE, "start_time", Op.GT, NOW)),
    ('created < "2h ago"', run_clause(Entity.ATTRIBUTE, "start_time", Op.LT, NOW - 7_200_000)),
    ("start_time < 123456789012345678901",
     run_clause(Entity.ATTRIBUTE, "start_time", Op.LT, 123456789012345678901.0)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "tree"), MLFLOW_ALSO + ONLY_OURS)
def test_means(text: str, tree: Node | None) -> None:
    assert parse_filter(text, now_ms=NOW) == tree


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("name = 'x'", run_clause(Entity.ATTRIBUTE, "name", Op.EQ, "x")),
        ("attribute.name ilike 'x'", run_clause(Entity.ATTRIBUTE, "name", Op.ILIKE, "x")),
        ("experiment_id = '07'", run_clause(Entity.ATTRIBUTE, "experiment_id", Op.EQ, "7")),
        ("experiment_id NOT IN ('1','0')",
         run_clause(Entity.ATTRIBUTE, "experiment_id", Op.NOT_IN, ("1", "0"))),
        ("creation_time > 5", run_clause(Entity.ATTRIBUTE, "creation_time", Op.GT, 5)),
        ("last_update_time > 'now'",
         run_clause(Entity.ATTRIBUTE, "last_update_time", Op.GT, NOW)),
        ("tags.`a b` IS NULL", run_clause(Entity.TAG, "a b", Op.IS_NULL, None)),
    ],
)  # fmt: skip
def test_means_of_experiments(text: str, tree: Node) -> None:
    assert parse_filter(text, Subject.EXPERIMENTS, now_ms=NOW) == tree


REFUSED = [
    ("metrcs.a > 1", 0, "unknown field 'metrcs'; did you mean metrics?"),
    ("metrics.a > 1 AND Metrics.b > 1", 18, "did you mean metrics?"),
    ("statsu = 'x'", 0, "did you mean status?"),
    ("Status = 'x'", 0, "did you mean status?"),
    ("experiment_id = '1'", 0, "unknown field 'experiment_id'"),
    ("dataset.nam = 'x'", 8, "unknown field 'nam'; did you mean name?"),
    ("`metrics.a` > 1", 0, "quotes the prefix too (expected metrics.`a`)"),
    ("metrics.a.`b` > 1", 0, "not around the whole key (expected metrics.`a.b`)"),
    ("metrics > 1", 7, "the key after 'metrics' is missing"),
    ("metrics. > 1", 8, "the key after 'metrics' is missing"),
    (".a > 1", 0, "unknown field ''"),
    ("'status' = 'x'", 0, "'status' is not a field"),
    ("= 3", 0, "= is not a field"),
    ("metrics.a == 1", 10, "did you mean =?"),
    ("metrics.a <> 1", 10, "did you mean !=?"),
    ("params.a RLIKE 'x'", 9, "did you mean ~?"),
    ("params.a NOT LIKE 'x'", 9, "write NOT (params.a LIKE …)"),
    ("params.a b = 'x'", 9, "a key with a space needs quotes"),
    ("params.a = 'x' tag.b IS NULL", 15, "AND or OR is missing before tag.b"),
    ("params.a BETWEEN 'x' AND 'y'", 9, "BETWEEN is not an operator"),
    ("metrics.a LIKE 'x'", 10, "LIKE does not work on metrics.a"),
    ("params.a > 'x'", 9, "> does not work on params.a"),
    ("metrics.a IS NULL", 10, "IS NULL does not work on metrics.a"),
    ("metrics.a", 9, "the end is not an operator"),
    ("metrics.a >", 11, "compared with a number, not with the end"),
    ("metrics.a > '1'", 12, "leave out the quotes"),
    ("metrics.a > 1and metrics.b > 2", 12, "not with 1and"),
    ("metrics.a > nan", 12, "compared with a number"),
    ("params.a = x", 11, "compared with a text in quotes, not with x"),
    ("params.a = `x`", 11, "compared with a text in quotes"),
    ("params.a = 'x", 11, "the quote ' is not closed"),
    ('params.a = "x', 11, 'the quote " is not closed'),
    ("params.`a = 'x'", 7, "the quote ` is not closed"),
    ("metrics.a > 1;", 13, "holds no ';'"),
    ("start_time > 'soon'", 13, "'soon' is not a time"),
    ("start_time > '1700000000000'", 13, "is not a time"),
    ("status IN 'a'", 10, "IN needs a list"),
    ("status IN ('a' 'b')", 15, "a comma is missing before 'b'"),
    ("status IN ('a', b)", 16, "b is not a text in quotes"),
    ("status IN (,)", 11, ", is not a text in quotes"),
    ("run_id IN ()", 11, "the list is empty"),
    ("run_id IN ('a', 1)", 16, "1 is not a text in quotes"),
    ("run_id IN ('a'", 14, "the list is not closed"),
    ("params.a ~ 'a(b'", 13, "not a regular expression"),
    ("params.a ~ 'b|*a'", 14, "not a regular expression: nothing to repeat"),
    ("(metrics.a > 1", 0, "the parenthesis is not closed"),
    ("metrics.a > 1)", 13, "no parenthesis is open here"),
    ("()", 1, "a comparison is missing here"),
    ("NOT", 3, "a comparison is missing here"),
    ("metrics.a > 1 OR", 16, "a comparison is missing here"),
    ("OR metrics.a > 1", 0, "a comparison is missing here"),
    ("metrics.a > 1 AND OR metrics.b > 1", 18, "a comparison is missing here"),
    ("metrics.a > 1 OR AND metrics.b > 1", 17, "a comparison is missing here"),
    ("(metrics.a > 1 AND)", 18, "a comparison is missing here"),
    ("metrics.a > 1 OR metrics.b > 1 AND", 34, "a comparison is missing here"),
    ("metrics.a > 1 metrics.b > 1 OR metrics.c > 1", 14, "AND or OR is missing before metrics.b"),
    ("metrics.a > 1 (metrics.b > 1)", 14, "AND or OR is missing before ("),
    ("metrics.a > 1 NOT metrics.b > 1", 14, "AND or OR is missing before NOT"),
    ("metrics.a > 1 , metrics.b > 1", 14, "AND or OR is missing before ,"),
    ("params.a = 'x' collate y", 15, "AND or OR is missing before collate"),
    ("params.a = '\0'", 12, "no store can hold the character U+0000"),
    ("params.a = '\ud800'", 12, "no store can hold the character U+D800"),
    ("run_id IN ('\\ud800')", 10, "no store can hold this"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "position", "message"), REFUSED)
def test_refuses(text: str, position: int, message: str) -> None:
    with pytest.raises(FilterError) as caught:
        parse_filter(text)
    assert message in str(caught.value)
    assert caught.value.position == position
    assert caught.value.text == text


def test_refuses_what_experiments_do_not_have() -> None:
    for text in ("metrics.a > 1", "params.a = 'x'", "created > 1", "experiment_id LIKE '1'"):
        with pytest.raises(FilterError):
            parse_filter(text, Subject.EXPERIMENTS)


def test_a_comparison_knows_its_place() -> None:
    tree = parse_filter(" metrics.a > 1 OR params.b IN ('x', 'y')  AND tags.c IS NULL")
    assert isinstance(tree, Or)
    first, second = tree.terms
    assert isinstance(first, Comparison)
    assert (first.start, first.end) == (1, 14)
    assert isinstance(second, And)
    ends = [(term.start, term.end) for term in second.terms if isinstance(term, Comparison)]
    assert ends == [(18, 40), (46, 60)]


@pytest.mark.parametrize(
    ("opening", "closing"), [("(", ")"), ("NOT ", ""), ("NOT (", ")"), ("not(not(", "))")]
)
def test_deep_nesting_that_means_little(opening: str, closing: str) -> None:
    text = opening * 5000 + "metrics.a > 1" + closing * 5000
    assert parse_filter(text) == A


@pytest.mark.parametrize("piece", ["metrics.a > 1 AND (metrics.b > 1 AND ", "metrics.a>1 OR (("])
def test_deep_nesting_of_one_kind_is_flat(piece: str) -> None:
    tree = parse_filter(piece * 2000 + "metrics.c > 1" + ")" * (2000 * piece.count("(")))
    assert isinstance(tree, And | Or)
    assert len(tree.terms) in (4001, 2001)


def test_nesting_of_all_kinds_has_an_end() -> None:
    def nested(levels: int) -> str:
        return "metrics.a>1 OR (metrics.b>1 AND (" * levels + "metrics.c>1" + "))" * levels

    fits = MAX_DEPTH // 2 - 1
    assert parse_filter(nested(fits)) is not None
    for levels in (MAX_DEPTH, 5000):
        with pytest.raises(FilterError, match="levels deep"):
            parse_filter(nested(levels))


@pytest.mark.parametrize(
    "piece",
    [
        "metrics.a > 1 AND ", "metrics.a > 1 OR ", "(", "NOT ", "'x' ", "''", "\\'", "`a``",
        "params.a = 'x\\' ", "run_id IN (", "('a',", "a.", "=", "AND ", "((a and", "1", "' \" ` ",
        "metrics.a > 1 AND (metrics.b > 1 AND ", "NOT NOT (metrics.a>1 and ", "params.a ~ '(",
    ],
)  # fmt: skip
def test_time_grows_with_the_text_only(piece: str) -> None:
    def seconds(count: int) -> float:
        text = piece * count
        best = float("inf")
        for _ in range(2):
            start = time.process_time()
            with contextlib.suppress(FilterError):
                parse_filter(text)
            best = min(best, time.process_time() - start)
        return best

    small, large = seconds(300), seconds(4800)
    # 16 times the text: about 16 times as long, not 256 times; short times are noise.
    assert large < max(small, 0.0005) * 64
