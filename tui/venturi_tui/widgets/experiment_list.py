"""The pane of experiments: names and how many runs each has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.strip import Strip

from venturi.records import Experiment, Lifecycle
from venturi_tui.present.pieces import Line, Role, line, spread
from venturi_tui.present.words import exact_count, safe
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.palette import Ground


class ExperimentList(Lines):
    """Experiments by name, and on top all of them together."""

    def __init__(self) -> None:
        super().__init__(id="experiments")
        self.counts: Mapping[str, int] = {}
        self.chosen: str | None = ""
        self._all: Sequence[Experiment] = ()
        self._listed: list[Experiment | None] = []
        self._wanted = ""

    def show(self, experiments: Sequence[Experiment], chosen: str | None) -> None:
        """List these experiments; `chosen` is the id of the one that is open, None for all."""
        self._all = experiments
        self.chosen = chosen
        self._list()

    def show_counts(self, counts: Mapping[str, int]) -> None:
        """Say how many runs each has."""
        if counts != self.counts:
            self.counts = counts
            self.redraw()

    def choose(self, chosen: str | None) -> None:
        """Say that another one is open; the cursor goes there unless somebody is using it."""
        self.chosen = chosen
        ids = [None if each is None else each.experiment_id for each in self._listed]
        if not self.has_focus and chosen in ids:
            self.go(ids.index(chosen))
        self.redraw()

    def narrow(self, wanted: str) -> None:
        """List only names that hold these letters."""
        self._wanted = wanted
        self._list()

    @property
    def wanted(self) -> str:
        """The letters that names must hold."""
        return self._wanted

    def id_under(self, row: int) -> str | None:
        """Id of the experiment in a row; None for all of them."""
        held = self._listed[row] if 0 <= row < len(self._listed) else None
        return None if held is None else held.experiment_id

    def _list(self) -> None:
        letters = self._wanted.casefold()
        listed = [each for each in self._all if letters in each.name.casefold()]
        together: list[Experiment | None] = [None] if len(self._all) > 1 and not letters else []
        self._listed = [*together, *listed]
        ids = [None if each is None else each.experiment_id for each in self._listed]
        cursor = ids.index(self.chosen) if self.chosen in ids else 0
        self.set_count(len(self._listed), cursor=cursor)

    def draw_line(self, row: int, width: int, ground: Ground) -> Strip:
        """Name left, count right."""
        held = self._listed[row]
        opened = self.chosen == (None if held is None else held.experiment_id)
        name = "all experiments" if held is None else safe(held.name)
        tone = Role.STRONG if opened else Role.DIM if held is None else Role.TEXT
        number = sum(self.counts.values()) if held is None else None
        if held is not None:
            number = self.counts.get(held.experiment_id, 0)
        right: Line = ((f"{exact_count(number or 0)} ", Role.DIM),) if self.counts else ()
        if held is not None and held.lifecycle_stage is Lifecycle.DELETED:
            right = (("deleted ", Role.DIM), *right)
        lead = "▸" if row == self.cursor else " "
        pieces = spread(line((lead, Role.ACCENT), (name, tone)), right, width)
        return self.palette.strip(pieces, width, ground)

    def line_key(self, row: int) -> object:
        """The whole list is drawn anew when anything changes."""
        return row == self.cursor
