"""A parsed search: comparisons joined by AND, OR and NOT, and the keys an answer is ordered by."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias


class Entity(str, Enum):
    """What a comparison looks at; the value is MLflow's canonical prefix."""

    ATTRIBUTE = "attribute"
    METRIC = "metric"
    PARAM = "parameter"
    TAG = "tag"
    DATASET = "dataset"


class Op(str, Enum):
    """How a comparison compares. `~` and `!~` are regular expressions, Venturi's own."""

    EQ = "="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    LIKE = "LIKE"
    ILIKE = "ILIKE"
    IN = "IN"
    NOT_IN = "NOT IN"
    IS_NULL = "IS NULL"
    IS_NOT_NULL = "IS NOT NULL"
    MATCHES = "~"
    NOT_MATCHES = "!~"


Value: TypeAlias = str | int | float | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """One clause. `key` is canonical (`created` is `start_time`, `Run name` is `run_name`).

    `value` is a float for metrics, an int or float for numeric attributes, a string or a tuple of
    strings otherwise, and None for IS [NOT] NULL. A comparison with a key that a record does not
    have is false, also for != and NOT IN, as in MLflow; NOT (…) around it is then true.
    `start` and `end` are offsets into the text it was parsed from, for messages only.
    """

    entity: Entity
    key: str
    op: Op
    value: Value
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class And:
    """All terms hold; at least two terms, none of them an And."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """One of the terms holds; at least two terms, none of them an Or."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The term does not hold."""

    term: Node


Node: TypeAlias = Comparison | And | Or | Not


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One key an answer is ordered by. `key` is canonical; never a dataset."""

    entity: Entity
    key: str
    ascending: bool = True
