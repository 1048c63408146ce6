"""`venturi models`: create, rename, describe, delete, tag and untag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from venturi.errors import UsageError
from venturi.records import RegisteredModel
from venturi.registry import changes
from venturi.registry.journal import Note
from venturi.registry.naming import find_model
from venturi.registry.steps import Step
from venturi_tui.cli.call import Call, call_of, words_of
from venturi_tui.cli.consent import consent_to_delete
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.registry_writing import (
    DryRunOption,
    TagOption,
    Wish,
    YesOption,
    answer,
    carry_out,
    pairs,
    print_steps,
    registry_of,
    thing_and_keys,
    things_and_pairs,
)
from venturi_tui.present.kinds.models import MODELS

app = noun("models", "Write registered models.")

_SEVERAL = "Names; - reads them from stdin."


@app.command(
    "create",
    cls=Verb,
    epilog="""
    venturi models create churn --description "Scores customers each night." --tag team=growth
    """,
)
def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its name.")],
    description: Annotated[
        str, typer.Option("--description", metavar="TEXT", help="What it is.")
    ] = "",
    tag: TagOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Register a name, and print it; versions come with: versions create."""
    call = call_of(context)
    steps = changes.create_model(name, description=description, tags=pairs(tag or ()))
    carry_out(call, [Wish(name, steps)], Note("models create"), dry_run=dry_run)
    _answer(call, [name], alone=True, dry_run=dry_run)


@app.command("rename", cls=Verb, epilog="venturi models rename churn churn-eu")
def rename(
    context: typer.Context,
    word: Annotated[str, typer.Argument(metavar="MODEL", help="Its name.")],
    name: Annotated[str, typer.Argument(metavar="NEW", help="The new name.")],
    dry_run: DryRunOption = False,
) -> None:
    """Rename a model with its versions, tags and aliases."""
    call = call_of(context)
    steps = changes.rename_model(find_model(registry_of(call), word), name)
    carry_out(call, [Wish(name, steps)], Note("models rename"), dry_run=dry_run)
    _answer(call, [name], alone=True, dry_run=dry_run)


@app.command(
    "describe", cls=Verb, epilog='venturi models describe churn "Scores customers each night."'
)
def describe(
    context: typer.Context,
    word: Annotated[str, typer.Argument(metavar="MODEL", help="Its name.")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The description; may be empty.")],
    dry_run: DryRunOption = False,
) -> None:
    """Set the description of a model."""
    call = call_of(context)
    _each(call, [word], lambda model: changes.describe(model, text), "models describe", dry_run)


@app.command(
    "delete",
    cls=Verb,
    epilog="""
    venturi models delete churn-old
    venturi models list -f "name LIKE 'tmp%'" -o name | venturi models delete - --yes
    """,
)
def delete(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="MODEL…", help=_SEVERAL)],
    yes: YesOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Delete models with all their versions, for good."""
    call = call_of(context)
    models = _found(call, words)
    steps = [step for model in models for step in changes.delete(model)]
    if dry_run:
        print_steps(call, steps)
        return
    if not yes:
        consent_to_delete(call, [model.name for model in models], "model")
    carry_out(
        call,
        [Wish(model.name, changes.delete(model)) for model in models],
        Note("models delete"),
        dry_run=False,
    )


@app.command(
    "tag",
    cls=Verb,
    epilog="""
    venturi models tag churn team=growth tier=1
    venturi models list -o name | venturi models tag - reviewed=yes
    """,
)
def tag_models(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="MODEL… KEY=VALUE…", help=f"{_SEVERAL} Then tags.")
    ],
    dry_run: DryRunOption = False,
) -> None:
    """Set tags of models."""
    names, tags = things_and_pairs(words)
    _each(
        call_of(context), names, lambda model: changes.tag(model, {**tags}), "models tag", dry_run
    )


@app.command("untag", cls=Verb, epilog="venturi models untag churn tier")
def untag_models(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="MODEL KEY…", help="A name, or -; then keys of tags.")
    ],
    dry_run: DryRunOption = False,
) -> None:
    """Remove tags of a model."""
    names, keys = thing_and_keys(words)
    gone = dict.fromkeys(keys)
    _each(call_of(context), names, lambda model: changes.tag(model, gone), "models untag", dry_run)


def _each(
    call: Call,
    words: Sequence[str],
    steps: Callable[[RegisteredModel], list[Step]],
    action: str,
    dry_run: bool,
) -> None:
    wishes = [Wish(model.name, steps(model)) for model in _found(call, words)]
    carry_out(call, wishes, Note(action), dry_run=dry_run)
    alone = len(words) == 1 and words[0] != "-"
    _answer(call, [wish.name for wish in wishes], alone=alone, dry_run=dry_run)


def _found(call: Call, words: Sequence[str]) -> list[RegisteredModel]:
    found = {model.name: model for model in map(_finder(call), words_of(words))}
    if not found:
        raise UsageError("no model is named")
    return list(found.values())


def _finder(call: Call) -> Callable[[str], RegisteredModel]:
    return lambda word: find_model(registry_of(call), word)


def _answer(call: Call, names: Sequence[str], *, alone: bool, dry_run: bool) -> None:
    if not dry_run:
        answer(call, MODELS, [registry_of(call).get_model(name) for name in names], alone=alone)
