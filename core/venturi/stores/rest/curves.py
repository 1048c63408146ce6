"""Long curves over REST: a sample in one request, then summed up page by page."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from itertools import islice

from venturi.curves.buckets import Buckets, Partition
from venturi.curves.tally import Tally
from venturi.errors import InvalidInput, NotFound, StoreUnreachable
from venturi.records import History, Metric, Run
from venturi.stores.base import CurveExtent
from venturi.stores.rest.history import MOST_STEPS, PAGE, SAMPLE, Columns
from venturi.stores.rest.marks import Mark
from venturi.stores.rest.refusals import NoEndpoint
from venturi.stores.rest.transport import Transport

log = logging.getLogger("venturi.rest")

_KEPT = 32


class RestCurves:
    """Asks one server for curves. See CurveSampler.

    A curve of one page is read whole. Of a longer one, servers since 2.11 give an evenly spread
    sample, from which extremes may be missing. None sums up, so exact buckets cost every page.

    Args:
        transport: The server.
        get_run: Reads one run; raises NotFound.
    """

    def __init__(self, transport: Transport, get_run: Callable[[str], Run]) -> None:
        self._transport = transport
        self._get_run = get_run
        self._has_samples = True
        self._samples: dict[tuple[str, str], History] = {}

    def extent(self, run_id: str, key: str) -> CurveExtent | None:
        """See CurveSampler; a curve of one page comes along whole."""
        page, more = self._page(run_id, key, Mark())
        if not page:
            self._get_run(run_id)
            return None
        found = page.history(run_id, key, None)
        if more.over:
            return _extent(found, found)
        sampled = self._sampled(run_id, key)
        if sampled is None:
            latest = self._get_run(run_id).latest.get(key)
            return CurveExtent(_extent(found).first, latest or _extent(found).last, None)
        for old in list(islice(self._samples, max(0, len(self._samples) - _KEPT + 1))):
            self._samples.pop(old, None)
        self._samples[run_id, key] = sampled
        return _extent(sampled if len(sampled) else found)

    def sample(self, run_id: str, key: str, cuts: Partition) -> Buckets | None:
        """See CurveSampler: what came with the extent, once."""
        found = self._samples.pop((run_id, key), None) or self._sampled(run_id, key)
        if found is None:
            return None
        if not len(found):
            self._get_run(run_id)
        tally = Tally(cuts)
        tally.add(found.steps, found.timestamps, found.values)
        return tally.buckets(run_id, key, is_exact=False, share=0.0)

    def buckets(self, run_id: str, key: str, cuts: Partition) -> Iterator[Buckets]:
        """See CurveSampler: an answer for each page."""
        tally, share = Tally(cuts), 0.0
        wide = max(cuts.last - cuts.first, 1)
        for page in self._pages(run_id, key):
            tally.add(page.steps, page.timestamps, page.values)
            share = max(share, min((max(page.steps) - cuts.first) / wide, 0.99))
            yield tally.buckets(run_id, key, is_exact=False, share=share)
        yield tally.buckets(run_id, key, is_exact=True, share=1.0)

    def points(self, run_id: str, key: str, first_step: int, last_step: int) -> History:
        """See CurveSampler; where there are more than a server samples, every page is read."""
        if first_step in MOST_STEPS and last_step in MOST_STEPS:
            found = self._sampled(run_id, key, (first_step, last_step))
            if found is not None and 0 < len(found) < SAMPLE:
                return found
        columns = Columns()
        for page in self._pages(run_id, key):
            columns.take(page, first_step, last_step)
        return columns.history(run_id, key, None)

    def _sampled(
        self, run_id: str, key: str, steps: tuple[int, int] = (MOST_STEPS[0], MOST_STEPS[-1])
    ) -> History | None:
        """Points between two steps, all of them only when they are fewer than SAMPLE.

        None when the server has no samples to give. The steps are always said: without them, some
        servers leave negative ones out.
        """
        if not self._has_samples:
            return None
        question = [
            ("run_ids", run_id),
            ("metric_key", key),
            ("start_step", str(steps[0])),
            ("end_step", str(steps[1])),
            ("max_results", str(SAMPLE)),
        ]
        columns = Columns()
        try:
            self._transport.get("metrics/get-history-bulk-interval", question, columns.read)
        except NoEndpoint:
            self._has_samples = False
            return None
        except (NotFound, InvalidInput, StoreUnreachable) as error:
            log.debug("no sample of a history to be had: %s", error)
            return None
        return columns.history(run_id, key, None)

    def _pages(self, run_id: str, key: str) -> Iterator[Columns]:
        """Every point, as the server gives them."""
        mark = Mark()
        while not mark.over:
            columns, after = self._page(run_id, key, mark)
            if columns:
                yield columns
            elif mark.turns == 0:
                self._get_run(run_id)
            mark = after

    def _page(self, run_id: str, key: str, mark: Mark) -> tuple[Columns, Mark]:
        """One page, and where the next one is."""
        columns = Columns()
        question = [("run_id", run_id), ("metric_key", key), ("max_results", str(PAGE))]
        place = [("page_token", mark.token)] if mark.token else []
        try:
            count, token = self._transport.get(
                "metrics/get-history", [*question, *place], columns.read
            )
        except (NotFound, InvalidInput):
            return columns, Mark(over=True)  # so say servers on files of a key never logged
        # Some servers give tokens for ever.
        return columns, mark.turned(token) if count else Mark(over=True)


def _extent(found: History, whole: History | None = None) -> CurveExtent:
    ends = [
        Metric(found.key, found.values[at], found.timestamps[at], found.steps[at]) for at in (0, -1)
    ]
    return CurveExtent(ends[0], ends[1], None if whole is None else len(whole), whole)
