"""Several files on their way at once, counted as they go; the first failure ends all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed

from venturi.artifacts.base import ArtifactPlace

AT_ONCE = 4
"""Files under way at the same time."""


class Tally:
    """How far a transfer is; may be told of progress by several threads at once.

    Args:
        files: How many files there are.
        size: Their bytes together, as far as it is known.
        told: Hears of every change, in the thread that made it.
    """

    def __init__(self, files: int, size: int, told: Callable[[Tally], None] | None = None) -> None:
        self.files = files
        self.size = size
        self.files_done = 0
        self.bytes_done = 0
        self._told = told
        self._lock = threading.Lock()
        self._stop = threading.Event()

    def moved(self, count: int) -> None:
        """So many more bytes came or went. Raises Stopped when the transfer is to end."""
        if self._stop.is_set():
            raise Stopped
        self._note(count, 0)

    def finished_file(self) -> None:
        """One more file is whole."""
        self._note(0, 1)

    def stop(self) -> None:
        """End what is under way, at its next step."""
        self._stop.set()

    def _note(self, count: int, files: int) -> None:
        with self._lock:
            self.bytes_done += count
            self.files_done += files
            if self._told:
                self._told(self)


class Stopped(Exception):
    """Another file failed, so this one was left as it is."""


def move_all(
    place: ArtifactPlace, tally: Tally, jobs: Iterable[Callable[[], None]], *, at_once: int
) -> None:
    """Run the jobs. When one fails, or somebody interrupts, the others end and `place` is closed.

    Raises:
        VenturiError, OSError: What went wrong first.
    """
    pool = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="artifacts")
    try:
        running = [pool.submit(job) for job in jobs]
        for job in as_completed(running):
            job.result()
    except BaseException:
        tally.stop()
        pool.shutdown(wait=False, cancel_futures=True)
        place.close()  # wakes those who wait for an answer
        raise
    finally:
        pool.shutdown()
