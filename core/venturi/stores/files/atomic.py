"""Files written so that a reader meets the old or the new one, never a half.

What is new is written to a file of another name first. Neither MLflow nor we take that name for
anything where it lies: directly in the folder of a run, experiment, model or version.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator

from venturi.errors import LoginRefused, StoreBroken, StoreUnreachable, VenturiError

TEMPORARY = ".venturi-"
"""How the names of files begin that are being written."""

_PLAIN = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _PLAIN
_MORE = os.O_RDWR | os.O_APPEND | getattr(os, "O_NONBLOCK", 0) | _PLAIN
_PAGE = 4096
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC), errno.EFBIG)


def replace_file(path: str, data: bytes, beside: str, *, durable: bool = True) -> None:
    """Put a file there, also in the place of another, whose permissions it takes over.

    Args:
        path: Where.
        data: All it holds.
        beside: A folder of the same file system where nobody minds a file of an odd name.
        durable: Whether it must be on disk before it takes its place.

    Raises:
        OSError: Nothing was changed. PermissionError also when the file there is read-only.
    """
    temporary = _written(data, beside, _mode_of(path), durable=durable)
    try:
        os.replace(temporary, path)
    except BaseException:
        _remove(temporary)
        raise


def create_file(path: str, data: bytes, beside: str, *, durable: bool = True) -> bool:
    """Put a file there if there is none; whether it was put. Of several writers one wins.

    Arguments and errors are those of `replace_file`.
    """
    temporary = _written(data, beside, None, durable=durable)
    try:
        os.link(temporary, path)  # fails, unlike a rename, when something is there
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        return _created_in_place(path, data)
    finally:
        _remove(temporary)
    return True


def open_to_append(path: str) -> int:
    """A handle to read a file and add to its end. Raises OSError, also for a symbolic link."""
    return os.open(path, _MORE)


def append(handle: int, data: bytes) -> None:
    """Add whole lines, or any bytes to an empty file; they are taken out when not all fit.

    A system that kills us in the middle of a write stops at the end of a page of the file. So that
    this is the end of a line as well, a page and the line across its end are written in turns.
    """
    before = written = os.fstat(handle).st_size
    try:
        for piece in _pieces(data, before) if before else (data,):
            done = 0
            while done < len(piece):
                count = os.write(handle, piece[done:] if done else piece)
                done, written = done + count, written + count
    except OSError:
        if written > before and os.fstat(handle).st_size == written:  # else others added to it
            os.ftruncate(handle, before)
        raise


def _pieces(data: bytes, offset: int) -> Iterator[bytes]:
    """The lines within each page of a file, and each line across, that begins at an offset."""
    start = 0
    while start < len(data):
        page_end = start + _PAGE - (offset + start) % _PAGE
        end = data.rfind(b"\n", start, page_end) + 1 or data.find(b"\n", start) + 1 or len(data)
        yield data[start:end]
        start = end


def make_folder(path: str) -> None:
    """Make one folder, if it is not there. Raises OSError, also when something else is there."""
    try:
        os.mkdir(path)
    except FileExistsError:
        if not stat.S_ISDIR(os.lstat(path).st_mode):
            raise


def sync_folder(path: str) -> None:
    """See to it that names that were made or moved in a folder outlive a power cut."""
    with contextlib.suppress(OSError):  # not every system can do it
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def failure_of(error: OSError, place: str) -> VenturiError:
    """The member of our family for what the system says when we write at a place."""
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return LoginRefused(
            f"no permission to write to {place}", hint="ask its owner for write access"
        )
    if error.errno in _FULL:
        return StoreUnreachable(
            f"no space left for {place}", hint="make room on that disk, then try again"
        )
    reason = error.strerror or type(error).__name__
    return StoreBroken(f"{place} cannot be written to: {reason}")


def _written(data: bytes, folder: str, mode: int | None, *, durable: bool) -> str:
    """Path of a new file with that content."""
    path = os.path.join(folder, f"{TEMPORARY}{os.urandom(8).hex()}")
    handle = os.open(path, _NEW, 0o666)
    try:
        try:
            append(handle, data)
            if mode is not None and hasattr(os, "fchmod"):
                os.fchmod(handle, mode)
            if durable:
                os.fsync(handle)
        finally:
            os.close(handle)
    except BaseException:
        _remove(path)
        raise
    return path


def _created_in_place(path: str, data: bytes) -> bool:
    """For file systems without hard links: exclusive, but seen while it grows."""
    try:
        handle = os.open(path, _NEW, 0o666)
    except FileExistsError:
        return False
    try:
        append(handle, data)
    except BaseException:
        _remove(path)
        raise
    finally:
        os.close(handle)
    return True


def _mode_of(path: str) -> int | None:
    """The permissions of the file there, if there is one. Raises PermissionError if read-only."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(mode):
        return None
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
    return stat.S_IMODE(mode)


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(path)
