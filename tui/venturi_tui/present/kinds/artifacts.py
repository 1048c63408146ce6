"""How artifacts are printed."""

from __future__ import annotations

from collections.abc import Sequence

from venturi.records import Artifact
from venturi_tui.present.listing import Moment, RecordKind
from venturi_tui.present.shapes import Shape
from venturi_tui.present.table import NOTHING, Cell
from venturi_tui.present.words import exact_count, safe

_UNITS = ("kB", "MB", "GB", "TB", "PB")


def byte_count(size: int) -> str:
    """So many bytes as a person reads them: `812 B`, `4.2 MB`."""
    if size < 1000:
        return f"{exact_count(size)} B"
    amount = float(size)
    for unit in _UNITS:
        amount /= 1000
        if amount < 999.5 or unit == _UNITS[-1]:
            return f"{amount:.1f} {unit}" if amount < 99.95 else f"{amount:.0f} {unit}"
    raise AssertionError


def artifact_shape(artifact: Artifact) -> Shape:
    """An artifact as printed in JSON."""
    return {
        "path": artifact.path,
        "is_dir": artifact.is_dir,
        "file_size": artifact.size,
    }


def _artifact_cell(name: str, artifact: Artifact, _moment: Moment) -> Cell:
    if name == "path":
        return Cell(safe(artifact.path) + ("/" if artifact.is_dir else ""))
    if name == "is_dir":
        return Cell("yes" if artifact.is_dir else "no")
    return NOTHING if artifact.size is None else Cell(byte_count(artifact.size))


def _usual_artifact_names(
    _artifacts: Sequence[Artifact], _moment: Moment, _wide: bool
) -> list[str]:
    return ["path", "file_size"]


ARTIFACTS: RecordKind[Artifact] = RecordKind(
    noun="artifact",
    shape=artifact_shape,
    identity=lambda artifact: artifact.path,
    fields=("path", "is_dir", "file_size"),
    extras=(),
    usual=_usual_artifact_names,
    cell=_artifact_cell,
)
