"""What goes into a model version and what comes out, its needs and where it came from, to read."""

from __future__ import annotations

from collections.abc import Sequence

from venturi.mlmodel import Field, MlModel
from venturi.records import ModelVersion, Run
from venturi_tui.present.kinds.artifacts import byte_count
from venturi_tui.present.pieces import Piece, Role
from venturi_tui.present.run_card import CardLine, cut_lines, section, table
from venturi_tui.present.version_rows import run_words
from venturi_tui.present.words import safe, timestamp

RUN_LABEL = "run"
"""The label of the line that stands for the run."""


def model_file_card(
    version: ModelVersion, model: MlModel, run: Run | None, width: int
) -> list[CardLine]:
    """What the MLmodel file of a version says, what matters most first."""
    card = [_head(model), CardLine(())]
    card += table(_origin(version, model, run), width, in_order=True)
    return cut_lines([*card, *_contents(model, width)], width)


def logged_model_card(model: MlModel, width: int) -> list[CardLine]:
    """What the MLmodel file among the artifacts of a run says, what matters most first."""
    card = [_head(model), CardLine(())]
    facts = {"run id": model.run_id} if model.run_id else {}
    card += table({**facts, **_facts(model)}, width, in_order=True)
    return cut_lines([*card, *_contents(model, width)], width)


def _contents(model: MlModel, width: int) -> list[CardLine]:
    card: list[CardLine] = []
    signature = model.signature
    card += _fields("inputs", signature.inputs, width)
    card += _fields("outputs", signature.outputs, width)
    if signature.params:
        card += _fields("params", signature.params, width)
    card += section("flavors", len(model.flavors))
    for name, facts in sorted(model.flavors.items()):
        card.append(CardLine(((safe(name), Role.STRONG),), name, name))
        card += table({f"  {key}": value for key, value in facts.items()}, width, in_order=True)
    card += section("requirements", len(model.requirements))
    card += [CardLine(((safe(each), Role.TEXT),), each, each) for each in model.requirements]
    return card


def _head(model: MlModel) -> CardLine:
    flavors = sorted(name for name in model.flavors if name != "python_function")
    pieces: list[Piece] = [
        (safe(", ".join(flavors) or ", ".join(model.flavors) or "no flavor"), Role.STRONG)
    ]
    if model.size is not None:
        pieces.append((f"  {byte_count(model.size)}", Role.TEXT))
    if model.mlflow_version:
        pieces.append((f"  MLflow {safe(model.mlflow_version)}", Role.DIM))
    return CardLine(tuple(pieces))


def _origin(version: ModelVersion, model: MlModel, run: Run | None) -> dict[str, str]:
    facts = {
        RUN_LABEL: run_words(version, run) if version.run_id else "",
        "run id": version.run_id,
    }
    return {name: value for name, value in facts.items() if value} | _facts(model)


def _facts(model: MlModel) -> dict[str, str]:
    facts = {
        "logged model": model.model_id,
        "path": model.artifact_path,
        "made": "" if model.created is None else timestamp(model.created),
        "loaded by": model.loader,
    }
    return {name: value for name, value in facts.items() if value}


def _fields(name: str, fields: Sequence[Field] | None, width: int) -> list[CardLine]:
    if fields is None:
        told = CardLine((("the file does not say", Role.FAINT),))
        return [*section(name), told]
    held = {field.name or f"#{at}": _field(field) for at, field in enumerate(fields, start=1)}
    return [*section(name, len(fields)), *table(held, width, in_order=True)]


def _field(field: Field) -> str:
    optional = "" if field.required else "  optional"
    default = "" if field.default is None else f" = {field.default}"
    return f"{field.type}{default}{optional}"
