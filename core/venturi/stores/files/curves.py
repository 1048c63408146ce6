"""Long curves in metric files: a sample by looking into many places, then part by part."""

from __future__ import annotations

import time

from venturi.curves.buckets import FEWEST_STEP, MOST_STEP, Buckets, Partition
from venturi.curves.tally import Tally
from venturi.records import History
from venturi.stores.base import MOST_COUNTED, CurveExtent
from venturi.stores.files.points import NO_POINTS, history_of, joined, metric_of
from venturi.stores.files.runs import RunFolder, check_still_there
from venturi.stores.files.spans import Span, points_in, sampled_in, spans_between
from venturi.stores.files.values import MetricFile, Values

_PATIENCE_S = 0.15
"""How long one answer works before it says what it has."""

_PLACES_IN_BUCKET = 2
"""At how many places, of each bucket, a sample looks."""


class FileCurves:
    """Sums up the curves of one store. See CurveSampler.

    MLflow's latest point takes reading every line, once; that tells which steps are where in the
    file too, so that only what is asked for is read after that.

    Each question raises FileNotFoundError when the run or the file is moved meanwhile.

    Args:
        values: What reads metric files in this store.
    """

    def __init__(self, values: Values) -> None:
        self._values = values

    def extent(self, run: RunFolder, key: str) -> CurveExtent | None:
        """See CurveSampler."""
        file = _file_of(self._values, run, key)
        if file is None or file.summary.latest is None:
            return None
        first = next(iter(_first_part(file, run.meta.run_id, key)))
        latest, count = metric_of(key, file.summary.latest), file.summary.points
        return CurveExtent(first, latest, count if count <= MOST_COUNTED else None)

    def sample(self, run: RunFolder, key: str, cuts: Partition) -> Buckets | None:
        """See CurveSampler: at places evenly spread over the file."""
        tally = Tally(cuts)
        file = _file_of(self._values, run, key)
        if file is not None:
            spans = spans_between(file.summary, *cuts.span)
            places = _PLACES_IN_BUCKET * len(cuts)
            for points in sampled_in(file.path, spans, places, follow=file.follow):
                tally.add(*points)
        found = tally.buckets(run.meta.run_id, key, is_exact=False, share=0.0)
        return found if found.total or file is None else None

    def points(self, run: RunFolder, key: str, first_step: int, last_step: int) -> History:
        """See CurveSampler."""
        file, points = _file_of(self._values, run, key), NO_POINTS
        if file is not None:
            spans = spans_between(file.summary, first_step, last_step)
            points = joined(points_in(file.path, spans, follow=file.follow))
        return history_of(run.meta.run_id, key, points, first_step, last_step)


class Summing:
    """Exact buckets of one curve, part of the file by part; nothing is open between two calls.

    A file that was replaced meanwhile is summed up anew.

    Args:
        values: What reads metric files in this store.
        key: Which metric.
        cuts: The buckets.
    """

    def __init__(self, values: Values, key: str, cuts: Partition) -> None:
        self._values = values
        self._key = key
        self._cuts = cuts
        self._begin(())

    def _begin(self, spans: tuple[Span, ...]) -> None:
        self._spans = spans
        self._done = 0
        self._tally = Tally(self._cuts)

    def more(self, run: RunFolder) -> Buckets:
        """What is found after a moment's more work; exact when that was the last of it.

        Raises FileNotFoundError when the file, or the run, was replaced or moved meanwhile: the
        next call then begins anew.
        """
        file = _file_of(self._values, run, self._key)
        if file is None:
            self._begin(())
        else:
            self._read_on(file)
        share = self._done / len(self._spans) if self._spans else 1.0
        return self._tally.buckets(
            run.meta.run_id, self._key, is_exact=self._done == len(self._spans), share=share
        )

    def _read_on(self, file: MetricFile) -> None:
        now = tuple(spans_between(file.summary, *self._cuts.span))
        if not self._spans or now[: len(self._spans) - 1] != self._spans[:-1]:
            self._begin(now)
        end = time.monotonic() + _PATIENCE_S
        try:
            for points in points_in(file.path, self._spans[self._done :], follow=file.follow):
                self._tally.add(*points)
                self._done += 1
                if time.monotonic() > end:
                    return
        except OSError:
            self._begin(())
            raise


def _file_of(values: Values, run: RunFolder, key: str) -> MetricFile | None:
    file = values.metric_file(run.path, key)
    check_still_there(run.path)
    return file


def _first_part(file: MetricFile, run_id: str, key: str) -> History:
    """The points of the part of the file that has the lowest step."""
    spans = spans_between(file.summary, FEWEST_STEP, MOST_STEP)
    lowest = min(spans, key=lambda span: span.low)
    points = joined(points_in(file.path, [lowest], follow=file.follow))
    return history_of(run_id, key, points, None)
