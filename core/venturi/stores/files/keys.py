"""Folders whose files are keys and values: params, tags, metrics; a key may hold slashes.

A store may come from anybody. A link among the keys counts only when it leads to a file of the
same store, folders that are links and `..` are never gone into, and only plain files are read.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from functools import lru_cache

METRICS = "metrics"
PARAMS = "params"
TAGS = "tags"

LITTER = (".DS_Store", ".nfs0")
"""What macOS and NFS leave in folders; MLflow cannot read a run that has the first."""


def key_files(folder: str, root: str) -> Iterator[tuple[str, str]]:
    """The key and path of each file below `folder`; nothing when there is no such folder.

    Args:
        folder: What holds the keys, such as `<run>/params`.
        root: The store's folder, its real path; links must lead into it.
    """
    if os.path.islink(folder) and not _inside(folder, root):
        return
    ahead = [("", folder)]
    while ahead:
        prefix, path = ahead.pop()
        for entry in entries_of(path):
            if entry.name.startswith(LITTER):
                continue
            if entry.is_file(follow_symlinks=False) or _is_good_link(entry, root):
                yield _readable(prefix + entry.name), entry.path
            elif entry.is_dir(follow_symlinks=False):
                ahead.append((f"{prefix}{entry.name}/", entry.path))


def entries_of(folder: str) -> list[os.DirEntry[str]]:
    """What lies in the folder; nothing when it is gone, or is no folder.

    Raises PermissionError.
    """
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except PermissionError:
        raise
    except OSError:
        return []


def key_file(folder: str, key: str, root: str) -> str | None:
    """Path of the file that holds `key`, as `key_files` would find it; None when none can.

    The file itself may not exist.
    """
    parts = _parts_of(key)
    if not parts or (os.path.islink(folder) and not _inside(folder, root)):
        return None
    path = folder
    for part in parts[:-1]:
        path = f"{path}{os.sep}{part}"
        if os.path.islink(path):
            return None
    return f"{path}{os.sep}{parts[-1]}"


@lru_cache(maxsize=1024)
def _parts_of(key: str) -> tuple[str, ...]:
    """The names of folders and file that make up a key; none when no file can have that key."""
    parts = tuple(key.split("/"))
    odd_on_windows = os.sep == "\\" and ("\\" in key or ":" in key)
    if odd_on_windows or "\0" in key or any(part in ("", ".", "..") for part in parts):
        return ()
    return parts


def leads_inside(path: str, root: str) -> bool:
    """Whether the file at `path`, a link, may be read: it leads to a plain file of the store."""
    try:
        return stat.S_ISREG(os.stat(path).st_mode) and _inside(path, root)
    except OSError:
        return False


def text_of(data: bytes) -> str:
    """A param's or tag's value: the whole file, line ends and all; bad UTF-8 shows as such."""
    return data.decode(errors="replace")


def _is_good_link(entry: os.DirEntry[str], root: str) -> bool:
    return entry.is_symlink() and leads_inside(entry.path, root)


def _inside(path: str, root: str) -> bool:
    return os.path.realpath(path).startswith(os.path.join(root, ""))


def _readable(key: str) -> str:
    """The key without the lone surrogates by which Python spells bad UTF-8 in file names."""
    return key if key.isascii() else os.fsencode(key).decode(errors="replace")
