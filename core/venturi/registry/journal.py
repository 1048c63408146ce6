"""The journal of registry writes: one JSON line each, kept on disk before the command ends."""

from __future__ import annotations

import getpass
import json
import os
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import platformdirs

from venturi.registry.steps import FINAL, Step, step_from, step_shape

_BLOCK = 65536


@dataclass(frozen=True, slots=True)
class Entry:
    """One write as the journal has it.

    Args:
        number: Counts from 1, through all stores.
        time: When, in milliseconds since 1970.
        who: Login name of who wrote.
        store: Address of the registry, without secrets.
        action: The verb that wrote.
        steps: What was written.
        reason: Why, in a person's words.
        gates: Conditions that were checked, as they were written.
        forced: Whether a gate refused and was overruled.
        undoes: Number of the entry that this one took back; 0 for none.
    """

    number: int
    time: int
    who: str
    store: str
    action: str
    steps: tuple[Step, ...]
    reason: str = ""
    gates: tuple[str, ...] = ()
    forced: bool = False
    undoes: int = 0

    @property
    def can_be_undone(self) -> bool:
        """False for what deleted something, and for what itself took something back."""
        return not self.undoes and all(step.kind not in FINAL for step in self.steps)

    @property
    def models(self) -> set[str]:
        """Names of the models it wrote to."""
        return {step.model for step in self.steps}


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be remembered of a write besides its steps."""

    action: str
    reason: str = ""
    gates: tuple[str, ...] = ()
    forced: bool = False
    undoes: int = 0


def journal_file() -> Path:
    """Where the journal is kept."""
    return platformdirs.user_state_path("venturi", appauthor=False) / "registry.jsonl"


class Journal:
    """The writes of this machine's user, appended by any number of processes at once.

    Lines that cannot be read, as of a later form, are passed over.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or journal_file()

    def add(self, store: str, note: Note, steps: Sequence[Step]) -> Entry:
        """Append a write and see it onto the disk. Raises OSError."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a+b") as file, _locked(file):
            last, whole = _end_of(file)
            entry = Entry(
                number=last + 1,
                time=time.time_ns() // 1_000_000,
                who=writer_name(),
                store=store,
                action=note.action,
                steps=tuple(steps),
                reason=note.reason,
                gates=note.gates,
                forced=note.forced,
                undoes=note.undoes,
            )
            line = json.dumps(entry_shape(entry), ensure_ascii=False)
            file.write(f"{'' if whole else chr(10)}{line}\n".encode(errors="backslashreplace"))
            file.flush()
            os.fsync(file.fileno())
        return entry

    def entries(self, store: str | None = None) -> list[Entry]:
        """The writes to a store, or to all of them, oldest first."""
        try:
            lines = self.path.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        found = (_entry(line) for line in lines)
        return [entry for entry in found if entry and store in (None, entry.store)]


def entry_shape(entry: Entry) -> dict[str, Any]:
    """An entry as a JSON object."""
    return {
        "number": entry.number,
        "time": entry.time,
        "who": entry.who,
        "store": entry.store,
        "action": entry.action,
        "steps": [step_shape(step) for step in entry.steps],
        "reason": entry.reason,
        "gates": list(entry.gates),
        "forced": entry.forced,
        "undoes": entry.undoes,
    }


def writer_name() -> str:
    """Login name of who writes."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


def _entry(line: bytes) -> Entry | None:
    try:
        held = json.loads(line)
        steps = tuple(step_from(step) for step in held["steps"])
        return Entry(
            int(held["number"]),
            int(held["time"]),
            str(held["who"]),
            str(held["store"]),
            str(held["action"]),
            steps,
            str(held.get("reason", "")),
            tuple(map(str, held.get("gates", ()))),
            bool(held.get("forced", False)),
            int(held.get("undoes", 0)),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _end_of(file: BinaryIO) -> tuple[int, bool]:
    """The highest number near the end of the file, and whether its last line is whole."""
    size = file.seek(0, os.SEEK_END)
    if not size:
        return 0, True
    block = _BLOCK
    while True:
        start = max(0, size - block)
        file.seek(start)
        tail = file.read(size - start)
        numbers = [number for line in tail.splitlines() if (number := _number(line))]
        if numbers or not start:
            return max(numbers, default=0), tail.endswith(b"\n")
        block *= 4


def _number(line: bytes) -> int:
    try:
        held = json.loads(line)
    except (ValueError, RecursionError):
        return 0
    found = cast("dict[str, object]", held).get("number") if isinstance(held, dict) else None
    return found if isinstance(found, int) else 0


@contextmanager
def _locked(file: BinaryIO) -> Generator[None, None, None]:
    """Alone with the file; where the system has no such locks, appends are still whole lines."""
    try:
        import fcntl  # not on every system
    except ImportError:
        yield
        return
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)
