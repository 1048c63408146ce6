"""Metric histories over REST: read whole, page by page, or only their end, and put in order."""

from __future__ import annotations

import logging
import math
from array import array
from collections.abc import Callable, Sequence

from venturi.errors import InvalidInput, NotFound, StoreUnreachable
from venturi.records import History, Run
from venturi.stores.rest import wire
from venturi.stores.rest.answer import JsonObject
from venturi.stores.rest.marks import Mark
from venturi.stores.rest.transport import Transport

PAGE = 25_000
"""Points asked for at once, as MLflow's client does. Without a number, some servers give none."""
SAMPLE = 2500
"""The most points of one run that metrics/get-history-bulk-interval gives."""
MOST_STEPS = range(-(2**31), 2**31)
"""What its start_step and end_step can hold."""

log = logging.getLogger("venturi.rest")


class Columns:
    """The points of a history as the server gave them."""

    def __init__(self) -> None:
        self.steps = array("q")
        self.timestamps = array("q")
        self.values = array("d")

    def __len__(self) -> int:
        return len(self.steps)

    def read(self, body: JsonObject) -> tuple[int, str | None]:
        """Take in one page; how many points it had, and the token of the next one."""
        return wire.points(body, self.steps, self.timestamps, self.values)

    def take(self, page: Columns, first_step: int, last_step: int) -> None:
        """Take in those points of a page that lie between two steps, both included."""
        for row, step in enumerate(page.steps):
            if first_step <= step <= last_step:
                self.steps.append(step)
                self.timestamps.append(page.timestamps[row])
                self.values.append(page.values[row])

    def history(self, run_id: str, key: str, from_step: int | None) -> History:
        """The points from that step on, ordered as a History is."""
        places = self._places(from_step)
        if places is None:
            return History(run_id, key, self.steps, self.timestamps, self.values)
        return History(
            run_id,
            key,
            array("q", [self.steps[at] for at in places]),
            array("q", [self.timestamps[at] for at in places]),
            array("d", [self.values[at] for at in places]),
        )

    def _places(self, from_step: int | None) -> Sequence[int] | None:
        """Where the wanted points stand, in order; None when that is how they stand."""
        everything = range(len(self))
        if from_step is None or not self.steps or min(self.steps) >= from_step:
            return None if self._in_order() else sorted(everything, key=self._rank)
        return sorted((at for at in everything if self.steps[at] >= from_step), key=self._rank)

    def _in_order(self) -> bool:
        """Whether they are in order already, as most histories are."""
        last_step, last_time, last = -(2**63), -(2**63), -math.inf
        for step, time, value in zip(self.steps, self.timestamps, self.values, strict=True):
            if step <= last_step and (step, time, _rank(value)) < (
                last_step,
                last_time,
                _rank(last),
            ):
                return False
            last_step, last_time, last = step, time, value
        return True

    def _rank(self, at: int) -> tuple[int, int, tuple[bool, float]]:
        return self.steps[at], self.timestamps[at], _rank(self.values[at])


class Histories:
    """Reads histories from one server.

    Args:
        transport: The server.
        get_run: Reads one run; raises NotFound.
    """

    def __init__(self, transport: Transport, get_run: Callable[[str], Run]) -> None:
        self._transport = transport
        self._get_run = get_run
        self._has_intervals = True

    def read(self, run_id: str, key: str, from_step: int | None) -> History:
        """As TrackingStore.metric_history."""
        columns = None if from_step is None else self._end(run_id, key, from_step)
        if columns is None:
            columns = self._whole(run_id, key)
            if not columns:
                self._get_run(run_id)
        return columns.history(run_id, key, from_step)

    def _whole(self, run_id: str, key: str) -> Columns:
        """Every point; none also when there is no such run, as databases answer then."""
        columns, mark = Columns(), Mark()
        question = [("run_id", run_id), ("metric_key", key), ("max_results", str(PAGE))]
        while not mark.over:
            place = [("page_token", mark.token)] if mark.token else []
            try:
                count, token = self._transport.get(
                    "metrics/get-history", [*question, *place], columns.read
                )
            except (NotFound, InvalidInput):
                break  # so say servers on a file store of a key that was never logged
            if not count:
                break  # some servers give tokens for ever
            mark = mark.turned(token)
        return columns

    def _end(self, run_id: str, key: str, from_step: int) -> Columns | None:
        """The points from a step on, without reading those before; None when unsure.

        The run knows its latest point, which has the largest step, and servers since 2.11 give an
        interval of steps. They give a sample of it when it is long, so only less than a sample's
        size that reaches up to the latest point is believed.
        """
        if not self._has_intervals or from_step not in MOST_STEPS:
            return None
        latest = self._get_run(run_id).latest.get(key)
        if latest is None or latest.step not in MOST_STEPS:
            return None
        columns = Columns()
        if latest.step < from_step:
            return columns
        question = [
            ("run_ids", run_id),
            ("metric_key", key),
            ("start_step", str(from_step)),
            ("end_step", str(MOST_STEPS[-1])),
            ("max_results", str(SAMPLE)),
        ]
        try:
            self._transport.get("metrics/get-history-bulk-interval", question, columns.read)
        except (NotFound, InvalidInput, StoreUnreachable) as error:
            log.debug("no interval of a history to be had, reading it whole: %s", error)
            self._has_intervals = False
            return None
        whole = len(columns) < SAMPLE and max(columns.steps, default=from_step) >= latest.step
        return columns if whole else None


def _rank(value: float) -> tuple[bool, float]:
    """Ascending, NaN last."""
    return (True, 0.0) if math.isnan(value) else (False, value)
