"""ILIKE as MLflow's file store answers it: every letter folded, not the ASCII ones alone."""

from __future__ import annotations

import re
from dataclasses import replace

from venturi.filters.tree import Comparison, Node, Not, Op


def folded(node: Node) -> Node:
    """The tree with each ILIKE written as a regular expression that ignores case.

    SQLite folds ASCII letters only, Python all of them, so MLflow's stores differ in this.
    """
    if isinstance(node, Not):
        return Not(folded(node.term))
    if not isinstance(node, Comparison):
        return replace(node, terms=tuple(folded(term) for term in node.terms))
    if node.op is not Op.ILIKE or not isinstance(node.value, str):
        return node
    return replace(node, op=Op.MATCHES, value=_regex(node.value))


def _regex(pattern: str) -> str:
    """A regular expression for a whole text that is ILIKE the pattern, also over several lines.

    Each piece between two `%` is taken where it comes first, and never looked for again (the
    group in a look-ahead cannot be re-entered), so that no pattern takes exponential time.
    """
    first, *rest = map(_piece, pattern.split("%"))
    if not rest:
        return rf"(?is)\A{first}\Z"
    *middle, last = rest
    taken = [rf"(?=(?P<p{n}>.*?{piece}))(?P=p{n})" for n, piece in enumerate(middle) if piece]
    return rf"(?is)\A{first}{''.join(taken)}.*{last}\Z"


def _piece(part: str) -> str:
    return ".".join(map(re.escape, part.split("_")))
