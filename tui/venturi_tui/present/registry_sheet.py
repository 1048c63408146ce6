"""One model or version as a readable sheet with sections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from venturi.records import ModelVersion, RegisteredModel
from venturi_tui.present.kinds.models import aliases_text, stages_text
from venturi_tui.present.kinds.single import text_cell
from venturi_tui.present.listing import Moment
from venturi_tui.present.sheet import Section
from venturi_tui.present.table import NOTHING, Cell
from venturi_tui.present.words import age, exact_count, safe, timestamp


def model_sections(
    model: RegisteredModel, versions: Sequence[ModelVersion], moment: Moment
) -> list[Section]:
    """Everything a model holds, and its versions with stage and aliases."""
    facts = [
        ("aliases", text_cell(aliases_text(model))),
        ("stages", text_cell(stages_text(model))),
        ("created", _when(model.creation_time, moment)),
        ("updated", _when(model.last_updated_time, moment)),
        ("description", text_cell(model.description)),
    ]
    sections = [Section(safe(model.name), facts), *_tags(model.tags)]
    lines = [(str(version.version), _line(version)) for version in versions]
    heading = f"versions {exact_count(len(lines))}"
    return [*sections, Section(heading, lines)] if lines else sections


def version_sections(version: ModelVersion, moment: Moment) -> list[Section]:
    """Everything a version holds."""
    status = f"{version.status}: {version.status_message}".removesuffix(": ")
    facts = [
        ("stage", text_cell(version.stage)),
        ("aliases", text_cell(", ".join(version.aliases))),
        ("status", text_cell(status)),
        ("run", text_cell(version.run_id)),
        ("source", text_cell(version.source)),
        ("user", text_cell(version.user_id)),
        ("created", _when(version.creation_time, moment)),
        ("updated", _when(version.last_updated_time, moment)),
        ("description", text_cell(version.description)),
    ]
    return [Section(safe(version.full_name), facts), *_tags(version.tags)]


def _line(version: ModelVersion) -> Cell:
    aliases = "".join(f" @{alias}" for alias in version.aliases)
    text = f"{version.stage}{aliases}  {version.description.partition(chr(10))[0]}"
    return Cell(safe(text.rstrip()))


def _tags(tags: Mapping[str, str]) -> list[Section]:
    lines = [(safe(key), text_cell(tags[key])) for key in sorted(tags)]
    return [Section(f"tags {exact_count(len(lines))}", lines)] if lines else []


def _when(ms: int | None, moment: Moment) -> Cell:
    return NOTHING if ms is None else Cell(f"{timestamp(ms)} ({age(ms, moment.now_ms)} ago)")
