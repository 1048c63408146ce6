"""How what went wrong is told: one line, the way on, and where it is a text, the place."""

from __future__ import annotations

import traceback
from difflib import get_close_matches
from pathlib import Path

import typer

from venturi.errors import AmbiguousName, FilterError, VenturiError
from venturi.settings import hide_login
from venturi_tui.cli.report import Report
from venturi_tui.present.table import Tone
from venturi_tui.present.width import cells
from venturi_tui.present.words import safe

_MARGIN = "  "
_PLAIN_WORDS = (
    ("a valid int range", "a whole number"),
    ("a valid int", "a whole number"),
    ("a valid float range", "a number"),
)
_BEFORE = 60
_AFTER = 40


def tell(report: Report, error: VenturiError) -> None:
    """Tell an error of the family."""
    if isinstance(error, FilterError):
        _tell_place(report, error)
        return
    report.complain(_headline(report, error.message))
    if isinstance(error, AmbiguousName):
        for candidate in error.candidates:
            report.complain(_MARGIN + safe(candidate))
    _tell_hint(report, error.hint)


def tell_usage(report: Report, error: typer.TyperException, program: str) -> None:
    """Tell that a command line cannot be meant, and what was perhaps meant instead."""
    words, _, guess = error.format_message().strip().rstrip(".").partition(". Did you mean ")
    possible = getattr(error, "possibilities", None)
    if possible:
        typed = str(getattr(error, "option_name", ""))
        words, guess = error.message, f"{get_close_matches(typed, possible, n=1, cutoff=0)[0]}?"
    for typed, meant in _PLAIN_WORDS:
        words = words.replace(typed, meant)
    report.complain(_headline(report, words[:1].lower() + words[1:]))
    path = getattr(getattr(error, "ctx", None), "command_path", program)
    _tell_hint(report, f"did you mean {guess}" if guess else f"see {path} --help")


def tell_system(report: Report, error: OSError, secrets: list[str]) -> None:
    """Tell what the operating system refused."""
    if isinstance(error, FileNotFoundError) and not error.filename and not _stands_somewhere():
        report.complain(_headline(report, "the folder that this was started in is gone"))
        _tell_hint(report, "change to another one with cd")
        return
    reason = error.strerror or type(error).__name__
    name = f": {error.filename}" if error.filename else ""
    report.complain(_headline(report, _without(f"{reason}{name}", secrets)))


def _stands_somewhere() -> bool:
    try:
        Path.cwd()
    except OSError:
        return False
    return True


def tell_unexpected(report: Report, error: Exception, *, verbose: bool, secrets: list[str]) -> None:
    """Tell an error that nobody foresaw; its traceback only to those who ask for it."""
    if verbose:
        lines = "".join(traceback.format_exception(error)).rstrip().splitlines()
        for line in lines:
            report.complain(safe(_without(line, secrets)))
        return
    words = _without(str(error), secrets).strip().partition("\n")[0]
    message = f"unexpected {type(error).__name__}: {words}" if words else type(error).__name__
    report.complain(_headline(report, message))
    _tell_hint(report, "run with --verbose for the traceback")


def _headline(report: Report, message: str) -> str:
    return f"{report.paint_complaint('venturi:', Tone.STRONG)} {safe(hide_login(message))}"


def _tell_hint(report: Report, hint: str) -> None:
    if hint:
        report.complain(_MARGIN + safe(hide_login(hint)))


def _tell_place(report: Report, error: FilterError) -> None:
    """The text with a caret under the place; of a long text only the part around it."""
    report.complain(_headline(report, error.message))
    start = max(0, error.position - _BEFORE)
    stop = error.position + _AFTER
    lead = "…" if start else ""
    before = lead + safe(error.text[start : error.position])
    after = safe(error.text[error.position : stop]) + ("…" if stop < len(error.text) else "")
    report.complain(f"{_MARGIN}{before}{after}")
    caret = f"{_MARGIN}{' ' * cells(before)}^"
    report.complain(f"{caret} {safe(error.hint)}" if error.hint else caret)


def _without(text: str, secrets: list[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, "***")
    return hide_login(text)
