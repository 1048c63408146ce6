"""One metric of one run as a curve: x and y columns, over step, wall time or time since start."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from itertools import islice
from math import isfinite, isinf, isnan, log10, nan
from operator import le
from typing import TypeVar, cast

from venturi.curves.bunches import Bunches
from venturi.records import History

T = TypeVar("T")

_REMEMBERED = 24
"""How many reductions of one series are kept; a chart needs three, a zoom a few more."""


class XAxis(str, Enum):
    """What a curve runs over.

    STEP: the step. TIME: milliseconds since the epoch, UTC. RELATIVE: seconds since the start.
    """

    STEP = "step"
    TIME = "time"
    RELATIVE = "relative"


class Gap(str, Enum):
    """The kinds of values that are not finite."""

    NAN = "NaN"
    UP = "inf"
    DOWN = "-inf"


def gap_of(value: float) -> Gap | None:
    """Which kind of gap a value is; None for a finite one."""
    if isfinite(value):
        return None
    if isnan(value):
        return Gap.NAN
    return Gap.UP if value > 0 else Gap.DOWN


@dataclass(frozen=True, eq=False)
class Series:
    """A curve: `xs` finite and ascending (equal neighbours allowed), `ys` anything, also NaN, ±inf.

    The columns have equal length and must not be changed any more: what is worked out from them
    is remembered here. A non-finite `y` is a gap. Two series are equal only if they are the same.
    With `bunches`, rows stand for more points than there are rows; see outline.py.
    """

    run_id: str
    label: str
    xs: array[float]  # typecode "d"
    ys: array[float]  # typecode "d"
    bunches: Bunches | None = None
    _known: dict[Hashable, object] = field(
        default_factory=dict[Hashable, object], init=False, repr=False
    )

    def __post_init__(self) -> None:
        if len(self.xs) != len(self.ys):
            raise ValueError(f"{len(self.xs)} x values, but {len(self.ys)} y values")

    def __len__(self) -> int:
        return len(self.xs)

    @cached_property
    def gaps(self) -> array[int]:
        """Rows whose y is not finite, ascending."""
        if all(map(isfinite, self.ys)):
            return array("q")
        return array("q", [row for row, y in enumerate(self.ys) if not isfinite(y)])

    @cached_property
    def breaks(self) -> dict[Gap, array[int]]:
        """Rows, ascending, at which an unbroken run of each kind of gap begins."""
        begins = {gap: array("q") for gap in Gap}
        before: tuple[int, Gap | None] = -1, None
        for row in self.gaps:
            gap = gap_of(self.ys[row])
            if gap is not None and before != (row - 1, gap):
                begins[gap].append(row)
            before = row, gap
        return begins

    @cached_property
    def last_finite(self) -> int | None:
        """The last row whose y is finite."""
        row = len(self) - 1
        for gap in reversed(self.gaps):
            if gap != row:
                break
            row -= 1
        return row if row >= 0 else None

    @property
    def gap_points(self) -> int:
        """How many points are not finite; more than `gaps` where rows stand for many points."""
        return len(self.gaps) if self.bunches is None else self.bunches.gaps

    @cached_property
    def infinities(self) -> int:
        """How many of those are inf or -inf."""
        if self.bunches is not None:
            return self.bunches.infinities
        return sum(isinf(self.ys[row]) for row in self.gaps)

    def rows_between(self, low: float, high: float) -> tuple[int, int]:
        """The half-open range of rows with `low <= x <= high`."""
        start = bisect_left(self.xs, low)
        return start, bisect_right(self.xs, high, start)

    def gaps_between(self, start: int, stop: int) -> tuple[int, int]:
        """The half-open range of places in `gaps` that lie in the rows `start` to `stop`."""
        first = bisect_left(self.gaps, start)
        return first, bisect_left(self.gaps, stop, first)

    def nearest(self, x: float) -> int | None:
        """The row nearest to `x`: of equal x the last, of two the earlier; None without rows.

        Of a bunch of points it is always the last one's row: extremes say too little of the rest.
        """
        row = self._nearest(x)
        if row is None or self.bunches is None:
            return row
        return self.bunches.end(self.bunches.of_row(row), len(self))

    def _nearest(self, x: float) -> int | None:
        if not self.xs:
            return None
        after = bisect_right(self.xs, x)
        if after == 0:
            return bisect_right(self.xs, self.xs[0]) - 1
        if after == len(self.xs) or x - self.xs[after - 1] <= self.xs[after] - x:
            return after - 1
        return bisect_right(self.xs, self.xs[after]) - 1

    def remember(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives, made once for each key; the oldest answers are forgotten.

        Safe from several threads: at worst two of them make the same thing.
        """
        known = self._known.get(key)
        if known is not None:
            return cast("T", known)
        made = make()
        while len(self._known) >= _REMEMBERED:
            self._known.pop(next(iter(self._known), None), None)
        self._known[key] = made
        return made


def series_from(
    history: History,
    axis: XAxis = XAxis.STEP,
    start_time: int | None = None,
    label: str | None = None,
) -> Series:
    """The curve of a history.

    Args:
        history: In any order; rows of equal x keep their order.
        axis: What to take as x.
        start_time: For RELATIVE, the moment zero in milliseconds since the epoch; without it,
            the earliest timestamp of the history.
        label: What to call it; without it, the key.
    """
    xs = _x_values(history, axis, start_time)
    ys = history.values
    if not all(map(le, xs, islice(xs, 1, None))):
        order = sorted(range(len(xs)), key=xs.__getitem__)
        xs = array("d", map(xs.__getitem__, order))
        ys = array("d", map(ys.__getitem__, order))
    return Series(history.run_id, history.key if label is None else label, xs, ys)


def _x_values(history: History, axis: XAxis, start_time: int | None) -> array[float]:
    if axis is XAxis.STEP:
        return array("d", history.steps)
    if axis is XAxis.TIME or not history.timestamps:
        return array("d", history.timestamps)
    zero = min(history.timestamps) if start_time is None else start_time
    return array("d", [(moment - zero) / 1000 for moment in history.timestamps])


def logarithm(series: Series) -> Series:
    """The series with log10 of each y; what has no logarithm (0 and below, NaN) is NaN."""
    return series.remember("log10", lambda: _logarithm(series))


def _logarithm(series: Series) -> Series:
    ys = array("d", [log10(y) if y > 0 else nan for y in series.ys])
    return Series(series.run_id, series.label, series.xs, ys)
