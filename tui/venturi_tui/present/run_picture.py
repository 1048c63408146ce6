"""Pictures over runs, which have one value each: which runs are in them, and how they are drawn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from math import isfinite, isnan, log10

from venturi.compare import Direction, direction_of
from venturi.records import Run
from venturi_tui.present.chart import Drawing, SeriesStyle, series_style
from venturi_tui.present.chart.bars import BarList, draw_bars
from venturi_tui.present.chart.fences import fences
from venturi_tui.present.chart.frame import RunValue, ShapeOptions
from venturi_tui.present.chart.histogram import draw_histogram
from venturi_tui.present.chart.parallel import ParallelRun, draw_parallel
from venturi_tui.present.chart.scatter import ScatterPoint, draw_scatter
from venturi_tui.present.chart.transforms import spans_decades
from venturi_tui.present.run_columns import key_of, value_of
from venturi_tui.present.words import exact_count, safe

FEW = 8
"""Up to so many runs, each has a colour and a mark of its own."""

MOST_NAMED = 16
"""So many marked runs stand out of the others; the signs of more would hide each other."""

MOST_LINES = 2_000
"""So many runs are drawn as lines across axes."""


class PictureKind(str, Enum):
    """What is drawn over runs."""

    HISTOGRAM = "histogram"
    BARS = "bars"
    SCATTER = "scatter"
    PARALLEL = "parallel"


KINDS = tuple(PictureKind)


def kind_named(word: str) -> PictureKind | None:
    """The kind of that name, or whose name begins so; None for none."""
    return next((kind for kind in KINDS if kind.value.startswith(word.casefold())), None)


def kinds_named() -> str:
    """All kinds, in words."""
    return ", ".join(kind.value for kind in KINDS)


@dataclass(frozen=True, slots=True)
class PictureWish:
    """How runs are to be drawn.

    Args:
        kind: As what.
        key: The metric.
        against: What it is held against, as columns: `params.lr`. SCATTER takes the first of them,
            PARALLEL all, the others none.
        log: Whether the metric's axis is logarithmic; None decides by the values.
        robust: Whether outliers of the metric are left out.
    """

    kind: PictureKind
    key: str
    against: tuple[str, ...] = ()
    log: bool | None = None
    robust: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of all columns that are drawn, that of the metric last."""
        metric = f"metrics.{self.key}"
        if self.kind is PictureKind.PARALLEL:
            return (*(name for name in self.against if name != metric), metric)
        return (*self.against[: self.kind is PictureKind.SCATTER], metric)


@dataclass(frozen=True, slots=True)
class RunPicture:
    """The runs that are in a picture, and how many are not.

    Attributes:
        wish: What was wished.
        runs: Those that are drawn; of bars the best first where it is known which way that is.
        lacking: How many runs have no value in one of the columns. Only PARALLEL draws them.
        outliers: How many runs are left out because `robust` was wished.
        unlined: How many runs are left out because they are too many lines.
        nans: How many of the runs have NaN as the metric.
        infinities: How many have ∞ or -∞.
        is_log: Whether the metric's axis is logarithmic.
    """

    wish: PictureWish
    runs: tuple[Run, ...]
    lacking: int = 0
    outliers: int = 0
    unlined: int = 0
    nans: int = 0
    infinities: int = 0
    is_log: bool = False

    @property
    def title(self) -> str:
        """What is seen, in words."""
        wish = self.wish
        words = f"{wish.key} {wish.kind.value}"
        if wish.kind is PictureKind.SCATTER and wish.against:
            words = f"{wish.key} against {key_of(wish.against[0])}"
        elif wish.kind is PictureKind.PARALLEL:
            others = len(wish.columns) - 1
            words = f"{wish.key} and {others} other{'' if others == 1 else 's'} in parallel"
        return f"{words}, log" if self.is_log else words

    @property
    def notes(self) -> list[str]:
        """What of the runs is not seen, in words."""
        key, robust = self.wish.key, self.wish.robust
        said = [f"{exact_count(self.lacking)} without {self._lacked}"] if self.lacking else []
        said += [f"{exact_count(self.nans)} NaN"] if self.nans else []
        said += [f"{exact_count(self.infinities)} ∞"] if self.infinities else []
        if self.outliers:
            end = "" if self.outliers == 1 else "s"
            said.append(f"{exact_count(self.outliers)} outlier{end} left out")
        elif robust:
            said.append(f"no outliers of {key}")
        if self.unlined:
            said.append(f"the first {exact_count(len(self.runs))} drawn")
        return said

    @property
    def _lacked(self) -> str:
        if self.wish.kind is PictureKind.SCATTER and len(self.wish.columns) > 1:
            return f"{self.wish.key} or {key_of(self.wish.columns[0])}"
        return self.wish.key


def run_picture(runs: Sequence[Run], wish: PictureWish) -> RunPicture:
    """Which of these runs are in a picture, in their order."""
    needed = wish.columns if wish.kind is not PictureKind.PARALLEL else wish.columns[-1:]
    having = [run for run in runs if all(value_of(run, name) is not None for name in needed)]
    lacking = len(runs) - len(having)
    values = [run.latest[wish.key].value for run in having]
    is_log = _is_log(values, wish)
    kept = having
    if wish.robust:
        kept = _inside(having, values, is_log=is_log)
        is_log = _is_log([run.latest[wish.key].value for run in kept], wish)
    outliers = len(having) - len(kept)
    if wish.kind is PictureKind.PARALLEL:
        left_out = {run.run_id for run in having} - {run.run_id for run in kept}
        kept = [run for run in runs if run.run_id not in left_out]
    elif wish.kind is PictureKind.BARS:
        kept = _best_first(kept, wish.key)
    unlined = max(len(kept) - MOST_LINES, 0) if wish.kind is PictureKind.PARALLEL else 0
    drawn = kept[: len(kept) - unlined]
    odd = Counter("nan" if isnan(value) else isfinite(value) for value in values)
    return RunPicture(
        wish, tuple(drawn), lacking, outliers, unlined, odd["nan"], odd[False], is_log
    )


def _is_log(values: Sequence[float], wish: PictureWish) -> bool:
    """Bars begin at zero, and axes of parallel coordinates each decide for themselves."""
    if wish.kind in (PictureKind.BARS, PictureKind.PARALLEL):
        return False
    if wish.log is not None:
        return wish.log
    return spans_decades([value for value in values if isfinite(value)])


def _inside(runs: Sequence[Run], values: Sequence[float], *, is_log: bool) -> list[Run]:
    """The runs whose values are no outliers; those that are not finite stay."""

    def place(value: float) -> float:
        return log10(value) if is_log and value > 0 else value

    seen = [place(value) for value in values if isfinite(value) and not (is_log and value <= 0)]
    low, high = fences(seen)
    return [
        run
        for run, value in zip(runs, values, strict=True)
        if not isfinite(value) or (is_log and value <= 0) or low <= place(value) <= high
    ]


def _best_first(runs: Sequence[Run], key: str) -> list[Run]:
    """The order in which bars are drawn."""
    sign = 1 if rises(key) else -1

    def place(run: Run) -> tuple[bool, float]:
        value = run.latest[key].value
        return not isfinite(value), sign * value if isfinite(value) else 0.0

    return sorted(runs, key=place)


def rises(key: str) -> bool:
    """Whether the lowest bar stands first: that of the best run, where lower is better."""
    return direction_of(key) is Direction.LOWER


@dataclass(frozen=True, slots=True)
class BarsSight:
    """Which part of many bars is seen: the place of the first one, and of the cursor."""

    first: int = 0
    cursor: int = 0

    def within(self, count: int, rows: int) -> BarsSight:
        """The same of so many bars in so many rows: the cursor in sight, no row empty in vain."""
        cursor = max(0, min(self.cursor, count - 1))
        first = min(self.first, max(count - rows, 0), cursor)
        return BarsSight(max(first, cursor - rows + 1), cursor)


def draw_picture(
    picture: RunPicture,
    styles: Mapping[str, SeriesStyle],
    size: tuple[int, int],
    options: ShapeOptions,
) -> Drawing:
    """Draw it into exactly so many columns and rows of cells.

    Args:
        picture: The runs.
        styles: Those of marked runs by id, which stand out; see also FEW and MOST_NAMED.
        size: Width and height in cells.
        options: How.
    """
    styled = _styles(picture.runs, styles)
    return _DRAWN[picture.wish.kind](picture, styled, size, options)


def bar_list(
    picture: RunPicture, styles: Mapping[str, SeriesStyle], width: int, options: ShapeOptions
) -> BarList:
    """Its bars, to move along them; for the arguments see draw_picture."""
    return BarList(_values(picture, _styles(picture.runs, styles)), width, options)


Styles = Mapping[str, SeriesStyle]


def _styles(runs: Sequence[Run], marked: Styles) -> Styles:
    held = {run.run_id: marked[run.run_id] for run in runs if run.run_id in marked}
    if len(runs) > FEW:
        return held if len(held) <= MOST_NAMED else {}
    for run in runs:
        if run.run_id not in held:
            held[run.run_id] = series_style(run.run_id, tuple(held.values()))
    return held


def _values(picture: RunPicture, styles: Styles) -> list[RunValue]:
    key = picture.wish.key
    return [
        RunValue(name_of(run), run.latest[key].value, styles.get(run.run_id))
        for run in picture.runs
    ]


def name_of(run: Run) -> str:
    """What a run is called in pictures."""
    return safe(run.run_name) or run.run_id[:8]


def _histogram(
    picture: RunPicture, styles: Styles, size: tuple[int, int], options: ShapeOptions
) -> Drawing:
    return draw_histogram(_values(picture, styles), *size, options, log=picture.is_log)


def _bars(
    picture: RunPicture, styles: Styles, size: tuple[int, int], options: ShapeOptions
) -> Drawing:
    ascending = rises(picture.wish.key)
    return draw_bars(_values(picture, styles), *size, options, ascending=ascending)


def _scatter(
    picture: RunPicture, styles: Styles, size: tuple[int, int], options: ShapeOptions
) -> Drawing:
    name, key = picture.wish.columns[0], picture.wish.key
    points = [
        ScatterPoint(
            name_of(run), _text(value_of(run, name)), run.latest[key].value, styles.get(run.run_id)
        )
        for run in picture.runs
    ]
    return draw_scatter(points, *size, options, x_name=key_of(name), y_log=picture.is_log)


def _parallel(
    picture: RunPicture, styles: Styles, size: tuple[int, int], options: ShapeOptions
) -> Drawing:
    columns = picture.wish.columns
    names = {column: key_of(column) for column in columns}
    if len(set(names.values())) < len(names):
        names = {column: column for column in columns}
    drawn: list[ParallelRun] = []
    for run in picture.runs:
        pairs = ((names[column], value_of(run, column)) for column in columns)
        values = {name: value for name, value in pairs if value is not None}
        style = styles.get(run.run_id) or series_style(run.run_id)
        drawn.append(ParallelRun(name_of(run), values, style))
    color_by = names[columns[-1]] if len(picture.runs) > FEW else ""
    return draw_parallel(drawn, list(names.values()), *size, options, color_by=color_by)


_DRAWN: Mapping[
    PictureKind, Callable[[RunPicture, Styles, tuple[int, int], ShapeOptions], Drawing]
] = {
    PictureKind.HISTOGRAM: _histogram,
    PictureKind.BARS: _bars,
    PictureKind.SCATTER: _scatter,
    PictureKind.PARALLEL: _parallel,
}


def _text(value: str | float | None) -> str:
    return value if isinstance(value, str) else repr(value)
