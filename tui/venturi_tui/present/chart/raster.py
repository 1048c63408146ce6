"""Our own engine: a small raster in pure Python that draws a plan anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from venturi_tui.present.chart.options import Dots
from venturi_tui.present.chart.plan import BLANK, FRAME, GRID, LABEL, LINE, Inked, Plan

_BRAILLE_BITS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_BLOCK_BITS = ((1, 4), (2, 8))
_BLOCKS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
_ASCII_FRAME = str.maketrans("│─┼┤├┬┴└", "|-++++++")


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
    """Turn what was drawn as frame and grid into ASCII."""
    for chars, inks in zip(drawn.chars, drawn.inks, strict=True):
        for at, ink in enumerate(inks):
            if ink in (FRAME, GRID):
                chars[at] = "." if ink == GRID else chars[at].translate(_ASCII_FRAME)


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
        _write(drawn, row, plan.gutter, "┼" if plan.grid else "┤", FRAME)
        if plan.grid:
            _write(drawn, row, plan.left, "─" * plan.columns, GRID)


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
    return max(0, min(column - length // 2, columns - length))


def _draw_strokes(drawn: Inked, plan: Plan) -> None:
    wide, high = plan.dots.columns, plan.dots.rows
    bits_of = {Dots.BRAILLE: _BRAILLE_BITS, Dots.BLOCK: _BLOCK_BITS, Dots.ASCII: ((1,),)}[plan.dots]
    bits = [[0] * plan.columns for _ in range(plan.rows)]
    left = plan.left
    for line, dots in plan.strokes:
        for x, y in _walk(dots):
            column, row = x // wide, y // high
            bits[row][column] |= bits_of[x % wide][y % high]
            drawn.inks[row][left + column] = LINE + line
    for row, cells in enumerate(bits):
        for column, pattern in enumerate(cells):
            if pattern:
                ink = drawn.inks[row][left + column]
                drawn.chars[row][left + column] = _character(plan, pattern, ink - LINE)


def _character(plan: Plan, pattern: int, line: int) -> str:
    if plan.dots is Dots.BRAILLE:
        return chr(0x2800 + pattern)
    if plan.dots is Dots.BLOCK:
        return _BLOCKS[pattern]
    return plan.marks[line]


def _walk(dots: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """All dots of a polyline, its corners among them."""
    before: tuple[int, int] | None = None
    for x1, y1 in dots:
        if before is not None:
            x0, y0 = before
            steps = max(abs(x1 - x0), abs(y1 - y0))
            for step in range(1, steps):  # halves go up, as whole numbers: no rounding surprises
                yield (
                    (2 * (x1 - x0) * step + (2 * x0 + 1) * steps) // (2 * steps),
                    (2 * (y1 - y0) * step + (2 * y0 + 1) * steps) // (2 * steps),
                )
        yield x1, y1
        before = x1, y1
