"""Gates: conditions on what is behind a version that have to hold before it is moved."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from venturi.errors import Conflict, NotFound, UsageError
from venturi.records import ModelVersion, Stage
from venturi.registry.evidence import Evidence
from venturi.registry.naming import find_version
from venturi.stores.base import TrackingStore
from venturi.stores.registry import RegistryStore

_COMPARE: Final[dict[str, Any]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_GATE = re.compile(
    r"""\s*(?P<group>metrics?|params?|tags?)\.
        (?: `(?P<ticked>[^`]+)` | "(?P<quoted>[^"]+)" | (?P<bare>[^\s<>=!`"']+) )
        \s*(?P<op><=|>=|!=|=|<|>)\s*(?P<right>.+?)\s*""",
    re.VERBOSE,
)
_TEXT = re.compile(r"""'([^']*)'|"([^"]*)\"""")
_TICKED = re.compile(r"`([^`]+)`")
_FORM = 'METRIC OP NUMBER or METRIC OP VERSION, as in "metrics.auc >= champion"'


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition.

    Args:
        text: As it was written.
        group: metrics, params or tags, of the run (or logged model) behind a version.
        key: Which of them.
        op: How they are compared; params and tags only by = and !=.
        wanted: A number or text; None to compare with a version.
        other: The word of the version to compare with; empty when `wanted` is given.
    """

    text: str
    group: str
    key: str
    op: str
    wanted: float | str | None = None
    other: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A gate that was tried on a version: what it has, what it was to be compared with."""

    version: str
    gate: Gate
    have: float | str | None
    wanted: float | str | None
    against: str
    passed: bool
    problem: str = ""


def read_gate(text: str) -> Gate:
    """The gate that a text means.

    Left stands `metrics.KEY`, `params.KEY` or `tags.KEY` of the version's run, a KEY with odd
    characters in back-ticks; a metric that the version's logged model has counts before the run's.
    Right stands a number, a text in quotes, or the word of another version: an alias or stage of
    the same model (an alias wins), or NAME/3, NAME@ALIAS; one with blanks in back-ticks.

    Raises:
        UsageError: It is no gate.
    """
    found = _GATE.fullmatch(text)
    if found is None:
        raise UsageError(f"{text!r} is no condition", hint=f"write {_FORM}")
    group = found["group"].rstrip("s") + "s"
    key, op, right = (
        found["ticked"] or found["quoted"] or found["bare"],
        found["op"],
        found["right"],
    )
    if group != "metrics" and op not in ("=", "!="):
        raise UsageError(f"{op} does not work on {group} in {text!r}", hint="use = or !=")
    quoted = _TEXT.fullmatch(right)
    if quoted is not None:
        if group == "metrics":
            hint = "leave out the quotes"
            raise UsageError(f"{text!r} compares a metric with a text", hint=hint)
        return Gate(text, group, key, op, quoted[1] if quoted[1] is not None else quoted[2])
    number = _number(right)
    if number is not None:
        return Gate(text, group, key, op, number if group == "metrics" else right)
    ticked = _TICKED.fullmatch(right)
    if ticked is not None:
        return Gate(text, group, key, op, other=ticked[1])
    if re.search(r"[\s<>=!'\"`]", right):
        raise UsageError(f"{text!r} is no condition", hint=f"write {_FORM}")
    return Gate(text, group, key, op, other=right)


def check_gates(
    registry: RegistryStore,
    tracking: TrackingStore,
    versions: Iterable[ModelVersion],
    gates: Sequence[Gate],
) -> list[Check]:
    """Each gate tried on each version. What is missing refuses, as does NaN.

    Raises:
        UsageError: The word of another version cannot be meant.
    """
    keys = [gate.key for gate in gates if gate.group == "metrics"]
    behind = Evidence(registry, tracking, keys)
    return [_check(registry, behind, version, gate) for version in versions for gate in gates]


def refusal(checks: Sequence[Check]) -> Conflict | None:
    """The error that says what was refused; None when every gate let through."""
    failed = [check for check in checks if not check.passed]
    if not failed:
        return None
    names = list(dict.fromkeys(check.version for check in failed))
    count = len({check.gate.text for check in failed})
    conditions = "1 condition" if count == 1 else f"{count} conditions"
    verb = "does" if len(names) == 1 else "do"
    hint = "nothing was written; --force overrules, and is written down"
    return Conflict(f"{', '.join(names)} {verb} not meet {conditions}", hint=hint)


def _check(registry: RegistryStore, behind: Evidence, version: ModelVersion, gate: Gate) -> Check:
    have, problem = behind.value(version, gate.group, gate.key)
    wanted, against = gate.wanted, ""
    if gate.other:
        other, missing = _other(registry, version.name, gate.other)
        if other is None:
            return Check(version.full_name, gate, have, None, gate.other, False, missing)
        against = f"{other.full_name} ({gate.other})"
        wanted, missing = behind.value(other, gate.group, gate.key)
        problem = problem or missing
    passed = not problem and _holds(gate.op, have, wanted)
    return Check(version.full_name, gate, have, wanted, against, passed, problem)


def _holds(op: str, have: float | str | None, wanted: float | str | None) -> bool:
    if any(isinstance(value, float) and math.isnan(value) for value in (have, wanted)):
        return False
    compare: Callable[[Any, Any], bool] = _COMPARE[op]
    return compare(have, wanted)


def _other(registry: RegistryStore, name: str, word: str) -> tuple[ModelVersion | None, str]:
    """The version that a word means beside a model, or why there is none."""
    try:
        if "/" in word or "@" in word[1:]:
            return find_version(registry, word), ""
        alias = word.removeprefix("@")
        if alias == word and word.lower() in (*(stage.value.lower() for stage in Stage), "latest"):
            model = registry.get_model(name)
            if word not in model.aliases:
                return find_version(registry, f"{name}/{word}"), ""
        return find_version(registry, f"{name}@{alias}"), ""
    except NotFound as error:
        return None, error.message


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
