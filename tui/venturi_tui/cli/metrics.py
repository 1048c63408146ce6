"""`venturi metrics`: list and history."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, ClassVar

import typer

from venturi.curves.sample import sample
from venturi.curves.series import series_from
from venturi.errors import UsageError
from venturi.records import History, Run
from venturi.settings.declared import OUTPUTS
from venturi_tui.cli.call import Call, call_of
from venturi_tui.cli.formats import write_records
from venturi_tui.cli.formats.answer import TABLES
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.landing import IntoOption, answered_into
from venturi_tui.cli.metric_choice import chosen, found_runs
from venturi_tui.cli.searching import ExperimentOption
from venturi_tui.present.kinds import Point
from venturi_tui.present.kinds.latest import LATEST, Latest
from venturi_tui.present.listing import Moment
from venturi_tui.present.words import exact_count

app = noun("metrics", "List metrics of runs, print histories, plot them, follow them.")

_CURVE_CELLS = 16
_MOST_CURVES = 500

RunsArgument = Annotated[
    list[str],
    typer.Argument(
        metavar="RUN…", help="Ids, beginnings of ids, or names; - reads them from stdin."
    ),
]


@app.command(
    "list",
    cls=Verb,
    epilog="""
    venturi metrics list 3fa91c2d
    venturi metrics list A B -o csv
    venturi metrics list 3fa91c2d -o wide
    """,
)
def list_metrics(
    context: typer.Context, words: RunsArgument, experiment: ExperimentOption = None
) -> None:
    """List the metrics of runs, each with its latest point; with -o wide its curve, too."""
    call = call_of(context)
    runs = found_runs(call, words, experiment)
    curve = _curves(call, sum(len(run.latest) for run in runs))
    found = (
        Latest(Point(run.run_id, run.latest[key]), curve(run, key))
        for run in runs
        for key in sorted(run.latest)
    )
    write_records(call, LATEST, found, lambda _shown: Moment(call.now_ms))


def _curves(call: Call, metrics: int) -> Callable[[Run, str], str]:
    """What gives the curve of a metric in a few cells: nothing where it is not shown."""
    named = "curve" in call.settings.columns
    if call.settings.output not in TABLES or not (named or call.settings.output == "wide"):
        return lambda _run, _key: ""
    if metrics > _MOST_CURVES and not named:
        call.report.say(f"no curves of more than {exact_count(_MOST_CURVES)}: --columns curve,…")
        return lambda _run, _key: ""
    from venturi_tui.present.chart.sparkline import sparkline_text

    def curve(run: Run, key: str) -> str:
        series = series_from(call.store.metric_history(run.run_id, key))
        return sparkline_text(series, _CURVE_CELLS, ascii_only=not call.report.speaks_utf8)

    return curve


class HistoryVerb(Verb):
    """A verb that writes Parquet too."""

    outputs: ClassVar[tuple[str, ...]] = (*OUTPUTS, "parquet")


@app.command(
    "history",
    cls=HistoryVerb,
    epilog="""
    venturi metrics history 3fa91c2d -o csv
    venturi metrics history 3fa91c2d loss val/acc --points 400 -o json
    venturi metrics history A loss --run B --run C --wide -o csv --to losses.csv
    venturi runs list -e churn -o name | venturi metrics history - -o parquet --to all.parquet
    """,
)
def metric_history(
    context: typer.Context,
    word: Annotated[
        str, typer.Argument(metavar="RUN", help="Id, beginning of an id, or name; - reads ids.")
    ],
    keys: Annotated[
        list[str] | None, typer.Argument(metavar="[KEY…]", help="Which metrics; all when left out.")
    ] = None,
    more: Annotated[
        list[str] | None, typer.Option("--run", metavar="RUN", help="A further run; repeatable.")
    ] = None,
    experiment: ExperimentOption = None,
    points: Annotated[
        int | None,
        typer.Option(
            min=2, metavar="N", help="Only so many that keep the shape and every extreme."
        ),
    ] = None,
    wide: Annotated[
        bool,
        typer.Option("--wide", help="A row for each step, a column for each run and metric."),
    ] = False,
    to: IntoOption = None,
) -> None:
    """Print every point of the metrics of a run, in step order.

    With --wide a step has one row, in which the last of its points counts; the columns are called
    by the metric, or with several runs RUN_ID.METRIC.
    """
    from venturi_tui.cli.formats.histories import (
        write_histories,
        write_parquet,
        write_wide_histories,
    )

    call = call_of(context)
    parquet = call.own_format(("parquet",))
    if wide and points is not None:
        raise UsageError("--wide and --points exclude each other", hint="a sample has other steps")
    runs = found_runs(call, [word, *(more or ())], experiment)
    read = _histories(call, chosen(call, runs, keys or ()), points)
    if parquet:
        write_parquet(call, read, to, wide=wide)
        return
    with answered_into(call, to):
        (write_wide_histories if wide else write_histories)(call, read)


def _histories(
    call: Call, wanted: Sequence[tuple[Run, str]], points: int | None
) -> Iterator[History]:
    for run, key in wanted:
        history = call.store.metric_history(run.run_id, key)
        yield history if points is None else sample(history, points)
