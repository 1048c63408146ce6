"""How groups of runs are printed: a value, how many runs, and figures of metrics."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from venturi.stores.base import Figures, RunGroup
from venturi_tui.present.group_cells import FIGURES, GroupColumn, Part, amount, group_text
from venturi_tui.present.listing import Moment, RecordKind
from venturi_tui.present.shapes import Shape, json_number
from venturi_tui.present.table import NOTHING, Cell, Tone
from venturi_tui.present.words import safe

PLAIN = ("key", "value", "runs")

_PARTS = {Part.DEVIATION: "std", Part.LEAST: "min", Part.MOST: "max"}


def group_kind(name: str, metrics: Sequence[str], plain: Sequence[str]) -> RecordKind[RunGroup]:
    """How groups of one question are printed.

    Args:
        name: What the runs are grouped by: `params.model`.
        metrics: Metrics to tell figures of, in the order to show them.
        plain: Which of `PLAIN` to show.
    """
    columns = _columns(metrics, plain)
    return RecordKind(
        noun="group",
        shape=partial(group_shape, name=name, metrics=metrics, plain=plain),
        identity=lambda group: group.value or "",
        fields=(*PLAIN, "metrics"),
        extras=(),
        usual=lambda _groups, _moment, _wide: list(columns),
        cell=partial(_cell, columns, name),
        value=lambda held, group: amount(columns[held], group) if held in columns else None,
        numeric=frozenset(each for each, column in columns.items() if column.metric),
        titles={each: _title(name, column) for each, column in columns.items()},
    )


def group_shape(
    group: RunGroup, *, name: str, metrics: Sequence[str], plain: Sequence[str]
) -> Shape:
    """A group as printed in JSON; a metric that none of its runs has is left out."""
    held: Shape = {"key": name, "value": group.value, "runs": group.count}
    shape: Shape = {each: held[each] for each in plain}
    if metrics:
        figures = {key: group.metrics[key] for key in metrics if key in group.metrics}
        shape["metrics"] = {key: _figures_shape(each) for key, each in figures.items()}
    return shape


def flat_group_shape(shape: Shape) -> Shape:
    """The same for rows of one line: a column for each figure, `metrics.loss.mean`."""
    flat = {
        f"{key}.{part}": value
        for key, figures in shape.get("metrics", {}).items()
        for part, value in figures.items()
    }
    return {**shape, "metrics": flat} if "metrics" in shape else shape


def flat_figure_names(metrics: Sequence[str]) -> list[str]:
    """The columns that these metrics fill there."""
    parts = ("count", "mean", "std", "min", "max")
    return [f"metrics.{key}.{part}" for key in metrics for part in parts]


def _figures_shape(figures: Figures) -> Shape:
    deviation = figures.deviation
    return {
        "count": figures.count,
        "mean": json_number(figures.mean),
        "std": None if deviation is None else json_number(deviation),
        "min": json_number(figures.least),
        "max": json_number(figures.most),
    }


def _columns(metrics: Sequence[str], plain: Sequence[str]) -> dict[str, GroupColumn]:
    """Columns by name. A mean's is that of its metric, so that the best one stands out."""
    named = {"value": GroupColumn(Part.VALUE), "runs": GroupColumn(Part.RUNS)}
    columns = {each: named[each] for each in plain if each in named}
    for metric in metrics:
        for part in FIGURES:
            group = "metrics" if part is Part.MEAN else _PARTS[part]
            columns[f"{group}.{metric}"] = GroupColumn(part, metric)
    return columns


def _cell(
    columns: dict[str, GroupColumn], name: str, held: str, group: RunGroup, moment: Moment
) -> Cell:
    del moment
    if held not in columns:
        return Cell(safe(name))
    column = columns[held]
    text = group_text(column, group)
    if text is None:
        return NOTHING
    return Cell(text, Tone.DIM if column.part is Part.VALUE and not group.value else Tone.NORMAL)


def _title(name: str, column: GroupColumn) -> str:
    if column.part is Part.VALUE:
        return safe(name.partition(".")[2])
    return safe(column.metric) if column.part is Part.MEAN else column.part.value
