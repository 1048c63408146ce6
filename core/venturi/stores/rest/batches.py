"""Splits what a run logs into requests that servers take, each written as JSON once."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal, TypeAlias

from venturi.errors import InvalidInput
from venturi.records import Metric
from venturi.rules import MOST_METRICS, MOST_PARAMS, MOST_TAGS, finite_or_flag

Kind: TypeAlias = Literal["params", "metrics", "tags"]

LARGEST_REQUEST: Final = 1_000_000
"""Bytes of one request; MLflow's limit."""
MOST_TOGETHER: Final = MOST_METRICS
_MOST: Final[Mapping[Kind, int]] = {
    "params": MOST_PARAMS,
    "metrics": MOST_METRICS,
    "tags": MOST_TAGS,
}
_ENVELOPE = 1000  # bytes around the items: the longest run id, and the three names
_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Parcel:
    """What one request logs: params, then metrics, then tags, as servers go about it."""

    def __init__(self) -> None:
        self.params: dict[str, str] = {}
        self.metrics: list[Metric] = []
        self.tags: dict[str, str] = {}
        self._texts: dict[Kind, list[bytes]] = {"params": [], "metrics": [], "tags": []}
        self._size = _ENVELOPE
        self._count = 0

    def has_room(self, kind: Kind, text: bytes) -> bool:
        """Whether one more fits in."""
        return (
            len(self._texts[kind]) < _MOST[kind]
            and self._count < MOST_TOGETHER
            and self._size + len(text) + 1 <= LARGEST_REQUEST
        )

    def add(self, kind: Kind, text: bytes) -> None:
        """Put in one more, written as JSON."""
        self._texts[kind].append(text)
        self._size += len(text) + 1
        self._count += 1

    def body(self, run_id: str) -> bytes:
        """The whole request."""
        parts = [b'"run_id":' + _bytes(_write(run_id))]
        parts += [
            f'"{kind}":['.encode() + b",".join(texts) + b"]"
            for kind, texts in self._texts.items()
            if texts
        ]
        return b"{" + b",".join(parts) + b"}"


def parcels(
    params: Mapping[str, str], metrics: Iterable[Metric], tags: Mapping[str, str]
) -> Iterator[Parcel]:
    """The requests that log it all, in this order. Raises InvalidInput for what is no text."""
    parcel = Parcel()

    def room(kind: Kind, text: bytes) -> Iterator[Parcel]:
        """Make room for one more; the full parcel is given away."""
        nonlocal parcel
        if not parcel.has_room(kind, text):
            yield parcel
            parcel = Parcel()
        parcel.add(kind, text)

    for key, value in params.items():
        yield from room("params", _pair(key, value))
        parcel.params[key] = value
    keys: dict[str, str] = {}
    for metric in metrics:
        yield from room("metrics", _point(metric, keys))
        parcel.metrics.append(metric)
    for key, value in tags.items():
        yield from room("tags", _pair(key, value))
        parcel.tags[key] = value
    if parcel.params or parcel.metrics or parcel.tags:
        yield parcel


def identity(metric: Metric) -> tuple[str, int, int, float, bool]:
    """What makes two points the same for a store."""
    return metric.key, metric.timestamp, metric.step, *finite_or_flag(metric.value)


def _pair(key: str, value: str) -> bytes:
    return _bytes(_write({"key": key, "value": value}))


def _point(metric: Metric, keys: dict[str, str]) -> bytes:
    key = keys.get(metric.key)
    if key is None:
        key = keys[metric.key] = _write(metric.key)
    value, moment, step = _number(metric.value), metric.timestamp, metric.step
    return _bytes(f'{{"key":{key},"value":{value},"timestamp":{moment:d},"step":{step:d}}}')


def _number(value: float) -> str:
    """A number as servers read it right: `nan` and `inf` would become 0 without a word."""
    if math.isfinite(value):
        return repr(float(value))
    if math.isnan(value):
        return '"NaN"'
    return '"Infinity"' if value > 0 else '"-Infinity"'


def _bytes(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise InvalidInput("a text holds half a character and cannot be sent") from None
