"""The tracking store in a SQL database: the promise of stores/base.py, kept by statements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from venturi.errors import NotFound
from venturi.filters.tree import Entity
from venturi.records import Experiment, History, Page, Run, View
from venturi.stores.base import CurveExtent, ExperimentQuery, RunGroup, RunKeys, RunQuery, StoreInfo
from venturi.stores.sql import logged_models, questions
from venturi.stores.sql.database import Database
from venturi.stores.sql.paging import Place, Snapshots, place_of, token_for
from venturi.stores.sql.writer import SqlWriter

if TYPE_CHECKING:
    from venturi.curves.buckets import Buckets, Partition
    from venturi.stores.sql.curves import SqlCurves


class SqlStore(SqlWriter):
    """A TrackingStore with the talents RunIndex, KeyIndex and CurveSampler, and a TrackingWriter.

    Args:
        database: Freshly opened; it is looked at now.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._snapshots = Snapshots()
        self._info = database.look()

    @cached_property
    def _curves(self) -> SqlCurves:
        from venturi.stores.sql.curves import SqlCurves

        return SqlCurves(self._database, self._no_run)

    @property
    def info(self) -> StoreInfo:
        """See TrackingStore."""
        return self._info

    def search_experiments(
        self, query: ExperimentQuery, *, limit: int, token: str | None = None
    ) -> Page[Experiment]:
        """See TrackingStore."""
        start = place_of(query, token).offset if token else 0
        ask = partial(questions.experiments, query=query, limit=limit + 1, offset=start)
        found = self._database.ask(ask)
        if len(found) <= limit:
            return Page(tuple(found))
        last = found[limit - 1].experiment_id
        return Page(tuple(found[:limit]), token_for(query, Place(start + limit, last)))

    def get_experiment(self, experiment_id: str) -> Experiment:
        """See TrackingStore."""
        found = self._database.ask(partial(questions.experiment, experiment_id=experiment_id))
        if found is None:
            raise self._not_found(f"experiment with the id '{experiment_id}'")
        return found

    def get_experiment_by_name(self, name: str) -> Experiment:
        """See TrackingStore."""
        found = self._database.ask(partial(questions.experiment_by_name, name=name))
        if found is None:
            raise self._not_found(f"experiment named '{name}'")
        return found

    def search_runs(self, query: RunQuery, *, limit: int, token: str | None = None) -> Page[Run]:
        """See TrackingStore."""
        if token:
            return self._next_page(query, limit, place_of(query, token))
        ask = partial(questions.first_page, query=query, limit=limit)
        ids, runs = self._database.ask(ask)
        return _page(query, runs, ids, 0, limit)

    def _next_page(self, query: RunQuery, limit: int, place: Place) -> Page[Run]:
        ids, start = self._snapshots.rest(query, place, partial(self.run_ids, query))
        ids = ids[start : start + limit + 1]
        return _page(query, self.get_runs(ids[:limit]), ids, start, limit)

    def get_run(self, run_id: str) -> Run:
        """See TrackingStore."""
        found = self.get_runs([run_id])
        if not found:
            raise self._no_run(run_id)
        return found[0]

    def metric_history(self, run_id: str, key: str, *, from_step: int | None = None) -> History:
        """See TrackingStore."""
        ask = partial(questions.history, run_id=run_id, key=key, from_step=from_step)
        found = self._database.ask(ask)
        if found is None:
            raise self._no_run(run_id)
        return found

    def run_ids(self, query: RunQuery) -> Sequence[str]:
        """See RunIndex."""
        return self._database.ask(partial(questions.run_ids, query=query))

    def get_runs(self, run_ids: Sequence[str]) -> list[Run]:
        """See RunIndex."""
        return self._database.ask(partial(questions.runs, run_ids=run_ids))

    def count_runs(self, query: RunQuery) -> int:
        """See RunIndex."""
        return self._database.ask(partial(questions.count_runs, query=query))

    def count_runs_by_experiment(self, view: View = View.ACTIVE) -> dict[str, int]:
        """See RunIndex."""
        return self._database.ask(partial(questions.count_runs_by_experiment, view=view))

    def run_keys(self) -> RunKeys:
        """See KeyIndex."""
        return self._database.ask(questions.run_keys)

    def run_groups(
        self, query: RunQuery, entity: Entity, key: str, metrics: Sequence[str]
    ) -> list[RunGroup]:
        """See RunGroups."""
        from venturi.stores.sql import groups

        ask = partial(groups.run_groups, query=query, entity=entity, key=key, metrics=metrics)
        return self._database.ask(ask)

    def run_parents(self, query: RunQuery) -> dict[str, str]:
        """See RunTree."""
        from venturi.stores.sql import groups

        return self._database.ask(partial(groups.run_parents, query=query))

    def run_values(self, entity: Entity, key: str, *, most: int) -> list[str]:
        """See ValueIndex."""
        return self._database.ask(partial(questions.run_values, entity=entity, key=key, most=most))

    def logged_model_of(self, run: Run, name: str) -> str | None:
        """See LoggedModels."""
        return self._database.ask(partial(logged_models.logged_model_of, run=run, name=name))

    def logged_model_names(self, run: Run) -> list[str]:
        """See NamesLoggedModels."""
        return self._database.ask(partial(logged_models.logged_model_names, run=run))

    def logged_model_metrics(self, model_id: str, keys: Sequence[str] | None) -> dict[str, float]:
        """See LoggedModels."""
        question = partial(logged_models.logged_model_metrics, model_id=model_id, keys=keys)
        return self._database.ask(question)

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

    def close(self) -> None:
        """See TrackingStore."""
        self._database.close()

    def _no_run(self, run_id: str) -> NotFound:
        return self._not_found(f"run with the id '{run_id}'")

    def _not_found(self, what: str) -> NotFound:
        return NotFound(f"there is no {what} in {self._info.address}")


def _page(
    query: RunQuery, runs: Sequence[Run], ids: Sequence[str], start: int, limit: int
) -> Page[Run]:
    """A page of runs; `ids` has one more than `limit` when there are more."""
    if len(ids) <= limit:
        return Page(tuple(runs))
    return Page(tuple(runs), token_for(query, Place(start + limit, ids[limit - 1])))
