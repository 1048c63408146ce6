"""`venturi context`: list, show, add, use and remove the named stores of the config file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from venturi.changes import Change
from venturi.errors import NotFound, UsageError
from venturi.settings import Settings, hide_login, load_settings, user_file
from venturi.settings.editing import ContextFile
from venturi.settings.kinds import near
from venturi.stores import scheme_of
from venturi_tui.cli.call import Call, call_of
from venturi_tui.cli.formats import write_one, write_records
from venturi_tui.cli.formats.answer import TABLES
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.write_options import DryRunOption
from venturi_tui.cli.writing import IDS_ALONE, write_changes
from venturi_tui.present.listing import Moment, RecordKind
from venturi_tui.present.table import NOTHING, Cell
from venturi_tui.present.words import safe

app = noun("context", "Names for stores, kept in the config file.")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name of the context.")]


@dataclass(frozen=True, slots=True)
class Line:
    """One context as it is shown: its addresses without logins, and the file it stands in."""

    name: str
    active: bool
    store: str
    registry: str
    origin: str


_FIELDS = ("name", "active", "store", "registry", "origin")


def _cell(name: str, line: Line, _moment: Moment) -> Cell:
    if name == "active":
        return Cell("✓") if line.active else NOTHING
    text = getattr(line, name)
    return Cell(safe(text)) if text else NOTHING


def _usual(lines: Sequence[Line], _moment: Moment, wide: bool) -> list[str]:
    has_registry = wide or any(line.registry for line in lines)
    return [name for name in _FIELDS[:4] if name != "registry" or has_registry] + (
        ["origin"] if wide else []
    )


CONTEXTS: RecordKind[Line] = RecordKind(
    noun="context",
    shape=lambda line: {name: getattr(line, name) for name in _FIELDS},
    identity=lambda line: line.name,
    fields=_FIELDS,
    extras=(),
    usual=_usual,
    cell=_cell,
)


@app.command("list", cls=Verb, epilog="venturi context list -o json")
def list_contexts(context: typer.Context) -> None:
    """List the contexts of the config files."""
    call = call_of(context)
    write_records(call, CONTEXTS, _known(call.settings), lambda _shown: Moment(call.now_ms))


@app.command("show", cls=Verb, epilog="venturi context show prod -o json")
def show(
    context: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="Which; the active one when left out.")
    ] = "",
) -> None:
    """Show a context."""
    call = call_of(context)
    name = name or call.settings.context
    if not name:
        raise NotFound("no context is active", hint="venturi context use NAME")
    line = _existing(call.settings, name)
    if call.settings.output in TABLES:
        write_records(call, CONTEXTS, [line], lambda _shown: Moment(call.now_ms))
    else:
        write_one(call, CONTEXTS, line)


@app.command(
    "add",
    cls=Verb,
    epilog="""
    venturi context add prod --store https://mlflow.example.org
    venturi context add lab --store postgresql://db/mlflow --registry https://mlflow.example.org
    """,
)
def add(
    context: typer.Context,
    name: NameArgument,
    registry: Annotated[
        str, typer.Option("--registry", metavar="URI", help="Its model registry, if elsewhere.")
    ] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Give a name that is taken its new store.")
    ] = False,
    dry_run: DryRunOption = False,
) -> None:
    """Name the store of --store in the user's config file, and print the name."""
    call = call_of(context)
    store = call.flags.get("store")
    if not isinstance(store, str) or not store:
        raise UsageError("no store is given", hint=f"venturi context add {name} --store URI")
    file = ContextFile(user_file(os.environ))
    changed = file.add(name, store, registry, replace=replace)
    for uri in (store, registry):
        _warn(call, uri)
    change = Change("context", "add", name, name, "store", None, hide_login(store))
    _carry_out(call, file, change, "added" if changed else "", dry_run=dry_run)


@app.command("use", cls=Verb, epilog="venturi context use prod")
def use(context: typer.Context, name: NameArgument, dry_run: DryRunOption = False) -> None:
    """Make a context the one that is opened when nothing else names a store."""
    call = call_of(context)
    _existing(call.settings, name)
    file = ContextFile(user_file(os.environ))
    change = Change("context", "use", name, name, "context", file.active or None, name)
    words = "active from now on" if file.use(name) else ""
    _carry_out(call, file, change, words, dry_run=dry_run)
    origin = call.settings.origin("context")
    if call.settings.context != name and origin not in ("default", str(user_file(os.environ))):
        call.report.say(f"{origin} still says {safe(call.settings.context)}, and wins")


@app.command("remove", cls=Verb, epilog="venturi context remove prod")
def remove(
    context: typer.Context,
    name: NameArgument,
    dry_run: DryRunOption = False,
    yes: Annotated[  # noqa: ARG001
        bool, typer.Option("--yes", "-y", help="As elsewhere; without it nothing is asked either.")
    ] = False,
) -> None:
    """Forget a context; its store stays as it is."""
    call = call_of(context)
    file = ContextFile(user_file(os.environ))
    was_active = file.active == name
    if name not in file.contexts and name in call.settings.contexts:
        origin = call.settings.contexts[name].origin
        raise UsageError(f"the context {name!r} stands in {origin}", hint="remove it there by hand")
    file.remove(name)
    change = Change("context", "remove", name, name)
    _carry_out(call, file, change, "removed", dry_run=dry_run)
    if was_active and not dry_run:
        call.report.say("it was the active one; no context is active now")


def _known(settings: Settings) -> Iterator[Line]:
    for name, entry in sorted(settings.contexts.items()):
        yield Line(
            name,
            name == settings.context,
            hide_login(entry.store),
            hide_login(entry.registry),
            entry.origin,
        )


def _existing(settings: Settings, name: str) -> Line:
    lines = {line.name: line for line in _known(settings)}
    if name not in lines:
        known = f"there are {', '.join(lines)}" if lines else "venturi context add NAME --store URI"
        raise NotFound(f"no context {name!r}", hint=near(name, list(lines)) or known)
    return lines[name]


def _carry_out(call: Call, file: ContextFile, change: Change, words: str, *, dry_run: bool) -> None:
    """Save what a file has become, or with a dry run print it; without words it is as it was."""
    name = change.name
    if not words:
        call.report.say(f"context {safe(name)}: unchanged")
    if dry_run:
        write_changes(call, [change] if words else [])
        return
    file.save()
    if words:
        call.report.say(f"context {safe(name)}: {words}")
    if call.settings.output in IDS_ALONE or change.action == "remove":
        call.report.lines([safe(name)])
    else:
        write_one(call, CONTEXTS, _existing(load_settings(call.flags), name))


def _warn(call: Call, uri: str) -> None:
    """Say what is unwise about an address in a file."""
    nameless = re.sub(r"://[^:/@\s]*@", "://", uri)  # a user's name alone is no secret
    if hide_login(nameless) != nameless:
        call.report.complain(
            f"warning: {user_file(os.environ)} holds the password of {hide_login(uri)}, unencrypted"
        )
    scheme = scheme_of(uri)
    is_path = scheme == "" and uri != "" and not os.path.isabs(os.path.expanduser(uri))  # noqa: PTH111, PTH117
    if is_path or re.match(r"sqlite:///[^/]", uri):
        call.report.complain(
            f"warning: {uri} is another place in every folder; an absolute path is not"
        )
