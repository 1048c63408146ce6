"""`venturi doctor`: says what is wrong with store, server, login, config and terminal."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from venturi.doctor import (
    Finding,
    Health,
    context_finding,
    driver_findings,
    login_findings,
    settings_findings,
    store_findings,
)
from venturi.doctor.finding import failed
from venturi.errors import ConfigError, VenturiError
from venturi.settings import OUTPUTS, Settings, load_settings, resolve_place
from venturi_tui.cli.call import Call, call_of
from venturi_tui.cli.formats import write_records
from venturi_tui.cli.grammar import Verb
from venturi_tui.cli.terminal_checks import terminal_findings
from venturi_tui.present.listing import Moment, RecordKind
from venturi_tui.present.table import NOTHING, Cell, Tone
from venturi_tui.present.words import safe

app = typer.Typer(
    name="doctor", rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False
)

_TONES = {Health.OK: Tone.GOOD, Health.WARN: Tone.RUNNING, Health.FAIL: Tone.BAD}
_SIGNS = {Health.OK: "✓", Health.WARN: "!", Health.FAIL: "✗"}
_FIELDS = ("check", "status", "message", "mend")


def _value(name: str, finding: Finding) -> str:
    return finding.health.value if name == "status" else getattr(finding, name)


def _cell(name: str, finding: Finding, _moment: Moment) -> Cell:
    text = _value(name, finding)
    return Cell(safe(text)) if text else NOTHING


def _usual(_findings: Sequence[Finding], _moment: Moment, _wide: bool) -> list[str]:
    return list(_FIELDS)


FINDINGS: RecordKind[Finding] = RecordKind(
    noun="check",
    shape=lambda finding: {name: _value(name, finding) for name in _FIELDS},
    identity=lambda finding: finding.check,
    fields=_FIELDS,
    extras=(),
    usual=_usual,
    cell=_cell,
)


@app.command(
    "doctor",
    cls=Verb,
    short_help="Say what is wrong with store, server, login, terminal, and the mend.",
    epilog="""
    venturi doctor
    venturi doctor sqlite:///mlflow.db
    venturi doctor prod -o json
    """,
)
def doctor(
    context: typer.Context,
    store: Annotated[
        str,
        typer.Argument(
            metavar="[STORE]", help="URI or context; the one that would be opened when left out."
        ),
    ] = "",
) -> None:
    """Say what is wrong with the store, server, login, config files and terminal, and the mend.

    Nothing is changed. The exit code is 0 when nothing failed, else that of what is worst.
    """
    call = call_of(context)
    findings = list(_findings(call, store))
    if call.settings.output == "table" and not call.settings.columns:
        call.report.lines(_lines(call, findings))
    else:
        write_records(call, FINDINGS, findings, lambda _shown: Moment(call.now_ms))
    worst = max(finding.exit_code for finding in findings)
    if worst:
        raise typer.Exit(worst)


def _findings(call: Call, store: str) -> Iterator[Finding]:
    yield from settings_findings(os.environ, Path())
    try:
        call.settings = settings = _settings(call, store)
    except ConfigError as error:
        call.settings = _bare(call)
        if not store:
            yield failed("settings", error)
            yield from _around(call)
            return
        settings = _without_files(call, store)
    doubt = None if store else context_finding(settings)
    if doubt is not None:
        yield doubt
    try:
        place = resolve_place(settings)
    except VenturiError as error:
        yield failed("store", error)
    else:
        yield from login_findings(place.uri, settings)
        yield from store_findings(place, settings)
    yield from _around(call)


def _around(call: Call) -> Iterator[Finding]:
    yield from driver_findings()
    yield from terminal_findings(call.report, os.environ)


def _settings(call: Call, store: str) -> Settings:
    """The settings, with the store that was named: a context, else a URI."""
    settings = call.settings
    if not store:
        return settings
    flag = "context" if store in settings.contexts else "store"
    return load_settings({**call.flags, flag: store})


def _without_files(call: Call, store: str) -> Settings:
    """The settings when a config file is broken: flags and the store that was named."""
    return Settings(store=store, output=call.settings.output, origins={"store": "--store"})


def _bare(call: Call) -> Settings:
    """Settings to print with when there are none: only the format that was asked for."""
    asked = call.flags.get("output")
    return Settings(output=next((known for known in OUTPUTS if known == asked), "table"))


def _lines(call: Call, findings: Sequence[Finding]) -> Iterator[str]:
    wide = max(len(finding.check) for finding in findings)
    for finding in findings:
        mark = f"{_SIGNS[finding.health]} {finding.health.value:<4}"
        painted = call.report.paint(mark, _TONES[finding.health])
        yield f"{painted}  {finding.check:<{wide}}  {safe(finding.message)}"
        if finding.mend:
            yield f"{'':<{wide + 10}}{safe(finding.mend)}"
