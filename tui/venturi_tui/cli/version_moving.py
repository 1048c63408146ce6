"""`venturi versions`: transition, alias and unalias."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from venturi import rules
from venturi.errors import UsageError
from venturi.records import ModelVersion
from venturi.registry import changes
from venturi.registry.journal import Note
from venturi.registry.naming import By, find_model, read_version_word
from venturi.registry.steps import Step
from venturi_tui.cli.call import Call, call_of, is_alone, words_of
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.registry_reading import VERSION, registry_of, stage_named
from venturi_tui.cli.registry_writing import (
    ForceOption,
    ReasonOption,
    RequireOption,
    Wish,
    answer,
    carry_out,
    pass_gates,
)
from venturi_tui.cli.stage_note import say_stages_are_old
from venturi_tui.cli.write_options import DryRunOption
from venturi_tui.present.kinds.versions import VERSIONS

app = noun("versions", "Move model versions.")

_WORDS = "NAME/3, NAME@ALIAS or NAME/STAGE; - reads them from stdin."


@app.command(
    "transition",
    cls=Verb,
    epilog="""
    venturi versions transition churn/9 Production --archive-existing --reason "gate passed"
    venturi versions transition churn@challenger Production --expect Staging --dry-run
    venturi versions transition churn/9 Production --require "metrics.auc >= champion"
    """,
)
def transition(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="VERSION… STAGE", help=_WORDS)],
    archive_existing: Annotated[
        bool, typer.Option("--archive-existing", help="Move the others in that stage to Archived.")
    ] = False,
    expect: Annotated[
        str | None,
        typer.Option("--expect", metavar="STAGE", help="Refuse (exit 6) unless it is in STAGE."),
    ] = None,
    reason: ReasonOption = "",
    require: RequireOption = None,
    force: ForceOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Move versions to a stage: None, Staging, Production or Archived."""
    call = call_of(context)
    if len(words) < 2:
        raise UsageError("no STAGE is given", hint="name versions first, then the stage")
    stage = stage_named(words[-1])
    expected = None if expect is None else stage_named(expect)
    versions = VERSION.found(call, words[:-1])
    plans = {
        version.full_name: changes.move_version(
            registry_of(call),
            version,
            stage,
            archive_existing=archive_existing,
            expect=expected,
        )
        for version in versions
    }
    _carry_out(
        call,
        versions,
        plans,
        Note("versions transition", reason, tuple(require or ())),
        force=force,
        dry_run=dry_run,
    )
    if not dry_run:
        say_stages_are_old(call, versions[0], stage)
    _answer(call, versions, words[:-1], dry_run=dry_run)


@app.command(
    "alias",
    cls=Verb,
    epilog="""
    venturi versions alias churn/9 champion
    venturi versions alias churn@challenger champion --require "metrics.auc >= champion"
    """,
)
def alias_versions(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="VERSION… ALIAS", help=_WORDS)],
    reason: ReasonOption = "",
    require: RequireOption = None,
    force: ForceOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Let an alias name a version; it is taken from the version it named before."""
    call = call_of(context)
    if len(words) < 2:
        raise UsageError("no ALIAS is given", hint="name a version first, then the alias")
    rules.check_alias(words[-1])
    versions = VERSION.found(call, words[:-1])
    if len({version.name for version in versions}) < len(versions):
        raise UsageError("an alias names one version of a model", hint="give one of each model")
    plans = {
        version.full_name: changes.set_alias(
            find_model(registry_of(call), version.name), version.version, words[-1]
        )
        for version in versions
    }
    note = Note("versions alias", reason, tuple(require or ()))
    _carry_out(call, versions, plans, note, force=force, dry_run=dry_run)
    _answer(call, versions, words[:-1], dry_run=dry_run)


@app.command(
    "unalias",
    cls=Verb,
    epilog="""
    venturi versions unalias churn champion
    venturi versions unalias churn@champion
    """,
)
def unalias(
    context: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL ALIAS… | MODEL@ALIAS…", help="A model and aliases of it; - reads stdin."
        ),
    ],
    dry_run: DryRunOption = False,
) -> None:
    """Remove aliases; the versions they name stay."""
    call = call_of(context)
    wishes: list[Wish] = []
    for name, alias in _named_aliases(words):
        model = find_model(registry_of(call), name)
        wishes.append(Wish(f"{model.name}@{alias}", changes.remove_alias(model, alias)))
    carry_out(call, wishes, Note("versions unalias"), dry_run=dry_run)


def _named_aliases(words: Sequence[str]) -> list[tuple[str, str]]:
    first = words[0]
    if first == "-" or "@" in first:
        read = [read_version_word(word) for word in words_of(words)]
        for word in read:
            if word.by is not By.ALIAS:
                raise UsageError(f"'{word}' names no alias", hint="write NAME@ALIAS")
        return [(word.name, word.value) for word in read]
    if len(words) < 2:
        raise UsageError("no ALIAS is given", hint="write NAME ALIAS, or NAME@ALIAS")
    return [(first, alias) for alias in words[1:]]


def _carry_out(
    call: Call,
    versions: Sequence[ModelVersion],
    plans: dict[str, list[Step]],
    note: Note,
    *,
    force: bool,
    dry_run: bool,
) -> None:
    """Try the gates on what would change, then write it, the reason as a tag beside it."""
    moving = [version for version in versions if plans[version.full_name]]
    forced = pass_gates(call, moving, note.gates, force=force)
    if note.reason:
        for version in moving:
            reason = {changes.REASON_TAG: note.reason}
            plans[version.full_name] += changes.tag(version, {**reason})
    kept = Note(note.action, note.reason, note.gates, forced)
    wishes = [Wish(name, steps) for name, steps in plans.items()]
    carry_out(call, wishes, kept, dry_run=dry_run)


def _answer(
    call: Call, versions: Sequence[ModelVersion], words: Sequence[str], *, dry_run: bool
) -> None:
    if dry_run:
        return
    now = versions
    if call.settings.output not in ("table", "name"):
        now = [VERSION.again(registry_of(call), one) for one in versions]
    answer(call, VERSIONS, now, alone=is_alone(words))
