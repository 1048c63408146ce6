"""`venturi runs`: list, get and diff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from venturi.errors import UsageError
from venturi.filters.subjects import Subject
from venturi.lookup import find_runs
from venturi.records import Run, View
from venturi.stores.base import RunIndex, RunQuery
from venturi_tui.cli.call import Call, call_of, words_of
from venturi_tui.cli.formats import write_one, write_records
from venturi_tui.cli.formats.answer import TABLES
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.pages import Pages, say_what_is_left
from venturi_tui.cli.searching import (
    AllOption,
    ExperimentOption,
    FilterOption,
    LimitOption,
    OrderOption,
    ViewOption,
    experiment_ids,
    experiment_names,
    limit_of,
    parsed_filter,
    parsed_order,
    run_moment,
)
from venturi_tui.present.kinds import RUNS
from venturi_tui.present.listing import Moment

if TYPE_CHECKING:
    from venturi_tui.cli.grouping import Grouping

app = noun("runs", "List runs, look at them, see what differs, write them.")

_SEVERAL = "Ids, beginnings of ids, or names; - reads them from stdin."


@app.command(
    "list",
    cls=Verb,
    epilog="""
    venturi runs list -e vision-sweep --limit 20
    venturi runs list --filter 'metrics."val/acc" > 0.9 and params.model = "vit-b"'
    venturi runs list --filter "start_time > '2h ago'" --order-by "metrics.loss DESC"
    venturi runs list --all -o csv --columns run_id,params.*,metrics.loss
    venturi runs list -e vision-sweep --group-by params.model --order-by metrics.loss
    """,
)
def list_runs(
    context: typer.Context,
    experiment: ExperimentOption = None,
    filter_text: FilterOption = "",
    order_by: OrderOption = None,
    limit: LimitOption = None,
    everything: AllOption = False,
    view: ViewOption = View.ACTIVE,
    group_by: Annotated[
        str,
        typer.Option(metavar="KEY", help="Sum runs up by a param or tag: params.model."),
    ] = "",
) -> None:
    """List runs of some experiments, or of all of them, the newest first."""
    call = call_of(context)
    grouping = _grouping(group_by)
    condition = parsed_filter(call, filter_text, Subject.RUNS)
    order = parsed_order(order_by, Subject.RUNS)
    query = RunQuery(experiment_ids(call, experiment), condition, order, view)
    if grouping is not None:
        from venturi_tui.cli.grouping import write_groups

        write_groups(call, query, grouping, limit_of(call, limit, everything))
        return
    pages = Pages(
        lambda room, token: call.store.search_runs(query, limit=room, token=token),
        limit_of(call, limit, everything),
    )
    write_records(call, RUNS, pages, lambda shown: run_moment(call, shown))
    store = call.store
    counter = (lambda: store.count_runs(query)) if isinstance(store, RunIndex) else None
    say_what_is_left(call, pages, "runs", counter)


@app.command(
    "get",
    cls=Verb,
    epilog="""
    venturi runs get 3fa91c2d
    venturi runs get brave-otter-12 -e vision-sweep -o json
    venturi runs list -o name | venturi runs get - -o jsonl
    """,
)
def get_runs(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="RUN…", help=_SEVERAL)],
    experiment: ExperimentOption = None,
) -> None:
    """Show all that is known about runs."""
    call = call_of(context)
    runs = _found(call, words, experiment)
    if call.settings.output == "table" and not call.settings.columns:
        _write_sheets(call, runs)
    elif len(words) == 1 and words[0] != "-" and call.settings.output not in TABLES:
        write_one(call, RUNS, runs[0])
    else:
        write_records(call, RUNS, runs, lambda shown: run_moment(call, shown))


@app.command(
    "diff",
    cls=Verb,
    epilog="""
    venturi runs diff 3fa91c2d brave-otter-12 --only-changed
    venturi runs diff A B C --baseline B -o json
    venturi runs diff A B --columns params,metrics.loss --exit-code
    venturi runs diff A prod:B
    """,
)
def diff_runs(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="RUN RUN…", help=_SEVERAL)],
    experiment: ExperimentOption = None,
    only_changed: Annotated[
        bool, typer.Option("--only-changed", "-x", help="Leave out what is the same in all.")
    ] = False,
    baseline: Annotated[
        str | None,
        typer.Option(metavar="RUN", help="Compare the others with this one, not with the first."),
    ] = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 1 when something differs, else with 0.")
    ] = False,
) -> None:
    """Show runs side by side; a missing value is `·`, one as in the baseline is `=`.

    A run of another store is named by a context and a colon before it: prod:brave-otter-12.
    """
    call = call_of(context)
    scope = experiment_ids(call, experiment)
    from venturi_tui.cli.elsewhere import runs_anywhere

    runs = runs_anywhere(call, words_of(words), scope)
    place = 0
    if baseline is not None:
        base = runs_anywhere(call, [baseline], scope)[0]
        ids = [run.run_id for run in runs]
        if base.run_id not in ids:
            runs, ids = [base, *runs], [base.run_id, *ids]
        place = ids.index(base.run_id)
    if len(runs) < 2:
        raise UsageError("one run alone has nothing to differ from", hint="name two or more")
    from venturi_tui.cli.comparing import Comparison, write_diff

    if write_diff(call, runs, Comparison(place, only_changed)) and exit_code:
        raise typer.Exit(1)


def _grouping(text: str) -> Grouping | None:
    if not text:
        return None
    from venturi_tui.cli.grouping import parse_grouping

    return parse_grouping(text)


def _found(call: Call, words: Sequence[str], experiment: Sequence[str] | None) -> list[Run]:
    return find_runs(call.store, words_of(words), experiment_ids(call, experiment))


def _write_sheets(call: Call, runs: Sequence[Run]) -> None:
    from venturi_tui.present.sheet import draw_sections, run_sections

    names = experiment_names(call, {run.experiment_id for run in runs})
    moment = Moment(call.now_ms, names)
    for place, run in enumerate(runs):
        if place:
            call.report.data("\n")
        sections = run_sections(run, moment)
        paint = call.report.paint
        call.report.lines(draw_sections(sections, width=call.report.width, paint=paint))
