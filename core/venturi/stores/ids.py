"""Many run ids in little memory, found by position and by id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import eq
from typing import cast, overload

_HEX = frozenset("0123456789abcdef")

_AT_ONCE = 4_096
"""Ids that are packed together, so that all of them never stand side by side as texts."""


class RunIds(Sequence[str]):
    """Many run ids in little memory: 16 bytes for each when all are MLflow's own 32 hex digits."""

    def __init__(self, ids: Iterable[str]) -> None:
        coming = iter(ids)
        packed = bytearray()
        self._packed: bytes | None = None
        self._plain: tuple[str, ...] = ()
        while some := list(islice(coming, _AT_ONCE)):
            if not all(len(run_id) == 32 and _HEX.issuperset(run_id) for run_id in some):
                before = (packed[at : at + 16].hex() for at in range(0, len(packed), 16))
                self._plain = (*before, *some, *coming)
                self._length = len(self._plain)
                return
            packed += bytes.fromhex("".join(some))
        self._packed, self._length = bytes(packed), len(packed) // 16

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[position] for position in range(*index.indices(self._length))]
        if index < 0:
            index += self._length
        if not 0 <= index < self._length:
            raise IndexError(index)
        if self._packed is None:
            return self._plain[index]
        return self._packed[index * 16 : index * 16 + 16].hex()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (RunIds, list, tuple)):
            return False
        held = cast("Sequence[object]", other)
        return len(self) == len(held) and all(map(eq, self, held))

    __hash__ = None  # type: ignore[assignment]

    def index(self, value: str, start: int = 0, stop: int | None = None) -> int:
        """Position of a run id. Raises ValueError when it is not there."""
        at = self.find(value)
        if at is None or at < start or (stop is not None and at >= stop):
            raise ValueError(value)
        return at

    def __iter__(self) -> Iterator[str]:
        return (self[position] for position in range(self._length))

    def after(self, ids: Sequence[str]) -> RunIds:
        """These ids behind some others."""
        first = RunIds(ids)
        if self._packed is None or first._packed is None:
            return RunIds([*ids, *self])
        both = RunIds(())
        both._packed = first._packed + self._packed
        both._length = len(first) + len(self)
        return both

    def find(self, run_id: str) -> int | None:
        """Position of a run id, or None."""
        if self._packed is None:
            return self._plain.index(run_id) if run_id in self._plain else None
        if len(run_id) != 32 or not _HEX.issuperset(run_id):
            return None
        wanted = bytes.fromhex(run_id)
        at = self._packed.find(wanted)
        while at >= 0 and at % 16:
            at = self._packed.find(wanted, at + 1)
        return at // 16 if at >= 0 else None
