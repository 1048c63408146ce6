"""What screens about runs share: panes, copying, cards."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeVar

from textual.widget import Widget

from venturi.records import Run
from venturi_tui.actions import Need
from venturi_tui.loading import Loading
from venturi_tui.present.words import safe
from venturi_tui.screens.choose import Choice, ChooseScreen
from venturi_tui.screens.curve_actions import CurveActions
from venturi_tui.widgets.bars import Header, Standing
from venturi_tui.widgets.card_view import CardView

if TYPE_CHECKING:
    from venturi_tui.present.chart import SeriesStyle

R = TypeVar("R")


class AboutRun(CurveActions[R]):
    """A screen with a run in mind, and maybe with curves."""

    def __init__(self, loading: Loading, standing: Standing) -> None:
        super().__init__()
        self.loader = loading
        self.standing = standing
        self.header = Header(standing)

    # What subclasses say

    def copies(self) -> list[Choice]:
        """What else can be copied: the key is the text."""
        return []

    def facts(self) -> set[Need]:
        """What is there."""
        known: set[Need] = set()
        if self.loader.connection is not None:
            known.add(Need.STORE)
        if not self.loader.read_only:
            known.add(Need.WRITING)
        if self.run_here is not None:
            known.add(Need.RUN)
        if self.charts is not None and self.charts.is_drawn:
            known.add(Need.CURVE)
        if self.metrics_here():
            known.add(Need.METRICS)
        return known

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

    # Registering

    def act_register_run(self) -> None:
        """Register a model of the run."""
        from venturi_tui.screens.registering import register_run

        run = self.run_here
        if run is not None:
            register_run(self, self.loader, run)

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
        from venturi_tui.present.command_line import (
            artifact_command,
            get_command,
            plot_command,
        )

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
            command = artifact_command(connection.place, "list", run.run_id, "")
            words = "the command that lists its files"
            choices.append(Choice(command, words, "venturi artifacts list"))
        if connection is not None and self.curves is not None and self.curves.plotting.key:
            ids, plotting = self.curves.run_ids, self.curves.plotting
            command = plot_command(connection.place, ids, plotting.key, plotting.command_words)
            choices.append(
                Choice(command, "the command that draws the curves", "venturi metrics plot")
            )
        return [choice for choice in choices if choice.key]

    # All metrics

    def runs_drawn(self) -> list[tuple[Run, SeriesStyle]]:
        """The runs whose metrics are shown all at once, the one that is meant last."""
        return [] if self.curves is None else self.curves.shown

    def act_all_metrics(self) -> None:
        """Show all metrics of the marked runs at once."""
        from venturi_tui.screens.metric_grid import MetricGridScreen

        if self.curves is None:
            return
        runs, plotting = self.runs_drawn(), self.curves.plotting
        if not runs:
            self.say(Need.RUN.value)
            return
        screen = MetricGridScreen(self.loader, self.standing, runs, plotting)
        self.open(screen, lambda _: self.looks_turned())

    # Artifacts

    def act_artifacts(self) -> None:
        """Look through the files of the run."""
        run = self.run_here
        if run is not None:
            self.open_artifacts(run)

    def open_artifacts(self, run: Run, path: str = "", model: str = "") -> None:
        """Look through the files of a run, or of a model it logged, first of all at one of them."""
        from venturi_tui.screens.artifact_browser import ArtifactScreen

        self.open(ArtifactScreen(self.loader, self.standing, run, path, model))

    # Cards

    def open_line(self, view: CardView) -> None:
        """Show the value of a card's line whole."""
        from venturi_tui.screens.value import ValueScreen

        held = view.line
        if held is not None and held.value is not None:
            self.open(ValueScreen(held.label, held.value))
        else:
            self.say("there is no more to see in this line")
