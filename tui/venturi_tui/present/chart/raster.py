"""Our own engine: a small raster in pure Python that draws a plan anywhere."""

from __future__ import annotations

from collections.abc import Iterable

from venturi_tui.present.chart.options import Dots
from venturi_tui.present.chart.plan import BLANK, FRAME, LABEL, LINE, Inked, Plan

_BITS = {  # by dot column and dot row of a cell
    Dots.BRAILLE: ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80)),
    Dots.BLOCK: ((1, 4), (2, 8)),
    Dots.ASCII: ((1,),),
}
_BLOCKS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
_ASCII_FRAME = str.maketrans("│─┤┬└", "|-+++")


def draw_raster(plan: Plan) -> Inked:
    """Draw a plan. Lines that meet in a cell share it: all their dots, the last one's ink."""
    drawn = Inked(
        [[" "] * plan.width for _ in range(plan.height)],
        [[BLANK] * plan.width for _ in range(plan.height)],
    )
    _draw_y_axis(drawn, plan)
    _draw_x_axis(drawn, plan)
    if plan.dots is Dots.ASCII:
        to_ascii(drawn)
    _draw_strokes(drawn, plan)
    return drawn


def to_ascii(drawn: Inked) -> None:
    """Turn what was drawn as frame into ASCII."""
    for chars, inks in zip(drawn.chars, drawn.inks, strict=True):
        for at, ink in enumerate(inks):
            if ink == FRAME:
                chars[at] = chars[at].translate(_ASCII_FRAME)


def _write(drawn: Inked, row: int, column: int, text: str, ink: int) -> None:
    drawn.chars[row][column : column + len(text)] = text
    drawn.inks[row][column : column + len(text)] = [ink] * len(text)


def _draw_y_axis(drawn: Inked, plan: Plan) -> None:
    if not plan.gutter:
        return
    for row in range(plan.rows):
        _write(drawn, row, plan.gutter, "│", FRAME)
    for row, label in plan.y_ticks:
        _write(drawn, row, plan.gutter - len(label), label, LABEL)
        _write(drawn, row, plan.gutter, "┤", FRAME)


def _draw_x_axis(drawn: Inked, plan: Plan) -> None:
    if not plan.has_x_axis:
        return
    if plan.gutter:
        _write(drawn, plan.rows, plan.gutter, "└", FRAME)
    _write(drawn, plan.rows, plan.left, "─" * plan.columns, FRAME)
    for column, label in plan.x_ticks:
        start = label_start(column, len(label), plan.columns)
        _write(drawn, plan.rows, plan.left + column, "┬", FRAME)
        _write(drawn, plan.rows + 1, plan.left + start, label, LABEL)


def label_start(column: int, length: int, columns: int) -> int:
    """Where a label centred under a column begins, so that all of it lies inside."""
    return max(0, min(column - (length - 1) // 2, columns - length))


def _draw_strokes(drawn: Inked, plan: Plan) -> None:
    brush = _Brush(plan)
    for line, dots in plan.strokes:
        brush.draw(dots, LINE + line)
    for row in range(plan.rows):
        chars, inks = drawn.chars[row], drawn.inks[row]
        for column in range(plan.columns):
            pattern = brush.bits[row * plan.columns + column]
            if pattern:
                ink = brush.inks[row * plan.columns + column]
                inks[plan.left + column] = ink
                chars[plan.left + column] = _character(plan, pattern, ink - LINE)


def _character(plan: Plan, pattern: int, line: int) -> str:
    if plan.dots is Dots.BRAILLE:
        return chr(0x2800 + pattern)
    if plan.dots is Dots.BLOCK:
        return _BLOCKS[pattern]
    return plan.marks[line]


class _Brush:
    """Sets dots in cells: which bits each cell has, and the ink of the last one set."""

    def __init__(self, plan: Plan) -> None:
        self.bits = [0] * (plan.columns * plan.rows)
        self.inks = [BLANK] * (plan.columns * plan.rows)
        self._columns = plan.columns
        self._wide, self._high = plan.dots.columns, plan.dots.rows
        rows = range(self._high)
        self._masks = [  # by dot column, first and last dot row within a cell
            [[sum(bits[first : last + 1]) for last in rows] for first in rows]
            for bits in _BITS[plan.dots]
        ]

    def draw(self, dots: Iterable[tuple[int, int]], ink: int) -> None:
        """Draw a polyline through all its corners."""
        before: tuple[int, int] | None = None
        for x, y in dots:
            if before is None:
                self._upright(x, y, y, ink)
            else:
                self._segment(*before, x, y, ink)
            before = x, y

    def _segment(self, x0: int, y0: int, x1: int, y1: int, ink: int) -> None:
        """Draw from one dot to another: in even steps, halves rounded up."""
        steps = abs(y1 - y0)
        if abs(x1 - x0) > 1 or steps < 2:
            self._walk(x0, y0, x1, y1, ink)
        elif x1 == x0:
            self._upright(x0, y0, y1, ink)
        else:  # half of it in one column of dots, half in the next
            turn = (steps + 1) // 2 if x1 > x0 else steps // 2 + 1
            way = 1 if y1 > y0 else -1
            self._upright(x0, y0, y0 + way * (turn - 1), ink)
            self._upright(x1, y0 + way * turn, y1, ink)

    def _walk(self, x0: int, y0: int, x1: int, y1: int, ink: int) -> None:
        steps = max(abs(x1 - x0), abs(y1 - y0), 1)
        x_start, y_start, twice = (2 * x0 + 1) * steps, (2 * y0 + 1) * steps, 2 * steps
        x_step, y_step = 2 * (x1 - x0), 2 * (y1 - y0)
        wide, high, columns = self._wide, self._high, self._columns
        bits, inks, masks = self.bits, self.inks, self._masks
        for step in range(steps + 1):
            x = (x_start + x_step * step) // twice
            y = (y_start + y_step * step) // twice
            cell = y // high * columns + x // wide
            bits[cell] |= masks[x % wide][y % high][y % high]
            inks[cell] = ink

    def _upright(self, x: int, y0: int, y1: int, ink: int) -> None:
        """Draw all dots of a column from one row to another."""
        first, last = min(y0, y1), max(y0, y1)
        high, column, masks = self._high, x // self._wide, self._masks[x % self._wide]
        top, bottom = first // high, last // high
        for row in range(top, bottom + 1):
            cell = row * self._columns + column
            start = first % high if row == top else 0
            end = last % high if row == bottom else high - 1
            self.bits[cell] |= masks[start][end]
            self.inks[cell] = ink
