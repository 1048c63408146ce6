"""How metric points are printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from venturi.records import Metric
from venturi_tui.present.kinds.single import text_cell, time_cell
from venturi_tui.present.listing import Moment, RecordKind
from venturi_tui.present.shapes import point_shape
from venturi_tui.present.table import Cell
from venturi_tui.present.words import exact_number


@dataclass(frozen=True, slots=True)
class Point:
    """A metric point together with the run it belongs to."""

    run_id: str
    metric: Metric


def _point_cell(name: str, point: Point, _moment: Moment) -> Cell:
    metric = point.metric
    if name == "value":
        return Cell(exact_number(metric.value))
    if name == "timestamp":
        return time_cell(metric.timestamp)
    words = {"run_id": point.run_id, "key": metric.key, "step": str(metric.step)}
    return text_cell(words[name])


def _usual_point_names(points: Sequence[Point], _moment: Moment, wide: bool) -> list[str]:
    one_run = len({point.run_id for point in points}) < 2
    names = ["key", "step", "value", "timestamp"]
    return names if one_run and not wide else ["run_id", *names]


POINTS: RecordKind[Point] = RecordKind(
    noun="point",
    shape=lambda point: point_shape(point.run_id, point.metric),
    identity=lambda point: point.metric.key,
    fields=("run_id", "key", "step", "timestamp", "value"),
    extras=(),
    usual=_usual_point_names,
    cell=_point_cell,
)
