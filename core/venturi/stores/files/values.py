"""What a run logged: params and tags as text, metrics by their latest point or their history."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

from venturi.curves.buckets import FEWEST_STEP, MOST_STEP
from venturi.records import History, Metric
from venturi.stores.files.growing import Growing
from venturi.stores.files.keys import METRICS, key_file, key_files, leads_inside, text_of
from venturi.stores.files.points import NO_POINTS, history_of, joined, metric_of, more_points
from venturi.stores.files.reading import read_file
from venturi.stores.files.spans import (
    NOTHING,
    Summary,
    more_lines,
    points_in,
    spans_between,
)

_log = logging.getLogger("venturi.files")
T = TypeVar("T")


LONG = 100_000
"""The points of longer files are not kept in memory."""


class MetricFile(NamedTuple):
    """Where a metric is, whether that is a link to follow, and what it comes to."""

    path: str
    follow: bool
    summary: Summary


class Values:
    """Reads keys and values in folders of one store.

    Args:
        root: The store's folder, its real path; no key is read from outside it.
    """

    def __init__(self, root: str) -> None:
        self._root = root
        self._summaries = Growing(NOTHING, more_lines, limit=50_000)
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
            summary = _tried(self._summaries.read, path, links=True)
            if summary is not None and summary.latest is not None:
                yield metric_of(key, summary.latest)

    def latest_of(self, folder: str, key: str) -> Metric | None:
        """The latest point of one metric, or None."""
        file = self.metric_file(folder, key)
        row = None if file is None else file.summary.latest
        return None if row is None else metric_of(key, row)

    def metric_file(self, folder: str, key: str) -> MetricFile | None:
        """What the file of one metric comes to; None when there is none."""
        path = key_file(f"{folder}{os.sep}{METRICS}", key, self._root)
        return None if path is None else self._one(self._summarized, path)

    def _summarized(self, path: str, *, follow: bool) -> MetricFile:
        return MetricFile(path, follow, self._summaries.read(path, follow=follow))

    def history(self, folder: str, run_id: str, key: str, from_step: int | None) -> History:
        """All points of one metric; none when the run has no such metric.

        Raises FileNotFoundError when a long file is being replaced.
        """
        file = self.metric_file(folder, key)
        if file is None:
            points = NO_POINTS
        elif file.summary.points > LONG:
            first_step = FEWEST_STEP if from_step is None else from_step
            spans = spans_between(file.summary, first_step, MOST_STEP)
            points = joined(points_in(file.path, spans, follow=file.follow))
        else:
            points = self._one(self._points.read, file.path) or NO_POINTS
        return history_of(run_id, key, points, from_step)

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
