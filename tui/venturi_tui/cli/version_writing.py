"""`venturi versions`: describe, delete, tag and untag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from venturi.records import ModelVersion
from venturi.registry import changes
from venturi.registry.journal import Note
from venturi.registry.naming import find_version
from venturi.registry.steps import Step
from venturi_tui.cli.call import Call, call_of, words_of
from venturi_tui.cli.consent import consent_to_delete
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.registry_writing import (
    DryRunOption,
    Wish,
    YesOption,
    answer,
    carry_out,
    print_steps,
    registry_of,
    thing_and_keys,
    things_and_pairs,
)
from venturi_tui.present.kinds.versions import VERSIONS

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
    _each(
        call_of(context),
        [word],
        lambda version: changes.describe(version, text),
        "versions describe",
        dry_run,
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
    call = call_of(context)
    wishes = [Wish(one.full_name, changes.delete(one)) for one in _found(call, words)]
    if dry_run:
        print_steps(call, [step for wish in wishes for step in wish.steps])
        return
    if not yes:
        consent_to_delete(call, [wish.name for wish in wishes], "version")
    carry_out(call, wishes, Note("versions delete"), dry_run=False)


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
    names, tags = things_and_pairs(words)
    call = call_of(context)
    _each(call, names, lambda version: changes.tag(version, {**tags}), "versions tag", dry_run)


@app.command("untag", cls=Verb, epilog="venturi versions untag churn/9 validated")
def untag_versions(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="VERSION KEY…", help="A version, or -; then keys.")
    ],
    dry_run: DryRunOption = False,
) -> None:
    """Remove tags of a version."""
    names, keys = thing_and_keys(words)
    gone = dict.fromkeys(keys)
    call = call_of(context)
    _each(call, names, lambda version: changes.tag(version, gone), "versions untag", dry_run)


def _each(
    call: Call,
    words: Sequence[str],
    steps: Callable[[ModelVersion], list[Step]],
    action: str,
    dry_run: bool,
) -> None:
    versions = _found(call, words)
    wishes = [Wish(version.full_name, steps(version)) for version in versions]
    carry_out(call, wishes, Note(action), dry_run=dry_run)
    if dry_run:
        return
    now = [registry_of(call).get_version(one.name, one.version) for one in versions]
    answer(call, VERSIONS, now, alone=len(words) == 1 and words[0] != "-")


def _found(call: Call, words: Sequence[str]) -> list[ModelVersion]:
    found = [find_version(registry_of(call), word) for word in words_of(words)]
    return list({version.full_name: version for version in found}.values())
