"""`venturi experiments`: list and get."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from venturi.filters.subjects import Subject
from venturi.lookup import find_experiment
from venturi.records import Experiment, View
from venturi.stores.base import ExperimentQuery, RunIndex
from venturi_tui.cli.call import Call, call_of, words_of
from venturi_tui.cli.formats import write_one, write_records
from venturi_tui.cli.formats.answer import TABLES
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.pages import Pages, say_what_is_left
from venturi_tui.cli.searching import (
    AllOption,
    FilterOption,
    LimitOption,
    OrderOption,
    ViewOption,
    limit_of,
    parsed_filter,
    parsed_order,
)
from venturi_tui.present.kinds import EXPERIMENTS
from venturi_tui.present.listing import Moment

app = noun("experiments", "List experiments, look at them, write them.")


@app.command(
    "list",
    cls=Verb,
    epilog="""
    venturi experiments list
    venturi experiments list --filter "name LIKE 'vision%'" --order-by name
    venturi experiments list --view deleted -o json
    """,
)
def list_experiments(
    context: typer.Context,
    filter_text: FilterOption = "",
    order_by: OrderOption = None,
    limit: LimitOption = None,
    everything: AllOption = False,
    view: ViewOption = View.ACTIVE,
) -> None:
    """List experiments, the newest first."""
    call = call_of(context)
    query = ExperimentQuery(
        parsed_filter(call, filter_text, Subject.EXPERIMENTS),
        parsed_order(order_by, Subject.EXPERIMENTS),
        view,
    )
    pages = Pages(
        lambda room, token: call.store.search_experiments(query, limit=room, token=token),
        limit_of(call, limit, everything),
    )
    write_records(call, EXPERIMENTS, pages, lambda _shown: _moment(call))
    say_what_is_left(call, pages, "experiments", None)


@app.command(
    "get",
    cls=Verb,
    epilog="""
    venturi experiments get vision-sweep
    venturi experiments get 3 -o json
    venturi experiments list -o name | venturi experiments get -
    """,
)
def get_experiments(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(metavar="EXPERIMENT…", help="Names or ids; - reads them from stdin."),
    ],
) -> None:
    """Show all that is known about experiments."""
    call = call_of(context)
    names = words_of(words)
    found = [find_experiment(call.store, name) for name in names]
    if call.settings.output == "table" and not call.settings.columns:
        _write_sheets(call, found)
    elif len(words) == 1 and words[0] != "-" and call.settings.output not in TABLES:
        write_one(call, EXPERIMENTS, found[0])
    else:
        write_records(call, EXPERIMENTS, found, lambda _shown: _moment(call))


def _write_sheets(call: Call, experiments: Sequence[Experiment]) -> None:
    from venturi_tui.present.sheet import draw_sections, experiment_sections

    moment = _moment(call)
    for place, experiment in enumerate(experiments):
        if place:
            call.report.data("\n")
        sections = experiment_sections(experiment, moment)
        paint = call.report.paint
        call.report.lines(draw_sections(sections, width=call.report.width, paint=paint))


def _moment(call: Call) -> Moment:
    """What cells depend on; numbers of runs where the store knows them."""
    store = call.store
    counts = store.count_runs_by_experiment() if isinstance(store, RunIndex) else None
    return Moment(call.now_ms, run_counts=counts)
