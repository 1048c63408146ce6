"""Many run ids in little memory, found by position and by id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import overload

_HEX = frozenset("0123456789abcdef")


class RunIds(Sequence[str]):
    """Many run ids in little memory: 16 bytes for each when all are MLflow's own 32 hex digits."""

    def __init__(self, ids: Sequence[str]) -> None:
        plain = all(len(run_id) == 32 and _HEX.issuperset(run_id) for run_id in ids)
        self._packed = bytes.fromhex("".join(ids)) if plain else None
        self._plain = () if plain else tuple(ids)
        self._length = len(ids)

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
