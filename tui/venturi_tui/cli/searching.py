"""What the listing verbs share: their options, and the questions these make."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, TypeAlias

import typer

from venturi.filters.order import parse_orders
from venturi.filters.subjects import Subject
from venturi.filters.syntax import parse_filter
from venturi.filters.tree import Node, OrderKey
from venturi.lookup import find_experiment
from venturi.records import Run, View
from venturi.stores.base import ExperimentQuery
from venturi_tui.cli.call import Call
from venturi_tui.cli.pages import Pages
from venturi_tui.present.listing import Moment

ExperimentOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--experiment", "-e", metavar="NAME", help="Name or id of an experiment; repeatable."
    ),
]
FilterOption: TypeAlias = Annotated[
    str,
    typer.Option("--filter", "-f", metavar="TEXT", help="Which ones, in MLflow's search language."),
]
OrderOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--order-by", metavar="KEY", help='What to order by: "metrics.loss DESC"; repeatable.'
    ),
]
LimitOption: TypeAlias = Annotated[
    int | None,
    typer.Option("--limit", "-n", min=0, metavar="N", help="At most so many; 0 means all."),
]
AllOption: TypeAlias = Annotated[bool, typer.Option("--all", help="No limit.")]
ViewOption: TypeAlias = Annotated[
    View, typer.Option("--view", help="Those in use, the deleted ones, or both.")
]


def parsed_filter(call: Call, text: str, subject: Subject) -> Node | None:
    """The tree of a filter; times in it count from the call's now."""
    return parse_filter(text, subject, now_ms=call.now_ms)


def parsed_order(texts: Sequence[str] | None, subject: Subject) -> tuple[OrderKey, ...]:
    """The keys of an order, one in each text."""
    return parse_orders(texts or (), subject)


def limit_of(call: Call, limit: int | None, everything: bool, usual: int | None = None) -> int:
    """How many records to give at most; 0 means all."""
    if everything:
        return 0
    if limit is not None:
        return limit
    return call.settings.limit if usual is None else usual


def experiment_ids(call: Call, words: Sequence[str] | None) -> tuple[str, ...] | None:
    """Ids of the experiments that were named; None when none was."""
    if not words:
        return None
    found = (find_experiment(call.store, word).experiment_id for word in words)
    return tuple(dict.fromkeys(found))


def run_moment(call: Call, runs: Iterable[Run]) -> Moment:
    """What cells of runs depend on; names of experiments where there are several."""
    ids = {run.experiment_id for run in runs}
    asked = "experiment" in call.settings.columns
    names = experiment_names(call, ids) if len(ids) > 1 or asked else {}
    return Moment(call.now_ms, names)


def experiment_names(call: Call, ids: set[str]) -> dict[str, str]:
    """Names of the experiments of these ids; those that are gone are left out."""
    query = ExperimentQuery(view=View.ALL)
    pages = Pages(
        lambda room, token: call.store.search_experiments(query, limit=room, token=token), 0
    )
    names: dict[str, str] = {}
    for experiment in pages:
        if experiment.experiment_id in ids:
            names[experiment.experiment_id] = experiment.name
            if len(names) == len(ids):
                break
    return names
