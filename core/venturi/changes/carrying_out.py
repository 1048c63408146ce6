"""Many plans written one after another: how far it went, and why not further."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from venturi.changes.change import Change, Plan
from venturi.errors import VenturiError
from venturi.stores.writing import TrackingWriter


@dataclass(frozen=True, slots=True)
class Written:
    """What came of plans.

    Args:
        plans: Those that were written, in their order.
        failure: Why the next one was not; None when all were.
    """

    plans: tuple[Plan, ...]
    failure: VenturiError | None = None

    @property
    def changes(self) -> tuple[Change, ...]:
        """Everything that was changed, in the order it was written."""
        return tuple(change for plan in self.plans for change in plan.changes)


def carry_out(
    writer: TrackingWriter,
    plans: Sequence[Plan],
    tell: Callable[[int], object] = lambda _count: None,
) -> Written:
    """Write what the plans say, until one fails; those that need nothing are passed over.

    Args:
        writer: The store.
        plans: What is wished.
        tell: Told after each how many were written so far.
    """
    done: list[Plan] = []
    for plan in plans:
        if not plan.is_needed:
            continue
        try:
            made = plan.write(writer)
        except VenturiError as failure:
            return Written(tuple(done), failure)
        done.append(_with_id(plan, made) if isinstance(made, str) else plan)
        tell(len(done))
    return Written(tuple(done))


def _with_id(plan: Plan, made: str) -> Plan:
    """The plan of what was made, whose id is known now."""
    changes = tuple(replace(change, target=made) for change in plan.changes)
    return replace(plan, identity=made, changes=changes)
