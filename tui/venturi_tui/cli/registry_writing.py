"""What the verbs share that write to a registry: options, dry runs, gates, journal and answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, TypeAlias, TypeVar

import typer

from venturi.errors import UsageError, VenturiError
from venturi.records import ModelVersion, RegisteredModel
from venturi.registry.changes import delete, name_of, tag
from venturi.registry.gates import check_gates, read_gate, refusal
from venturi.registry.journal import Journal, Note
from venturi.registry.reasons import reason_of, with_reason
from venturi.registry.steps import Step
from venturi.registry.writing import write_steps
from venturi_tui.cli.call import Call, is_alone
from venturi_tui.cli.consent import consent_to_delete
from venturi_tui.cli.formats import write_one, write_records
from venturi_tui.cli.formats.answer import TABLES
from venturi_tui.cli.registry_reading import Noun, registry_of
from venturi_tui.present.listing import Moment, RecordKind
from venturi_tui.present.words import safe
from venturi_tui.present.writes import WRITES, check_lines, done_words, write_lines

T = TypeVar("T")
R = TypeVar("R", RegisteredModel, ModelVersion)

ReasonOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--reason",
        metavar="TEXT",
        help="Why; kept in the journal, and as the tag venturi.reason of the version.",
    ),
]
RequireOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--require",
        metavar="CONDITION",
        help="Refuse unless the version's logged model, or else its run, meets it: "
        "'metrics.auc >= champion'; repeatable.",
    ),
]
ForceOption: TypeAlias = Annotated[
    bool, typer.Option("--force", help="Write although a condition refuses; it is written down.")
]


@dataclass(frozen=True, slots=True)
class Wish:
    """The steps that one thing needs; without any it is so already."""

    name: str
    steps: Sequence[Step]


def carry_out(
    call: Call,
    wishes: Iterable[Wish],
    note: Note,
    *,
    dry_run: bool,
    told: Callable[[Step], None] | None = None,
) -> list[Step]:
    """Write what wishes need, or with a dry run print it; what is so already is told.

    Each write is told once it is done, by default in words on stderr.
    """
    waiting = [_tagged(call, wish, note) for wish in wishes]
    for wish in waiting:
        if not wish.steps:
            call.report.say(f"{safe(wish.name)}: unchanged")
    if dry_run:
        print_steps(call, [step for wish in waiting for step in wish.steps])
        return []
    done: list[Step] = []

    def keep(step: Step) -> None:
        done.append(step)
        if told is None:
            call.report.say(done_words(step))
        else:
            told(step)

    try:
        for wish in waiting:
            _write(call, wish, note, keep)
    except VenturiError:
        wanted = [step for wish in waiting for step in wish.steps]
        if 1 < len(wanted) > len(done):
            failed = done_words(wanted[len(done)])
            made = f"{len(done)} of {len(wanted)} writes were made before"
            call.report.complain(f"not done: {failed} ({made})")
        raise
    return done


def is_for_people(call: Call) -> bool:
    """Whether steps are printed as `-` and `+` lines."""
    return call.settings.output in (*TABLES, "name")


def print_steps(call: Call, steps: Sequence[Step]) -> None:
    """Print steps as `-` and `+` lines, or as records for programs."""
    if is_for_people(call):
        call.report.lines(line for step in steps for line in write_lines(step))
    else:
        write_records(call, WRITES, steps, lambda _shown: Moment(call.now_ms))


def answer(call: Call, kind: RecordKind[T], records: Sequence[T], *, alone: bool) -> None:
    """Print records after a write: names, or in a format that was asked for all of them."""
    output = call.settings.output
    if output in ("table", "name"):
        call.report.lines(safe(kind.identity(record)) for record in records)
    elif alone and output not in TABLES and len(records) == 1:
        write_one(call, kind, records[0])
    else:
        write_records(call, kind, records, lambda _shown: Moment(call.now_ms))


def write_each(
    call: Call,
    noun: Noun[R],
    words: Sequence[str],
    steps: Callable[[R], Sequence[Step]],
    action: str,
    *,
    dry_run: bool,
) -> None:
    """Write to each thing that words name, and print it as it is then."""
    found = noun.found(call, words)
    wishes = [Wish(name_of(each), steps(each)) for each in found]
    carry_out(call, wishes, Note(action), dry_run=dry_run)
    if not dry_run:
        now = [noun.again(registry_of(call), each) for each in found]
        answer(call, noun.kind, now, alone=is_alone(words))


def tag_each(call: Call, noun: Noun[R], words: Sequence[str], *, dry_run: bool) -> None:
    """Set the tags behind the names on each of these."""
    names, tags = things_and_pairs(words)
    action = f"{noun.word}s tag"
    write_each(call, noun, names, lambda each: tag(each, {**tags}), action, dry_run=dry_run)


def untag_each(call: Call, noun: Noun[R], words: Sequence[str], *, dry_run: bool) -> None:
    """Remove the tags whose keys stand behind a name."""
    names, keys = thing_and_keys(words)
    gone, action = dict.fromkeys(keys), f"{noun.word}s untag"
    write_each(call, noun, names, lambda each: tag(each, gone), action, dry_run=dry_run)


def delete_each(
    call: Call, noun: Noun[R], words: Sequence[str], *, yes: bool, dry_run: bool
) -> None:
    """Delete each thing that words name, once somebody agreed."""
    wishes = [Wish(name_of(each), delete(each)) for each in noun.found(call, words)]
    if dry_run:
        print_steps(call, [step for wish in wishes for step in wish.steps])
        return
    if not yes:
        consent_to_delete(call, [wish.name for wish in wishes], noun.word)
    carry_out(call, wishes, Note(f"{noun.word}s delete"), dry_run=False)


def pass_gates(
    call: Call, versions: Sequence[ModelVersion], conditions: Sequence[str], *, force: bool
) -> bool:
    """Try conditions on versions, and show on stderr what each has when one refuses.

    Returns:
        Whether a refusal was overruled.

    Raises:
        UsageError: A condition cannot be meant.
        Conflict: One refuses, and is not overruled.
    """
    gates = [read_gate(text) for text in conditions]
    if not gates or not versions:
        return False
    checks = check_gates(registry_of(call), call.store, versions, gates)
    refused = refusal(checks)
    if refused is None:
        return False
    for line in check_lines(checks, call.report.paint_complaint):
        call.report.complain(line)
    if not force:
        raise refused
    call.report.say("forced: a condition refuses, and is overruled")
    return True


def pairs(words: Sequence[str]) -> dict[str, str]:
    """Tags from words such as `team=vision`. Raises UsageError."""
    found: dict[str, str] = {}
    for word in words:
        key, sign, value = word.partition("=")
        if not sign or not key:
            raise UsageError(f"{word!r} is no tag", hint="write KEY=VALUE")
        found[key] = value
    return found


def things_and_pairs(words: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Names, and the tags behind them. Raises UsageError when there is none."""
    start = next((at for at, word in enumerate(words) if at and "=" in word), None)
    if start is None:
        raise UsageError("no KEY=VALUE is given", hint="give names first, then tags")
    return list(words[:start]), pairs(words[start:])


def thing_and_keys(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """One name (or `-`), and the keys behind it. Raises UsageError when there is none."""
    if len(words) < 2:
        raise UsageError("no KEY is given", hint="give one name, or -, and then keys of tags")
    return list(words[:1]), list(words[1:])


def _tagged(call: Call, wish: Wish, note: Note) -> Wish:
    """The wish, with the reason on each version it writes to where the setting asks for that."""
    if not call.settings.tag_writes:
        return wish
    return Wish(wish.name, with_reason(registry_of(call), wish.steps, reason_of(note)))


def _write(call: Call, wish: Wish, note: Note, told: Callable[[Step], None]) -> None:
    if not wish.steps:
        return
    written = write_steps(registry_of(call), wish.steps, note, Journal(), told)
    if written.unnoted:
        call.report.complain(f"the journal cannot be written: {safe(written.unnoted)}")
