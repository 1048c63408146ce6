"""`venturi metrics plot`: metrics of runs as a picture in text, SVG or HTML."""

from __future__ import annotations

from typing import ClassVar

import typer

from venturi.errors import UsageError
from venturi.settings.declared import OUTPUTS
from venturi.settings.kinds import near
from venturi_tui.cli.call import Call, call_of
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.landing import IntoOption
from venturi_tui.cli.metric_choice import found_runs
from venturi_tui.cli.metrics import RunsArgument
from venturi_tui.cli.pauses import EveryOption, seconds_of
from venturi_tui.cli.plot_data import DATA
from venturi_tui.cli.plot_options import (
    AgainstOption,
    BandOption,
    ExtremesOption,
    GridOption,
    GroundOption,
    GroupOption,
    KeysOption,
    KindOption,
    LogXOption,
    LogYOption,
    OverOption,
    PointsOption,
    RangeOption,
    RobustOption,
    SizeOption,
    SmoothOption,
    StyleOption,
    WatchOption,
    WindowOption,
)
from venturi_tui.cli.plot_task import PlotTask
from venturi_tui.cli.plot_wish import (
    Form,
    Ground,
    Kind,
    Look,
    Ribbon,
    grouping_of,
    over_of,
    x_window_of,
    y_window_of,
)
from venturi_tui.cli.searching import ExperimentOption
from venturi_tui.cli.sizes import size_of

app = noun("metrics", "Draw metrics.")


_PICTURES = ("text", "svg", "html")


class PlotVerb(Verb):
    """A verb that answers with pictures."""

    outputs: ClassVar[tuple[str, ...]] = (*_PICTURES, *OUTPUTS)


@app.command(
    "plot",
    cls=PlotVerb,
    epilog="""
    venturi metrics plot 3fa91c2d -m loss
    venturi metrics plot A B C -m val/loss --smooth 0.6 --log-y
    venturi metrics plot A --grid --x relative --size 160x50
    venturi metrics plot A -m loss -m val/loss --watch
    venturi metrics plot A B -m val/loss -o svg --to losses.svg
    venturi runs list -e churn -o name | venturi metrics plot - -m auc --group-by param:model
    venturi metrics plot A B C -m val/acc --kind scatter --against params.lr
    """,
)
def plot_metrics(  # noqa: PLR0913, PLR0917 - one for each option
    context: typer.Context,
    words: RunsArgument,
    keys: KeysOption = None,
    experiment: ExperimentOption = None,
    kind: KindOption = Kind.CURVE,
    against: AgainstOption = None,
    grid: GridOption = False,
    smooth: SmoothOption = 0.0,
    over: OverOption = "step",
    log_x: LogXOption = False,
    log_y: LogYOption = False,
    window: WindowOption = "",
    y_range: RangeOption = "",
    robust: RobustOption = False,
    extremes: ExtremesOption = False,
    group_by: GroupOption = "",
    band: BandOption = Ribbon.RANGE,
    points: PointsOption = None,
    style: StyleOption = None,
    ground: GroundOption = Ground.AUTO,
    size: SizeOption = "",
    watch: WatchOption = False,
    every: EveryOption = "2s",
    to: IntoOption = None,
) -> None:
    """Draw metrics of runs as curves in text, as a picture, or give the points that are drawn."""
    call = call_of(context)
    form = form_of(call)
    axis = over_of(over)
    look = Look(
        over=axis,
        smoothing=smooth,
        log_x=log_x,
        log_y=log_y,
        x_window=x_window_of(window, axis, call.now_ms),
        y_window=y_window_of(y_range),
        robust=robust,
        extremes=extremes,
        grouping=grouping_of(group_by),
        ribbon=band,
        points=points,
        style=style,
        ground=ground,
        size=size_of(size),
        grid=grid,
    )
    pause_s = seconds_of("--every", every) if watch else None
    task = PlotTask(kind, form, look, tuple(keys or ()), tuple(against or ()), pause_s, to)
    task.check(call)
    task.carry_out(call, found_runs(call, words, experiment))


def form_of(call: Call) -> Form:
    """What the command line asks for; a format that is only configured is not meant for pictures.

    Raises:
        UsageError: There is no such picture.
    """
    own = call.own_format(_PICTURES)
    if own:
        return Form(own)
    asked = str(call.flags.get("output", "table"))
    if asked not in OUTPUTS:
        meant = near(asked, _PICTURES) or near(asked, OUTPUTS)
        hint = meant or f"it gives {', '.join(PlotVerb.outputs)}"
        raise UsageError(f"metrics plot has no format {asked!r}", hint=hint)
    return Form.JSON if asked in DATA else Form.TEXT
