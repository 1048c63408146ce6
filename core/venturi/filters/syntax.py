"""From filter text to tree: MLflow's grammar, and OR, NOT, parentheses and patterns beyond it."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from venturi.errors import FilterError
from venturi.filters.comparisons import NULLS, read_comparison
from venturi.filters.cursor import Cursor
from venturi.filters.names import expected_field, names_field
from venturi.filters.subjects import Subject
from venturi.filters.tokens import Shape, Token, tokens_of
from venturi.filters.tree import And, Comparison, Node, Not, Op, Or

MAX_DEPTH: Final = 24
"""How deep AND, OR and NOT may alternate: what SQLite's parser takes; and trees can be recursed."""

_WITHOUT_VALUE = (*NULLS, Op.IN, Op.NOT_IN)


def parse_filter(
    text: str, subject: Subject = Subject.RUNS, *, now_ms: int | None = None
) -> Node | None:
    """The tree that a filter means; None for blank text, which every record matches.

    Whatever MLflow's client accepts means the same here. Beyond it: OR, NOT and parentheses (NOT
    binds closer than AND, AND than OR), IN and NOT IN on every text, `~` and `!~` for regular
    expressions, and times in quotes ('2h ago', 'yesterday', '2026-11-01 14:00', counted from
    `now_ms`, by default the clock's now). The time taken is in proportion to the text. The tree
    is at most `MAX_DEPTH` deep.

    Raises:
        FilterError: at the first place that cannot be meant.
    """
    return _Parser(text, subject, now_ms).parse()


class _Joint(Enum):
    """How the terms of a part are joined."""

    ALONE = 0
    AND = 1
    OR = 2


@dataclass(slots=True)
class _Part:
    """A node that may still grow: one term alone, or several joined, perhaps negated."""

    joint: _Joint
    terms: deque[Node]
    depth: int
    negated: bool = False

    def frozen(self) -> Node:
        if self.joint is _Joint.ALONE:
            node = self.terms[0]
        else:
            node = (And if self.joint is _Joint.AND else Or)(tuple(self.terms))
        return Not(node) if self.negated else node

    @property
    def whole_depth(self) -> int:
        return self.depth + self.negated


@dataclass(slots=True)
class _Frame:
    """What is known of one pair of parentheses, or of the whole text, so far."""

    opening: Token
    alternatives: list[_Part] = field(default_factory=list[_Part])
    factors: list[_Part] = field(default_factory=list[_Part])
    negate: bool = False


class _Parser:
    """One run over the tokens; a stack of frames instead of recursion."""

    def __init__(self, text: str, subject: Subject, now_ms: int | None) -> None:
        self._cursor = Cursor(text, tokens_of(text))
        self._subject = subject
        self._now_ms = now_ms
        self._frames = [_Frame(self._cursor.token)]
        # MLflow takes ANDs too many and ANDs left out; fine until the text is more than MLflow's.
        self._sloppy: FilterError | None = None
        self._is_plain = True
        self._last_op: Op | None = None
        self._missing_and: FilterError | None = None

    def parse(self) -> Node | None:
        while not self._at_end():
            self._read_term()
            while self._cursor.token.shape is Shape.CLOSE:
                self._close()
            if not self._at_end():
                self._read_joint()
        return self._finish()

    def _at_end(self) -> bool:
        return self._cursor.token.shape is Shape.END

    def _finish(self) -> Node | None:
        if len(self._frames) > 1:
            opening = self._frames[-1].opening
            raise self._cursor.error("the parenthesis is not closed", ")", at=opening)
        if self._sloppy and not self._is_plain:
            raise self._sloppy
        frame = self._frames[0]
        if not frame.factors:
            if frame.alternatives:
                raise self._missing_comparison()
            return None  # nothing, or nothing but ANDs
        return self._joined(frame).frozen()

    def _read_term(self) -> None:
        """NOTs, opening parentheses and ANDs too many, then one comparison."""
        cursor = self._cursor
        while True:
            token, frame = cursor.token, self._frames[-1]
            if token.is_word("NOT"):
                cursor.take()
                frame.negate = not frame.negate
                self._is_plain = False
            elif token.shape is Shape.OPEN:
                self._frames.append(_Frame(cursor.take()))
                self._is_plain = False
            elif token.is_word("AND"):
                self._sloppy = self._sloppy or self._missing_comparison()
                cursor.take()
            else:
                break
        if token.shape is Shape.END and self._is_plain and self._sloppy:
            return
        if token.is_word("OR") or token.shape in (Shape.END, Shape.CLOSE):
            raise self._missing_comparison()
        comparison = read_comparison(self._cursor, self._subject, self._now_ms)
        self._check_missing_and(comparison)
        self._add(_Part(_Joint.ALONE, deque([comparison]), 1))

    def _check_missing_and(self, comparison: Comparison) -> None:
        """Refuse `a = 'x' b IS NULL`, all of which MLflow takes for the name of one field."""
        swallowed = comparison.op in NULLS and self._last_op not in _WITHOUT_VALUE
        if self._missing_and and swallowed:
            raise self._missing_and
        self._missing_and = None
        self._last_op = comparison.op

    def _read_joint(self) -> None:
        """The AND or OR behind a term; none at all is MLflow's AND."""
        token, frame = self._cursor.token, self._frames[-1]
        if token.is_word("OR"):
            self._cursor.take()
            self._is_plain = False
            frame.alternatives.append(self._conjunction(frame))
            frame.factors = []
        elif token.is_word("AND"):
            self._cursor.take()
            if self._cursor.token.shape is Shape.END:
                self._sloppy = self._sloppy or self._missing_comparison()
        else:
            missing = self._cursor.error(f"AND or OR is missing before {token.shown}")
            if token.is_word("NOT") or not names_field(token, self._subject):
                raise missing
            self._sloppy = self._sloppy or missing
            self._missing_and = missing

    def _missing_comparison(self) -> FilterError:
        return self._cursor.error("a comparison is missing here", expected_field(self._subject))

    def _close(self) -> None:
        if len(self._frames) == 1:
            raise self._cursor.error("no parenthesis is open here", "AND or OR")
        part = self._joined(self._frames[-1])
        self._frames.pop()
        self._cursor.take()
        self._add(part)

    def _add(self, part: _Part) -> None:
        frame = self._frames[-1]
        if frame.negate:
            part.negated = not part.negated
            frame.negate = False
        frame.factors.append(part)

    def _conjunction(self, frame: _Frame) -> _Part:
        return self._join(frame, frame.factors, _Joint.AND)

    def _joined(self, frame: _Frame) -> _Part:
        last = self._conjunction(frame)
        if not frame.alternatives:
            return last
        return self._join(frame, [*frame.alternatives, last], _Joint.OR)

    def _join(self, frame: _Frame, parts: list[_Part], joint: _Joint) -> _Part:
        if len(parts) == 1:
            return parts[0]
        joined = _Part(joint, deque(), 1)
        for part in parts:
            if part.joint is joint and not part.negated:
                joined.terms = _merged(joined.terms, part.terms)
                joined.depth = max(joined.depth, part.depth)
            else:
                joined.terms.append(part.frozen())
                joined.depth = max(joined.depth, part.whole_depth + 1)
        if joined.depth > MAX_DEPTH:
            message = f"AND, OR and NOT alternate more than {MAX_DEPTH} levels deep"
            raise self._cursor.error(message, at=frame.opening)
        return joined


def _merged(left: deque[Node], right: deque[Node]) -> deque[Node]:
    """Both in order, by moving the shorter to the longer; the other is used up."""
    if len(left) >= len(right):
        left.extend(right)
        return left
    right.extendleft(reversed(left))
    return right
