"""How the TUI feels, measured in a pseudo-terminal: start, keys, bytes on the wire, memory.

    python tests/benchmarks/bench_tui.py [--size 160x50] [--store PATH] [--million]

Without --store, the SQLite store of 100,000 runs is made once and kept; with --million one of
1,000,000 runs. Times are those of this
machine as busy as it is; the ratios to an empty Textual app, measured in the same run, hold.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from stories.terminal import Terminal

from benchmarks.large_store import million_store, runs_store

ROOT = Path(__file__).parents[2]
FOLLOW_S = 0.35
"""Longer than the curves and details wait before they follow the cursor."""

EMPTY_APP = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("empty app")
Empty().run()
"""


@dataclass
class Keys:
    """What a key costs, pressed several times. Milliseconds and bytes."""

    times: list[float] = field(default_factory=list)
    sizes: list[int] = field(default_factory=list)
    followed: list[int] = field(default_factory=list)

    def __str__(self) -> str:
        slowest = max(self.times)
        return (
            f"{statistics.median(self.times):6.1f} ms (slowest {slowest:5.1f})"
            f"  {statistics.median(self.sizes):7.0f} bytes"
            f"  then {statistics.median(self.followed):6.0f} for curves and details"
        )


def environment(folder: Path) -> dict[str, str]:
    """What the programs under test see: compiled code, true colour, a fresh state."""
    return {
        "PYTHONPATH": f"{ROOT / 'core'}{os.pathsep}{ROOT / 'tui'}",
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(folder / "pyc"),
        "COLORTERM": "truecolor",
        "TERM": "xterm-256color",
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "SSH_CONNECTION": "",
        "SSH_TTY": "",
    }


def first_paint(
    command: list[str], wanted: bytes, size: tuple[int, int], env: dict[str, str]
) -> float:
    """Seconds from the start of a program to words on the screen."""
    with Terminal(command, size, env) as terminal:
        return terminal.until(wanted, timeout=60)


def best_of(count: int, measure: Callable[[], float]) -> float:
    """The least of several measurements."""
    return min(measure() for _ in range(count))


def press(terminal: Terminal, key: bytes, times: int) -> Keys:
    """Press a key several times, with a rest between."""
    keys = Keys()
    for _ in range(times):
        burst = terminal.press(key, quiet=0.06)
        keys.times.append(burst.last * 1000)
        keys.sizes.append(len(burst))
        keys.followed.append(len(terminal.press(b"", quiet=FOLLOW_S)))
    return keys


@contextmanager
def opened(store: Path, size: tuple[int, int], env: dict[str, str]) -> Iterator[Terminal]:
    """The app on a store, at rest, with all experiments in its table."""
    with Terminal([*VENTURI, "-s", f"sqlite:///{store}"], size, env) as terminal:
        terminal.until(b"run-", timeout=60)
        terminal.quiet(1.0)
        terminal.press(b":experiment *\r", quiet=1.0)
        terminal.quiet(3.0, timeout=60)
        yield terminal


VENTURI = [sys.executable, "-m", "venturi_tui"]


def measure_start(store: Path, size: tuple[int, int], env: dict[str, str]) -> None:
    """First paint against an empty app, and the first rows after it."""
    empty = best_of(
        5, lambda: first_paint([sys.executable, "-c", EMPTY_APP], b"empty app", size, env)
    )
    command = [*VENTURI, "-s", f"sqlite:///{store}"]
    paint = best_of(5, lambda: first_paint(command, b"reading runs", size, env))
    rows = best_of(5, lambda: first_paint(command, b"run-", size, env))
    print(f"empty Textual app            {empty * 1000:7.0f} ms")
    print(
        f"first paint                  {paint * 1000:7.0f} ms   {paint / empty:.2f} x the empty app"
    )
    print(f"first rows after that        {(rows - paint) * 1000:7.0f} ms")


def measure_keys(terminal: Terminal) -> None:
    """Keys at the top, in the middle, and at the end of the table."""
    for place, there in (("top", b"g"), ("end", b"G")):
        terminal.press(there * (2 if there == b"g" else 1), quiet=1.0)
        terminal.press(b"k" if place == "end" else b"j", quiet=FOLLOW_S)
        print(f"cursor key, {place:14}   {press(terminal, b'k' if place == 'end' else b'j', 12)}")
        page = b"\x1b[5~" if place == "end" else b"\x1b[6~"
        print(f"page key, {place:14}     {press(terminal, page, 8)}")
    print(f"mark                         {press(terminal, b' ', 4)}")


def measure_many(terminal: Terminal, count: int = 200) -> None:
    """Cursor keys one after another down the table, each answered before the next."""
    terminal.press(b"gg", quiet=1.0)
    times = sorted(terminal.press(b"j", quiet=0.04).last * 1000 for _ in range(count))
    slow = times[int(count * 0.99) - 1]
    print(f"{count} cursor keys              {statistics.median(times):6.1f} ms, p99 {slow:.1f} ms")


def measure_memory(terminal: Terminal) -> None:
    """Memory before and after paging through a part of the table, and bytes at rest."""
    before = terminal.resident_mb()
    most = before
    terminal.press(b"gg", quiet=0.5)
    for _ in range(20):
        terminal.press(b"\x1b[6~" * 10, quiet=0.1)
        most = max(most, terminal.resident_mb())
    terminal.quiet(1.0)
    after = terminal.resident_mb()
    print(f"memory                       {before:7.0f} MB, after 200 pages {after:.0f} MB")
    print(f"memory at most               {most:7.0f} MB")
    print(f"at rest for 3 seconds        {len(terminal.press(b'', quiet=3.0)):7d} bytes")


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", default="160x50")
    parser.add_argument("--store", type=Path)
    parser.add_argument("--million", action="store_true")
    arguments = parser.parse_args()
    columns, rows = map(int, arguments.size.split("x"))
    store = arguments.store or (million_store() if arguments.million else runs_store())
    with tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder))
        print(f"{columns}x{rows}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        measure_start(store, (columns, rows), env)
        with opened(store, (columns, rows), env) as terminal:
            measure_keys(terminal)
            measure_many(terminal)
            measure_memory(terminal)


if __name__ == "__main__":
    main()
