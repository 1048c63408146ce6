"""Little curves in the cells of a table of runs: read for what is in view, a few at a time."""

from __future__ import annotations

from textual.message import Message

from venturi.connection import Connection
from venturi.errors import NotFound
from venturi_tui import messages
from venturi_tui.loading import Loading
from venturi_tui.present.cells import CURVE_WIDTH
from venturi_tui.present.columns import Source
from venturi_tui.screens.nested import NestedTable
from venturi_tui.state import Remembered

LANES = 4
"""So many batches are read at once."""

BATCH = 6
"""Curves in one batch."""

_KEPT = 20_000

Place = tuple[str, str]
"""Run id and metric."""


class CurveTable(NestedTable):
    """Runs whose metrics can be shown as little curves too."""

    def __init__(self, loading: Loading, remembered: Remembered) -> None:
        super().__init__(loading, remembered)
        self._drawn_to: dict[Place, int] = {}
        self._lanes: list[tuple[Place, ...]] = [()] * LANES

    def ask_curves(self) -> None:
        """Read the curves that are in view and not known, or that have grown meanwhile."""
        keys = [each.key for each in self.columns_in_view if each.source is Source.CURVE]
        if not keys:
            return
        busy = {place for lane in self._lanes for place in lane}
        wanted: dict[Place, int] = {}
        for row in range(self.first, self.last + 1):
            run = self._run_at(row)
            for key in keys if run is not None else ():
                latest = run.latest.get(key) if run is not None else None
                if run is None or latest is None or (run.run_id, key) in busy:
                    continue
                if self._drawn_to.get((run.run_id, key)) != latest.step:
                    wanted[run.run_id, key] = latest.step
        waiting = list(wanted.items())
        for lane, taken in enumerate(self._lanes):
            if not taken and waiting:
                self._read(lane, dict(waiting[:BATCH]))
                del waiting[:BATCH]

    def _read(self, lane: int, wanted: dict[Place, int]) -> None:
        self._lanes[lane] = tuple(wanted)

        def read(place: Connection) -> Message:
            return messages.CurvesSketched(lane, wanted, _sketches(place, wanted))

        self._loading.ask(self, f"little curves {lane}", ("little curves", lane), read)

    def on_curves_sketched(self, event: messages.CurvesSketched) -> None:
        """Show them."""
        self._lanes[event.lane] = ()
        curves = self.browsing.layout.curves
        if len(curves) > _KEPT:
            curves.clear()
            self._drawn_to.clear()
        curves.update(event.curves)
        self._drawn_to.update(event.steps)
        shown = {run_id for run_id, _ in event.curves}
        for row in range(self.first, self.last + 1):
            if self._id_at(row) in shown:
                self.redraw_row(row)
        self.ask_curves()

    def lane_failed(self, question: object) -> None:
        """A batch could not be read; it is asked for again when one looks elsewhere and back."""
        for lane in range(LANES):
            if question == ("little curves", lane):
                self._drawn_to.update(dict.fromkeys(self._lanes[lane], -1))
                self._lanes[lane] = ()

    def line_key(self, row: int) -> object:
        """What the look of a line depends on, its little curves too."""
        curves, run_id = self.browsing.layout.curves, self._id_at(row)
        if not curves or run_id is None:
            return super().line_key(row)
        keys = (each.key for each in self.columns_in_view if each.source is Source.CURVE)
        return super().line_key(row), tuple(curves.get((run_id, key)) for key in keys)


def _sketches(place: Connection, wanted: dict[Place, int]) -> dict[Place, str]:
    """The curves as a few characters each; a run that is gone has none."""
    from venturi.browse.curves import read_curve
    from venturi.curves.buckets import Buckets
    from venturi.curves.outline import outline
    from venturi.curves.series import series_from
    from venturi_tui.present.chart.sparkline import sparkline_text

    drawn: dict[Place, str] = {}
    for run_id, key in wanted:
        try:
            curve = next(iter(read_curve(place.tracking, run_id, key, 8 * CURVE_WIDTH)))
        except NotFound:
            continue
        series = outline(curve) if isinstance(curve, Buckets) else series_from(curve)
        drawn[run_id, key] = sparkline_text(series, CURVE_WIDTH)
    return drawn
