"""One writer at a time in a folder, over all processes that write as we do.

The lock is on the folder itself, so it leaves no file behind, and goes with the process that holds
it. MLflow takes no locks; what it writes meanwhile is not kept out.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from contextlib import contextmanager

from venturi.errors import StoreUnreachable

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

_PAUSE_S = 0.002
_LONGEST_PAUSE_S = 0.05


@contextmanager
def locked(folder: str, patience_s: float) -> Generator[None]:
    """Hold the lock of a folder for the length of the body.

    File systems that cannot lock a folder, as some over a network, are written to without.

    Raises:
        OSError: The folder is gone or may not be opened.
        StoreUnreachable: Another process kept the lock for longer than `patience_s`.
    """
    if fcntl is None:
        yield
        return
    handle = os.open(folder, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    try:
        _lock(handle, folder, patience_s)
        yield
    finally:
        os.close(handle)  # and with it the lock


def _lock(handle: int, folder: str, patience_s: float) -> None:
    if fcntl is None:
        return
    deadline, pause = time.monotonic() + patience_s, _PAUSE_S
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise StoreUnreachable(
                    f"another process keeps writing to {folder}", hint="try again when it is done"
                ) from None
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)
        except OSError:
            return
        else:
            return
