"""Several curves on common x values: tables of steps, values in between, a metric over another."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite, nan
from operator import lt

from venturi.curves.series import Series
from venturi.records import History


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """Histories side by side: one line for each step that any of them has.

    `steps` ascend, each once. For each history, `rows` has the row of its point at each step, -1
    where it has none, and `columns` the value there, NaN where it has none.
    """

    steps: array[int]  # typecode "q"
    rows: tuple[array[int], ...]  # typecode "q", one array for each history
    columns: tuple[array[float], ...]  # typecode "d", one array for each history

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[tuple[int, tuple[float | None, ...]]]:
        """Each step with the value of each history; None where it has none, NaN where it is NaN."""
        for at, step in enumerate(self.steps):
            pairs = zip(self.rows, self.columns, strict=True)
            yield step, tuple(values[at] if rows[at] >= 0 else None for rows, values in pairs)


def align(histories: Sequence[History]) -> Aligned:
    """The histories on the union of their steps.

    Of several points at one step the last counts, in History's order: the newest.

    Args:
        histories: Each ordered as History says; an empty one gives an empty column.
    """
    steps = _union([history.steps for history in histories])
    rows = tuple(_rows_at(history.steps, steps) for history in histories)
    columns = tuple(
        array("d", [nan if row < 0 else history.values[row] for row in its])
        for history, its in zip(histories, rows, strict=True)
    )
    return Aligned(steps, rows, columns)


def _union(columns: Sequence[array[int]]) -> array[int]:
    if len({column.tobytes() for column in columns}) == 1 and _strictly_ascends(columns[0]):
        return columns[0][:]  # runs of one script log at the same steps
    return array("q", sorted(set[int]().union(*columns)))


def _strictly_ascends(column: array[int]) -> bool:
    return all(map(lt, column, column[1:]))


def _rows_at(steps: array[int], wanted: array[int]) -> array[int]:
    """The last row of each wanted step, -1 where there is none."""
    if steps == wanted:
        return array("q", range(len(steps)))
    last = {step: row for row, step in enumerate(steps)}
    return array("q", [last.get(step, -1) for step in wanted])


def interpolated(series: Series, xs: Sequence[float]) -> array[float]:
    """The y of a curve at each of the given x, on the straight lines between its points.

    NaN before its first and after its last point, and within a gap: where either neighbour is not
    finite. At an x that the series has several times, the last of them; a gap there is NaN.

    Args:
        series: The curve.
        xs: Finite, ascending.
    """
    made = array("d")
    row, count = 0, len(series)
    for x in xs:
        row = bisect_left(series.xs, x, row)
        while row + 1 < count and series.xs[row + 1] == x:
            row += 1
        made.append(_between(series, row, x) if row < count else nan)
    return made


def _between(series: Series, row: int, x: float) -> float:
    """The y at `x`, which is not beyond row's and after that of the row before."""
    x1, y1 = series.xs[row], series.ys[row]
    if x1 == x:
        return y1 if isfinite(y1) else nan
    if row == 0:
        return nan
    x0, y0 = series.xs[row - 1], series.ys[row - 1]
    if not (isfinite(y0) and isfinite(y1)):
        return nan
    part = (x / 2 - x0 / 2) / (x1 / 2 - x0 / 2)  # halves: a difference may be too large a double
    return min(max(y0 * (1 - part) + y1 * part, min(y0, y1)), max(y0, y1))


def over_metric(ys: History, xs: History, label: str | None = None) -> Series:
    """A metric of a run over another one, such as a loss over `tokens`: joined by step.

    Of several points of the x metric at one step the last counts; each y there gets that x. Points
    at steps that the x metric lacks, or at which it is not finite, are left out. The rows are put
    in ascending order of x, those of equal x in the order of steps. Without a common step the
    series is empty.

    Args:
        ys: What is drawn.
        xs: What it is drawn over: of the same run.
        label: What to call the curve; without it, the key of `ys`.
    """
    x_at = dict(zip(xs.steps, xs.values, strict=True))
    pairs = [
        (x_at[step], y)
        for step, y in zip(ys.steps, ys.values, strict=True)
        if isfinite(x_at.get(step, nan))
    ]
    if any(left[0] > right[0] for left, right in pairwise(pairs)):
        pairs.sort(key=lambda pair: pair[0])
    return Series(
        ys.run_id,
        ys.key if label is None else label,
        array("d", [x for x, _ in pairs]),
        array("d", [y for _, y in pairs]),
    )
