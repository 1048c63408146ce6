"""How registered models are printed."""

from __future__ import annotations

from collections.abc import Sequence

from venturi.records import RegisteredModel
from venturi_tui.present.kinds.single import age_cell, keyed_names, text_cell, time_cell
from venturi_tui.present.listing import Moment, RecordKind
from venturi_tui.present.registry_shapes import model_shape
from venturi_tui.present.table import NOTHING, Cell
from venturi_tui.present.words import safe

_STAGES = ("Production", "Staging", "None", "Archived")


def stages_text(model: RegisteredModel) -> str:
    """The highest version of each stage, Production first: `Production 9, Staging 10`."""
    known = [stage for stage in _STAGES if stage in model.latest_versions]
    others = sorted(set(model.latest_versions) - set(_STAGES))
    return ", ".join(f"{stage} {model.latest_versions[stage]}" for stage in [*known, *others])


def aliases_text(model: RegisteredModel) -> str:
    """The versions that aliases name, the highest first: `challenger 10, champion 9`."""
    order = sorted(model.aliases, key=lambda alias: (-model.aliases[alias], alias))
    return ", ".join(f"{alias} {model.aliases[alias]}" for alias in order)


def _cell(name: str, model: RegisteredModel, moment: Moment) -> Cell:
    group, dot, key = name.partition(".")
    if dot and group == "tags":
        return Cell(safe(model.tags[key])) if key in model.tags else NOTHING
    if name == "creation_time":
        return time_cell(model.creation_time)
    if name == "last_updated_time":
        return time_cell(model.last_updated_time)
    if name == "updated_age":
        return age_cell(model.last_updated_time, moment)
    words = {
        "name": model.name,
        "description": model.description.partition("\n")[0],
        "aliases": aliases_text(model),
        "latest_versions": stages_text(model),
    }
    return text_cell(words[name])


def _usual(models: Sequence[RegisteredModel], _moment: Moment, wide: bool) -> list[str]:
    names = ["name", "aliases", "latest_versions", "updated_age", "description"]
    if wide:
        tags = keyed_names("tags", (model.tags for model in models))
        names += ["creation_time", "last_updated_time", *tags]
    return names


MODELS: RecordKind[RegisteredModel] = RecordKind(
    noun="model",
    shape=model_shape,
    identity=lambda model: model.name,
    fields=(
        "name",
        "description",
        "creation_time",
        "last_updated_time",
        "tags",
        "aliases",
        "latest_versions",
    ),
    extras=("updated_age",),
    usual=_usual,
    cell=_cell,
)
