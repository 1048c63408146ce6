"""What screens about runs share: copying, and looking closer at curves."""

from __future__ import annotations

import json
from typing import TypeVar

from textual.widget import Widget

from venturi.records import Run
from venturi_tui.actions import Need, Where
from venturi_tui.loading import Loading
from venturi_tui.present.words import safe
from venturi_tui.screens.base import VenturiScreen
from venturi_tui.screens.choose import Choice, ChooseScreen
from venturi_tui.screens.curves_pane import CurvesPane
from venturi_tui.widgets.bars import Header, Standing
from venturi_tui.widgets.card_view import CardView

R = TypeVar("R")

_ZOOM_STEP = 2.0


class AboutRun(VenturiScreen[R]):
    """A screen with a run in mind, and maybe with curves."""

    def __init__(self, loading: Loading, standing: Standing) -> None:
        super().__init__()
        self.loader = loading
        self.standing = standing
        self.header = Header(standing)

    # What subclasses say

    @property
    def run_here(self) -> Run | None:
        """The run that is meant."""
        return None

    @property
    def curves(self) -> CurvesPane | None:
        """The pane of curves; None when there is none."""
        return None

    def copies(self) -> list[Choice]:
        """What else can be copied: the key is the text."""
        return []

    def facts(self) -> set[Need]:
        """What is there."""
        known: set[Need] = set()
        if self.loader.connection is not None:
            known.add(Need.STORE)
        if self.run_here is not None:
            known.add(Need.RUN)
        if self.curves is not None and self.curves.is_drawn:
            known.add(Need.CURVE)
        if self.metrics_here():
            known.add(Need.METRICS)
        return known

    def metrics_here(self) -> list[str]:
        """Metrics that could be drawn."""
        run = self.run_here
        return sorted(run.latest) if run is not None else []

    def on_curves_pane_ready(self, event: CurvesPane.Ready) -> None:
        """More keys work now."""
        event.stop()
        self.update_footer()

    # Panes

    def panes(self) -> list[Widget]:
        """The panes in their order."""
        return []

    def go_to_pane(self, pane: Widget) -> None:
        """Give a pane the focus; one that has no room now gets the whole screen."""
        if self.has_class("-zoomed"):
            self.zoom_to(pane)
        self.set_focus(pane)
        self.call_after_refresh(self._show_if_hidden, pane)

    def _show_if_hidden(self, pane: Widget) -> None:
        if not pane.is_on_screen or pane.size.area == 0:
            self.zoom_to(pane)
            self.set_focus(pane)

    def zoom_to(self, pane: Widget | None) -> None:
        """Give a pane the whole screen; None gives it back."""
        for each in self.panes():
            each.set_class(each is pane, "zoomed")
            if each.parent is not None and isinstance(each.parent, Widget):
                row = each.parent
                row.set_class(pane is not None and pane not in row.children, "empty")
        self.set_class(pane is not None, "-zoomed")

    def act_zoom(self) -> None:
        """The pane gets the whole screen, or gives it back."""
        if self.has_class("-zoomed"):
            self.zoom_to(None)
            self._focus_what_is_seen()
        elif self.focused is not None:
            self.zoom_to(self.focused)

    def _focus_what_is_seen(self) -> None:
        """Subclasses may move the focus when its pane has no room any more."""

    def act_next_pane(self) -> None:
        """Go to the next pane that is on the screen."""
        self._step_pane(1)

    def act_previous_pane(self) -> None:
        """Go to the pane before."""
        self._step_pane(-1)

    def _step_pane(self, step: int) -> None:
        panes = self.panes()
        if not self.has_class("-zoomed"):
            panes = [pane for pane in panes if pane.is_on_screen and pane.size.area]
        if not panes:
            return
        focused = self.focused
        at = panes.index(focused) if focused in panes else 0
        self.go_to_pane(panes[(at + step) % len(panes)])

    # Copying

    def act_copy_id(self) -> None:
        """Copy the run's id."""
        run = self.run_here
        if run is not None:
            self.copy(run.run_id, f"the id of {safe(run.run_name)}")

    def act_copy_more(self) -> None:
        """Choose what to copy."""
        run = self.run_here
        if run is None:
            return
        choices = [*self.copies(), *self._run_copies(run)]

        def chosen(text: str | None) -> None:
            if text is not None:
                words = next(each.words for each in choices if each.key == text)
                self.copy(text, words)

        self.open(ChooseScreen("Copy", choices), chosen)

    def _run_copies(self, run: Run) -> list[Choice]:
        from venturi_tui.present.command_line import get_command, plot_command

        connection = self.loader.connection
        record = {
            "run_id": run.run_id,
            "run_name": run.run_name,
            "params": dict(run.params),
            "metrics": {key: repr(value) for key, value in run.metrics.items()},
            "tags": dict(run.tags),
        }
        choices = [
            Choice(run.run_name, "the run's name", run.run_name),
            Choice(run.run_id, "the run's id", run.run_id[:12]),
            Choice(f"runs:/{run.run_id}", "the run's URI", "runs:/…"),
            Choice(run.artifact_uri, "where its artifacts are", run.artifact_uri),
            Choice(json.dumps(record, ensure_ascii=False), "the run as JSON"),
        ]
        if connection is not None:
            command = get_command(connection.place, run.run_id)
            choices.append(Choice(command, "the command that shows the run", "venturi runs get"))
        if connection is not None and self.curves is not None and self.curves.plotting.key:
            ids, key = self.curves.run_ids, self.curves.plotting.key
            command = plot_command(connection.place, ids, key)
            choices.append(
                Choice(command, "the command that draws the curves", "venturi metrics plot")
            )
        return [choice for choice in choices if choice.key]

    # Cards

    def open_line(self, view: CardView) -> None:
        """Show the value of a card's line whole."""
        from venturi_tui.screens.value import ValueScreen

        held = view.line
        if held is not None and held.value is not None:
            self.open(ValueScreen(held.label, held.value))
        else:
            self.say("there is no more to see in this line")

    # Curves

    def act_metric(self, key: str | None = None) -> None:
        """Choose the metric that is drawn."""
        if self.curves is None:
            return
        known = self.metrics_here()
        if key is not None:
            if key in known:
                self.curves.choose(key)
            else:
                self.say(f"no run here has a metric {key!r}")
            return
        run = self.run_here
        values = {} if run is None else run.metrics
        choices = [Choice(each, each, _value(values.get(each))) for each in known]
        current = self.curves.plotting.key
        self.open(ChooseScreen("Metric", choices, current), self._metric_chosen)

    def _metric_chosen(self, key: str | None) -> None:
        if key is not None and self.curves is not None:
            self.curves.choose(key)

    def act_log_axis(self) -> None:
        """Logarithmic y-axis on and off."""
        if self.curves:
            self.curves.turn_log()

    def act_smoothing(self, weight: str | None = None) -> None:
        """More smoothing, or that much."""
        if self.curves is None:
            return
        if weight is None:
            self.curves.smooth()
            return
        try:
            self.curves.smooth(max(0.0, min(float(weight), 0.999)))
        except ValueError:
            self.say(f"smoothing is a number from 0 to 1, not {weight!r}")

    def act_x_axis(self) -> None:
        """The next x-axis."""
        if self.curves:
            self.curves.turn_axis()

    def act_zoom_in(self) -> None:
        """Look closer."""
        if self.curves:
            self.curves.zoom(1 / _ZOOM_STEP)

    def act_zoom_out(self) -> None:
        """Look from farther away."""
        if self.curves:
            self.curves.zoom(_ZOOM_STEP)

    def act_zoom_all(self) -> None:
        """The whole curve."""
        if self.curves:
            self.curves.zoom_all()

    def act_read_left(self) -> None:
        """Read values to the left."""
        if self.curves:
            self.curves.read_out(-1)

    def act_read_right(self) -> None:
        """Read values to the right."""
        if self.curves:
            self.curves.read_out(1)

    def curve_places(self) -> tuple[Where, ...]:
        """The place of curves, when they have the focus."""
        return (Where.CURVES,) if self.focused is self.curves and self.curves else ()


def _value(value: float | None) -> str:
    return "" if value is None else f"{value:.5g}"
