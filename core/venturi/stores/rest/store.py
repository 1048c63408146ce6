"""A tracking server as a store: experiments, runs and metric histories over MLflow's REST API."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias, TypeVar

from venturi.errors import InvalidInput, NotFound
from venturi.filters.order import order_text, sort_runs
from venturi.filters.pushdown import can_order
from venturi.filters.subjects import Subject
from venturi.filters.tree import Entity, OrderKey
from venturi.records import Experiment, History, Page, Run, View
from venturi.stores.base import ExperimentQuery, RunQuery, StoreInfo, StoreOptions
from venturi.stores.rest import wire
from venturi.stores.rest.address import read_address
from venturi.stores.rest.answer import JsonObject
from venturi.stores.rest.clock import Clock
from venturi.stores.rest.history import Histories
from venturi.stores.rest.marks import Mark, digest, from_token, to_token
from venturi.stores.rest.search import Question, Search
from venturi.stores.rest.transport import Transport
from venturi.stores.rest.walk import LARGEST_PAGE, Fetch

log = logging.getLogger("venturi.rest")

T = TypeVar("T")
ReadPage: TypeAlias = Callable[[JsonObject], tuple[list[T], str | None]]

EXPERIMENTS_AT_ONCE = 900
"""Experiment ids in one question: databases behind servers allow about a thousand values."""
_REMEMBERED = 8  # questions over all experiments, while their later pages are fetched
_VIEWS: Mapping[View, str] = {
    View.ACTIVE: "ACTIVE_ONLY",
    View.DELETED: "DELETED_ONLY",
    View.ALL: "ALL",
}


def open_rest(uri: str, options: StoreOptions, *, clock: Clock | None = None) -> RestStore:
    """The store of a tracking server; nothing is sent before the first question.

    Args:
        uri: `http(s)://[name:password@]host[:port][/prefix]`.
        options: Patience and credentials.
        clock: Time; a test's own makes waiting free.

    Raises:
        ConfigError: The URI or the credentials cannot be used.
    """
    return RestStore(Transport(read_address(uri), options, clock))


class RestStore:
    """Keeps the promise of TrackingStore for one tracking server.

    Nobody can count runs over REST without reading them, so it has none of the other talents.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._runs: Search[Run] = Search(Subject.RUNS)
        self._experiments: Search[Experiment] = Search(Subject.EXPERIMENTS)
        self._histories = Histories(transport, self.get_run)
        self._reached: OrderedDict[str, tuple[str, ...]] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def info(self) -> StoreInfo:
        """What this store is; costs nothing."""
        return StoreInfo(kind="http", address=self._transport.address.base)

    def search_experiments(
        self, query: ExperimentQuery, *, limit: int, token: str | None = None
    ) -> Page[Experiment]:
        """Experiments that match, at most `limit` of them, after those of earlier pages."""
        question = Question[Experiment](
            name=digest(repr(query)),
            filter=query.filter,
            parts=1,
            fetch=lambda text, _: self._experiment_pages(query, text),
            first=lambda heads: heads[0],
        )
        return self._experiments.page(question, limit=limit, token=token)

    def get_experiment(self, experiment_id: str) -> Experiment:
        """The experiment of that id, also a deleted one. Raises NotFound."""
        try:
            return self._transport.get(
                "experiments/get", [("experiment_id", experiment_id)], wire.one_experiment
            )
        except (NotFound, InvalidInput) as error:
            msg = f"there is no experiment with id {experiment_id!r}"
            raise NotFound(msg) from error

    def get_experiment_by_name(self, name: str) -> Experiment:
        """The experiment of exactly that name, also a deleted one. Raises NotFound."""
        try:
            return self._transport.get(
                "experiments/get-by-name", [("experiment_name", name)], wire.one_experiment
            )
        except (NotFound, InvalidInput) as error:
            raise NotFound(f"there is no experiment named {name!r}") from error

    def search_runs(self, query: RunQuery, *, limit: int, token: str | None = None) -> Page[Run]:
        """Runs that match, whole, at most `limit` of them, after those of earlier pages."""
        name = digest(repr(query))
        if not can_order(query.order):
            return self._sorted_here(query, name, limit, token)
        ids = self._experiment_ids(query, name, again=token is not None)
        if not ids:
            return Page(())
        size = EXPERIMENTS_AT_ONCE
        parts = [ids[start : start + size] for start in range(0, len(ids), size)]
        question = Question[Run](
            name=name,
            filter=query.filter,
            parts=len(parts),
            fetch=lambda text, part: self._run_pages(query, parts[part], text),
            first=lambda heads: sort_runs(heads, query.order)[0],
        )
        return self._runs.page(question, limit=limit, token=token)

    def get_run(self, run_id: str) -> Run:
        """The run of exactly that id, also a deleted one. Raises NotFound."""
        try:
            return self._transport.get("runs/get", [("run_id", run_id)], wire.one_run)
        except (NotFound, InvalidInput) as error:
            raise NotFound(f"there is no run with id {run_id!r}") from error

    def metric_history(self, run_id: str, key: str, *, from_step: int | None = None) -> History:
        """Every point of one metric, ordered as History says; from that step on when given."""
        return self._histories.read(run_id, key, from_step)

    def close(self) -> None:
        """Let go of the connections. Calling it twice is fine."""
        self._transport.close()

    def _sorted_here(self, query: RunQuery, name: str, limit: int, token: str | None) -> Page[Run]:
        """A page in an order that no server can be asked for: reads all runs that match."""
        start = from_token(token, name)[1][0].skip if token is not None else 0
        unsorted = replace(query, order=())
        found = list(
            _all_of(lambda more: self.search_runs(unsorted, limit=LARGEST_PAGE, token=more))
        )
        log.debug("the server cannot order so: read and sorted %d runs", len(found))
        end = start + limit
        mark = Mark(skip=end, over=end >= len(found))
        items = tuple(sort_runs(found, query.order)[start:end])
        return Page(items, to_token(name, "", [mark]))

    def _experiment_pages(self, query: ExperimentQuery, text: str) -> Fetch[Experiment]:
        body = _search_body(text, query.order, view_type=_VIEWS[query.view])
        return self._pages("experiments/search", body, wire.experiments)

    def _run_pages(self, query: RunQuery, ids: Sequence[str], text: str) -> Fetch[Run]:
        view = _VIEWS[query.view]
        body = _search_body(text, query.order, run_view_type=view, experiment_ids=list(ids))
        return self._pages("runs/search", body, wire.runs)

    def _pages(self, endpoint: str, body: Mapping[str, object], read: ReadPage[T]) -> Fetch[T]:
        def fetch(token: str | None, size: int) -> tuple[list[T], str | None]:
            place = {"page_token": token} if token else {}
            return self._transport.post(endpoint, {**body, **place, "max_results": size}, read)

        return fetch

    def _experiment_ids(self, query: RunQuery, name: str, *, again: bool) -> tuple[str, ...]:
        """The experiments of a query; `again`: those its first page looked at, if still known."""
        if query.experiment_ids is not None:
            return tuple(dict.fromkeys(query.experiment_ids))
        with self._lock:
            known = self._reached.get(name) if again else None
        if known is not None:
            return known
        ids = self._all_experiment_ids()
        with self._lock:
            self._reached[name] = ids
            self._reached.move_to_end(name)
            while len(self._reached) > _REMEMBERED:
                self._reached.popitem(last=False)
        return ids

    def _all_experiment_ids(self) -> tuple[str, ...]:
        """Every experiment, the deleted ones too, oldest first: new ones do not move the others."""
        query = ExperimentQuery(view=View.ALL)
        found = _all_of(lambda more: self.search_experiments(query, limit=LARGEST_PAGE, token=more))
        ids = {experiment.experiment_id for experiment in found}
        return tuple(sorted(ids, key=lambda one: (len(one), one)))


def _all_of(ask: Callable[[str | None], Page[T]]) -> Iterator[T]:
    """Every record of a paged answer."""
    page = ask(None)
    yield from page
    while page.next_token is not None:
        page = ask(page.next_token)
        yield from page


def _search_body(text: str, order: Sequence[OrderKey], **more: object) -> dict[str, object]:
    """The fields that both searches share. A key named twice is an error for some servers."""
    first: dict[tuple[Entity, str], OrderKey] = {}
    for key in order:
        first.setdefault((key.entity, key.key), key)
    body = dict(more)
    if text:
        body["filter"] = text
    if first:
        body["order_by"] = [order_text(key) for key in first.values()]
    return body
