"""What of a filter or an order a store answers itself, and what is left to do locally."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from venturi.filters.subjects import Kind, Subject, field_of, is_misread
from venturi.filters.tree import And, Comparison, Entity, Node, Not, Op, Or, OrderKey
from venturi.filters.writing import CannotWrite, write_comparison, write_ordered_field

CanAnswer = Callable[[Comparison], bool]
Version = tuple[int, int]

# MLflow joins a table for each clause that is not about an attribute; SQLite joins at most 64.
MAX_CLAUSES: Final = 24
# Its tokenizer gives up on long texts, and counts each listed text and each comma.
MAX_LISTED: Final = 3000

_OPPOSITE = {Op.IS_NULL: Op.IS_NOT_NULL, Op.IS_NOT_NULL: Op.IS_NULL}


def split(
    node: Node | None, subject: Subject, can_push: CanAnswer = lambda _: True
) -> tuple[Node | None, Node | None]:
    """Part a filter into what an MLflow server is asked and what is left to check on its answers.

    Returns:
        `pushed` and `rest`. A record matches `node` exactly when it matches both; None matches
        everything. `pushed` is what `to_mlflow` can write: a comparison or an AND of comparisons,
        each of which MLflow's grammar can say and `can_push` allows (an older server knows less).
    """
    pushed: list[Node] = []
    rest: list[Node] = []
    listed = 0
    for term in _conjuncts(node):
        if not isinstance(term, Comparison) or len(pushed) == MAX_CLAUSES:
            rest.append(term)
            continue
        length = len(term.value) if isinstance(term.value, tuple) else 0
        if listed + length <= MAX_LISTED and sayable(term, subject) and can_push(term):
            pushed.append(term)
            listed += length
        else:
            rest.append(term)
    return _conjunction(pushed), _conjunction(rest)


def separate(node: Node | None, can_answer: CanAnswer) -> tuple[Node | None, Node | None]:
    """Part a filter for a store that can answer OR and NOT too, if not every comparison.

    Returns:
        `answered` and `rest`, both any trees; every comparison in `answered` is one that
        `can_answer`. A record matches `node` exactly when it matches both.
    """
    answered: list[Node] = []
    rest: list[Node] = []
    for term in _conjuncts(node):
        within = all(can_answer(comparison) for comparison in comparisons_of(term))
        (answered if within else rest).append(term)
    return _conjunction(answered), _conjunction(rest)


def comparisons_of(node: Node | None) -> Iterator[Comparison]:
    """Every comparison in a tree, from left to right."""
    if isinstance(node, Comparison):
        yield node
    elif isinstance(node, Not):
        yield from comparisons_of(node.term)
    elif node is not None:
        for term in node.terms:
            yield from comparisons_of(term)


def sayable(node: Comparison, subject: Subject) -> bool:
    """Whether the newest MLflow's grammar can say a comparison, key and value included."""
    field = field_of(subject, node.entity, node.key)
    if field is None or node.op not in field.mlflow_ops:
        return False
    if is_misread(subject, node.entity, node.key):
        return False
    if subject is Subject.EXPERIMENTS and field.kind is Kind.TIME and isinstance(node.value, float):
        return False  # MLflow refuses fractions there
    if subject is Subject.VERSIONS and isinstance(node.value, float):
        return False  # and cuts them off here
    try:
        write_comparison(node)
    except CannotWrite:
        return False
    return True


def spoken_since(node: Comparison, subject: Subject) -> Version:
    """A version of MLflow that knows this kind of comparison, as does every later one.

    Never too early, perhaps too late: what is not asked is answered locally.
    """
    if node.op in (Op.IS_NULL, Op.IS_NOT_NULL):
        return (3, 9)
    if subject is Subject.EXPERIMENTS:
        return (3, 17) if (node.entity, node.key) == _EXPERIMENT_ID else (1, 30)
    if subject in (Subject.MODELS, Subject.VERSIONS):
        return _registry_since(node)
    if node.entity is Entity.DATASET:
        return (2, 22)
    return (2, 3) if node.op in (Op.IN, Op.NOT_IN) else (1, 30)


def _registry_since(node: Comparison) -> Version:
    if node.entity is Entity.ATTRIBUTE and node.op is Op.EQ and node.key != "version_number":
        return (1, 30)
    return (3, 18) if node.op in (Op.IN, Op.NOT_IN) else (2, 3)


_EXPERIMENT_ID = (Entity.ATTRIBUTE, "experiment_id")


def to_mlflow(node: Node | None, subject: Subject = Subject.RUNS) -> str:
    """The text by which MLflow understands a filter that `split` says can be pushed.

    Raises:
        CannotWrite: MLflow's grammar has no way to say this.
    """
    if node is None:
        return ""
    terms = node.terms if isinstance(node, And) else (node,)
    return " AND ".join(_clause(term, subject) for term in terms)


def can_order(keys: Sequence[OrderKey], subject: Subject = Subject.RUNS) -> bool:
    """Whether MLflow can be asked for this order; else it has to be made here."""
    try:
        for key in keys:
            write_ordered_field(key.entity, key.key, subject)
    except CannotWrite:
        return False
    return not any(is_misread(subject, key.entity, key.key) for key in keys)


def _clause(node: Node, subject: Subject) -> str:
    if not isinstance(node, Comparison):
        raise CannotWrite("MLflow's filters have no OR, NOT or parentheses")
    if not sayable(node, subject):
        raise CannotWrite(f"MLflow's filters cannot say {node.op.value} of {node.key}")
    return write_comparison(node)


def _conjuncts(node: Node | None) -> Iterator[Node]:
    """Terms that must all hold, together the same as the tree; NOT is moved inwards."""
    if isinstance(node, And):
        for term in node.terms:
            yield from _conjuncts(term)
    elif isinstance(node, Not):
        yield from _denied(node)
    elif node is not None:
        yield node


def _denied(node: Not) -> Iterator[Node]:
    term = node.term
    if isinstance(term, Not):
        yield from _conjuncts(term.term)
    elif isinstance(term, Or):
        for each in term.terms:
            yield from _denied(Not(each))
    elif isinstance(term, Comparison) and term.op in _OPPOSITE:
        yield Comparison(term.entity, term.key, _OPPOSITE[term.op], None, term.start, term.end)
    else:
        yield node


def _conjunction(terms: list[Node]) -> Node | None:
    if len(terms) < 2:
        return terms[0] if terms else None
    return And(tuple(terms))
