"""`venturi metrics`: list, history and plot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Annotated

import typer

from venturi.curves.sample import sample
from venturi.curves.series import XAxis
from venturi.errors import NotFound
from venturi.lookup import find_runs
from venturi.records import History, Run
from venturi_tui.cli.call import Call, call_of, words_of
from venturi_tui.cli.formats import write_records
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.plotting import PlotWish, plot_lines
from venturi_tui.cli.searching import ExperimentOption, experiment_ids
from venturi_tui.present.kinds import POINTS, Point
from venturi_tui.present.listing import Moment

app = noun("metrics", "List metrics of runs, print histories, plot them, follow them.")

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
    """,
)
def list_metrics(
    context: typer.Context, words: RunsArgument, experiment: ExperimentOption = None
) -> None:
    """List the metrics of runs, each with its latest point."""
    call = call_of(context)
    runs = _found(call, words, experiment)
    points = (Point(run.run_id, run.latest[key]) for run in runs for key in sorted(run.latest))
    write_records(call, POINTS, points, lambda _shown: Moment(call.now_ms))


@app.command(
    "history",
    cls=Verb,
    epilog="""
    venturi metrics history 3fa91c2d -o csv
    venturi metrics history 3fa91c2d loss val/acc --points 400 -o json
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
    experiment: ExperimentOption = None,
    points: Annotated[
        int | None,
        typer.Option(
            min=2, metavar="N", help="Only so many that keep the shape and every extreme."
        ),
    ] = None,
) -> None:
    """Print every point of the metrics of a run, in step order."""
    call = call_of(context)
    runs = _found(call, [word], experiment)
    wanted = [(run, key) for run in runs for key in _keys(run, keys)]
    histories = _histories(call, wanted, points)
    if call.settings.output in ("csv", "tsv", "jsonl") and not call.settings.columns:
        from venturi_tui.cli.formats.histories import write_histories

        write_histories(call, histories)
        return
    flat = (Point(history.run_id, metric) for history in histories for metric in history)
    write_records(call, POINTS, flat, lambda _shown: Moment(call.now_ms))


@app.command(
    "plot",
    cls=Verb,
    epilog="""
    venturi metrics plot 3fa91c2d -m loss
    venturi metrics plot A B C -m val/loss --smooth 0.6 --log-y
    venturi metrics plot A -m loss -m val/loss --x relative --size 100x30
    """,
)
def plot_metrics(
    context: typer.Context,
    words: RunsArgument,
    keys: Annotated[
        list[str], typer.Option("--metric", "-m", metavar="KEY", help="Which metric; repeatable.")
    ],
    experiment: ExperimentOption = None,
    smooth: Annotated[
        float, typer.Option(min=0.0, max=0.999, metavar="W", help="How much to smooth, 0 to 0.999.")
    ] = 0.0,
    axis: Annotated[XAxis, typer.Option("--x", help="What the curves run over.")] = XAxis.STEP,
    log_y: Annotated[bool, typer.Option("--log-y", help="Logarithmic values.")] = False,
    size: Annotated[
        str, typer.Option(metavar="WxH", help="Cells to fill; else the terminal, or 80x24.")
    ] = "",
) -> None:
    """Draw metrics of runs as curves in text."""
    call = call_of(context)
    wish = PlotWish(axis, smooth, log_y, size)
    runs = _found(call, words, experiment)
    wanted = [(run, key) for key in keys for run in runs]
    if not any(key in run.latest for run, key in wanted):
        _keys(runs[0], keys)
    held = [(run, key) for run, key in wanted if key in run.latest]
    for run, key in wanted:
        if key not in run.latest:
            call.report.say(f"{run.run_name or run.run_id} never logged {key}")
    histories = _histories(call, held, None)
    curves = [(run, history) for (run, _), history in zip(held, histories, strict=True)]
    call.report.lines(plot_lines(call.report, curves, wish))


def _found(call: Call, words: Sequence[str], experiment: Sequence[str] | None) -> list[Run]:
    return find_runs(call.store, words_of(words), experiment_ids(call, experiment))


def _keys(run: Run, keys: Sequence[str] | None) -> list[str]:
    """The keys that were asked for, each of which the run has logged; all of its when none was."""
    for key in keys or ():
        if key not in run.latest:
            near = get_close_matches(key, run.latest, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"venturi metrics list {run.run_id}"
            raise NotFound(f"run {run.run_name or run.run_id} never logged {key!r}", hint=hint)
    return list(keys) if keys else sorted(run.latest)


def _histories(
    call: Call, wanted: Sequence[tuple[Run, str]], points: int | None
) -> Iterator[History]:
    for run, key in wanted:
        history = call.store.metric_history(run.run_id, key)
        yield history if points is None else sample(history, points)
