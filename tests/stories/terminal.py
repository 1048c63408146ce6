"""A program in a pseudo-terminal: what it writes, how much, and when."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Burst:
    """What came after a key, until the program was quiet. Times in seconds since the key."""

    data: bytes
    first: float
    last: float

    def __len__(self) -> int:
        return len(self.data)


def program_env(folder: Path, **more: str) -> dict[str, str]:
    """What the program finds in its environment: its own code, and a home below a folder."""
    return {
        "PYTHONPATH": f"{_ROOT / 'core'}:{_ROOT / 'tui'}",
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "COLORTERM": "truecolor",
        "TERM": "xterm-256color",
        "SSH_CONNECTION": "",
        "MLFLOW_TRACKING_URI": "",
        **more,
    }


class Terminal:
    """Runs a program in a pty of some size. Use it as a context manager."""

    def __init__(
        self, command: Sequence[str], size: tuple[int, int], env: Mapping[str, str] | None = None
    ) -> None:
        self.output = bytearray()
        self.started = time.perf_counter()
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            _set_size(0, *size)  # before the program looks
            os.execvpe(command[0], list(command), dict(os.environ) | dict(env or {}))

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.kill()

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size."""
        _set_size(self._fd, columns, rows)

    def read(self, timeout: float) -> bytes:
        """What is there within so many seconds; empty when nothing comes."""
        ready, _, _ = select.select([self._fd], [], [], timeout)
        if not ready:
            return b""
        try:
            data = os.read(self._fd, 1 << 16)
        except OSError:
            return b""
        self.output += data
        return data

    def write(self, data: bytes) -> None:
        """Press keys."""
        os.write(self._fd, data)

    def until(self, wanted: bytes, timeout: float = 20.0) -> float:
        """Wait until something was written; seconds since the program was started."""
        deadline = time.perf_counter() + timeout
        while wanted not in self.output:
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{wanted!r} was not written: {bytes(self.output[-2000:])!r}")
            self.read(0.05)
        return time.perf_counter() - self.started

    def quiet(self, seconds: float, timeout: float = 20.0) -> None:
        """Wait until nothing was written for so many seconds."""
        deadline = time.perf_counter() + timeout
        while self.read(seconds):
            if time.perf_counter() > deadline:
                raise TimeoutError("it is never quiet")

    def press(self, keys: bytes, quiet: float = 0.05) -> Burst:
        """Press keys, and gather what comes until it is quiet."""
        start = time.perf_counter()
        self.write(keys)
        gathered = bytearray()
        first = last = 0.0
        while True:
            data = self.read(0.5 if not gathered else quiet)
            if not data:
                return Burst(bytes(gathered), first, last)
            last = time.perf_counter() - start
            first = first or last
            gathered += data

    def resident_mb(self) -> float:
        """Resident memory of the program, in megabytes."""
        with open(f"/proc/{self.pid}/statm", encoding="ascii") as file:  # noqa: PTH123
            pages = int(file.read().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def wait(self, timeout: float = 10.0) -> int:
        """Wait until the program ends; its exit code."""
        deadline = time.perf_counter() + timeout
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
            if time.perf_counter() > deadline:
                raise TimeoutError("it does not end")
            self.read(0.02)

    def kill(self) -> None:
        """End the program, if it is still there."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
            self.pid = 0
        os.close(self._fd)


def _set_size(fd: int, columns: int, rows: int) -> None:
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
