"""What of a run a question needs, so that nothing else is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from venturi.filters.pushdown import comparisons_of
from venturi.filters.tree import Entity, Node, OrderKey


@dataclass(frozen=True, slots=True)
class Needs:
    """Keys by kind, and attributes that lie outside a run's meta.yaml."""

    metrics: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    attributes: frozenset[str] = frozenset()
    datasets: bool = False


def needs_of(node: Node | None, order: Iterable[OrderKey]) -> Needs:
    """What it takes to evaluate the filter and the order."""
    wanted: dict[Entity, set[str]] = {entity: set() for entity in Entity}
    for comparison in comparisons_of(node):
        wanted[comparison.entity].add(comparison.key)
    for key in order:
        wanted[key.entity].add(key.key)
    return Needs(
        metrics=tuple(wanted[Entity.METRIC]),
        params=tuple(wanted[Entity.PARAM]),
        tags=tuple(wanted[Entity.TAG]),
        attributes=frozenset(wanted[Entity.ATTRIBUTE]),
        datasets=bool(wanted[Entity.DATASET]),
    )
