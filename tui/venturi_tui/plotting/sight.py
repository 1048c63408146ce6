"""How curves are looked at: choices that all charts share, what part of x is seen, the cursor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import isfinite, log10
from typing import Any

from venturi.curves.series import XAxis
from venturi_tui.present.words import safe

Range = tuple[float, float]

SMOOTHINGS = (0.0, 0.3, 0.6, 0.9, 0.97)
_SYSTEM = "system/"
_KEPT = ("axis", "log", "log_x", "smoothing", "robust", "extremes", "by", "std")
_NARROWEST = 1e-6


@dataclass
class Looks:
    """How curves are drawn, chosen by keys and remembered.

    Attributes:
        axis: What curves run over.
        log: Whether y is logarithmic.
        log_x: Whether x is logarithmic, but for moments of time.
        smoothing: The weight of `venturi.curves.smooth`.
        robust: Whether y leaves outliers out of sight.
        extremes: Whether the lowest and the highest value are marked.
        by: What runs of one mean have in common; see `bundles_of`.
        std: Whether the band of a mean is one standard deviation instead of the range.
        dots: What lines are made of: braille, block or ascii; a setting, not remembered.
        keeper: Remembers what was chosen; None forgets it at the end.
    """

    axis: XAxis = XAxis.STEP
    log: bool = False
    log_x: bool = False
    smoothing: float = 0.0
    robust: bool = False
    extremes: bool = False
    by: str = ""
    std: bool = False
    dots: str = "braille"
    keeper: Callable[[dict[str, Any]], None] | None = field(default=None, repr=False)

    def more_smoothing(self) -> None:
        """The next step of smoothing; after the last, none."""
        above = [weight for weight in SMOOTHINGS if weight > self.smoothing]
        self.smoothing = above[0] if above else 0.0

    def axis_of(self, key: str) -> XAxis:
        """What a metric is drawn over: steps of system metrics count samples and say nothing."""
        by_samples = self.axis is XAxis.STEP and is_system(key)
        return XAxis.RELATIVE if by_samples else self.axis

    def next_axis(self, key: str) -> None:
        """Step, time, relative time, and round again; system metrics have no step."""
        axes = (XAxis.STEP, XAxis.TIME, XAxis.RELATIVE)
        if is_system(key):
            axes = (XAxis.RELATIVE, XAxis.TIME)
        self.axis = axes[(axes.index(self.axis_of(key)) + 1) % len(axes)]

    def has_log_x(self, axis: XAxis) -> bool:
        """Whether an axis is logarithmic: of moments since 1970, logarithms say nothing."""
        return self.log_x and axis is not XAxis.TIME

    @property
    def words(self) -> list[str]:
        """What was chosen, in words, without the axis."""
        said = [f"smooth {self.smoothing:g}"] if self.smoothing else []
        said += ["log"] if self.log else []
        said += ["log x"] if self.has_log_x(self.axis) else []
        said += ["outliers out of sight"] if self.robust else []
        by = safe(self.by.partition(".")[2])
        band = " ± std" if self.std else ""
        said += [f"mean{band} by {by}" if by else f"mean{band} of all"] if self.by else []
        return said

    def command_words(self, axis: XAxis) -> list[str]:
        """Options of `venturi metrics plot` for these choices."""
        kind, _, name = self.by.partition(".")
        given = (
            (self.smoothing, ["--smooth", f"{self.smoothing:g}"]),
            (axis is not XAxis.STEP, ["--x", axis.value]),
            (self.has_log_x(axis), ["--log-x"]),
            (self.log, ["--log-y"]),
            (self.robust, ["--robust"]),
            (self.extremes, ["--extremes"]),
            (name, ["--group-by", f"{kind.removesuffix('s')}:{name}"]),
            (name and self.std, ["--band", "std"]),
        )
        return [word for holds, words in given if holds for word in words]

    def keep(self) -> None:
        """Have the choices remembered."""
        if self.keeper is not None:
            self.keeper({name: getattr(self, name) for name in _KEPT})

    def adopt(self, kept: dict[str, Any]) -> None:
        """Take over choices of an earlier launch; what is not one is as if never chosen."""
        fresh = Looks()
        for name in _KEPT:
            setattr(self, name, _like(getattr(fresh, name), kept.get(name)))


def is_system(key: str) -> bool:
    """Whether a metric is one that MLflow samples from the machine by itself."""
    return key.startswith(_SYSTEM)


def _like(default: object, value: object) -> object:
    """A kept value when it is of the default's kind, else the default."""
    if isinstance(default, XAxis):
        return XAxis(value) if value in tuple(XAxis) else default
    if isinstance(default, bool):
        return value if isinstance(value, bool) else default
    if isinstance(default, float):
        is_weight = isinstance(value, float) and 0 <= value < 1
        return value if is_weight else default
    return value if isinstance(value, str) else default


class Sight:
    """The window and the cursor of each kind of x-axis.

    A window that reaches the end of the curves follows them when they grow; any other stays.
    """

    def __init__(self) -> None:
        self._windows: dict[XAxis, Range] = {}
        self._cursors: dict[XAxis, float] = {}
        self._at_end: set[XAxis] = set()

    def window(self, axis: XAxis) -> Range | None:
        """What part is seen; None for the whole."""
        return self._windows.get(axis)

    def cursor(self, axis: XAxis) -> float | None:
        """Where the cursor is; None without one."""
        return self._cursors.get(axis)

    def point(self, axis: XAxis, x: float | None) -> None:
        """Put the cursor somewhere, or take it away."""
        if x is None or not isfinite(x):
            self._cursors.pop(axis, None)
        else:
            self._cursors[axis] = x

    def show_all(self) -> None:
        """See the whole of every axis."""
        self._windows.clear()
        self._at_end.clear()

    def leave(self) -> bool:
        """Take cursor and window away; False when there were none."""
        had = bool(self._windows or self._cursors)
        self._cursors.clear()
        self.show_all()
        return had

    def zoom(
        self,
        axis: XAxis,
        factor: float,
        whole: Range,
        about: float | None = None,
        *,
        log: bool = False,
    ) -> None:
        """See `factor` times as much.

        Args:
            axis: Of which axis.
            factor: Below 1 looks closer.
            whole: All there is to see.
            about: What stays where it is; None for the cursor, or the middle without one.
            log: Whether the axis is logarithmic; the whole then lies above 0.
        """
        whole, held = _places(whole, log=log), self.window(axis)
        low, high = whole if held is None else _places(held, log=log)
        all_ = whole[1] - whole[0]
        about = _place(about, log=log)
        middle = (low + high) / 2 if about is None else about
        cursor = _place(self._cursors.get(axis), log=log)
        if about is None and cursor is not None:
            middle = cursor
        middle = min(max(middle, low), high)
        part = (middle - low) / (high - low) if about is not None and high > low else 0.5
        size = max((high - low) * factor, all_ * _NARROWEST)
        self._see(axis, middle - size * part, size, whole, log=log)

    def pan(self, axis: XAxis, part: float, whole: Range, *, log: bool = False) -> bool:
        """Move what is seen by a part of its width; False when all is seen anyway."""
        window = self.window(axis)
        if window is None:
            return False
        window = _places(window, log=log)
        size = window[1] - window[0]
        self._see(axis, window[0] + size * part, size, _places(whole, log=log), log=log)
        return True

    def _see(self, axis: XAxis, start: float, size: float, whole: Range, *, log: bool) -> None:
        all_ = whole[1] - whole[0]
        if not all_ > 0 or size >= all_ or not isfinite(start):
            self._windows.pop(axis, None)
            self._at_end.discard(axis)
            return
        last = whole[1] - size
        start = max(whole[0], min(start, last))
        self._windows[axis] = _values((start, start + size), log=log)
        if start >= last - size * 1e-9:
            self._at_end.add(axis)
        else:
            self._at_end.discard(axis)

    def reach(self, axis: XAxis, end: float, *, log: bool = False) -> None:
        """The curves go on to `end` now."""
        window = self.window(axis)
        if window is not None and axis in self._at_end and end > window[1]:
            low = window[0] * (end / window[1]) if log else window[0] + end - window[1]
            self._windows[axis] = (low, end)


def _place(x: float | None, *, log: bool) -> float | None:
    """Where a value lies on its axis; None for what has no place there."""
    if not log or x is None:
        return x
    return log10(x) if x > 0 else None


def _places(ends: Range, *, log: bool) -> Range:
    return (log10(ends[0]), log10(ends[1])) if log else ends


def _values(places: Range, *, log: bool) -> Range:
    return (10.0 ** places[0], 10.0 ** places[1]) if log else places
