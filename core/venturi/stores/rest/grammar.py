"""What one server's filter grammar knows: newest MLflow's, until it refuses something."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from venturi.filters.pushdown import comparisons_of, split, spoken_since, to_mlflow
from venturi.filters.subjects import Subject
from venturi.filters.tree import Comparison, Entity, Node, Op
from venturi.stores.rest.marks import digest

Kind: TypeAlias = tuple[Entity, str, Op]
"""What makes comparisons alike for a grammar; the key only of attributes."""

_OLDEST = (1, 30)
"""The version whose grammar is taken to be known everywhere."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which part of a filter the server answers, also as its text, and which we do."""

    pushed: Node | None
    text: str
    rest: Node | None

    @property
    def name(self) -> str:
        """A fingerprint of what the server is asked."""
        return digest(self.text)


class Grammar:
    """Plans filters for one server, and learns from its refusals.

    Versions are not asked for: a refusal says more, also of servers that are not MLflow's own.
    """

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._refused: frozenset[Kind] = frozenset()

    def plans(self, node: Node | None) -> list[Plan]:
        """Ways to answer, no two alike.

        The one that leaves most to the server comes first, the one that asks for everything last.
        """
        refused = self._refused
        return self._distinct(node, [lambda one: kind(one) not in refused, self._is_old, _never])

    def plan(self, node: Node | None, name: str) -> Plan | None:
        """The plan of that name, also if it would not come first any more."""
        every = self._distinct(node, [_always, self._is_old, _never])
        found = [plan for plan in [*self.plans(node), *every] if plan.name == name]
        return found[0] if found else None

    def learn(self, refused: Plan, accepted: Plan) -> None:
        """Remember the kinds that made the difference, unless every server knows some of them."""
        taken = {kind(one) for one in comparisons_of(accepted.pushed)}
        blamed = [one for one in comparisons_of(refused.pushed) if kind(one) not in taken]
        if not any(self._is_old(one) for one in blamed):
            self._refused |= {kind(one) for one in blamed}

    def _is_old(self, one: Comparison) -> bool:
        return spoken_since(one, self._subject) <= _OLDEST

    def _distinct(self, node: Node | None, rules: list[Callable[[Comparison], bool]]) -> list[Plan]:
        plans: list[Plan] = []
        for rule in rules:
            pushed, rest = split(node, self._subject, rule)
            text = to_mlflow(pushed, self._subject)
            if all(text != plan.text for plan in plans):
                plans.append(Plan(pushed, text, rest))
        return plans


def kind(comparison: Comparison) -> Kind:
    """What a grammar may know or not."""
    key = comparison.key if comparison.entity is Entity.ATTRIBUTE else ""
    return comparison.entity, key, comparison.op


def _always(one: Comparison) -> bool:
    del one
    return True


def _never(one: Comparison) -> bool:
    del one
    return False
