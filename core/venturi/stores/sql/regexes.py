"""Regular expressions as Python means them, for databases whose own differ."""

from __future__ import annotations

import sqlalchemy as sa

from venturi.filters.patterns import compile_regex
from venturi.filters.tree import And, Comparison, Node, Not, Op, Or
from venturi.stores.sql.dialects import Dialect, as_text
from venturi.stores.sql.fields import FieldOf


def spell_out(node: Node, connection: sa.Connection, field_of: FieldOf, dialect: Dialect) -> Node:
    """The same search with each regular expression as the list of texts it finds.

    The regular expressions of PostgreSQL and MySQL are other languages than Python's. What fields
    hold is few different texts in many runs, so these are read and tried here, and the rest of the
    search, with its order and paging, stays in the database.
    """
    if dialect.knows_python_regex:
        return node
    if isinstance(node, Comparison):
        return _listed(node, connection, field_of, dialect)
    if isinstance(node, Not):
        return Not(spell_out(node.term, connection, field_of, dialect))
    terms = tuple(spell_out(term, connection, field_of, dialect) for term in node.terms)
    return And(terms) if isinstance(node, And) else Or(terms)


def _listed(
    node: Comparison, connection: sa.Connection, field_of: FieldOf, dialect: Dialect
) -> Comparison:
    if node.op not in (Op.MATCHES, Op.NOT_MATCHES):
        return node
    field = field_of(node)
    statement = sa.select(dialect.exact(field.value)).where(field.value.is_not(None)).distinct()
    if field.where is not None:
        statement = statement.where(field.where)
    search = compile_regex(str(node.value)).search
    wanted = node.op is Op.MATCHES
    texts = map(as_text, connection.execute(statement).scalars())
    found = tuple(text for text in texts if (search(text) is not None) is wanted)
    return Comparison(node.entity, node.key, Op.IN, found)
