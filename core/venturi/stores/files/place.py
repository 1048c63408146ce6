"""Where a file store lies: from a path or file: URI to a folder that MLflow wrote."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from venturi.errors import ConfigError, LoginRefused, NotFound, StoreBroken
from venturi.stores.files.keys import entries_of
from venturi.stores.files.meta import META
from venturi.stores.files.reading import read_file

TRASH = ".trash"
REGISTRY = "models"
_SQLITE = b"SQLite format 3\x00"


def local_path(uri: str) -> str | None:
    """The path that a path or file: URI names, as written; None for any other scheme."""
    parts = urlsplit(uri)
    if parts.scheme == "file" and parts.netloc in ("", "localhost"):
        path = unquote(uri.split(":", 1)[1].removeprefix(f"//{parts.netloc}"))
        # file:///C:/runs names C:/runs
        return path[1:] if os.name == "nt" and path[2:3] == ":" else path
    if len(parts.scheme) > 1:
        return None
    return uri


def file_uri(path: str) -> str:
    """The file: URI of an absolute path."""
    return Path(path).as_uri()


def find_root(uri: str) -> str:
    """The absolute path of the file store that `uri` names.

    Raises ConfigError for a URI that names no local folder, NotFound when nothing is there,
    StoreBroken when it is not MLflow's, and LoginRefused when it may not be read.
    """
    named = local_path(uri)
    if not named:
        raise ConfigError(
            f"'{uri}' names no local folder", hint="as in ./mlruns or file:///data/mlruns"
        )
    path = os.path.abspath(named)
    if not os.path.exists(path) and "%" in path:
        path = unquote(path)  # MLflow decodes plain paths as well
    try:
        _check(path)
    except FileNotFoundError:
        raise NotFound(f"there is no folder {path}", hint="check the path of the store") from None
    except NotADirectoryError:
        raise StoreBroken(f"{path} is not a folder", hint=_what_else(path)) from None
    except PermissionError as error:
        raise refused(path) from error
    return path


def _what_else(path: str) -> str:
    """The way on from a file where a folder should be: a database has an address of its own."""
    with suppress(OSError), open(path, "rb") as file:
        if file.read(len(_SQLITE)) == _SQLITE:
            return f"it is a SQLite database: sqlite:///{path}"
    return "a file store is a folder, mostly named mlruns"


def refused(path: str) -> LoginRefused:
    """The error for a folder or file whose owner does not let us read."""
    return LoginRefused(f"no permission to read {path}", hint="ask its owner for read access")


def _check(root: str) -> None:
    """Raise StoreBroken unless there is a sign of MLflow in the folder."""
    with os.scandir(root) as entries:
        folders = [entry for entry in entries if entry.is_dir()]
    inside_a_store = _is_experiment(os.path.join(root, META))
    if not inside_a_store and any(_is_sign(entry) for entry in folders):
        return
    looked = f"looked for an experiment's {META} in its sub-folders, and for {TRASH}"
    raise StoreBroken(f"{root} is not an MLflow file store: {looked}", hint=_guess(root))


def _is_sign(entry: os.DirEntry[str]) -> bool:
    if entry.name == TRASH:
        return True
    if entry.name == REGISTRY:
        return any(os.path.exists(os.path.join(each.path, META)) for each in entries_of(entry.path))
    return _is_experiment(os.path.join(entry.path, META))


def _is_experiment(path: str) -> bool:
    """Whether a meta.yaml is an experiment's or a run's: other programs have such files too."""
    try:
        return b"experiment_id:" in read_file(path)[0]
    except OSError:
        return False


def _guess(root: str) -> str:
    """Where the store may be instead."""
    parent = os.path.dirname(root)
    if os.path.exists(os.path.join(root, META)):
        run = os.path.exists(os.path.join(parent, META))
        return f"did you mean {os.path.dirname(parent) if run else parent}"
    if os.path.isdir(inner := os.path.join(root, "mlruns")):
        return f"did you mean {inner}"
    return "name the folder that holds the experiments, mostly mlruns"
