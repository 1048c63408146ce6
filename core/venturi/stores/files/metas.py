"""The meta.yaml of many folders: remembered, read again while being written, noted if damaged."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterable
from typing import Generic, Protocol, TypeVar

from venturi.errors import StoreBroken
from venturi.stores.files.meta import META, HalfWritten
from venturi.stores.files.place import refused
from venturi.stores.files.reading import Remembered, read_file

_log = logging.getLogger("venturi.files")

PAUSES_S = (0.005, 0.02, 0.075, 0.15)
"""How long to wait each time for a meta.yaml that is being written."""
_FRESH_S = 10


class Meta(Protocol):
    """What a meta.yaml says."""

    def is_at(self, path: str) -> bool:
        """Whether the folder of that path is the one it describes."""
        ...


M = TypeVar("M", bound=Meta)
M_co = TypeVar("M_co", bound=Meta, covariant=True)


class Parse(Protocol[M_co]):
    """Makes a record of the bytes of a meta.yaml."""

    def __call__(self, data: bytes, *, as_it_is: bool = False) -> M_co:
        """The record. Raises StoreBroken."""
        ...


class Metas(Generic[M]):
    """Reads the meta.yaml of folders.

    MLflow overwrites a run's meta.yaml in place, so for a moment it is empty or half there. Until
    it is whole again it says what it said before, if that was read.

    Args:
        parse: Makes a record of a file's bytes; raises StoreBroken, HalfWritten above all, but
            does with what is there when told to take it `as_it_is`.
        limit: How many to remember at most.
    """

    def __init__(self, parse: Parse[M], limit: int) -> None:
        self._parse = parse
        self._remembered = Remembered(parse, limit)
        self._noted: set[str] = set()

    def all_at(self, paths: Iterable[str]) -> list[tuple[str, M]]:
        """Path and meta of those folders that have a sound one; the others are noted in the log.

        Waits for files that are being written, a quarter of a second at most for all together.
        """
        found: list[tuple[str, M]] = []
        doubtful = self._try(paths, found)
        for pause in PAUSES_S:
            if not doubtful:
                break
            time.sleep(pause)
            doubtful = self._try(doubtful, found)
        for path in doubtful:
            self._note(path, f"its {META} is empty or half-written")
        return found

    def one_at(self, path: str) -> M:
        """The meta of one folder.

        Raises FileNotFoundError when there is none, StoreBroken when it is damaged, LoginRefused
        when it may not be read.
        """
        file = os.path.join(path, META)
        try:
            return self._read_patiently(path)
        except StoreBroken as error:
            raise StoreBroken(f"{file} {error.message}") from error
        except PermissionError as error:
            raise refused(file) from error

    def _read_patiently(self, path: str) -> M:
        for pause in PAUSES_S:
            try:
                return self._read(path)
            except HalfWritten:
                if not _is_fresh(path):
                    raise
                time.sleep(pause)
        return self._read(path)

    def _try(self, paths: Iterable[str], found: list[tuple[str, M]]) -> list[str]:
        """Add what can be read to `found`; give back what may be readable in a moment."""
        doubtful: list[str] = []
        for path in paths:
            try:
                found.append((path, self._read(path)))
            except HalfWritten as error:
                if _is_fresh(path):
                    doubtful.append(path)
                else:
                    self._note(path, f"its {META} {error.message}")
            except StoreBroken as error:
                self._note(path, f"its {META} {error.message}")
            except OSError as error:
                self._note(path, f"its {META} cannot be read: {error.strerror}")
        return doubtful

    def _read(self, path: str) -> M:
        """Raises HalfWritten when the file may be whole in a moment and was never read before."""
        file = path + os.sep + META
        try:
            meta = self._remembered.read(file)
        except HalfWritten:
            if _is_fresh(path):
                meta = self._remembered.last(file)
            else:
                meta = self._parse(read_file(file)[0], as_it_is=True)
            if meta is None:
                raise
        if not meta.is_at(path):
            raise StoreBroken("describes another folder than this one")
        return meta

    def _note(self, path: str, reason: str) -> None:
        """Log, once, why a folder is left out of lists."""
        if path not in self._noted:
            self._noted.add(path)
            _log.info("left out %s: %s", path, reason)


def _is_fresh(path: str) -> bool:
    """Whether the meta.yaml was written so lately that its writer may still be at it."""
    try:
        return time.time() - os.stat(os.path.join(path, META)).st_mtime < _FRESH_S
    except OSError:
        return False
