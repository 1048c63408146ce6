"""How model versions are printed: stage and aliases always side by side."""

from __future__ import annotations

from collections.abc import Sequence

from venturi.records import ModelVersion
from venturi_tui.present.kinds.single import age_cell, keyed_names, text_cell, time_cell
from venturi_tui.present.listing import Moment, RecordKind
from venturi_tui.present.registry_shapes import version_shape
from venturi_tui.present.table import NOTHING, Cell, Tone
from venturi_tui.present.words import safe

_TONES = {"Production": Tone.STRONG, "Archived": Tone.DIM}


def _cell(name: str, version: ModelVersion, moment: Moment) -> Cell:
    group, dot, key = name.partition(".")
    if dot and group == "tags":
        return Cell(safe(version.tags[key])) if key in version.tags else NOTHING
    if name == "creation_time":
        return time_cell(version.creation_time)
    if name == "last_updated_time":
        return time_cell(version.last_updated_time)
    if name in ("age", "updated_age"):
        moved = version.last_updated_time if name == "updated_age" else version.creation_time
        return age_cell(moved, moment)
    if name == "stage":
        return Cell(safe(version.stage), _TONES.get(version.stage, Tone.NORMAL))
    words = {
        "name": version.name,
        "version": str(version.version),
        "full_name": version.full_name,
        "aliases": ", ".join(version.aliases),
        "status": version.status,
        "description": version.description.partition("\n")[0],
        "run_id": version.run_id,
        "run": version.run_id,
        "source": version.source,
        "user_id": version.user_id,
    }
    return text_cell(words[name])


def _usual(versions: Sequence[ModelVersion], _moment: Moment, wide: bool) -> list[str]:
    names = ["full_name", "stage", "aliases"]
    if wide or any(version.status != "READY" for version in versions):
        names.append("status")
    names += ["run", "age", "description"]
    if wide:
        tags = keyed_names("tags", (version.tags for version in versions))
        names += ["source", "user_id", "creation_time", "last_updated_time", *tags]
    return names


VERSIONS: RecordKind[ModelVersion] = RecordKind(
    noun="version",
    shape=version_shape,
    identity=lambda version: version.full_name,
    fields=(
        "name",
        "version",
        "stage",
        "aliases",
        "status",
        "description",
        "run_id",
        "source",
        "user_id",
        "creation_time",
        "last_updated_time",
        "tags",
    ),
    extras=("full_name", "run", "age", "updated_age"),
    usual=_usual,
    cell=_cell,
)
