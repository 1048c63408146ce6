"""Changing some fields of a meta.yaml that is there."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from venturi.errors import StoreBroken
from venturi.stores.files.atomic import replace_file
from venturi.stores.files.meta import META, HalfWritten
from venturi.stores.files.meta_text import changed_meta
from venturi.stores.files.metas import PAUSES_S
from venturi.stores.files.reading import read_file

Changes: TypeAlias = Mapping[str, object]


def rewrite_meta(
    folder: str,
    parse: Callable[[bytes], object],
    changes: Changes,
    *,
    without: Iterable[str] = (),
    durable: bool = True,
) -> None:
    """Put a meta.yaml with some other fields in the place of the one in a folder.

    Args:
        folder: Whose meta.yaml.
        parse: Raises HalfWritten when MLflow may be in the middle of writing it.
        changes: The new values of fields.
        without: Fields to take out.
        durable: Whether it must be on disk before it takes its place.

    Raises:
        OSError: Nothing was changed.
        StoreBroken: It is damaged.
    """
    path = os.path.join(folder, META)
    data = _whole(path, parse)
    try:
        text = changed_meta(data, changes, without)
    except StoreBroken as error:
        raise StoreBroken(f"{path} {error.message}") from error
    replace_file(path, text, folder, durable=durable)


def _whole(path: str, parse: Callable[[bytes], object]) -> bytes:
    """The bytes of the file, read again while it is being written."""
    for pause in PAUSES_S:
        data = read_file(path)[0]
        try:
            parse(data)
        except HalfWritten:
            time.sleep(pause)
        else:
            return data
    return read_file(path)[0]
