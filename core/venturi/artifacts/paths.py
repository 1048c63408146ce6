"""Which paths of artifacts are safe: they name something below the folder, in one way only."""

from __future__ import annotations

from pathlib import PureWindowsPath
from urllib.parse import unquote

from venturi.errors import InvalidInput

_LONGEST = 4096


def clean(path: str) -> str:
    """The path, when it is one below a folder; the empty path is the folder itself.

    Raises:
        InvalidInput: It is absolute, steps out by `..`, holds a NUL or backslash, or has parts
            that are empty or a dot.
    """
    if path == "":
        return path
    parts = path.split("/")
    reason = ""
    if path.startswith("/") or PureWindowsPath(path).is_absolute():
        reason = "it is absolute"
    elif ".." in parts:
        reason = "it steps out by .."
    elif "\0" in path or "\\" in path:
        reason = "it holds a backslash" if "\\" in path else "it holds a NUL"
    elif "" in parts or "." in parts:
        reason = "it has an empty part or a dot"
    elif len(path) > _LONGEST:
        reason = "it is too long"
    if reason:
        raise InvalidInput(f"the path {_quoted(path)} is refused: {reason}")
    return path


def clean_name(name: str) -> str:
    """A name directly in a folder, as a server told it. Raises InvalidInput."""
    if not name or "/" in name:
        raise InvalidInput(f"the file name {_quoted(name)} is refused: it is no name in a folder")
    return clean(name)


def sendable(path: str) -> str:
    """A path that a server understands as it is meant.

    MLflow's servers take `%41` for `A`, however often it is escaped, and refuse `#`.

    Raises:
        InvalidInput: It holds such signs, or something unprintable.
    """
    if "#" in path or unquote(path) != path or not path.isprintable():
        msg = f"the path {_quoted(path)} cannot be asked of a server"
        raise InvalidInput(msg, hint="MLflow's servers read %, # and control characters otherwise")
    return clean(path)


def joined(folder: str, name: str) -> str:
    """The path of a name in a folder."""
    return f"{folder}/{name}" if folder else name


def _quoted(path: str) -> str:
    shown = path if len(path) <= 80 else f"{path[:79]}…"
    return repr(shown)
