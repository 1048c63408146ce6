"""`venturi metrics plot`: metrics of runs as a picture in text, SVG or HTML."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import typer

from venturi.errors import UsageError
from venturi.settings.declared import OUTPUTS
from venturi.settings.kinds import near
from venturi.watching import GrowingHistories
from venturi_tui.cli.call import Call, call_of
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.landing import IntoOption, answered_into
from venturi_tui.cli.metric_choice import drawn_keys, found_runs
from venturi_tui.cli.metrics import RunsArgument
from venturi_tui.cli.pauses import EveryOption, seconds_of
from venturi_tui.cli.plot_answer import answer_curves
from venturi_tui.cli.plot_curves import check_grouping
from venturi_tui.cli.plot_options import (
    AgainstOption,
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
from venturi_tui.cli.plot_runs import answer_run_picture, run_picture
from venturi_tui.cli.plot_watch import watch_curves
from venturi_tui.cli.plot_wish import (
    Form,
    Ground,
    Kind,
    Look,
    grouping_of,
    over_of,
    x_window_of,
    y_window_of,
)
from venturi_tui.cli.searching import ExperimentOption
from venturi_tui.cli.sizes import size_of

app = noun("metrics", "Draw metrics.")


class PlotVerb(Verb):
    """A verb that answers with pictures."""

    outputs: ClassVar[tuple[str, ...]] = tuple(form.value for form in Form)


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
    group_by: GroupOption = "",
    points: PointsOption = None,
    style: StyleOption = None,
    ground: GroundOption = Ground.AUTO,
    size: SizeOption = "",
    watch: WatchOption = False,
    every: EveryOption = "2s",
    to: IntoOption = None,
) -> None:
    """Draw metrics of runs as curves in text, as a picture, or give their points as JSON."""
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
        grouping=grouping_of(group_by),
        points=points,
        style=style,
        ground=ground,
        size=size_of(size),
        grid=grid,
    )
    check_kind(kind, look, against or (), watch=watch)
    if watch:
        refuse_to_watch(call, form, to)
    seconds = seconds_of("--every", every)
    runs = found_runs(call, words, experiment)
    if kind is not Kind.CURVE:
        asked = run_picture(call, kind, runs, keys or (), against or ())
        with answered_into(call, to):
            answer_run_picture(call, asked, look, form)
        return
    if look.grouping is not None:
        check_grouping(runs, look.grouping)
    wanted = drawn_keys(call, runs, keys or (), look.over.metric, every=grid, patient=watch)
    histories = GrowingHistories(call.store, wanted)
    histories.read()
    if watch:
        watch_curves(call, histories, look, seconds)
        return
    with answered_into(call, to):
        answer_curves(call, list(histories), look, form)


def form_of(call: Call) -> Form:
    """What the command line asks for; a format that is only configured is not meant for pictures.

    Raises:
        UsageError: There is no such picture.
    """
    asked = call.own_format((*PlotVerb.outputs, "table")) or call.flags.get("output")
    if asked is None or asked == "table":
        return Form.TEXT
    if asked not in PlotVerb.outputs:
        hint = near(str(asked), PlotVerb.outputs) or f"it gives {', '.join(PlotVerb.outputs)}"
        if asked in OUTPUTS:
            hint = f"points come by: venturi metrics history -o {asked}"
        raise UsageError(f"metrics plot has no format {str(asked)!r}", hint=hint)
    return Form(asked)


def check_kind(kind: Kind, look: Look, against: Sequence[str], *, watch: bool) -> None:
    """Raise UsageError where an option means nothing to what is to be drawn."""
    if kind is Kind.CURVE:
        if against:
            raise UsageError("--against is for --kind scatter and --kind parallel")
    elif watch or not look.is_plain:
        raise UsageError(
            f"--kind {kind.value} draws the latest value of each run",
            hint="it takes --size, --style and --theme; the other options are for curves",
        )


def refuse_to_watch(call: Call, form: Form, to: Path | None) -> None:
    """Raise UsageError where nothing can be drawn in place."""
    if form is not Form.TEXT or to is not None:
        raise UsageError("--watch draws on the terminal alone", hint="leave out -o and --to")
    if not call.report.on_terminal:
        raise UsageError(
            "--watch draws on a terminal, and stdout is none",
            hint="venturi metrics tail prints new points in a pipe",
        )
