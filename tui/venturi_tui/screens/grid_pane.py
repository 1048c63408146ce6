"""All metrics of some runs on pages of small charts: reads only those that are seen."""

from __future__ import annotations

from collections.abc import Sequence

from venturi.curves.series import XAxis
from venturi.records import Run
from venturi_tui import messages
from venturi_tui.loading import Loading
from venturi_tui.plotting import Histories, Looks, Sight
from venturi_tui.plotting.alignment import seconds_at, step_at
from venturi_tui.present.chart import SeriesStyle
from venturi_tui.present.chart_titles import heading_line, legend_line
from venturi_tui.present.chart_wall import Group, Wall, build_wall, groups_of
from venturi_tui.present.notices import Look, Notice
from venturi_tui.present.words import safe
from venturi_tui.screens.grid_charts import GridCharts, Job
from venturi_tui.widgets.chart_mouse import ChartMouse


class GridPane(GridCharts):
    """Pages of small charts, one of which has the focus; for the arguments see GridCharts."""

    def __init__(self, loading: Loading, histories: Histories, looks: Looks, sight: Sight) -> None:
        super().__init__(loading, histories, looks, sight)
        self._wall = Wall(())
        self.wanted = ""
        self._groups: tuple[Group, ...] = ()
        self._all_groups: tuple[Group, ...] = ()
        self._told: set[str] = set()

    # What to show

    @property
    def keys(self) -> list[str]:
        """All metrics that the filter lets through, in their order."""
        return [key for group in self._groups for key in group.keys]

    @property
    def every(self) -> list[str]:
        """All metrics of the runs, in their order."""
        return [key for group in self._all_groups for key in group.keys]

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return len(self._wall.pages)

    @property
    def page_number(self) -> int:
        """Which page is seen, from 0."""
        found = self._wall.find(self.key)
        return 0 if found is None else found[0]

    def show_runs(self, runs: Sequence[tuple[Run, SeriesStyle]], focus: str | None) -> None:
        """Show the metrics of these runs, the values of run id `focus` first."""
        self._runs = list(runs)
        self._focused_run = focus
        self._regroup()

    def narrow(self, wanted: str) -> None:
        """Show only metrics whose names hold these words."""
        if wanted != self.wanted:
            self.wanted = wanted
            self._regroup()

    def _regroup(self) -> None:
        """Sort the metrics, after other runs, other metrics or another filter."""
        every = {key for run in self.runs for key in run.latest}
        self._all_groups = groups_of(every)
        self._groups = groups_of(every, self.wanted) if self.wanted else self._all_groups
        self.lay_out()

    def lay_out(self) -> None:
        """Give each chart its place."""
        width, height = self.room
        groups = self._groups
        self._wall = build_wall(groups, width, height)
        if not any(self.key in group.keys for group in groups):
            self.key = groups[0].keys[0] if groups else ""
        if groups:
            self.set_notice(None)
        elif self._all_groups:
            keys = (("esc", "all of them"),)
            self.set_notice(Notice(Look.NONE, f"no metric holds {safe(self.wanted)}", "", keys))
        else:
            self.set_notice(Notice(Look.NONE, "no metric was logged by these runs"))
        self.update()

    # Moving

    def go(self, key: str) -> None:
        """Give a chart the focus; its page is seen then."""
        if key != self.key and self._wall.find(key) is not None:
            self.key = key
            self.update()

    def move(self, columns: int, rows: int) -> None:
        """Go to a chart beside."""
        self.go(self._wall.beside(self.key, columns, rows))

    def turn_page(self, step: int) -> None:
        """Turn so many pages on; the focus stays in its place as far as there is one."""
        found = self._wall.find(self.key)
        if found is None:
            return
        page, place = found
        slots = self._wall.pages[max(0, min(page + step, self.pages - 1))].slots
        self.go(slots[min(place, len(slots) - 1)].key)

    def go_to_end(self, *, last: bool) -> None:
        """Go to the first chart, or the last."""
        keys = self.keys
        if keys:
            self.go(keys[-1 if last else 0])

    # Reading

    def update(self) -> None:
        """Show the page that the focus is on: read what is missing of it, draw what is here."""
        found = self._wall.find(self.key)
        if found is None:
            self._stale.clear()
            self._reading.want(())
        else:
            page = self._wall.pages[found[0]]
            width = self.room[0]
            heads = {
                each.y: heading_line(each.group, width, about=self._axis_words(each.group.keys[0]))
                for each in page.headings
            }
            self.show_page(page, heads)
            self._read()
            self.draw()
        self.set_legend(legend_line(self.signs(), self.room[0]) if self._runs else ())
        self.post_message(self.Changed())

    def _axis_words(self, key: str) -> str:
        """What is said of a group whose x-axis was not chosen."""
        words = self.plot_of(key).axis_words
        return words if words != self.looks.axis.value else ""

    def _read(self) -> None:
        keys = self.keys_seen()
        runs = self.runs
        self._histories.want((run.run_id, key) for key in keys for run in runs)
        self._reading.want(wish for key in keys for wish in self._histories.wishes(runs, key))

    def take_news(self, runs: Sequence[Run]) -> None:
        """Runs were read again: read what they have logged since, of what is seen."""
        news = {run.run_id: run for run in runs}
        self._runs = [(news.get(run.run_id, run), style) for run, style in self._runs]
        if {key for run in self.runs for key in run.latest} != set(self.every):
            self._regroup()
        self._reading.add(
            wish for key in self.keys_seen() for wish in self._histories.late(runs, key)
        )

    def read_again(self) -> None:
        """Forget what was read, and read it again; what is drawn stays until that is here."""
        self._kept = {run.run_id for run in self.runs}
        self._histories.forget()
        self._told.clear()
        self._reading.try_again()
        self.update()

    def on_history_read(self, event: messages.HistoryRead) -> None:
        """Points of a curve are here."""
        self._reading.took(event)
        if self.cell(event.wish.key) is not None:
            self._stale.setdefault(event.wish.key)
            self._draw_next()

    def on_question_failed(self, event: messages.QuestionFailed) -> None:
        """A curve could not be read, or not be drawn."""
        wish = self._reading.failed(event)
        if wish is not None:
            self._stale.setdefault(wish.key)
        elif isinstance(event.question, Job):
            self._drawn_of.pop(event.question.key, None)
            self._job = None
        if event.error.message not in self._told:
            self._told.add(event.error.message)
            self.post_message(self.Failed(event.error))
        self._draw_next()

    # Looking closer, at all charts

    def zoom(self, factor: float, column: int | None = None) -> None:
        """Show `factor` times as much of x."""
        self.plotting.zoom(factor, column)
        self.draw()

    def zoom_all(self) -> None:
        """Show the whole curves."""
        self.sight.show_all()
        self.draw()

    def pan(self, part: float) -> bool:
        """Move what is seen by a part of its width; False when all is seen."""
        moved = self.plotting.pan(part)
        if moved:
            self.draw()
        return moved

    def turned(self) -> None:
        """The looks have changed: draw anew."""
        self.update()

    def leave_cursor(self) -> bool:
        """Take the cursor and the zoom away; False when there is none."""
        had = self.sight.leave()
        if had:
            self.draw()
            self.post_message(self.Changed())
        return had

    def on_chart_mouse_wheeled(self, event: ChartMouse.Wheeled) -> None:
        """Look closer at what is under the pointer, or from farther away."""
        event.stop()
        slot = self.slot_at(event.column, event.row)
        if slot is not None:
            self.go(slot.key)
            self.zoom(event.factor, event.column - slot.x)

    def on_chart_mouse_dragged(self, event: ChartMouse.Dragged) -> None:
        """Move what is seen along with the mouse."""
        event.stop()
        slot = self.slot_at(event.column, event.row)
        if slot is not None and self.plot_of(slot.key).drag(event.columns):
            self.draw()

    def on_chart_mouse_pointed(self, event: ChartMouse.Pointed) -> None:
        """Read the values where a chart was clicked; on its name only go to it."""
        event.stop()
        slot = self.slot_at(event.column, event.row)
        if slot is not None:
            self.go(slot.key)
            if event.row > slot.y:
                self.plotting.point(event.column - slot.x)
                self.cursor_moved()

    def on_chart_grid_resized(self, event: GridCharts.Resized) -> None:
        """Lay charts out for the new size."""
        event.stop()
        self.lay_out()

    def notify_style_update(self) -> None:
        """The theme may have changed: its colours are in the drawings."""
        super().notify_style_update()
        if self.is_mounted and self.page.slots:
            self.call_after_refresh(self.update)

    # The cursor, in all charts

    def read_out(self, columns: int) -> None:
        """Move the cursor in the focused chart; it marks the same moment in all others."""
        self.plotting.move_cursor(columns)
        self.cursor_moved()

    def cursor_moved(self) -> None:
        """Mark the moment of the focused chart's cursor in all others."""
        plot = self.plotting
        if self.looks.axis is XAxis.STEP and plot.cursor is not None:
            if plot.axis is XAxis.STEP:
                self.sight.point(XAxis.RELATIVE, self._translated(plot.cursor, XAxis.STEP))
            else:
                self.sight.point(XAxis.STEP, self._translated(plot.cursor, XAxis.RELATIVE))
        self.draw()
        self.post_message(self.Changed())

    def _translated(self, x: float, axis: XAxis) -> float | None:
        """A place on one axis as a place on the other, by a run that knows both."""
        runs = sorted(self.runs, key=lambda run: run.run_id != self._focused_run)
        for key in self.keys_seen():
            if self.looks.axis_of(key) is not XAxis.STEP:
                continue
            for run in runs:
                history = self._histories.get(run.run_id, key)
                if history:
                    return (seconds_at if axis is XAxis.STEP else step_at)(run, history, x)
        return None
