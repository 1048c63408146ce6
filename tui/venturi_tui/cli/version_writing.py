"""`venturi versions`: describe, delete, tag and untag."""

from __future__ import annotations

from typing import Annotated

import typer

from venturi.registry import changes
from venturi_tui.cli.call import call_of
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.registry_reading import VERSION
from venturi_tui.cli.registry_writing import (
    delete_each,
    tag_each,
    untag_each,
    write_each,
)
from venturi_tui.cli.write_options import DryRunOption, YesOption

app = noun("versions", "Write model versions.")

_WORDS = "NAME/3, NAME@ALIAS or NAME/STAGE; - reads them from stdin."


@app.command("describe", cls=Verb, epilog='venturi versions describe churn/9 "AUC 0.91"')
def describe(
    context: typer.Context,
    word: Annotated[str, typer.Argument(metavar="VERSION", help=_WORDS)],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The description; may be empty.")],
    dry_run: DryRunOption = False,
) -> None:
    """Set the description of a version."""
    write_each(
        call_of(context),
        VERSION,
        [word],
        lambda version: changes.describe(version, text),
        "versions describe",
        dry_run=dry_run,
    )


@app.command(
    "delete",
    cls=Verb,
    epilog="""
    venturi versions delete churn/4
    venturi versions list churn --stage Archived -o name | venturi versions delete - --yes
    """,
)
def delete(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="VERSION…", help=_WORDS)],
    yes: YesOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Delete versions with their aliases, for good; their files stay."""
    delete_each(call_of(context), VERSION, words, yes=yes, dry_run=dry_run)


@app.command(
    "tag",
    cls=Verb,
    epilog="""
    venturi versions tag churn/9 validated=yes
    venturi versions list churn -o name | venturi versions tag - audited=2026
    """,
)
def tag_versions(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="VERSION… KEY=VALUE…", help=f"{_WORDS} Then tags.")
    ],
    dry_run: DryRunOption = False,
) -> None:
    """Set tags of versions."""
    tag_each(call_of(context), VERSION, words, dry_run=dry_run)


@app.command("untag", cls=Verb, epilog="venturi versions untag churn/9 validated")
def untag_versions(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="VERSION KEY…", help="A version, or -; then keys.")
    ],
    dry_run: DryRunOption = False,
) -> None:
    """Remove tags of a version."""
    untag_each(call_of(context), VERSION, words, dry_run=dry_run)
