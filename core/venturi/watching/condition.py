"""A condition on a run: whether it holds, and whether it still can once the run is over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from venturi.errors import UsageError
from venturi.filters.match import compile_filter, matches
from venturi.filters.subjects import Subject
from venturi.filters.syntax import parse_filter
from venturi.filters.tree import And, Comparison, Entity, Node, Not
from venturi.records import Lifecycle, Run
from venturi.watching.tail import is_over


class Verdict(Enum):
    """What a look at a run says of a condition."""

    HOLDS = "holds"
    NOT_YET = "not yet"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter that one run is held against."""

    node: Node

    @classmethod
    def of(cls, text: str, now_ms: int) -> Condition:
        """The condition of a text in the search language; times in it count from `now_ms`.

        Raises:
            UsageError: It is blank.
            FilterError: It does not parse.
        """
        node = parse_filter(text, Subject.RUNS, now_ms=now_ms)
        if node is None:
            raise UsageError("an empty condition holds at once", hint="such as: metrics.loss < 0.2")
        return cls(node)

    def judge(self, run: Run) -> Verdict:
        """Whether the condition holds; NEVER when the run is over and can no longer make it so.

        Tags, and a run's name, can change when it is over. All else stays as it is.
        """
        if compile_filter(self.node)(run):
            return Verdict.HOLDS
        if is_over(run) and not _may(self.node, run, become=True):
            return Verdict.NEVER
        return Verdict.NOT_YET


def why_never(run: Run) -> str:
    """Why a condition that a run does not meet cannot come true any more."""
    if run.lifecycle_stage is Lifecycle.DELETED:
        return "it is deleted"
    return f"it is {run.status}"


def _may(node: Node, run: Run, *, become: bool) -> bool:
    """Whether a part of a condition can still become true (or false) of a run that is over."""
    if isinstance(node, Comparison):
        is_open = node.entity is Entity.TAG or node.key == "run_name"
        deleted = run.lifecycle_stage is Lifecycle.DELETED
        return (is_open and not deleted) or matches(node, run) is become
    if isinstance(node, Not):
        return _may(node.term, run, become=not become)
    each = [_may(term, run, become=become) for term in node.terms]
    return all(each) if isinstance(node, And) is become else any(each)
