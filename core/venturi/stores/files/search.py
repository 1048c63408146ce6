"""Answers to questions about many runs or experiments, reading no more than each needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from venturi.filters.match import compile_filter
from venturi.filters.order import sort_runs
from venturi.filters.pushdown import separate
from venturi.filters.tree import Comparison, Entity, Node, OrderKey
from venturi.records import View
from venturi.stores.base import ExperimentQuery, RunQuery
from venturi.stores.files.experiments import ExperimentEntry, Experiments
from venturi.stores.files.folders import ExperimentFolder
from venturi.stores.files.likes import folded
from venturi.stores.files.needs import Needs, needs_of
from venturi.stores.files.runs import RunFolder, Runs

_NEWEST = OrderKey(Entity.ATTRIBUTE, "creation_time", ascending=False)
_BY_ID = OrderKey(Entity.ATTRIBUTE, "experiment_id")
_BY_ID_DOWN = OrderKey(Entity.ATTRIBUTE, "experiment_id", ascending=False)


class Search:
    """Finds runs and experiments of one store by query."""

    def __init__(self, experiments: Experiments, runs: Runs) -> None:
        self._experiments = experiments
        self._runs = runs

    def experiments(self, query: ExperimentQuery) -> list[ExperimentEntry]:
        """Experiments that match, in order."""
        entries = self._experiments.entries(query.view)
        if query.filter is not None:
            tags = bool(needs_of(query.filter, ()).tags)
            record, test = self._experiments.record, compile_filter(folded(query.filter))
            entries = [each for each in entries if test(record(each, tags=tags))]
        return _sorted_experiments(entries, query.order)

    def runs(self, query: RunQuery) -> list[RunFolder]:
        """Runs that match, in order."""
        folders = [
            folder
            for experiment in self._reachable(query)
            for folder in self._runs.folders_in(experiment)
            if query.view is View.ALL or folder.is_deleted == (query.view is View.DELETED)
        ]
        if query.filter is None and not query.order:
            return sorted(folders, key=_newest_first)
        return self._chosen(folders, query.filter, query.order)

    def _reachable(self, query: RunQuery) -> Iterable[ExperimentFolder]:
        """The experiments to look for runs in. All runs in the trash are deleted."""
        view = View.ACTIVE if query.view is View.ACTIVE else View.ALL
        if query.experiment_ids is None:
            return [entry.folder for entry in self._experiments.entries(view)]
        wanted = [self._experiments.folder(each) for each in dict.fromkeys(query.experiment_ids)]
        return [each for each in wanted if each and (view is View.ALL or not each.is_deleted)]

    def _chosen(
        self, folders: list[RunFolder], node: Node | None, order: tuple[OrderKey, ...]
    ) -> list[RunFolder]:
        """Those that match, in order; the meta.yaml decides first, other files are read after."""
        partial = self._runs.partial
        cheap, dear = separate(node and folded(node), _is_in_meta)
        if cheap is not None:
            test = compile_filter(cheap)
            folders = [each for each in folders if test(partial(each, Needs()))]
        needs, test = needs_of(dear, order), compile_filter(dear)
        pairs = [(run, each) for each in folders if test(run := partial(each, needs))]
        folder_of = {(run.experiment_id, run.run_id): folder for run, folder in pairs}
        ordered = sort_runs([run for run, _ in pairs], order)
        return [folder_of[run.experiment_id, run.run_id] for run in ordered]


def _is_in_meta(comparison: Comparison) -> bool:
    # The name of a run made by MLflow before 1.30 is in a tag.
    return comparison.entity is Entity.ATTRIBUTE and comparison.key != "run_name"


def _newest_first(folder: RunFolder) -> tuple[bool, int, str]:
    meta = folder.meta
    return (meta.start_time is None, -(meta.start_time or 0), meta.run_id)


def _sorted_experiments(
    entries: list[ExperimentEntry], order: tuple[OrderKey, ...]
) -> list[ExperimentEntry]:
    """In MLflow's order: ids compare as text, and what has no value comes last both ways."""
    keys = (*order, _BY_ID_DOWN) if order else (_NEWEST, _BY_ID)
    for key in reversed(keys):
        entries = sorted(entries, key=_position(key), reverse=not key.ascending)
    return entries


def _position(key: OrderKey) -> Any:
    def position(entry: ExperimentEntry) -> tuple[bool, Any]:
        value = getattr(entry.meta, key.key)
        missing = value is None
        return (missing == key.ascending, 0 if missing else value)

    return position
