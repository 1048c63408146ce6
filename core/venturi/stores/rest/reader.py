"""Reads a tracking server: experiments, runs and metric histories over MLflow's REST API."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias, TypeVar

from venturi.curves.buckets import Buckets, Partition
from venturi.errors import InvalidInput, NotFound
from venturi.filters.order import order_text, sort_runs
from venturi.filters.pushdown import can_order
from venturi.filters.subjects import Subject
from venturi.filters.tree import Comparison, Entity, Op, OrderKey
from venturi.records import Experiment, History, Page, Run, View
from venturi.stores.base import CurveExtent, ExperimentQuery, RunQuery, StoreInfo
from venturi.stores.rest import logged_models, wire
from venturi.stores.rest.answer import JsonObject
from venturi.stores.rest.curves import RestCurves
from venturi.stores.rest.history import Histories
from venturi.stores.rest.marks import Mark, digest, from_token, to_token
from venturi.stores.rest.reach import Ids, Reach, may_exist, numbers, parts
from venturi.stores.rest.search import Question, Search
from venturi.stores.rest.transport import Transport
from venturi.stores.rest.walk import LARGEST_PAGE, Fetch

log = logging.getLogger("venturi.rest")

T = TypeVar("T")
ReadPage: TypeAlias = Callable[[JsonObject], tuple[list[T], str | None]]

_VIEWS: Mapping[View, str] = {
    View.ACTIVE: "ACTIVE_ONLY",
    View.DELETED: "DELETED_ONLY",
    View.ALL: "ALL",
}


class RestReader:
    """Keeps the promise of TrackingStore for one tracking server.

    Nobody can count runs over REST without reading them, so it has no talent for many runs.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._runs: Search[Run] = Search(Subject.RUNS)
        self._experiments: Search[Experiment] = Search(Subject.EXPERIMENTS)
        self._histories = Histories(transport, self.get_run)
        self._curves = RestCurves(transport, self.get_run)
        self._reach = Reach(self._every_experiment_id)

    @property
    def info(self) -> StoreInfo:
        """What this store is; costs nothing."""
        return StoreInfo(kind="http", address=self._transport.address.base)

    def server_version(self) -> str | None:
        """The version that the server says it is; see KnowsServer."""
        return self._transport.version()

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
        question = [("experiment_id", experiment_id)]
        known = may_exist(experiment_id)
        found = self._one("experiments/get", question, wire.one_experiment) if known else None
        if found is None or found.experiment_id != experiment_id:
            raise NotFound(f"there is no experiment with id {experiment_id!r}")
        return found

    def get_experiment_by_name(self, name: str) -> Experiment:
        """The experiment of exactly that name, also a deleted one. Raises NotFound."""
        question = [("experiment_name", name)]
        found = self._one("experiments/get-by-name", question, wire.one_experiment)
        if found is None or found.name != name:
            raise NotFound(f"there is no experiment named {name!r}")
        return found

    def search_runs(self, query: RunQuery, *, limit: int, token: str | None = None) -> Page[Run]:
        """Runs that match, whole, at most `limit` of them, after those of earlier pages."""
        name = digest(repr(query))
        if not can_order(query.order):
            return self._sorted_here(query, name, limit, token)
        ids = self._reach.ids(query, name, again=token is not None)
        try:
            return self._search_runs(query, name, ids, limit, token)
        except InvalidInput:
            taken = numbers(ids)
            if taken == ids:
                raise
            return self._search_runs(query, name, taken, limit, token)

    def get_run(self, run_id: str) -> Run:
        """The run of exactly that id, also a deleted one. Raises NotFound."""
        found = self._one("runs/get", [("run_id", run_id)], wire.one_run)
        if found is None or found.run_id != run_id:
            raise NotFound(f"there is no run with id {run_id!r}")
        return found

    def runs_together(
        self, run_ids: Sequence[str], experiment_ids: Sequence[str]
    ) -> list[Run] | None:
        """See ReadsTogether. Servers can be asked so since MLflow 2.3."""
        wanted = Comparison(Entity.ATTRIBUTE, "run_id", Op.IN, tuple(run_ids))
        query = RunQuery(tuple(experiment_ids), wanted, view=View.ALL)
        question = self._question(query, digest(repr(query)), tuple(experiment_ids))
        found = self._runs.whole(question, limit=len(run_ids))
        if found is None:
            return None
        held = {run.run_id: run for run in found}
        return [held[run_id] for run_id in run_ids if run_id in held]

    def metric_history(self, run_id: str, key: str, *, from_step: int | None = None) -> History:
        """Every point of one metric, ordered as History says; from that step on when given."""
        return self._histories.read(run_id, key, from_step)

    def curve_extent(self, run_id: str, key: str) -> CurveExtent | None:
        """See CurveSampler."""
        return self._curves.extent(run_id, key)

    def curve_sample(self, run_id: str, key: str, cuts: Partition) -> Buckets | None:
        """See CurveSampler."""
        return self._curves.sample(run_id, key, cuts)

    def curve_buckets(self, run_id: str, key: str, cuts: Partition) -> Iterator[Buckets]:
        """See CurveSampler."""
        return self._curves.buckets(run_id, key, cuts)

    def curve_points(self, run_id: str, key: str, first_step: int, last_step: int) -> History:
        """See CurveSampler."""
        return self._curves.points(run_id, key, first_step, last_step)

    def logged_model_of(self, run: Run, name: str) -> str | None:
        """See LoggedModels. Servers older than MLflow 3 have none."""
        return logged_models.logged_model_of(self._transport, run, name)

    def logged_model_names(self, run: Run) -> list[str]:
        """See NamesLoggedModels. Servers older than MLflow 3 have none."""
        return logged_models.logged_model_names(self._transport, run)

    def logged_model_metrics(self, model_id: str, keys: Sequence[str] | None) -> dict[str, float]:
        """See LoggedModels."""
        read = self._histories.read
        return logged_models.logged_model_metrics(self._transport, read, model_id, keys)

    def close(self) -> None:
        """Let go of the connections. Calling it twice is fine."""
        self._transport.close()

    def _one(
        self, endpoint: str, question: Sequence[tuple[str, str]], read: Callable[[JsonObject], T]
    ) -> T | None:
        """One record; None when the server has none, or cannot have one by such a name.

        Whether it is the right one is left to the caller: servers read `007` as experiment 7, and
        MySQL does not tell upper from lower case.
        """
        try:
            return self._transport.get(endpoint, question, read)
        except (NotFound, InvalidInput):
            return None

    def _search_runs(
        self, query: RunQuery, name: str, ids: Ids, limit: int, token: str | None
    ) -> Page[Run]:
        """Search the runs of some experiments."""
        if not ids:
            return Page(())
        return self._runs.page(self._question(query, name, ids), limit=limit, token=token)

    def _question(self, query: RunQuery, name: str, ids: Ids) -> Question[Run]:
        part = parts(ids)
        return Question[Run](
            name=name,
            filter=query.filter,
            parts=len(part),
            fetch=lambda text, at: self._run_pages(query, part[at], text),
            first=lambda heads: sort_runs(heads, query.order)[0],
        )

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

    def _run_pages(self, query: RunQuery, ids: Ids, text: str) -> Fetch[Run]:
        view = _VIEWS[query.view]
        body = _search_body(text, query.order, run_view_type=view, experiment_ids=list(ids))
        return self._pages("runs/search", body, wire.runs)

    def _pages(self, endpoint: str, body: Mapping[str, object], read: ReadPage[T]) -> Fetch[T]:
        def fetch(token: str | None, size: int) -> tuple[list[T], str | None]:
            place = {"page_token": token} if token else {}
            return self._transport.post(endpoint, {**body, **place, "max_results": size}, read)

        return fetch

    def _every_experiment_id(self, view: View) -> tuple[str, ...]:
        """Every experiment, oldest first: so new ones do not change the place of the others."""
        query = ExperimentQuery(view=view)
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
