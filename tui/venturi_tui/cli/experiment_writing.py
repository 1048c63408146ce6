"""`venturi experiments`: create, rename, delete, restore, tag and untag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated

import typer

from venturi.changes import Plan, pairs_of
from venturi.changes.experiments import (
    created_experiment,
    deleted_experiment,
    renamed_experiment,
    restored_experiment,
    tagged_experiment,
    untagged_experiment,
)
from venturi.errors import NotFound, UsageError
from venturi.lookup import find_experiment
from venturi.records import Experiment
from venturi_tui.cli.call import Call, call_of, is_alone, words_of
from venturi_tui.cli.creating import CreateOption, creating_place, store_to_create_in
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.targets import with_keys, with_pairs
from venturi_tui.cli.write_options import DryRunOption, TagOption, YesOption
from venturi_tui.cli.writing import (
    Deed,
    answer_records,
    carry_out,
    delete_found,
    write_changes,
)
from venturi_tui.present.kinds import EXPERIMENTS

app = noun("experiments", "Write experiments.")

_SEVERAL = "Names or ids; - reads them from stdin."
WordsArgument = Annotated[list[str], typer.Argument(metavar="EXPERIMENT…", help=_SEVERAL)]


@app.command(
    "create",
    cls=Verb,
    epilog="""
    venturi experiments create vision-sweep --tag team=vision
    venturi experiments create first -s sqlite:///mlflow.db --create
    venturi experiments create far --artifact-location s3://bucket/far -o json
    """,
)
def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name.")],
    artifact_location: Annotated[
        str, typer.Option("--artifact-location", metavar="URI", help="Where its artifacts go.")
    ] = "",
    tag: TagOption = None,
    make_store: CreateOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Make an experiment, and print its id alone."""
    call = call_of(context)
    tags = pairs_of(tag or ())
    store = store_to_create_in(call, create=make_store, dry_run=dry_run)
    changes = created_experiment(store, name, tags)
    if dry_run:
        write_changes(call, [*creating_place(call, store), *changes])
        return
    writer = call.connection.writer
    made = writer.create_experiment(name, artifact_location=artifact_location, tags=tags)
    answer_records(call, EXPERIMENTS, [call.store.get_experiment(made)])


@app.command(
    "rename",
    cls=Verb,
    epilog="""
    venturi experiments rename vision-sweep vision-sweep-2025
    venturi experiments rename 3 baselines --dry-run
    """,
)
def rename(
    context: typer.Context,
    word: Annotated[
        str, typer.Argument(metavar="EXPERIMENT", help="Name or id; - reads it from stdin.")
    ],
    name: Annotated[str, typer.Argument(metavar="NEW", help="The new name.")],
    dry_run: DryRunOption = False,
) -> None:
    """Give an experiment another name."""
    call = call_of(context)
    found = _found(call, [word])
    if len(found) > 1:
        raise UsageError("several experiments cannot have one name", hint="give one id")
    plan = renamed_experiment(call.store, found[0], name)
    carry_out(call, [plan], _deed(call, f"renamed to {name}", [word], dry_run))


@app.command(
    "delete",
    cls=Verb,
    epilog="""
    venturi experiments delete vision-sweep
    venturi experiments list -f "name LIKE 'tmp%'" -o name | venturi experiments delete - --yes
    """,
)
def delete(
    context: typer.Context,
    words: WordsArgument,
    yes: YesOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Put experiments into the trash, with their runs."""
    call = call_of(context)
    deed = _deed(call, "deleted", words, dry_run)
    delete_found(
        call, lambda: [deleted_experiment(one) for one in _found(call, words)], deed, yes=yes
    )


@app.command(
    "restore",
    cls=Verb,
    epilog="""
    venturi experiments restore vision-sweep
    venturi experiments list --view deleted -o name | venturi experiments restore -
    """,
)
def restore(context: typer.Context, words: WordsArgument, dry_run: DryRunOption = False) -> None:
    """Bring experiments back from the trash, with all of their runs."""
    call = call_of(context)
    _each(call, words, restored_experiment, "restored with all its runs", dry_run)


@app.command(
    "tag",
    cls=Verb,
    epilog="""
    venturi experiments tag vision-sweep team=vision reviewed=yes
    venturi experiments list -o name | venturi experiments tag - quarter=Q3
    """,
)
def tag_experiments(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="EXPERIMENT… KEY=VALUE…", help=f"{_SEVERAL} Then tags.")
    ],
    dry_run: DryRunOption = False,
) -> None:
    """Set tags of experiments."""
    call = call_of(context)
    names, tags = with_pairs(words, "experiment")
    _each(call, names, lambda one: tagged_experiment(one, tags), "tagged", dry_run)


@app.command(
    "untag",
    cls=Verb,
    epilog="""
    venturi experiments untag vision-sweep reviewed
    venturi experiments list -o name | venturi experiments untag - quarter
    """,
)
def untag_experiments(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="EXPERIMENT… KEY…", help=f"{_SEVERAL} Then keys of tags.")
    ],
    dry_run: DryRunOption = False,
) -> None:
    """Remove tags of experiments."""
    call = call_of(context)
    names, keys = with_keys(words, partial(_one_or_none, call), "experiment")
    _each(call, names, lambda one: untagged_experiment(one, keys), "untagged", dry_run)


def _each(
    call: Call,
    words: Sequence[str],
    plan: Callable[[Experiment], Plan],
    done: str,
    dry_run: bool,
) -> None:
    carry_out(call, [plan(one) for one in _found(call, words)], _deed(call, done, words, dry_run))


def _deed(call: Call, done: str, words: Sequence[str], dry_run: bool) -> Deed[Experiment]:
    def read(ids: Sequence[str]) -> list[Experiment]:
        return [call.store.get_experiment(identity) for identity in ids]

    return Deed(EXPERIMENTS, done, read, is_alone(words), dry_run)


def _found(call: Call, words: Sequence[str]) -> list[Experiment]:
    """The experiments that words name, each once."""
    found = (find_experiment(call.store, word) for word in words_of(words))
    return list({one.experiment_id: one for one in found}.values())


def _one_or_none(call: Call, word: str) -> Experiment | None:
    try:
        return find_experiment(call.store, word)
    except NotFound:
        return None
