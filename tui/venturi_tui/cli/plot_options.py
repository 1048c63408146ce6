"""The options of `venturi metrics plot`."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

from venturi_tui.cli.plot_wish import Ground, Kind, Ribbon, Style

KeysOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--metric", "-m", metavar="KEY", help="Which metric; repeatable."),
]
KindOption: TypeAlias = Annotated[
    Kind, typer.Option("--kind", help="Curves, or a picture of the latest values of the runs.")
]
AgainstOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        metavar="COLUMN",
        help="For scatter and parallel: params.KEY, metrics.KEY or tags.KEY; repeatable.",
    ),
]
GridOption: TypeAlias = Annotated[
    bool,
    typer.Option("--grid", help="A chart for each metric, by prefix; all of them without -m."),
]
SmoothOption: TypeAlias = Annotated[
    float, typer.Option(min=0.0, max=0.999, metavar="W", help="How much to smooth, 0 to 0.999.")
]
OverOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--x", metavar="AXIS", help="What curves run over: step, time, relative or metric:KEY."
    ),
]
LogXOption: TypeAlias = Annotated[bool, typer.Option("--log-x", help="Logarithmic x.")]
LogYOption: TypeAlias = Annotated[bool, typer.Option("--log-y", help="Logarithmic values.")]
WindowOption: TypeAlias = Annotated[
    str,
    typer.Option(
        metavar="A:B",
        help="Part of x to show, an end left out is open; times as A..B: '2h ago..now'.",
    ),
]
RangeOption: TypeAlias = Annotated[
    str, typer.Option("--range", metavar="A:B", help="Part of the values to show.")
]
RobustOption: TypeAlias = Annotated[
    bool, typer.Option("--robust", help="Let no outlier stretch the range of values.")
]
ExtremesOption: TypeAlias = Annotated[
    bool, typer.Option("--extremes", help="Mark the lowest and the highest value.")
]
GroupOption: TypeAlias = Annotated[
    str,
    typer.Option(metavar="WHAT", help="Mean and band of runs alike in param:NAME or tag:NAME."),
]
BandOption: TypeAlias = Annotated[
    Ribbon,
    typer.Option("--band", help="With --group-by: all the range, or one standard deviation."),
]
PointsOption: TypeAlias = Annotated[
    int | None,
    typer.Option(min=2, metavar="N", help="Of each curve only so many that keep its shape."),
]
StyleOption: TypeAlias = Annotated[
    Style | None, typer.Option("--style", help="What lines are drawn with on a terminal.")
]
GroundOption: TypeAlias = Annotated[
    Ground, typer.Option("--theme", help="Colours for a dark or a light ground.")
]
SizeOption: TypeAlias = Annotated[
    str, typer.Option(metavar="WxH", help="Cells to fill; else the terminal, or 80x24.")
]
WatchOption: TypeAlias = Annotated[
    bool, typer.Option("--watch", "-w", help="Draw anew as points come, until the runs are over.")
]
