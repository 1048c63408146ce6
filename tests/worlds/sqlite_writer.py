"""Another process with a SQLite file open: does what it is told, and dies in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PROGRAM = """
import json, sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=float(sys.argv[2]))
for line in sys.stdin:
    try:
        answer = db.execute(json.loads(line)).fetchall()
    except sqlite3.Error as error:
        answer = f"{type(error).__name__}: {error}"
    print(json.dumps(answer), flush=True)
db.close()
"""


class Writer:
    """The process. Each statement commits by itself unless a BEGIN went before."""

    def __init__(self, path: Path, timeout_s: float) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM, str(path), str(timeout_s)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, *statements: str) -> object:
        """Run statements and give what the last one answered. Fails when one of them did."""
        answer: object = None
        for statement in statements:
            answer = self.ask(statement)
            assert not isinstance(answer, str), answer
        return answer

    def ask(self, statement: str) -> object:
        """Run a statement: its rows, or its error as a text."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(statement) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def finish(self) -> None:
        """Close the database and end."""
        if self._process.stdin is not None and not self._process.stdin.closed:
            self._process.stdin.close()
        self._process.wait(timeout=30)

    def die(self) -> None:
        """End at once, leaving on disk whatever is there."""
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=30)


@contextmanager
def writer(path: Path, timeout_s: float = 0.0) -> Iterator[Writer]:
    """A writer on a file, finished at the end unless it died before."""
    found = Writer(path, timeout_s)
    try:
        yield found
    finally:
        if found._process.poll() is None:
            found.finish()
        for pipe in (found._process.stdin, found._process.stdout):
            if pipe is not None and not pipe.closed:
                pipe.close()
