"""Every text at all is a tree, nothing, or a FilterError at a place in it."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from typing import TypeVar

from hypothesis import example, given, settings
from hypothesis import strategies as st
from worlds.filter_texts import FRAGMENTS, TEXTS, mlflow_texts, mutated

from venturi.errors import FilterError
from venturi.filters.match import compile_filter
from venturi.filters.order import parse_orders
from venturi.filters.pushdown import separate, split, to_mlflow
from venturi.filters.subjects import Subject
from venturi.filters.syntax import parse_filter

Answer = TypeVar("Answer")

SOUP = st.lists(st.sampled_from((*FRAGMENTS, *TEXTS, "metrics.a > 1")), max_size=30).map("".join)
ANYTHING = st.one_of(
    st.text(),
    st.text(alphabet=st.characters(codec=None), max_size=20),
    SOUP,
    mutated(mlflow_texts()),
)


@settings(deadline=None, max_examples=400)
@given(ANYTHING, st.sampled_from(Subject))
@example("params.a ~ '" + "(" * 20_000 + "'", Subject.RUNS)
@example("params.a ~ '" + "(" * 20_000 + ")" * 20_000 + "'", Subject.RUNS)
@example("params.a ~ 'a{99999999999999}'", Subject.RUNS)
@example("params.a ~ '[[a]&&b]'", Subject.RUNS)
@example("run_id IN " + "(" * 20_000 + "'a'" + ")" * 20_000, Subject.RUNS)
@example("run_id IN ('\\N{no such}')", Subject.RUNS)
@example("run_id IN (f'{1}', b'x')", Subject.RUNS)
@example("start_time > " + "9" * 10_000, Subject.RUNS)
@example("metrics.a > " + "9" * 10_000, Subject.RUNS)
@example("start_time > '9999-12-31 23:59'", Subject.RUNS)
@example("start_time > '0001-01-01'", Subject.RUNS)
@example("x" * 100_000 + " = 1", Subject.RUNS)
@example("metrics." + "x" * 100_000 + " = 'x'", Subject.RUNS)
@example("metrics.a" + "x" * 100_000 + " b = 'x'", Subject.RUNS)
@example("y" * 100_000 + ".a`b` = 'x'", Subject.RUNS)
@example("y" * 100_000 + ".a.`b` = 'x'", Subject.RUNS)
@example("dataset." + "y" * 100_000 + " = 'x'", Subject.RUNS)
@example("metrics.a " + "<" * 100_000 + " 1", Subject.RUNS)
def test_every_text_has_an_answer(text: str, subject: Subject) -> None:
    node = answer_of(lambda: parse_filter(text, subject), [text])
    if isinstance(node, FilterError):
        assert len(str(node)) < 400
        return
    compile_filter(node)
    to_mlflow(split(node, subject)[0], subject)
    separate(node, lambda _: False)
    assert pickle.loads(pickle.dumps(node)) == copy.deepcopy(node) == node
    assert isinstance(hash(node), int)


@settings(deadline=None, max_examples=150)
@given(st.lists(ANYTHING, max_size=3), st.sampled_from(Subject))
def test_every_order_has_an_answer(texts: list[str], subject: Subject) -> None:
    keys = answer_of(lambda: parse_orders(texts, subject), texts)
    assert isinstance(keys, FilterError) or len(keys) == len(texts)


def answer_of(ask: Callable[[], Answer], texts: list[str]) -> Answer | FilterError:
    """What comes back, be it an error at a place in one of the texts."""
    try:
        return ask()
    except FilterError as error:
        found = error
    assert found.text in texts
    assert 0 <= found.position <= len(found.text)
    return found
