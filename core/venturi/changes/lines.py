"""Params, metric points and tags read from JSON lines, and put together into batches."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, cast

from venturi.changes.words import number_of
from venturi.errors import UsageError
from venturi.records import Metric
from venturi.stores.writing import Batch

LINES_TOGETHER = 10_000
"""So many lines are logged at once: all of them, or none."""

_KNOWN = ("key", "value", "metrics", "step", "timestamp", "params", "tags", "run_id")


class _BadLine(Exception):
    """What is wrong with a line."""


@dataclass
class _Growing:
    """A batch while lines are added to it."""

    now_ms: int
    params: dict[str, str] = field(default_factory=dict[str, str])
    metrics: list[Metric] = field(default_factory=list[Metric])
    tags: dict[str, str] = field(default_factory=dict[str, str])

    def add(self, line: dict[str, Any]) -> None:
        _check_names(line)
        step = _whole(line, "step", 0)
        when = _whole(line, "timestamp", self.now_ms)
        if "key" in line or "value" in line:
            self.metrics.append(Metric(_key(line), _number(line.get("value")), when, step))
        for key, value in _table(line, "metrics").items():
            self.metrics.append(Metric(key, _number(value), when, step))
        for key, value in _table(line, "params").items():
            text = _text(key, value)
            if self.params.setdefault(key, text) != text:
                raise _BadLine(f"the param {key!r} has another value than in a line before")
        for key, value in _table(line, "tags").items():
            self.tags[key] = _text(key, value)

    def frozen(self) -> Batch:
        return Batch(self.params, self.metrics, self.tags)


def read_batches(
    lines: Iterable[str],
    source: str,
    now_ms: int,
    *,
    given: Batch | None = None,
    together: int = LINES_TOGETHER,
) -> Iterator[Batch]:
    """Batches of what JSON lines say, each of some thousand lines.

    A line is an object: `{"key", "value", "step", "timestamp"}` is a metric point, as `metrics
    history -o jsonl` prints it (its `run_id` is passed over); `{"metrics": {…}, "step",
    "timestamp"}` are several at one step; `{"params": {…}}` and `{"tags": {…}}` are what they say,
    and may stand in the same line. The step is 0 and the timestamp now where a line has none. Blank
    lines are passed over.

    Args:
        lines: The lines.
        source: What they are called in messages.
        now_ms: Now, in milliseconds.
        given: What is to be logged together with the first of them.
        together: How many lines make a batch.

    Raises:
        UsageError: A line is none of these; the message has its number. What stands in earlier
            batches has been given by then.
    """
    growing, number = _Growing(now_ms), 0
    if given is not None:
        growing = _Growing(now_ms, {**given.params}, [*given.metrics], {**given.tags})
    count = 0 if given is None else 1
    try:
        for text in lines:
            number += 1
            if text.strip():
                growing.add(_parsed(text))
                count += 1
            if count >= together:
                yield growing.frozen()
                growing, count = _Growing(now_ms), 0
    except _BadLine as bad:
        hint = "each line is an object with key and value, metrics, params or tags"
        raise UsageError(f"{source}:{number}: {bad}", hint=hint) from None
    except UnicodeDecodeError:
        raise UsageError(f"{source}:{number + 1}: not UTF-8 text") from None
    if count:
        yield growing.frozen()


def _parsed(text: str) -> dict[str, Any]:
    try:
        line: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", "nested too deeply")
        raise _BadLine(f"not JSON: {reason[:1].lower()}{reason[1:]}") from None
    if not isinstance(line, dict):
        raise _BadLine("not an object")
    return cast("dict[str, Any]", line)


def _check_names(line: dict[str, Any]) -> None:
    for name in line:
        if name not in _KNOWN:
            near = get_close_matches(name, _KNOWN, n=1)
            guess = f", did you mean {near[0]!r}?" if near else ""
            raise _BadLine(f"unknown name {name!r}{guess}")
    if not line.keys() - {"step", "timestamp", "run_id"}:
        raise _BadLine("nothing to log in it")


def _whole(line: dict[str, Any], name: str, usual: int) -> int:
    value = line.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int):
        raise _BadLine(f"{name} must be a whole number")
    return value


def _key(line: dict[str, Any]) -> str:
    key = line.get("key")
    if not isinstance(key, str) or not key:
        raise _BadLine("a value without a key")
    return key


def _number(value: object) -> float:
    if isinstance(value, str):
        number = number_of(value)
        if number is not None:
            return number
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return float(value)
        except OverflowError:
            raise _BadLine("a number too large for a metric") from None
    raise _BadLine("the value of a metric must be a number, or NaN, Infinity, -Infinity")


def _table(line: dict[str, Any], name: str) -> dict[str, Any]:
    table = line.get(name, {})
    if not isinstance(table, dict):
        raise _BadLine(f"{name} must be an object of keys and values")
    return cast("dict[str, Any]", table)


def _text(key: str, value: object) -> str:
    if isinstance(value, (str, int, float)):
        return str(value)
    raise _BadLine(f"the value of {key!r} must be a text or a number")
