"""What the MLmodel file of a version says, as a few texts that can be laid side by side."""

from __future__ import annotations

from collections.abc import Iterable

from venturi.artifacts.base import ArtifactPlace
from venturi.errors import NotFound, StoreBroken
from venturi.mlmodel import LARGEST_MLMODEL, MLMODEL, REQUIREMENTS, Field, MlModel, read_mlmodel

FACTS = ("flavors", "inputs", "outputs", "model_params", "requirements", "mlflow_version")
"""The names of what is told, in the order to show."""


def read_model(place: ArtifactPlace) -> MlModel:
    """The MLmodel file in a folder, with its requirements where there are some.

    Raises NotFound when there is none, StoreBroken when it is no such file, and what the place does
    when it cannot be reached.
    """
    whole = _read(place, MLMODEL)
    try:
        requirements = _read(place, REQUIREMENTS)
    except NotFound:
        requirements = b""
    return read_mlmodel(whole, requirements)


def model_facts(model: MlModel | None) -> dict[str, str | None]:
    """The facts of a model by name; None for what is not known."""
    if model is None:
        return dict.fromkeys(FACTS)
    signature = model.signature
    return {
        "flavors": ", ".join(sorted(model.flavors)) or None,
        "inputs": _fields(signature.inputs),
        "outputs": _fields(signature.outputs),
        "model_params": _fields(signature.params),
        "requirements": ", ".join(model.requirements) or None,
        "mlflow_version": model.mlflow_version or None,
    }


def _read(place: ArtifactPlace, path: str) -> bytes:
    parts: list[bytes] = []
    length = 0
    with place.read(path) as reading:
        for part in reading:
            parts.append(part)
            length += len(part)
            if length > LARGEST_MLMODEL:
                raise StoreBroken(f"{path} in {place.address} is larger than any such file is")
    return b"".join(parts)


def _fields(fields: Iterable[Field] | None) -> str | None:
    if fields is None:
        return None
    return ", ".join(_field(each) for each in fields) or None


def _field(field: Field) -> str:
    name = f"{field.name}: " if field.name else ""
    optional = "" if field.required else "?"
    default = "" if field.default is None else f" = {field.default}"
    return f"{name}{field.type}{optional}{default}"
