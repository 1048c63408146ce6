"""`venturi registry`: plan, apply, log, undo and redo."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from venturi.errors import UsageError
from venturi.filters.times import parse_time
from venturi.records import ModelVersion
from venturi.registry.journal import Journal, Note
from venturi.registry.planning import plan as planned
from venturi.registry.redo import REDO, entry_to_redo, steps_again
from venturi.registry.steps import Kind, Step
from venturi.registry.undo import entry_to_undo, steps_back
from venturi_tui.cli.call import Call, call_of
from venturi_tui.cli.formats import write_records
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.registry_reading import registry_of
from venturi_tui.cli.registry_writing import (
    ForceOption,
    RequireOption,
    Wish,
    carry_out,
    is_for_people,
    pass_gates,
    print_steps,
)
from venturi_tui.cli.searching import AllOption, LimitOption, limit_of
from venturi_tui.cli.write_options import DryRunOption
from venturi_tui.present.kinds.entries import ENTRIES
from venturi_tui.present.listing import Moment
from venturi_tui.present.words import exact_count

app = noun("registry", "Make a registry as a file wishes it; look back at writes, take them back.")

FileOption = Annotated[
    str,
    typer.Option("--file", "-f", metavar="FILE", help="YAML of wished models; - reads stdin."),
]
_ReasonOption = Annotated[
    str, typer.Option("--reason", metavar="TEXT", help="Why; kept in the journal.")
]


@app.command(
    "plan",
    cls=Verb,
    epilog="""
    venturi registry plan -f models.yaml
    venturi registry plan -f models.yaml --exit-code -o json
    """,
)
def plan(
    context: typer.Context,
    file: FileOption,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 1 when something would change.")
    ] = False,
) -> None:
    """Print what would be written to make models as a file wishes them; write nothing."""
    call = call_of(context)
    steps = _planned(call, file)
    print_steps(call, steps)
    call.report.say(_count(steps))
    if steps and exit_code:
        raise typer.Exit(1)


@app.command(
    "apply",
    cls=Verb,
    epilog="""
    venturi registry apply -f models.yaml
    venturi registry apply -f models.yaml --require "metrics.auc >= 0.8" --reason "release 12"
    """,
)
def apply(
    context: typer.Context,
    file: FileOption,
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="Why; kept in the journal.")
    ] = "",
    require: RequireOption = None,
    force: ForceOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Make models as a file wishes them; again, and nothing is left to do."""
    call = call_of(context)
    steps = _planned(call, file)
    gates = tuple(require or ())
    forced = pass_gates(call, _promoted(call, steps) if gates else (), gates, force=force)
    if not steps:
        call.report.say("unchanged")
        return
    note = Note("registry apply", reason, gates, forced)
    _write_and_print(call, Wish(file, steps), note, dry_run=dry_run)


@app.command(
    "log",
    cls=Verb,
    epilog="""
    venturi registry log
    venturi registry log --model churn --who ann --since '7d ago' -o json
    """,
)
def log(
    context: typer.Context,
    model: Annotated[
        str | None, typer.Option("--model", metavar="NAME", help="Writes to this model only.")
    ] = None,
    who: Annotated[
        str | None, typer.Option("--who", metavar="USER", help="Writes of this person only.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help="From then on: '2h ago'.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="TIME", help="Up to then.")
    ] = None,
    all_stores: Annotated[
        bool, typer.Option("--all-stores", help="Writes to every store, not to this one only.")
    ] = False,
    limit: LimitOption = None,
    everything: AllOption = False,
) -> None:
    """List the writes that were made from this machine, the last one first."""
    call = call_of(context)
    first, last = _moment(call, since), _moment(call, until)
    store = None if all_stores else registry_of(call).info.address
    found = [
        entry
        for entry in reversed(Journal().entries(store))
        if (model is None or model in entry.models)
        and (who is None or who == entry.who)
        and (first is None or entry.time >= first)
        and (last is None or entry.time <= last)
    ]
    most = limit_of(call, limit, everything)
    shown = found[:most] if most else found
    write_records(call, ENTRIES, shown, lambda _shown: Moment(call.now_ms))
    if len(shown) < len(found):
        total, left = exact_count(len(found)), exact_count(len(found) - len(shown))
        some = exact_count(len(shown))
        call.report.say(f"{some} of {total} writes, {left} more: --limit N or --all shows more")


@app.command(
    "undo",
    cls=Verb,
    epilog="""
    venturi registry undo --dry-run
    venturi registry undo 12 --reason "wrong model"
    """,
)
def undo(
    context: typer.Context,
    number: Annotated[
        int | None,
        typer.Argument(metavar="[N]", help="Number of a write in `registry log`; else the last."),
    ] = None,
    reason: _ReasonOption = "",
    dry_run: DryRunOption = False,
) -> None:
    """Take back the last write that can be, unless somebody changed since what it wrote."""
    call = call_of(context)
    entry = entry_to_undo(Journal(), registry_of(call).info.address, number)
    steps = steps_back(registry_of(call), entry)
    note = Note("undo", reason, undoes=entry.number)
    _write_and_print(call, Wish(f"write {entry.number}", steps), note, dry_run=dry_run)


@app.command(
    "redo",
    cls=Verb,
    epilog="""
    venturi registry redo --dry-run
    venturi registry redo 12 --reason "it was right"
    """,
)
def redo(
    context: typer.Context,
    number: Annotated[
        int | None,
        typer.Argument(
            metavar="[N]", help="Number of a write that was undone, or of its undo; else the last."
        ),
    ] = None,
    reason: _ReasonOption = "",
    dry_run: DryRunOption = False,
) -> None:
    """Do again what was undone last, unless somebody changed since what the undo left."""
    call = call_of(context)
    entry = entry_to_redo(Journal(), registry_of(call).info.address, number)
    steps = steps_again(registry_of(call), entry)
    wish = Wish(f"write {entry.undoes}", steps)
    _write_and_print(call, wish, Note(REDO, reason), dry_run=dry_run)


def _write_and_print(call: Call, wish: Wish, note: Note, *, dry_run: bool) -> None:
    """Write steps, each printed as it is done, or all of them at the end for programs."""
    if is_for_people(call):
        carry_out(call, [wish], note, dry_run=dry_run, told=lambda step: print_steps(call, [step]))
        return
    done = carry_out(call, [wish], note, dry_run=dry_run)
    if not dry_run:
        print_steps(call, done)


def _planned(call: Call, file: str) -> list[Step]:
    from venturi.registry.wishes import read_wishes

    if file == "-":
        return planned(registry_of(call), read_wishes(sys.stdin.read(), "stdin"))
    try:
        text = Path(file).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UsageError(f"no file {file}", hint="name it with -f FILE") from None
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} cannot be read: it is not UTF-8") from error
    return planned(registry_of(call), read_wishes(text, file))


def _promoted(call: Call, steps: Sequence[Step]) -> list[ModelVersion]:
    """The versions that come to a stage that serves, or get an alias."""
    wanted: dict[tuple[str, int], None] = {}
    for step in steps:
        if step.kind is Kind.STAGE and step.after in ("Production", "Staging"):
            wanted[step.model, step.version] = None
        if step.kind is Kind.ALIAS and step.after is not None:
            wanted[step.model, int(step.after)] = None
    return [registry_of(call).get_version(*each) for each in wanted]


def _moment(call: Call, text: str | None) -> int | None:
    if text is None:
        return None
    found = parse_time(text, call.now_ms)
    if found is None:
        raise UsageError(f"{text!r} is no time", hint="write '2h ago', 'yesterday' or '2026-11-01'")
    return found


def _count(steps: Sequence[Step]) -> str:
    if not steps:
        return "nothing to change"
    return f"{exact_count(len(steps))} write{'' if len(steps) == 1 else 's'} to make"
