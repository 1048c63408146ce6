"""Logs JSON lines to runs, batch by batch, so that memory stays flat."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from venturi.changes import Plan, read_batches
from venturi.changes.runs import logged_run
from venturi.errors import UsageError
from venturi.lookup import find_runs
from venturi.records import Run
from venturi.stores.writing import Batch
from venturi_tui.cli.call import Call
from venturi_tui.cli.writing import answer_records, write_changes
from venturi_tui.present.kinds import RUNS
from venturi_tui.present.words import exact_count


@dataclass(frozen=True, slots=True)
class Lines:
    """Where lines are read, `-` for stdin; the time of those that have none; what goes along."""

    path: str
    now_ms: int
    given: Batch | None = None


def log_lines(call: Call, runs: Sequence[Run], lines: Lines, *, alone: bool, dry_run: bool) -> None:
    """Log what lines say to each of some runs, or with a dry run print it."""
    with _opened(lines.path) as texts:
        counted = call.report.counting("lines", texts, collects=True)
        source = "stdin" if lines.path == "-" else lines.path
        plans = _plans(read_batches(counted, source, lines.now_ms, given=lines.given), runs)
        if dry_run:
            write_changes(call, (change for plan in plans for change in plan.changes))
            return
        changed = 0
        for plan in plans:
            if plan.is_needed:
                plan.write(call.connection.writer)
                changed += len(plan.changes)
    names = f"{len(runs)} runs" if len(runs) > 1 else f"run {runs[0].run_name or runs[0].run_id}"
    done = f"{exact_count(changed)} params, points and tags logged" if changed else "unchanged"
    call.report.say(f"{names}: {done}")
    answer_records(call, RUNS, find_runs(call.store, [one.run_id for one in runs]), alone=alone)


def _plans(batches: Iterable[Batch], runs: Sequence[Run]) -> Iterator[Plan]:
    """What each batch asks of each run, knowing what the batches before have logged."""
    held = list(runs)
    for batch in batches:
        for at, run in enumerate(held):
            yield logged_run(run, batch)
            held[at] = replace(
                run, params={**run.params, **batch.params}, tags={**run.tags, **batch.tags}
            )


@contextmanager
def _opened(path: str) -> Generator[Iterable[str], None, None]:
    if path == "-":
        yield sys.stdin
        return
    try:
        file = Path(path).open(encoding="utf-8")  # noqa: SIM115 - closed below
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from error
    with file:
        yield file
