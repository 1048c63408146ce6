"""What runs log, sent so that nothing is lost and nothing is there twice."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from venturi.errors import InvalidInput, NotFound
from venturi.records import History, Lifecycle, Metric, Run
from venturi.rules import check_metric, check_param, check_tag
from venturi.stores.rest.answer import JsonObject
from venturi.stores.rest.batches import Parcel, identity, parcels
from venturi.stores.rest.transport import Transport
from venturi.stores.writing import Batch

_NOBODY = "0" * 32  # a run that no store has
_SURELY_KEPT = 500  # characters of a param that servers of every age keep
_SURELY_KEPT_TAG = 5000
_MOST_REMEMBERED = 10_000
_AT_ONCE = 10
"""Requests under way at once: as many as there are connections, and as MLflow sends."""

log = logging.getLogger("venturi.rest")


class ReadHistory(Protocol):
    """Reads a metric's points from a step on."""

    def __call__(self, run_id: str, key: str, *, from_step: int | None = None) -> History:
        """As TrackingStore.metric_history."""
        ...


class RunLog:
    """Logs to the runs of one server.

    A server on a database drops a point that it has. One on a file store keeps it twice: there,
    what has arrived is looked up before anything is sent, and again before it is sent again.

    Args:
        transport: The server.
        get_run: Reads one run; raises NotFound.
        history: Reads the points of a metric.
    """

    def __init__(
        self, transport: Transport, get_run: Callable[[str], Run], history: ReadHistory
    ) -> None:
        self._transport = transport
        self._get_run = get_run
        self._history = history
        self._doubles: bool | None = None
        self._seen: set[str] = set()

    def batch(self, run_id: str, batch: Batch) -> None:
        """As TrackingWriter.log_batch."""
        _check(batch)
        points = _each_once(batch.metrics)
        careful = bool(points) and self._keeps_doubles()
        params: Mapping[str, str] = {}
        if batch.params or careful or run_id not in self._seen:
            run = self._active(run_id)
            params = _new_params(run, batch.params)
            points = self._missing(run, points) if careful else points
        whole = list(parcels(params, points, batch.tags))
        if careful:
            for parcel in whole:
                self._send(run_id, parcel, careful=bool(parcel.metrics))
        else:
            self._send_all(run_id, whole)
        self._check_kept(run_id, params, batch.tags)

    def _send_all(self, run_id: str, whole: Sequence[Parcel]) -> None:
        """Params first and tags last; what holds nothing but points goes side by side.

        Their order does not matter: the latest point is the one with the highest step.
        """
        only_points = [parcel for parcel in whole if not (parcel.params or parcel.tags)]
        for parcel in whole:
            if parcel.params:
                self._send(run_id, parcel, careful=False)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            sent = [pool.submit(self._send, run_id, one, careful=False) for one in only_points]
            try:
                for each in sent:
                    each.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        for parcel in whole:
            if parcel.tags and not parcel.params:
                self._send(run_id, parcel, careful=False)

    def _send(self, run_id: str, parcel: Parcel, *, careful: bool) -> None:
        def again() -> bytes:
            missing = self._missing(self._active(run_id), parcel.metrics)
            log.debug("%d of %d points have arrived", *_arrived(parcel.metrics, missing))
            left = next(parcels(parcel.params, missing, parcel.tags), Parcel())
            return left.body(run_id)

        body = parcel.body(run_id)
        self._transport.post_bytes("runs/log-batch", body, again if careful else None)

    def _active(self, run_id: str) -> Run:
        run = self._get_run(run_id)
        if run.lifecycle_stage is not Lifecycle.ACTIVE:
            raise InvalidInput(f"the run {run_id} is deleted", hint="restore it first")
        if len(self._seen) >= _MOST_REMEMBERED:
            self._seen.clear()
        self._seen.add(run_id)
        return run

    def _keeps_doubles(self) -> bool:
        """Whether the server has a file store: it says so of a run that is not there.

        Databases give an empty history then. When in doubt the answer is yes, which is only slower.
        """
        if self._doubles is None:
            question = [("run_id", _NOBODY), ("metric_key", "x"), ("max_results", "1")]
            try:
                self._transport.get("metrics/get-history", question, _nothing)
                self._doubles = False
            except (NotFound, InvalidInput):
                self._doubles = True
        return self._doubles

    def _missing(self, run: Run, points: Sequence[Metric]) -> list[Metric]:
        """Those of the points that the run does not have."""
        starts: dict[str, int] = {}
        for point in points:
            starts[point.key] = min(point.step, starts.get(point.key, point.step))
        there: set[tuple[str, int, int, float, bool]] = set()
        for key, start in starts.items():
            latest = run.latest.get(key)
            if latest is not None and latest.step >= start:
                there.update(map(identity, self._history(run.run_id, key, from_step=start)))
        return [point for point in points if identity(point) not in there]

    def _check_kept(self, run_id: str, params: Mapping[str, str], tags: Mapping[str, str]) -> None:
        """Older servers cut long texts without a word. Raises InvalidInput that says so."""
        long_params = _longer(params, _SURELY_KEPT)
        long_tags = _longer(tags, _SURELY_KEPT_TAG)
        if not long_params and not long_tags:
            return
        run = self._get_run(run_id)
        for kind, sent, kept in (
            ("param", long_params, run.params),
            ("tag", long_tags, run.tags),
        ):
            for key, value in sent.items():
                if len(kept.get(key, "")) < len(value):
                    size = len(kept.get(key, ""))
                    raise InvalidInput(
                        f"the server kept only {size:,} characters of {kind} '{key}'"
                    )


def _check(batch: Batch) -> None:
    for key, value in batch.params.items():
        check_param(key, value)
    for metric in batch.metrics:
        check_metric(metric)
    for key, value in batch.tags.items():
        check_tag(key, value)


def _each_once(points: Iterable[Metric]) -> list[Metric]:
    return list({identity(point): point for point in points}.values())


def _new_params(run: Run, params: Mapping[str, str]) -> dict[str, str]:
    """The params that the run does not have. Raises InvalidInput when one has another value."""
    for key, value in params.items():
        if run.params.get(key, value) != value:
            raise InvalidInput(
                f"the param '{key}' of run {run.run_id} is there with another value",
                hint="params are logged once; log another key, or a tag",
            )
    return {key: value for key, value in params.items() if key not in run.params}


def _longer(texts: Mapping[str, str], length: int) -> dict[str, str]:
    return {key: value for key, value in texts.items() if len(value) > length}


def _arrived(sent: Sequence[Metric], missing: Sequence[Metric]) -> tuple[int, int]:
    return len(sent) - len(missing), len(sent)


def _nothing(body: JsonObject) -> None:
    del body
