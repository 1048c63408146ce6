"""What a run logged: params and tags as text, metrics by their latest point or their history."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from typing import TypeVar

from venturi.records import History, Metric
from venturi.stores.files.growing import Growing
from venturi.stores.files.keys import METRICS, key_file, key_files, leads_inside, text_of
from venturi.stores.files.points import (
    NO_POINTS,
    Row,
    history_of,
    latest_of,
    metric_of,
    more_points,
)
from venturi.stores.files.reading import read_file

_log = logging.getLogger("venturi.files")
T = TypeVar("T")


class Values:
    """Reads keys and values in folders of one store.

    Args:
        root: The store's folder, its real path; no key is read from outside it.
    """

    def __init__(self, root: str) -> None:
        self._root = root
        self._latest = Growing[Row | None](None, _later, limit=50_000)
        self._points = Growing(NO_POINTS, more_points, limit=32)

    def texts(self, folder: str, kind: str) -> Iterator[tuple[str, str]]:
        """Key and value of each file in `folder/kind`, which is `params` or `tags`."""
        for key, path in self._files(folder, kind):
            value = _tried(_read_text, path, links=True)
            if value is not None:
                yield key, value

    def text(self, folder: str, kind: str, key: str) -> str | None:
        """The value of one key, or None."""
        path = key_file(f"{folder}{os.sep}{kind}", key, self._root)
        return None if path is None else self._one(_read_text, path)

    def latest(self, folder: str) -> Iterator[Metric]:
        """The latest point of each metric; those without a point are left out."""
        for key, path in self._files(folder, METRICS):
            row = _tried(self._latest.read, path, links=True)
            if row is not None:
                yield metric_of(key, row)

    def latest_of(self, folder: str, key: str) -> Metric | None:
        """The latest point of one metric, or None."""
        path = key_file(f"{folder}{os.sep}{METRICS}", key, self._root)
        row = None if path is None else self._one(self._latest.read, path)
        return None if row is None else metric_of(key, row)

    def history(self, folder: str, run_id: str, key: str, from_step: int | None) -> History:
        """All points of one metric; none when the run has no such metric."""
        path = key_file(f"{folder}{os.sep}{METRICS}", key, self._root)
        points = None if path is None else self._one(self._points.read, path)
        return history_of(run_id, key, points or NO_POINTS, from_step)

    def keys(self, folder: str, kind: str) -> Iterator[str]:
        """The keys in `folder/kind`, without opening a file."""
        return (key for key, _ in self._files(folder, kind))

    def _files(self, folder: str, kind: str) -> Iterator[tuple[str, str]]:
        try:
            yield from key_files(os.path.join(folder, kind), self._root)
        except PermissionError as error:
            _log.info("left out keys of %s: %s", folder, error.strerror)

    def _one(self, read: Callable[..., T], path: str) -> T | None:
        """What the file says, unless it is a link that leads out of the store."""
        value = _tried(read, path, links=False)
        if value is None and os.path.islink(path) and leads_inside(path, self._root):
            return _tried(read, path, links=True)
        return value


def _tried(read: Callable[..., T], path: str, *, links: bool) -> T | None:
    """What the file says; None, and a note if that is odd, when it cannot be read."""
    try:
        return read(path, follow=links)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        if not os.path.islink(path):
            _log.info("left out %s: %s", path, error)
        return None


def _read_text(path: str, *, follow: bool) -> str:
    return text_of(read_file(path, follow=follow)[0])


def _later(before: Row | None, data: bytes) -> Row | None:
    return latest_of(data, before)
