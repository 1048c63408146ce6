"""Which columns a table of runs has, and how wide each is: only those that are looked at."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from venturi.records import Run
from venturi_tui.present.cells import NARROWEST, Fit, Moment, fit
from venturi_tui.present.columns import NAME, Column, choose_columns, parse_column

WIDEST = 120
"""Cells of the widest column there can be."""

_KEPT = 8
"""So many of the latest stretches of rows widen columns that come into view later."""


@dataclass(frozen=True)
class Plan:
    """Columns as somebody wants them.

    Args:
        names: Their names in order; none when they are to choose themselves.
        pinned: How many of them, from the left, stay when the others move; the name always does.
        widths: Cells of those that have a width of their own, by name.
    """

    names: tuple[str, ...] = ()
    pinned: int = 1
    widths: Mapping[str, int] = field(default_factory=dict[str, int])

    def wider(self, name: str, cells: int, now: int) -> Plan:
        """The same with a column by so many cells wider than it is now."""
        width = max(NARROWEST, min(now + cells, WIDEST))
        return replace(self, widths={**self.widths, name: width})


class Layout:
    """Columns, and a layout for each as soon as it is looked at; none gets narrower by itself."""

    def __init__(self) -> None:
        self.columns: tuple[Column, ...] = (NAME,)
        self.plan = Plan()
        self.curves: dict[tuple[str, str], str] = {}
        """Little curves that are known, by run id and metric."""
        self._moment = Moment(0, {}, self.curves)
        self._fits: dict[Column, Fit] = {}
        self._pages: deque[tuple[int, Sequence[Run]]] = deque(maxlen=_KEPT)
        self._seen: dict[Column, int] = {}
        self.pages_seen = 0
        self.lead_room = 0
        """Cells for what stands before names, such as the branches of a tree."""

    @property
    def moment(self) -> Moment:
        """What cells depend on besides their run."""
        return self._moment

    @moment.setter
    def moment(self, moment: Moment) -> None:
        self._moment = replace(moment, curves=self.curves)

    @property
    def is_empty(self) -> bool:
        """Whether columns were never chosen."""
        return self.columns == (NAME,)

    @property
    def pinned(self) -> int:
        """How many columns stay when the others move, the name among them."""
        return max(1, min(self.plan.pinned, len(self.columns)))

    @property
    def as_plan(self) -> Plan:
        """What is shown, as a plan that names it."""
        return replace(self.plan, names=tuple(column.name for column in self.columns))

    def choose(self, runs: Sequence[Run], *, experiments: bool) -> None:
        """Choose columns by the plan, or without one those worth showing for such runs."""
        named = tuple(dict.fromkeys(parse_column(name) for name in self.plan.names))
        if named:
            self.columns = (NAME, *(column for column in named if column != NAME))
        else:
            self.columns = choose_columns(runs, experiments=experiments)
        self.forget()
        self.see(runs)

    def forget(self) -> None:
        """Lay all columns out anew, for what will be seen."""
        self._fits.clear()
        self._seen.clear()
        self._pages.clear()

    def see(self, runs: Sequence[Run]) -> None:
        """Columns are to be wide enough for these runs too."""
        self.pages_seen += 1
        self._pages.append((self.pages_seen, runs))

    def fit_of(self, column: Column) -> Fit:
        """The layout of a column."""
        seen = self._seen.get(column, 0)
        if seen < self.pages_seen:
            self._seen[column] = self.pages_seen
            for number, runs in self._pages:
                if number > seen:
                    self._fits[column] = _wider(
                        self._fits.get(column), fit(column, runs, self.moment)
                    )
        held = self._fits.get(column, Fit(8))
        if column == NAME and self.lead_room:
            held = replace(held, width=held.width + self.lead_room)
        width = self.plan.widths.get(column.name)
        return held if width is None else _set(held, width)

    @property
    def fits(self) -> Fits:
        """The layouts of the columns, made when they are asked for."""
        return Fits(self)


class Fits(Sequence[Fit]):
    """The layout of each column, by its place. Equal to another when what was asked of it is."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._columns = layout.columns
        self._given: dict[int, Fit] = {}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Fits) or self._columns != other._columns:
            return False
        # The older one has been drawn by; the newer one was not asked anything yet.
        old, new = (self, other) if self._given else (other, self)
        return all(new[at] == given for at, given in old._given.items())

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return len(self._columns)

    def __getitem__(self, index: int) -> Fit:  # pyright: ignore[reportIncompatibleMethodOverride]
        given = self._given.get(index)
        if given is None:
            given = self._given[index] = self._layout.fit_of(self._columns[index])
        return given


def _wider(old: Fit | None, new: Fit) -> Fit:
    """A layout that holds what either holds."""
    if old is None or old == new:
        return new
    if old.point is None or new.point is None:
        return Fit(max(old.width, new.width), None, old.right)
    point = max(old.point, new.point)
    after = max(old.width - old.point, new.width - new.point)
    return Fit(point + after, point)


def _set(held: Fit, width: int) -> Fit:
    """A layout of that width, the decimal point as far from the right as it was."""
    if held.point is None:
        return replace(held, width=width)
    return Fit(width, max(1, width - (held.width - held.point)))
