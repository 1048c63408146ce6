"""`venturi config`: path, show and validate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import typer

from venturi.errors import NoStore
from venturi.settings import (
    SETTINGS,
    Setting,
    Settings,
    hide_login,
    read_config,
    resolve_place,
)
from venturi_tui.cli.call import Call, call_of
from venturi_tui.cli.config_files import config_files, write_files
from venturi_tui.cli.formats import write_records
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.screen import check_keys
from venturi_tui.present.listing import Moment, RecordKind
from venturi_tui.present.table import NOTHING, Cell
from venturi_tui.present.words import safe

app = noun("config", "Where settings come from, and whether they can be read.")

HIDDEN = "(set, not shown)"
"""Stands for a secret."""


@dataclass(frozen=True, slots=True)
class Line:
    """One setting as it is shown."""

    name: str
    value: object
    origin: str
    env: str = ""
    key: str = ""
    sentence: str = ""


def _cell(name: str, line: Line, _moment: Moment) -> Cell:
    value = getattr(line, name)
    if value in ("", ()):
        return NOTHING
    return Cell(safe(_words(value)))


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)  # pyright: ignore[reportUnknownArgumentType,reportUnknownVariableType]


_FIELDS = ("name", "value", "origin", "env", "key", "sentence")


def _usual(_lines: Sequence[Line], _moment: Moment, wide: bool) -> list[str]:
    return list(_FIELDS if wide else _FIELDS[:3])


SETTING_LINES: RecordKind[Line] = RecordKind(
    noun="setting",
    shape=lambda line: {name: getattr(line, name) for name in _FIELDS},
    identity=lambda line: line.name,
    fields=_FIELDS,
    extras=(),
    usual=_usual,
    cell=_cell,
)


@app.command("path", cls=Verb, epilog='$EDITOR "$(venturi config path)"')
def show_path(context: typer.Context) -> None:
    """Print where the user's config file is, or would be."""
    call = call_of(context)
    files = config_files()
    if _is_plain(call):
        call.report.lines([str(files[0].path)])
    else:
        write_files(call, files)
    for file in files:
        there = "" if file.exists else " (not there)"
        call.report.say(f"{file.layer} file: {file.path}{there}")


@app.command("show", cls=Verb, epilog="venturi config show -o wide")
def show_settings(context: typer.Context) -> None:
    """Print every setting, its value, and where that comes from."""
    call = call_of(context)
    write_records(call, SETTING_LINES, _lines(call.settings), lambda _shown: Moment(call.now_ms))


@app.command("validate", cls=Verb)
def validate(context: typer.Context) -> None:
    """Check the config files, the variables, and the store they lead to."""
    call = call_of(context)
    check_keys(call.settings)
    read = [file for file in config_files() if read_config(file.path)]
    if _is_plain(call):
        call.report.lines(f"{file.path}: ok" for file in read)
    else:
        write_files(call, read)
    if not read:
        call.report.say("no config file")
    call.report.say(_where(call))


def _is_plain(call: Call) -> bool:
    """Whether a person reads it, or a script that wants the path alone."""
    return call.settings.output in ("table", "wide", "name") and not call.settings.columns


def _where(call: Call) -> str:
    try:
        place = resolve_place(call.settings)
    except NoStore as nothing:
        return nothing.message
    return f"store: {place.address}, by {place.origin}"


def _lines(settings: Settings) -> Iterator[Line]:
    for setting in SETTINGS:
        yield _line(settings, setting)
    for name, entry in sorted(settings.contexts.items()):
        yield Line(f"contexts.{name}", hide_login(entry.store), entry.origin)
    for name, choice in sorted(settings.keys.items()):
        yield Line(f"keys.{name}", choice.keys, choice.origin)


def _line(settings: Settings, setting: Setting) -> Line:
    value = getattr(settings, setting.name)
    origin = settings.origin(setting.name)
    if setting.secret and value:
        value = HIDDEN
    elif isinstance(value, str):
        value = hide_login(value)
    if setting.name == "store":
        value, origin = _store(settings, value, origin)
    return Line(setting.name, value, origin, setting.env, setting.key, setting.sentence)


def _store(settings: Settings, value: object, origin: str) -> tuple[object, str]:
    """The store that would be opened, whatever names it."""
    try:
        place = resolve_place(settings)
    except NoStore:
        return value, origin
    return place.address, place.origin
