"""Which metrics of which runs a command line means, and what none of them ever logged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from venturi.errors import NotFound, UsageError
from venturi.lookup import find_runs
from venturi.records import Run
from venturi.watching.tail import is_over
from venturi_tui.cli.call import Call, words_of
from venturi_tui.cli.searching import experiment_ids
from venturi_tui.present.words import exact_count, safe


def found_runs(call: Call, words: Sequence[str], experiment: Sequence[str] | None) -> list[Run]:
    """The runs that words name, each once, in their order."""
    found = find_runs(call.store, words_of(words), experiment_ids(call, experiment))
    return list({run.run_id: run for run in found}.values())


def name_of(run: Run) -> str:
    """What a run is called in messages and pictures."""
    return safe(run.run_name) or run.run_id[:8]


def chosen(call: Call, runs: Sequence[Run], keys: Sequence[str]) -> list[tuple[Run, str]]:
    """Each run with each of the keys that it has logged; with all of its keys where none is given.

    Which of several runs lack a key is told.

    Raises:
        NotFound: A key that none of the runs has logged.
    """
    if not keys:
        return [(run, key) for run in runs for key in sorted(run.latest)]
    wanted = list(dict.fromkeys(keys))
    for key in wanted:
        without = [run for run in runs if key not in run.latest]
        if len(without) == len(runs):
            raise never_logged(runs, key)
        if without:
            call.report.say(f"{_named(without)} never logged {safe(key)}")
    return [(run, key) for run in runs for key in wanted if key in run.latest]


def drawn_keys(
    call: Call, runs: Sequence[Run], keys: Sequence[str], over: str, *, every: bool, patient: bool
) -> list[tuple[Run, str]]:
    """What to read for a picture: the metrics to draw, and the one that they are drawn over.

    Args:
        call: Who is told what runs lack.
        runs: Which runs.
        keys: Which metrics.
        over: The metric on the x axis; empty for none.
        every: Whether no keys mean all.
        patient: Whether runs that go on may log later what they have not yet.

    Raises:
        UsageError: No key is given.
        NotFound: A key that none of the runs has logged, or none has logged anything.
    """
    if not (keys or every):
        raise no_key(runs, "; --grid draws all")
    named = [*keys, *filter(None, [over])]
    if keys and patient and not all(map(is_over, runs)):
        return [(run, key) for run in runs for key in dict.fromkeys(named)]
    found = chosen(call, runs, keys)
    if not found and not (patient and not all(map(is_over, runs))):
        one = f"run {runs[0].run_name or runs[0].run_id} has no metrics"
        raise NotFound(one if len(runs) == 1 else "none of the runs has any metric")
    extra = chosen(call, runs, [over]) if over else []
    return list({(run.run_id, key): (run, key) for run, key in [*found, *extra]}.values())


def no_key(runs: Sequence[Run], way_on: str = "") -> UsageError:
    """That a metric must be named, and which there are."""
    known = sorted({key for run in runs for key in run.latest})
    shown = ", ".join(known[:12])
    more = f" and {exact_count(len(known) - 12)} more" if len(known) > 12 else ""
    hint = f"there are {shown}{more}{way_on}" if known else "no metric was logged at all"
    return UsageError("no metric is named: -m KEY", hint=hint)


def never_logged(runs: Sequence[Run], key: str) -> NotFound:
    """That no run has a metric of that key, and which one is perhaps meant."""
    known = sorted({each for run in runs for each in run.latest})
    near = get_close_matches(key, known, n=1)
    if near:
        hint = f"did you mean {near[0]!r}?"
    else:
        hint = f"venturi metrics list {runs[0].run_id}" if known else "no metric was logged at all"
    if len(runs) == 1:
        name = runs[0].run_name or runs[0].run_id
        return NotFound(f"run {name} never logged {key!r}", hint=hint)
    return NotFound(f"none of the {exact_count(len(runs))} runs ever logged {key!r}", hint=hint)


def _named(runs: Iterable[Run]) -> str:
    names = [name_of(run) for run in runs]
    shown = ", ".join(names[:3])
    return f"{shown} and {exact_count(len(names) - 3)} more" if len(names) > 3 else shown
