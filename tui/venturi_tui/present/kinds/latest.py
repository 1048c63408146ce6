"""How the latest points of metrics are printed, where there is room with their curves in small."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from venturi_tui.present.kinds.points import POINTS, Point
from venturi_tui.present.listing import Moment, RecordKind
from venturi_tui.present.table import NOTHING, Cell


@dataclass(frozen=True, slots=True)
class Latest:
    """A latest point, and its curve in a few cells; empty where that is not wished."""

    point: Point
    curve: str = ""


def _cell(name: str, latest: Latest, moment: Moment) -> Cell:
    if name == "curve":
        return Cell(latest.curve) if latest.curve.strip() else NOTHING
    return POINTS.cell(name, latest.point, moment)


def _usual(found: Sequence[Latest], moment: Moment, wide: bool) -> list[str]:
    names = POINTS.usual([latest.point for latest in found], moment, wide)
    return [*names, "curve"] if wide else names


LATEST: RecordKind[Latest] = RecordKind(
    noun=POINTS.noun,
    shape=lambda latest: POINTS.shape(latest.point),
    identity=lambda latest: POINTS.identity(latest.point),
    fields=POINTS.fields,
    extras=("curve",),
    usual=_usual,
    cell=_cell,
)
