"""`venturi models`: create, rename, describe, delete, tag and untag."""

from __future__ import annotations

from typing import Annotated

import typer

from venturi.registry import changes
from venturi.registry.journal import Note
from venturi.registry.naming import find_model
from venturi_tui.cli.call import Call, call_of, one_word
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.registry_reading import MODEL, registry_of
from venturi_tui.cli.registry_writing import (
    Wish,
    answer,
    carry_out,
    delete_each,
    pairs,
    tag_each,
    untag_each,
    write_each,
)
from venturi_tui.cli.write_options import DryRunOption, TagOption, YesOption
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
    _answer(call, name, dry_run=dry_run)


@app.command("rename", cls=Verb, epilog="venturi models rename churn churn-eu")
def rename(
    context: typer.Context,
    word: Annotated[str, typer.Argument(metavar="MODEL", help="Its name; - reads it.")],
    name: Annotated[str, typer.Argument(metavar="NEW", help="The new name.")],
    dry_run: DryRunOption = False,
) -> None:
    """Rename a model with its versions, tags and aliases."""
    call = call_of(context)
    model = find_model(registry_of(call), one_word(word, "model"))
    steps = changes.rename_model(model, name)
    carry_out(call, [Wish(name, steps)], Note("models rename"), dry_run=dry_run)
    _answer(call, name, dry_run=dry_run)


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
    write_each(
        call_of(context),
        MODEL,
        [word],
        lambda model: changes.describe(model, text),
        "models describe",
        dry_run=dry_run,
    )


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
    delete_each(call_of(context), MODEL, words, yes=yes, dry_run=dry_run)


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
    tag_each(call_of(context), MODEL, words, dry_run=dry_run)


@app.command("untag", cls=Verb, epilog="venturi models untag churn tier")
def untag_models(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="MODEL KEY…", help="A name, or -; then keys of tags.")
    ],
    dry_run: DryRunOption = False,
) -> None:
    """Remove tags of a model."""
    untag_each(call_of(context), MODEL, words, dry_run=dry_run)


def _answer(call: Call, name: str, *, dry_run: bool) -> None:
    if not dry_run:
        answer(call, MODELS, [registry_of(call).get_model(name)], alone=True)
