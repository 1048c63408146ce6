"""What a CI run must leave behind: databases tested, no process left, a wheel of our own only."""

from __future__ import annotations

import contextlib
import sys
import time
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

KINDS = ("postgresql", "mysql")
PATIENCE_S = 20


def databases(report: str) -> list[str]:
    """What is wrong with pytest's JUnit report: a database without a passed test, or skipped."""
    passed = dict.fromkeys(KINDS, 0)
    wrong = list[str]()
    for case in ET.parse(report).iter("testcase"):
        name = f"{case.get('classname')}::{case.get('name')}"
        if ".stores.sql." not in name:  # others only speak of databases
            continue
        skipped = case.find("skipped")
        words = f"{name} {skipped.get('message') if skipped is not None else ''}".lower()
        for kind in KINDS:
            if kind in words and skipped is not None:
                wrong.append(f"skipped: {name}: {skipped.get('message')}")
            elif kind in words:
                passed[kind] += case.find("failure") is None and case.find("error") is None
    print("  ".join(f"{kind}: {count} passed" for kind, count in passed.items()))
    return wrong + [f"no test passed on {kind}" for kind, count in passed.items() if not count]


def leftovers(mark: str) -> list[str]:
    """Processes that the tests started and did not end: their environment holds the mark."""
    deadline = time.monotonic() + PATIENCE_S
    while (found := _marked(mark.encode())) and time.monotonic() < deadline:
        time.sleep(0.5)
    return [f"still running: {line}" for line in found]


def _marked(mark: bytes) -> list[str]:
    lines = list[str]()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # ended meanwhile, or somebody else's
            if b"VENTURI_CI_RUN=" + mark in (folder / "environ").read_bytes().split(b"\0"):
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                lines.append(f"{folder.name} {command.decode(errors='replace')[:200]}")
    return lines


def wheel(path: str) -> list[str]:
    """What is in a wheel that should not be there, or the other way round."""
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    print(f"{Path(path).name}: {len(names)} files, {Path(path).stat().st_size / 1000:.0f} kB")
    ours = ("venturi/", "venturi_tui/", "venturi-")
    wanted = ("venturi/py.typed", "venturi_tui/py.typed", "venturi_tui/app.tcss")
    wrong = [f"does not belong there: {name}" for name in names if not name.startswith(ours)]
    wrong += [f"missing: {name}" for name in wanted if name not in names]
    licences = [name for name in names if name.endswith("/licenses/LICENSE")]
    return wrong if licences else [*wrong, "missing: the licence"]


def main() -> int:
    """Look for one kind of evidence and tell what is wrong."""
    look = {"databases": databases, "leftovers": leftovers, "wheel": wheel}[sys.argv[1]]
    wrong = look(sys.argv[2])
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
