"""What MLflow's parser accepts means the same to Venturi, and what Venturi writes to MLflow."""

from __future__ import annotations

import re

from hypothesis import assume, event, example, given, settings
from hypothesis import strategies as st
from worlds.filter_texts import (
    comparisons,
    conjunctions,
    mlflow_reads,
    mlflow_texts,
    mutated,
)

from venturi.errors import FilterError
from venturi.filters.pushdown import sayable, to_mlflow
from venturi.filters.subjects import Subject
from venturi.filters.syntax import parse_filter
from venturi.filters.tree import And, Comparison, Node

SUBJECTS = st.sampled_from((Subject.RUNS, Subject.EXPERIMENTS))


def clauses_of(node: Node | None) -> list[Comparison]:
    terms = node.terms if isinstance(node, And) else () if node is None else (node,)
    assert all(isinstance(term, Comparison) for term in terms)
    return [term for term in terms if isinstance(term, Comparison)]


# What MLflow lets a key hold. Its tokenizer also makes keys of texts nobody can mean: of nothing,
# of quotes in mid-key, of a whole clause before an AND left out. There an error helps more than
# its empty answer.
KEY = re.compile(r"[\w.\-/: ]+")


def assert_reads_the_same(text: str, subject: Subject) -> None:
    theirs = mlflow_reads(text, subject)
    event("refused by MLflow" if theirs is None else "accepted by MLflow")
    try:
        ours = clauses_of(parse_filter(text, subject)) if theirs is not None else None
    except FilterError:
        assert theirs is not None
        assume(all(KEY.fullmatch(clause.key) for clause in theirs))
        raise
    assert ours == theirs


@settings(deadline=None, max_examples=250)
@given(SUBJECTS.flatmap(lambda s: st.tuples(mlflow_texts(s), st.just(s))))
@example(("tag.a b  IS NULL", Subject.RUNS))
@example(("params.a is null params.b is not null", Subject.RUNS))
def test_what_mlflow_accepts_means_the_same(case: tuple[str, Subject]) -> None:
    assert_reads_the_same(*case)


@settings(deadline=None, max_examples=300)
@given(SUBJECTS.flatmap(lambda s: st.tuples(mutated(mlflow_texts(s)), st.just(s))))
def test_what_mlflow_accepts_by_mutation_means_the_same(case: tuple[str, Subject]) -> None:
    assert_reads_the_same(*case)


@settings(deadline=None, max_examples=200)
@given(
    SUBJECTS.flatmap(
        lambda s: st.tuples(st.just(s), conjunctions(comparisons(s, texts=st.text(max_size=8))))
    )
)
def test_what_is_written_reads_back_in_both(case: tuple[Subject, Node]) -> None:
    subject, tree = case
    assume(all(sayable(clause, subject) for clause in clauses_of(tree)))
    text = to_mlflow(tree, subject)
    assert mlflow_reads(text, subject) == clauses_of(tree)
    assert parse_filter(text, subject) == tree
