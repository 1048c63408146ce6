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

_PAUSES_S = (0.005, 0.02, 0.075)
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

    MLflow overwrites a run's meta.yaml in place, so for a moment it is empty or half there.

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

        Waits for files that are being written, a tenth of a second at most for all together.
        """
        found: list[tuple[str, M]] = []
        doubtful = self._try(paths, found)
        for pause in _PAUSES_S:
            if not any(map(_is_fresh, doubtful)):
                break
            time.sleep(pause)
            doubtful = self._try(doubtful, found)
        self._try(doubtful, found, as_it_is=True)
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
        for pause in _PAUSES_S:
            try:
                return self._read(path)
            except HalfWritten:
                if not _is_fresh(path):
                    break
                time.sleep(pause)
        return self._read(path, as_it_is=True)

    def _try(
        self, paths: Iterable[str], found: list[tuple[str, M]], *, as_it_is: bool = False
    ) -> list[str]:
        """Add what can be read to `found`; give back what may be readable in a moment."""
        doubtful: list[str] = []
        for path in paths:
            try:
                found.append((path, self._read(path, as_it_is=as_it_is)))
            except HalfWritten as error:
                if as_it_is:
                    self._note(path, f"its {META} {error.message}")
                else:
                    doubtful.append(path)
            except StoreBroken as error:
                self._note(path, f"its {META} {error.message}")
            except OSError as error:
                self._note(path, f"its {META} cannot be read: {error.strerror}")
        return doubtful

    def _read(self, path: str, *, as_it_is: bool = False) -> M:
        file = path + os.sep + META
        if as_it_is:
            meta = self._parse(read_file(file)[0], as_it_is=True)
        else:
            meta = self._remembered.read(file)
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
