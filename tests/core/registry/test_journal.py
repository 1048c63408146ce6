"""The journal: what it keeps, what it passes over, and several processes at once."""

from __future__ import annotations

import json
import subprocess
import sys

from venturi.registry.journal import Note, entry_shape
from venturi.registry.steps import Kind, Step

STEP = Step(Kind.STAGE, "churn", 3, before="None", after="Staging")


def test_keeps_what_was_written(journal):
    note = Note("versions transition", "because\n\x1b[31m", ("metrics.auc > 1",), True)
    added = journal.add("sqlite", note, [STEP])
    assert journal.entries() == [added]
    assert (added.number, added.reason, added.forced, added.steps) == (
        1,
        "because\n\x1b[31m",
        True,
        (STEP,),
    )
    assert journal.entries("other") == []
    assert json.loads(journal.path.read_text()) == entry_shape(added)


def test_numbers_go_on_through_all_stores(journal):
    numbers = [journal.add(store, Note("x"), [STEP]).number for store in ("a", "b", "a")]
    assert numbers == [1, 2, 3]
    assert [entry.number for entry in journal.entries("a")] == [1, 3]


def test_a_line_cut_off_by_a_crash_spoils_nothing(journal):
    journal.add("a", Note("x"), [STEP])
    with journal.path.open("ab") as file:
        file.write(b'{"number": 2, "ti')
    assert journal.add("a", Note("y"), [STEP]).number == 2
    assert [entry.action for entry in journal.entries()] == ["x", "y"]


def test_lines_of_a_later_form_are_passed_over(journal):
    journal.path.parent.mkdir(parents=True)
    journal.path.write_text('{"number": 40, "new": "form"}\n[]\nnull\n"x"\n\n{"number": "x"}\n')
    assert journal.entries() == []
    assert journal.add("a", Note("x"), [STEP]).number == 41


def test_an_entry_longer_than_a_block_is_found(journal):
    journal.add("a", Note("x", reason="r" * 200_000), [STEP])
    assert journal.add("a", Note("y"), [STEP]).number == 2


def test_a_lone_surrogate_is_kept_readable(journal):
    journal.add("a", Note("x", reason="\udce4"), [STEP])
    assert len(journal.path.read_bytes().splitlines()) == 1


ADD_MANY = """
import sys
from pathlib import Path
from venturi.registry.journal import Journal, Note
from venturi.registry.steps import Kind, Step
journal = Journal(Path(sys.argv[1]))
for _ in range(20):
    journal.add("a", Note("x", reason="r" * 5000), [Step(Kind.STAGE, "churn", 3, after="Staging")])
"""


def test_processes_at_once_lose_nothing(journal):
    command = [sys.executable, "-c", ADD_MANY, str(journal.path)]
    workers = [subprocess.Popen(command) for _ in range(4)]
    assert [worker.wait() for worker in workers] == [0, 0, 0, 0]
    assert [entry.number for entry in journal.entries()] == list(range(1, 81))
