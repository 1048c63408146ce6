"""`venturi metrics plot`: metrics of runs as a picture in text, SVG or HTML."""

from __future__ import annotations

from typing import Annotated

import typer

from venturi.curves.series import XAxis
from venturi_tui.cli.call import call_of
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.metric_choice import chosen, found_runs
from venturi_tui.cli.metrics import RunsArgument
from venturi_tui.cli.plotting import PlotWish, plot_lines
from venturi_tui.cli.searching import ExperimentOption

app = noun("metrics", "Draw metrics.")


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
    runs = found_runs(call, words, experiment)
    wanted = chosen(call, runs, keys)
    curves = [(run, call.store.metric_history(run.run_id, key)) for run, key in wanted]
    call.report.lines(plot_lines(call.report, curves, wish))
