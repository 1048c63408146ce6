"""Reads what the MLmodel file in a place of artifacts says; nothing of the model is loaded."""

from __future__ import annotations

from venturi.artifacts.base import ArtifactPlace
from venturi.artifacts.paths import joined
from venturi.errors import NotFound, StoreBroken
from venturi.mlmodel import LARGEST_MLMODEL, MLMODEL, REQUIREMENTS, MlModel, read_mlmodel


def model_in(place: ArtifactPlace, folder: str = "") -> MlModel:
    """The model in a folder, with its requirements if there are any.

    Raises:
        NotFound: There is no MLmodel file.
        StoreBroken: It cannot be understood, or is larger than any such file.
    """
    names = {artifact.path for artifact in place.entries(folder)}
    path, beside = joined(folder, MLMODEL), joined(folder, REQUIREMENTS)
    if path not in names:
        raise NotFound(f"there is no {path} in {place.address}")
    requirements = _bytes(place, beside) if beside in names else b""
    return read_mlmodel(_bytes(place, path), requirements)


def _bytes(place: ArtifactPlace, path: str) -> bytes:
    """All of a small file; a giant is left as soon as it shows."""
    held = bytearray()
    with place.read(path) as reading:
        for part in reading:
            held += part
            if len(held) > LARGEST_MLMODEL:
                msg = f"{path!r} in {place.address} is larger than any file of its kind"
                raise StoreBroken(msg)
    return bytes(held)
