"""`venturi runs`: rename, delete, restore, tag and untag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from venturi.changes import Plan
from venturi.changes.runs import (
    deleted_run,
    renamed_run,
    restored_run,
    tagged_run,
    untagged_run,
)
from venturi.errors import NotFound, UsageError
from venturi.lookup import find_run, find_runs
from venturi.records import Run
from venturi_tui.cli.call import Call, call_of, is_alone, words_of
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.searching import ExperimentOption, experiment_ids
from venturi_tui.cli.targets import with_keys, with_pairs
from venturi_tui.cli.write_options import DryRunOption, YesOption
from venturi_tui.cli.writing import (
    Deed,
    carry_out,
    delete_found,
)
from venturi_tui.present.kinds import RUNS

app = noun("runs", "Write runs.")

SEVERAL = "Ids, beginnings of ids, or names; - reads them from stdin."
WordsArgument = Annotated[list[str], typer.Argument(metavar="RUN…", help=SEVERAL)]


@app.command(
    "rename",
    cls=Verb,
    epilog="""
    venturi runs rename 3fa91c2d best-so-far
    venturi runs rename brave-otter-12 baseline -e vision-sweep
    """,
)
def rename(
    context: typer.Context,
    word: Annotated[
        str, typer.Argument(metavar="RUN", help="Id, beginning of an id, or name; - reads ids.")
    ],
    name: Annotated[str, typer.Argument(metavar="NAME", help="The new name.")],
    experiment: ExperimentOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Give a run another name."""
    call = call_of(context)
    plans = [renamed_run(run, name) for run in found_runs(call, [word], experiment)]
    carry_out(call, plans, run_deed(call, f"renamed to {name}", [word], dry_run))


@app.command(
    "delete",
    cls=Verb,
    epilog="""
    venturi runs delete 3fa91c2d brave-otter-12
    venturi runs list --filter "status = 'FAILED'" --all -o name | venturi runs delete - --yes
    """,
)
def delete(
    context: typer.Context,
    words: WordsArgument,
    experiment: ExperimentOption = None,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Put runs into the trash."""
    call = call_of(context)
    deed = run_deed(call, "deleted", words, dry_run)
    delete_found(
        call,
        lambda: [deleted_run(run) for run in found_runs(call, words, experiment)],
        deed,
        yes=yes,
    )


@app.command(
    "restore",
    cls=Verb,
    epilog="""
    venturi runs restore 3fa91c2d
    venturi runs list --view deleted --all -o name | venturi runs restore -
    """,
)
def restore(
    context: typer.Context,
    words: WordsArgument,
    experiment: ExperimentOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Bring runs back from the trash."""
    call = call_of(context)
    _each(call, found_runs(call, words, experiment), restored_run, "restored", words, dry_run)


@app.command(
    "tag",
    cls=Verb,
    epilog="""
    venturi runs tag 3fa91c2d brave-otter-12 reviewed=yes
    venturi runs list --filter "metrics.loss < 0.2" -o name | venturi runs tag - good=yes
    """,
)
def tag_runs(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="RUN… KEY=VALUE…", help=f"{SEVERAL} Then tags.")
    ],
    experiment: ExperimentOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Set tags of runs."""
    call = call_of(context)
    names, tags = with_pairs(words, "run")
    runs = found_runs(call, names, experiment)
    _each(call, runs, lambda run: tagged_run(run, tags), "tagged", names, dry_run)


@app.command(
    "untag",
    cls=Verb,
    epilog="""
    venturi runs untag 3fa91c2d reviewed
    venturi runs list --filter "tags.good = 'yes'" -o name | venturi runs untag - good
    """,
)
def untag_runs(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="RUN… KEY…", help=f"{SEVERAL} Then keys of tags.")
    ],
    experiment: ExperimentOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Remove tags of runs."""
    call = call_of(context)
    scope = experiment_ids(call, experiment)

    def find(word: str) -> Run | None:
        try:
            return find_run(call.store, word, scope)
        except NotFound:
            return None

    names, keys = with_keys(words, find, "run")
    runs = found_runs(call, names, experiment)
    _each(call, runs, lambda run: untagged_run(run, keys), "untagged", names, dry_run)


def found_runs(call: Call, words: Sequence[str], experiment: Sequence[str] | None) -> list[Run]:
    """The runs that words name, each once."""
    found = find_runs(call.store, words_of(words), experiment_ids(call, experiment))
    return list({run.run_id: run for run in found}.values())


def one_run(call: Call, word: str, experiment: Sequence[str] | None) -> Run:
    """The run that a word names, also when it is the only line of stdin. Raises UsageError."""
    found = found_runs(call, [word], experiment)
    if len(found) > 1:
        raise UsageError("one run is needed, and stdin names several")
    return found[0]


def run_deed(call: Call, done: str, words: Sequence[str], dry_run: bool) -> Deed[Run]:
    """What is done to the runs of some words."""

    def read(ids: Sequence[str]) -> list[Run]:
        return find_runs(call.store, ids)

    return Deed(RUNS, done, read, is_alone(words), dry_run)


def _each(
    call: Call,
    runs: Sequence[Run],
    plan: Callable[[Run], Plan],
    done: str,
    words: Sequence[str],
    dry_run: bool,
) -> None:
    carry_out(call, [plan(run) for run in runs], run_deed(call, done, words, dry_run))
