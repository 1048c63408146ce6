"""The config files as records: which layers there are, and whether each file is there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from venturi.settings import project_file, user_file
from venturi_tui.cli.call import Call
from venturi_tui.cli.formats import write_records
from venturi_tui.present.listing import Moment, RecordKind
from venturi_tui.present.table import Cell
from venturi_tui.present.words import safe

_FIELDS = ("layer", "path", "exists")


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A file that settings are read from, where it is there; `layer` is user or project."""

    layer: str
    path: Path

    @property
    def exists(self) -> bool:
        """Whether it is there."""
        return self.path.exists()


def config_files() -> tuple[ConfigFile, ConfigFile]:
    """The user's file, and that of this folder."""
    return (
        ConfigFile("user", user_file(os.environ)),
        ConfigFile("project", project_file(Path()).absolute()),
    )


def write_files(call: Call, files: Iterable[ConfigFile]) -> None:
    """Print files in the format that was asked for."""
    write_records(call, _FILES, files, lambda _shown: Moment(call.now_ms))


def _shape(file: ConfigFile) -> dict[str, str | bool]:
    return {"layer": file.layer, "path": str(file.path), "exists": file.exists}


def _cell(name: str, file: ConfigFile, _moment: Moment) -> Cell:
    if name == "exists":
        return Cell("yes" if file.exists else "no")
    return Cell(safe(str(getattr(file, name))))


def _usual(_files: Sequence[ConfigFile], _moment: Moment, _wide: bool) -> list[str]:
    return list(_FIELDS)


_FILES: RecordKind[ConfigFile] = RecordKind(
    noun="config file",
    shape=_shape,
    identity=lambda file: str(file.path),
    fields=_FIELDS,
    extras=(),
    usual=_usual,
    cell=_cell,
)
