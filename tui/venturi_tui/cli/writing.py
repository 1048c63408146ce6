"""What the writing verbs share: options, the dry run, the question before and the words after."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from venturi.changes import Change, Plan
from venturi.errors import VenturiError
from venturi_tui.cli.call import Call
from venturi_tui.cli.consent import confirm, require_consent
from venturi_tui.cli.formats import write_one, write_records
from venturi_tui.cli.formats.answer import TABLES
from venturi_tui.present.changes import CHANGES, change_line
from venturi_tui.present.listing import Moment, RecordKind
from venturi_tui.present.words import exact_count, safe

T = TypeVar("T")

IDS_ALONE = ("table", "name")
"""Formats in which a write answers with ids; the others have the whole records."""


@dataclass(frozen=True, slots=True)
class Deed(Generic[T]):
    """What is done to several records of a kind.

    `done` says it in words: "tagged". `read` gives the records of ids as they now are. `alone` is
    true when one record was named, so that an answer for programs is one object.
    """

    kind: RecordKind[T]
    done: str
    read: Callable[[Sequence[str]], Sequence[T]]
    alone: bool
    dry_run: bool = False


def carry_out(call: Call, plans: Sequence[Plan], deed: Deed[T]) -> None:
    """Write what the plans say, or with a dry run only tell it; unchanged ones are told too."""
    if deed.dry_run:
        _tell_unchanged(call, plans, deed)
        write_changes(call, [change for plan in plans for change in plan.changes])
        return
    written = 0
    noun = f"{deed.kind.noun}s"
    try:
        for plan in call.report.counting(noun, plans, collects=True, done=deed.done):
            if plan.is_needed:
                plan.write(call.connection.writer)
                written += 1
            if call.settings.output in IDS_ALONE:
                call.report.lines([plan.identity])
    except VenturiError:
        if written:
            call.report.complain(f"{exact_count(written)} of {len(plans)} {noun} {deed.done}")
        raise
    _tell_done(call, plans, deed, written)
    if call.settings.output not in IDS_ALONE:
        answer_records(call, deed.kind, deed.read([p.identity for p in plans]), alone=deed.alone)


def answer_records(
    call: Call, kind: RecordKind[T], records: Sequence[T], *, alone: bool = True
) -> None:
    """Print records after a write: ids, or in a format that was asked for all of them."""
    output = call.settings.output
    if output in IDS_ALONE:
        call.report.lines(kind.identity(record) for record in records)
    elif alone and output not in TABLES:
        write_one(call, kind, records[0])
    else:
        write_records(call, kind, records, lambda _shown: Moment(call.now_ms))


def write_changes(call: Call, changes: Iterable[Change]) -> None:
    """Print what would be written: a line for each change, or a record of it for programs."""
    if call.settings.output in (*TABLES, "name"):
        call.report.lines(change_line(change) for change in changes)
    else:
        write_records(call, CHANGES, changes, lambda _shown: Moment(call.now_ms))


def delete_found(
    call: Call, find: Callable[[], Sequence[Plan]], deed: Deed[T], *, yes: bool
) -> None:
    """Delete what is found, once somebody agreed; where nobody can, nothing is looked for.

    Raises:
        UsageError: There is no terminal to ask at, and no --yes.
        Exit: The answer is no.
    """
    noun = deed.kind.noun
    require_consent(call, noun, yes=yes, dry_run=deed.dry_run)
    plans = find()
    names = [plan.name or plan.identity for plan in plans if plan.is_needed]
    if names and not (yes or deed.dry_run):
        confirm(call, names, noun)
    carry_out(call, plans, deed)


def _tell_unchanged(call: Call, plans: Sequence[Plan], deed: Deed[T]) -> None:
    same = [plan for plan in plans if not plan.is_needed]
    if len(plans) == 1 and same:
        call.report.say(f"{deed.kind.noun} {safe(same[0].name or same[0].identity)}: unchanged")
    elif same:
        call.report.say(f"{_several(len(same), deed.kind.noun)} unchanged")


def _tell_done(call: Call, plans: Sequence[Plan], deed: Deed[T], written: int) -> None:
    if written == 0 or len(plans) == 1:
        _tell_unchanged(call, plans, deed)
    if written and len(plans) == 1:
        call.report.say(f"{deed.kind.noun} {safe(plans[0].name or plans[0].identity)}: {deed.done}")
    elif written:
        same = len(plans) - written
        rest = f", {exact_count(same)} unchanged" if same else ""
        call.report.say(f"{_several(written, deed.kind.noun)} {deed.done}{rest}")


def _several(count: int, noun: str) -> str:
    return f"{exact_count(count)} {noun}{'' if count == 1 else 's'}"
