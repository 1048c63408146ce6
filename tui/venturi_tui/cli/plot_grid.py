"""A grid of small charts, one for each metric, grouped by the beginning of their keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from venturi_tui.cli.plot_curves import Curve
from venturi_tui.cli.plot_wish import Look
from venturi_tui.cli.plotting import chart_line, chart_options
from venturi_tui.present.chart import ChartTheme, Dots, Drawing, SeriesStyle, Span, draw_chart
from venturi_tui.present.chart import Look as Ink
from venturi_tui.present.chart.cut import cut, width_of
from venturi_tui.present.chart.legend import Entry, legend, rows_wanted
from venturi_tui.present.chart.styles import series_style
from venturi_tui.present.chart.theme import line_look
from venturi_tui.present.chart_wall import Heading, Page, Slot, build_wall, groups_of
from venturi_tui.present.words import exact_count, safe

_CHART_ROWS = 10
_MOST_LEGEND_ROWS = 4
_TALL = 1 << 16

Row = tuple[Span, ...]


def draw_grid(
    curves: Sequence[Curve], look: Look, size: tuple[int, int], theme: ChartTheme, dots: Dots
) -> tuple[Drawing, int]:
    """A chart for each metric, and how many of them do not fit.

    Where no size was asked for, it is as high as all charts need.
    """
    width, height = size
    styles = _styles(curves)
    below = _legend(curves, styles, width, theme, dots)
    groups = groups_of(curve.key for curve in curves)
    if look.size is None:
        page = build_wall(groups, width, _TALL).pages[0]
        rows = 1 + max(slot.row for slot in page.slots)
        height = rows * _CHART_ROWS + len(page.headings) + len(below)
    page, *others = build_wall(groups, width, max(height - len(below), 1)).pages
    options = replace(
        chart_options(curves, look, theme, dots, title=""), compact=True, legend=False
    )
    charts: dict[str, Drawing] = {}
    for slot in page.slots:
        its = [curve for curve in curves if curve.key == slot.key]
        lines = [chart_line(curve, styles[curve.identity], curve.series.label) for curve in its]
        own = replace(options, title=slot.key, x_axis=its[0].axis)
        charts[slot.key] = draw_chart(lines, slot.width, slot.height, own)
    drawn = (*_rows(page, charts, width, theme), *below)
    return Drawing(width, len(drawn), drawn), sum(len(each.slots) for each in others)


def _styles(curves: Sequence[Curve]) -> dict[str, SeriesStyle]:
    """A style for each run or group, the same in all charts."""
    styles: dict[str, SeriesStyle] = {}
    for curve in curves:
        if curve.identity not in styles:
            styles[curve.identity] = series_style(curve.identity, list(styles.values()))
    return styles


def _legend(
    curves: Sequence[Curve],
    styles: Mapping[str, SeriesStyle],
    width: int,
    theme: ChartTheme,
    dots: Dots,
) -> list[Row]:
    """Which mark is whose, once for all charts; nothing for a single run."""
    names = {curve.identity: curve.series.label for curve in reversed(curves)}
    if len(names) < 2:
        return []
    entries = [
        Entry(
            style.ascii_mark if dots is Dots.ASCII else style.mark,
            names[identity],
            "",
            line_look(theme, style.color),
        )
        for identity, style in styles.items()
    ]
    rows = min(rows_wanted(entries, width), _MOST_LEGEND_ROWS)
    return legend(entries, width, rows, 0, theme)


def _rows(page: Page, charts: Mapping[str, Drawing], width: int, theme: ChartTheme) -> list[Row]:
    """Charts and headings at their places."""
    bottom = max(slot.y + slot.height for slot in page.slots)
    headings = {heading.y: heading for heading in page.headings}
    rows: list[Row] = []
    for y in range(bottom):
        here = [slot for slot in page.slots if slot.y <= y < slot.y + slot.height]
        if y in headings:
            rows.append(_heading(headings[y], width, theme))
        else:
            rows.append(_side_by_side(here, charts, y, width))
    return rows


def _side_by_side(slots: Sequence[Slot], charts: Mapping[str, Drawing], y: int, width: int) -> Row:
    spans: list[Span] = []
    at = 0
    for slot in sorted(slots, key=lambda one: one.x):
        spans.append(Span(" " * (slot.x - at), Ink()))
        spans.extend(charts[slot.key].rows[y - slot.y])
        at = slot.x + slot.width
    spans.append(Span(" " * (width - at), Ink()))
    return tuple(span for span in spans if span.text)


def _heading(heading: Heading, width: int, theme: ChartTheme) -> Row:
    """`val/ 3 ─────────`."""
    name = safe(heading.group.name) or "metrics"
    words = cut(f"{name} {exact_count(len(heading.group.keys))} ", width)
    rule = Span("─" * (width - width_of(words)), Ink(fg=theme.faint))
    return tuple(span for span in (Span(words, Ink(fg=theme.muted)), rule) if span.text)
