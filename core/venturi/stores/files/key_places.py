"""Where keys are written to: checked before anything is, and never outside of the store."""

from __future__ import annotations

import os
from collections.abc import Iterable

from venturi.errors import InvalidInput, StoreBroken
from venturi.stores.files.atomic import make_folder
from venturi.stores.files.keys import LITTER, key_file

_LONGEST_NAME = 255  # bytes, on nearly all file systems
_WORDS = {"metrics": "metric", "params": "param", "tags": "tag"}


def check_inside(folder: str, root: str) -> None:
    """Raises StoreBroken when a folder is, by a link, not in the store whose real path is given."""
    if not os.path.join(os.path.realpath(folder), "").startswith(os.path.join(root, "")):
        raise StoreBroken(f"{folder} is a link that leads out of the store: nothing is written")


def places_of(folder: str, kind: str, keys: Iterable[str], root: str) -> dict[str, str]:
    """The file of each key in `folder/kind`; nothing is made yet.

    Args:
        folder: The folder of a run or experiment.
        kind: `metrics`, `params` or `tags`.
        keys: Keys that MLflow's rules accept.
        root: The store's folder, its real path.

    Raises:
        InvalidInput: A key cannot be a file's name, or would need a folder where a file is, or
            the other way round.
    """
    places = {key: _place(folder, kind, key, root) for key in keys}
    known: dict[str, bool] = {}
    for key, path in places.items():
        for parent in _parents(key):
            if parent in places or _is_file(f"{folder}{os.sep}{kind}{os.sep}{parent}", known):
                raise _clash(kind, key, parent)
        if os.path.isdir(path) and _holds_files(path):
            raise _clash(kind, key, f"{key}/…")
    return places


def make_way(folder: str, kind: str, key: str, path: str) -> None:
    """Make the folders that a key needs, and remove an empty one that is where its file shall be.

    Raises OSError, FileNotFoundError when `folder` itself is gone.
    """
    inner = f"{folder}{os.sep}{kind}"
    if not os.path.isdir(os.path.dirname(path)):
        for part in ("", *_parents(key)):
            make_folder(f"{inner}{os.sep}{part}" if part else inner)
    elif os.path.isdir(path):
        _remove_empty(path)


def _place(folder: str, kind: str, key: str, root: str) -> str:
    parts = key.split("/")
    path = key_file(f"{folder}{os.sep}{kind}", key, root)
    if path is None or any(part.startswith(LITTER) for part in parts):
        raise InvalidInput(f"the {_WORDS[kind]} key '{key}' cannot be the name of a file here")
    if any(len(os.fsencode(part)) > _LONGEST_NAME for part in parts):
        raise InvalidInput(
            f"the {_WORDS[kind]} key '{key[:40]}…' is too long to be the name of a file",
            hint=f"at most {_LONGEST_NAME} bytes between slashes",
        )
    return path


def _parents(key: str) -> list[str]:
    """`a` and `a/b` for `a/b/c`."""
    return [key[:at] for at, letter in enumerate(key) if letter == "/"]


def _is_file(path: str, known: dict[str, bool]) -> bool:
    if path not in known:
        known[path] = os.path.lexists(path) and not os.path.isdir(path)
    return known[path]


def _holds_files(path: str) -> bool:
    return os.path.islink(path) or any(files for _, _, files in os.walk(path))


def _remove_empty(path: str) -> None:
    """Remove a folder that holds nothing but folders, as is left when tags are deleted."""
    for inner, _, _ in os.walk(path, topdown=False):
        os.rmdir(inner)


def _clash(kind: str, key: str, other: str) -> InvalidInput:
    return InvalidInput(
        f"the {_WORDS[kind]} '{key}' cannot be beside '{other}' in a file store",
        hint="a key is a file, and what is before a slash a folder: use another name",
    )
