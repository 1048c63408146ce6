"""From the tree of a filter to a WHERE clause that answers it wholly in the database."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

from venturi.errors import InvalidInput
from venturi.filters.tree import And, Comparison, Node, Not, Op, Value
from venturi.stores.sql.dialects import Dialect, Truth
from venturi.stores.sql.fields import Field, FieldOf

MOST_COMPARISONS = 200
DEEPEST = 30
"""What every database answers. Beyond that SQLite gives up, and MySQL may take all memory."""

_INT64 = 2**63
_ONE: sa.ColumnElement[int] = sa.literal_column("1", sa.Integer())

_NUMERIC: Mapping[Op, Callable[[Any, Any], Any]] = {
    Op.EQ: operator.eq,
    Op.NE: operator.ne,
    Op.LT: operator.lt,
    Op.LE: operator.le,
    Op.GT: operator.gt,
    Op.GE: operator.ge,
}


class Conditions:
    """Writes WHERE clauses over the fields of runs, or of experiments.

    Every comparison becomes true or false, never NULL, so that NOT around one with a missing key
    is true. A key in a table of its own is looked up with EXISTS: the database then goes through
    the records in their own order and stops at the first hit.
    """

    def __init__(self, record: sa.TableClause, field_of: FieldOf, dialect: Dialect) -> None:
        self._record = record
        self._field_of = field_of
        self._dialect = dialect

    def of(self, node: Node) -> Truth:
        """The clause of a tree. Raises InvalidInput for one that is too large."""
        _check_size(node)
        return self._of(node)

    def _of(self, node: Node) -> Truth:
        if isinstance(node, Comparison):
            return self._comparison(node)
        if isinstance(node, Not):
            return sa.not_(self._of(node.term).self_group())
        join = sa.and_ if isinstance(node, And) else sa.or_
        return join(*(self._of(term) for term in node.terms))

    def _comparison(self, node: Comparison) -> Truth:
        field = self._field_of(node)
        if node.op is Op.IS_NULL:
            return sa.not_(self._some(field, None))
        if node.op is Op.IS_NOT_NULL:
            return self._some(field, None)
        return self._some(field, self._test(field, node.op, node.value))

    def _some(self, field: Field, test: Truth | None) -> Truth:
        """Whether the record has the field, with a value that passes the test when given."""
        if field.link is None:
            has = field.value.is_not(None) if field.where is None else field.where
            return has if test is None else sa.and_(has, test)
        parts = [part for part in (field.link, field.where, test) if part is not None]
        found = sa.select(_ONE).where(*parts)
        return found.correlate(self._record).exists()

    def _test(self, field: Field, op: Op, value: Value) -> Truth:
        if field.is_id:
            return _id_test(field.value, op, value)
        if field.is_text:
            return self._dialect.text_test(field.value, op, value)
        return _number_test(field, op, value)


def _check_size(node: Node) -> None:
    comparisons = 0
    level: list[Node] = [node]
    for _ in range(DEEPEST):
        comparisons += sum(isinstance(each, Comparison) for each in level)
        level = [part for each in level for part in _parts(each)]
        if comparisons + len(level) > MOST_COMPARISONS:
            raise InvalidInput(
                f"a search may have {MOST_COMPARISONS} comparisons, this one has more",
                hint="name many values of one field with IN ('…', '…')",
            )
        if not level:
            return
    raise InvalidInput(f"a search may be nested {DEEPEST} deep, this one is deeper")


def _parts(node: Node) -> tuple[Node, ...]:
    if isinstance(node, Comparison):
        return ()
    return (node.term,) if isinstance(node, Not) else node.terms


def _number_test(field: Field, op: Op, value: Value) -> Truth:
    number = _bindable(value)
    if not math.isfinite(number):
        # No database value is infinite: MLflow stores the largest finite one instead.
        test = sa.true() if _NUMERIC[op](0.0, number) else sa.false()
    else:
        test = _NUMERIC[op](field.value, number)
    if field.is_nan is None:
        return test
    if op is Op.NE:
        return sa.or_(test, field.is_nan.is_(sa.true()))
    return sa.and_(test, field.is_nan.is_(sa.false()))


def _bindable(value: Value) -> int | float:
    """A number that every driver can send; a whole one beyond 64 bits as a float."""
    number = value if isinstance(value, (int, float)) else float(str(value))
    if isinstance(number, float) or -_INT64 <= number < _INT64:
        return number
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _id_test(column: sa.ColumnElement[Any], op: Op, value: Value) -> Truth:
    """Ids are numbers here; one that is not a number belongs to no experiment."""
    texts = value if isinstance(value, tuple) else (str(value),)
    numbers = [number for text in texts if (number := id_number(text)) is not None]
    wanted = op in (Op.EQ, Op.IN)
    return column.in_(numbers) if wanted else column.not_in(numbers)


def id_number(experiment_id: str) -> int | None:
    """The number that an experiment id is in a database; None when it can be none."""
    if not (experiment_id.isascii() and experiment_id.isdecimal()):
        return None
    number = int(experiment_id) if len(experiment_id) < 20 else _INT64
    return number if number < _INT64 else None
