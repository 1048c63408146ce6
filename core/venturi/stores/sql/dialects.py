"""What SQLite, PostgreSQL and MySQL say differently: comparing text as MLflow does on each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.operators import custom_op

from venturi.filters.tree import Op, Value

Truth = sa.ColumnElement[bool]

_SIGN = custom_op[Any]("+")


class Dialect:
    """SQL as SQLAlchemy writes it by itself, which is what SQLite needs.

    LIKE looks at upper and lower case because the connection is told so; ILIKE folds ASCII letters.
    """

    kind = "sqlite"
    knows_python_regex = True

    def text_test(self, column: sa.ColumnElement[Any], op: Op, value: Value) -> Truth:
        """`column op value` for a text operator other than IS [NOT] NULL."""
        if op is Op.EQ:
            return self.equals(column, value)
        if op is Op.NE:
            return self.differs(column, value)
        if op is Op.LIKE:
            return self.like(column, value)
        if op is Op.ILIKE:
            return column.ilike(str(value))
        if op in (Op.IN, Op.NOT_IN):
            return self.one_of(column, _texts(value), wanted=op is Op.IN)
        return self.found_in(column, str(value), wanted=op is Op.MATCHES)

    def equals(self, column: sa.ColumnElement[Any], value: Value) -> Truth:
        """The same text, character by character."""
        return column == value

    def differs(self, column: sa.ColumnElement[Any], value: Value) -> Truth:
        """Another text; NULL for NULL."""
        return column != value

    def like(self, column: sa.ColumnElement[Any], value: Value) -> Truth:
        """LIKE with an eye to upper and lower case."""
        return column.like(str(value))

    def one_of(
        self, column: sa.ColumnElement[Any], values: Sequence[str], *, wanted: bool
    ) -> Truth:
        """One of the texts, or with `wanted` False none of them; NULL for NULL."""
        return column.in_(values) if wanted else column.not_in(values)

    def found_in(self, column: sa.ColumnElement[Any], pattern: str, *, wanted: bool) -> Truth:
        """A regular expression, by the function that our SQLite connections carry."""
        found = sa.func.venturi_search(pattern, column, type_=sa.Integer())
        return found == (1 if wanted else 0)

    def newest_first(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Descending, with NULL last."""
        return column.desc()

    def exact(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """The text as DISTINCT has to see it, to tell all texts apart; read it with `as_text`."""
        return column

    def unindexed(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """The column for a comparison that no index is to answer: SQLite goes by the sign."""
        return sa.UnaryExpression(column, operator=_SIGN, type_=column.type)

    def distinct(self, column: sa.ColumnElement[str]) -> sa.Select[Any]:
        """Each text of a column that an index starts with, once, and perhaps a NULL; for `as_text`.

        One seek for each text, from the last to the next higher; DISTINCT would read every row.
        """
        leap = sa.select(sa.func.min(column).label("found")).cte(recursive=True)
        after = sa.select(sa.func.min(column)).where(column > leap.c.found).scalar_subquery()
        leap = leap.union_all(sa.select(after).where(leap.c.found.is_not(None)))
        return sa.select(leap.c.found)


class PostgresDialect(Dialect):
    """PostgreSQL: NULL is its highest value, and a long list is one array parameter."""

    kind = "postgresql"
    knows_python_regex = False

    def one_of(
        self, column: sa.ColumnElement[Any], values: Sequence[str], *, wanted: bool
    ) -> Truth:
        """See Dialect."""
        array = sa.bindparam(None, list(values), type_=sa.ARRAY(sa.Text()))
        return column == sa.any_(array) if wanted else column != sa.all_(array)

    def newest_first(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """See Dialect."""
        return column.desc().nulls_last()

    def unindexed(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """See Dialect. Its planner counts what indexes lead to."""
        return column


class MysqlDialect(Dialect):
    """MySQL and MariaDB, whose collations take upper and lower case for the same.

    As MLflow does it, a plain comparison (which an index can answer) stands beside one of bytes.
    So `_` in a LIKE stands for one byte here, and ILIKE follows the collation.
    """

    kind = "mysql"
    knows_python_regex = False

    def equals(self, column: sa.ColumnElement[Any], value: Value) -> Truth:
        """See Dialect."""
        return sa.and_(column == value, _bytes(column) == value)

    def differs(self, column: sa.ColumnElement[Any], value: Value) -> Truth:
        """See Dialect."""
        return sa.or_(column != value, _bytes(column) != value)

    def like(self, column: sa.ColumnElement[Any], value: Value) -> Truth:
        """See Dialect."""
        return sa.and_(column.like(str(value)), _bytes(column).like(str(value)))

    def one_of(
        self, column: sa.ColumnElement[Any], values: Sequence[str], *, wanted: bool
    ) -> Truth:
        """See Dialect."""
        return super().one_of(_bytes(column), values, wanted=wanted)

    def exact(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """See Dialect."""
        return _bytes(column)

    def unindexed(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """See Dialect. Its planner counts what indexes lead to."""
        return column

    def distinct(self, column: sa.ColumnElement[str]) -> sa.Select[Any]:
        """See Dialect."""
        # Leaps would jump over keys that differ in case only.
        return sa.select(_bytes(column)).distinct()


def _bytes(column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """The bytes of a text, still a string to SQLAlchemy so that values are bound as text."""
    return sa.type_coerce(sa.cast(column, sa.LargeBinary()), sa.String())


def as_text(value: str | bytes) -> str:
    """A text that came back from an `exact` or `distinct` column."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _texts(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (str(value),)


def dialect_of(kind: str) -> Dialect:
    """The dialect of a StoreInfo kind."""
    return {"sqlite": Dialect, "postgresql": PostgresDialect, "mysql": MysqlDialect}[kind]()
