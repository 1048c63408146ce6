"""One picture to draw: whether it can be meant, and how it comes about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from venturi.errors import UsageError
from venturi.records import Run
from venturi.watching.growth import GrowingHistories
from venturi_tui.cli.call import Call
from venturi_tui.cli.landing import answered_into
from venturi_tui.cli.metric_choice import drawn_keys
from venturi_tui.cli.plot_answer import answer_curves
from venturi_tui.cli.plot_curves import check_grouping, may_be_summed
from venturi_tui.cli.plot_data import fenced
from venturi_tui.cli.plot_pixels import check_pixels
from venturi_tui.cli.plot_runs import answer_run_picture, asked_of
from venturi_tui.cli.plot_watch import watch_curves
from venturi_tui.cli.plot_wish import Form, Kind, Look, Ribbon


@dataclass(frozen=True, slots=True)
class PlotTask:
    """What to draw and where to. `pause_s` is None for a picture that is drawn only once."""

    kind: Kind
    form: Form
    look: Look
    keys: Sequence[str]
    against: Sequence[str]
    pause_s: float | None
    to: Path | None

    def check(self, call: Call) -> None:
        """Raise UsageError where options contradict each other."""
        if self.kind is Kind.CURVE and self.against:
            raise UsageError("--against is for --kind scatter and --kind parallel")
        watched = self.pause_s is not None
        if self.kind is not Kind.CURVE and (watched or not self.look.is_plain):
            raise UsageError(
                f"--kind {self.kind.value} draws the latest value of each run",
                hint="it takes --size, --style and --theme; the other options are for curves",
            )
        if self.look.ribbon is not Ribbon.RANGE and self.look.grouping is None:
            raise UsageError(
                f"--band {self.look.ribbon.value} is of runs that are one curve",
                hint="say which with --group-by param:NAME or tag:NAME",
            )
        check_pixels(self.look, self.kind, self.form, alone=not watched and self.to is None)
        if watched and (self.form is not Form.TEXT or self.to is not None):
            raise UsageError("--watch draws on the terminal alone", hint="leave out -o and --to")
        if watched and not call.report.on_terminal:
            raise UsageError(
                "--watch draws on a terminal, and stdout is none",
                hint="venturi metrics tail prints new points in a pipe",
            )

    def carry_out(self, call: Call, runs: Sequence[Run]) -> None:
        """Draw it."""
        if self.kind is Kind.CURVE:
            self._draw_curves(call, runs)
            return
        asked = asked_of(call, self.kind, runs, self.keys, self.against)
        with answered_into(call, self.to), fenced(call):
            answer_run_picture(call, asked, self.look, self.form)

    def _draw_curves(self, call: Call, runs: Sequence[Run]) -> None:
        look, patient = self.look, self.pause_s is not None
        if look.grouping is not None:
            check_grouping(runs, look.grouping)
        over = look.over.metric
        wanted = drawn_keys(call, runs, self.keys, over, every=look.grid, patient=patient)
        later = runs if look.grid and not self.keys else ()
        summed = self.form is not Form.JSON and may_be_summed(look)
        histories = GrowingHistories(call.store, wanted, summed=summed, every=later)
        histories.read()
        if self.pause_s is not None:
            watch_curves(call, histories, look, self.pause_s)
            return
        with answered_into(call, self.to), fenced(call):
            answer_curves(call, list(histories), look, self.form)
