"""The runs around one: the run it is nested in, and those that are nested in it."""

from __future__ import annotations

from dataclasses import dataclass

from venturi.browse.asking import read_runs
from venturi.browse.nesting import PARENT_TAG
from venturi.filters.tree import Comparison, Entity, Op
from venturi.records import Run
from venturi.stores.base import RunQuery, TrackingStore

MOST_CHILDREN = 100


@dataclass(frozen=True, slots=True)
class Kin:
    """Parent and children of a run.

    `parent` is None when there is none, or when it is gone. `has_more` tells that there are more
    children than MOST_CHILDREN.
    """

    parent: Run | None = None
    children: tuple[Run, ...] = ()
    has_more: bool = False


def kin_of(store: TrackingStore, run: Run) -> Kin:
    """The run that a run is nested in, and its children in the order in which they began.

    Only active children of the same experiment are looked for. Raises as the store does.
    """
    nested = Comparison(Entity.TAG, PARENT_TAG, Op.EQ, run.run_id)
    query = RunQuery(experiment_ids=(run.experiment_id,), filter=nested)
    page = store.search_runs(query, limit=MOST_CHILDREN)
    children = sorted(page.items, key=lambda child: (child.start_time or 0, child.run_id))
    found = read_runs(store, (run.parent_id,)) if run.parent_id else []
    parent = next((each for each in found if each.run_id == run.parent_id), None)
    return Kin(parent, tuple(children), page.next_token is not None)
