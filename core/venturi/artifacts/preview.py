"""What is shown of a file or folder before anyone brings it here: a bounded look, nothing run."""

from __future__ import annotations

import json
from dataclasses import dataclass

from venturi.artifacts.base import ArtifactPlace
from venturi.artifacts.heads import (
    HEAD_BYTES,
    WHOLE_BYTES,
    Head,
    Holds,
    as_text,
    kind_of_binary,
    read_enough,
)
from venturi.artifacts.models import model_in
from venturi.artifacts.paths import joined
from venturi.artifacts.tables import SmallTable, read_delimited, read_parquet
from venturi.errors import VenturiError
from venturi.mlmodel import MLMODEL, MlModel
from venturi.records import Artifact

_LONGEST_JSON = 1_000_000
"""Characters that a JSON text may grow to when it is laid out."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What is known of a file or folder from a short look.

    Args:
        path: Its path among the artifacts.
        holds: What a file holds; None for a folder.
        size: Bytes of a file; None when unknown.
        text: Its text, laid out when it is JSON.
        table: Its first rows.
        model: What the MLmodel file says, or the one in the folder.
        entries: What is in a folder.
        data: The bytes of an image, or the first of a binary file.
        kind: What a binary file is likely to be.
        note: What is missing, or why it could not be shown otherwise; empty when all is there.
    """

    path: str
    holds: Holds | None = None
    size: int | None = None
    text: str = ""
    table: SmallTable | None = None
    model: MlModel | None = None
    entries: tuple[Artifact, ...] = ()
    data: bytes = b""
    kind: str = ""
    note: str = ""


def read_preview(place: ArtifactPlace, artifact: Artifact) -> Preview:
    """Look at a file or folder.

    At most HEAD_BYTES of a file are read, or WHOLE_BYTES of one that can only be understood whole.

    Raises:
        VenturiError: As the place does. What a file holds never raises, it is said in `note`.
    """
    if artifact.is_dir:
        return _folder(place, artifact.path)
    holds, head = read_enough(place, artifact.path)
    if holds in (Holds.PARQUET, Holds.PNG, Holds.JPEG):
        return _whole(artifact.path, holds, head)
    if holds is Holds.MLMODEL:
        folder = artifact.path.rpartition("/")[0]
        return _described(place, artifact.path, folder, head)
    if holds is Holds.BINARY:
        kind = kind_of_binary(artifact.path, head.data)
        return Preview(artifact.path, holds, head.size, data=head.data[:256], kind=kind)
    return _text(artifact.path, holds, head)


def _folder(place: ArtifactPlace, path: str) -> Preview:
    entries = tuple(place.entries(path))
    if not any(each.path == joined(path, MLMODEL) and not each.is_dir for each in entries):
        return Preview(path, entries=entries)
    try:
        return Preview(path, entries=entries, model=model_in(place, path))
    except VenturiError as error:
        return Preview(path, entries=entries, note=error.message)


def _described(place: ArtifactPlace, path: str, folder: str, head: Head) -> Preview:
    try:
        return Preview(path, Holds.MLMODEL, head.size, model=model_in(place, folder))
    except VenturiError as error:
        text, _ = as_text(head)
        return Preview(path, Holds.MLMODEL, head.size, text=text, note=error.message)


def _whole(path: str, holds: Holds, head: Head) -> Preview:
    """An image or Parquet file, of which all has to be here."""
    if not head.is_whole:
        note = f"only looked into up to {WHOLE_BYTES // 2**20} MB: bring it here to open it"
        return Preview(path, holds, head.size, data=head.data[:256], note=note)
    if holds is not Holds.PARQUET:
        return Preview(path, holds, head.size, data=head.data)
    try:
        return Preview(path, holds, head.size, table=read_parquet(head.data))
    except VenturiError as error:
        return Preview(path, holds, head.size, data=head.data[:256], note=str(error))


def _text(path: str, holds: Holds, head: Head) -> Preview:
    text, note = as_text(head)
    table: SmallTable | None = None
    notes = [note] if note else []
    if not head.is_whole:
        notes.insert(0, f"the first {HEAD_BYTES // 1024} kB")
    if holds in (Holds.CSV, Holds.TSV):
        try:
            separator = "\t" if holds is Holds.TSV else ""
            table = read_delimited(text, separator, is_whole=head.is_whole)
        except VenturiError as error:
            notes.append(error.message)
    elif holds is Holds.JSON and head.is_whole:
        laid, words = _laid_out(text)
        text, notes = laid, notes + ([words] if words else [])
    return Preview(path, holds, head.size, text=text, table=table, note=", ".join(notes))


def _laid_out(text: str) -> tuple[str, str]:
    """JSON with a line for each part; as it is, with the reason, when that cannot be."""
    parts: list[str] = []
    length = 0
    try:
        held: object = json.loads(text)
        encoder = json.JSONEncoder(indent=2, ensure_ascii=False)
        for part in encoder.iterencode(held):
            parts.append(part)
            length += len(part)
            if length > _LONGEST_JSON:
                return text, "shown as it is: laid out it would be too long"
    except json.JSONDecodeError as error:
        return text, f"no JSON in line {error.lineno}: {error.msg}"
    except (ValueError, RecursionError):
        return text, "shown as it is: it is nested too deeply"
    return "".join(parts), ""
