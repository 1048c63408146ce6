"""Checks of the terminal: what it can show, and what stands between it and us."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from venturi.doctor.finding import Finding, ok, warn
from venturi_tui.cli.report import Report

_NARROWEST, _LOWEST = 40, 12


def terminal_findings(report: Report, environ: Mapping[str, str]) -> Iterator[Finding]:
    """How the terminal is.

    Args:
        report: Knows where answers go.
        environ: Where TERM and its like are looked up.
    """
    yield _kind(environ)
    if report.on_terminal:
        yield from _size(report)
    else:
        yield ok("terminal", "stdout is a pipe or file: tables are whole, and have no colour")
    if not report.speaks_utf8:
        yield warn(
            "terminal",
            "text is not written as UTF-8, so that signs become escapes",
            "export LC_ALL=C.UTF-8, or PYTHONUTF8=1",
        )
    yield _colors(environ)
    yield from _between(environ)


def _kind(environ: Mapping[str, str]) -> Finding:
    term = environ.get("TERM", "")
    if term in ("", "dumb", "unknown"):
        return warn(
            "terminal",
            f"TERM is {term or 'not set'}: the full-screen view cannot be drawn",
            "export TERM=xterm-256color",
        )
    return ok("terminal", f"TERM is {term}")


def _size(report: Report) -> Iterator[Finding]:
    width, height = report.width or 0, report.height or 0
    if width < _NARROWEST or height < _LOWEST:
        yield warn(
            "terminal",
            f"{width}x{height} cells are few",
            f"{_NARROWEST}x{_LOWEST} is the least, 80x24 is good",
        )
    else:
        yield ok("terminal", f"{width}x{height} cells")


def _colors(environ: Mapping[str, str]) -> Finding:
    if environ.get("NO_COLOR"):
        return ok("colour", "none, as NO_COLOR wishes")
    if environ.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return ok("colour", "all colours")
    note = "export COLORTERM=truecolor, if the terminal has all of them"
    term = environ.get("TERM", "")
    if "256color" in term or "direct" in term:
        return ok("colour", "256 colours", note)
    return warn("colour", "16 colours or none, so that curves are hard to tell apart", note)


def _between(environ: Mapping[str, str]) -> Iterator[Finding]:
    if environ.get("TMUX"):
        yield ok(
            "tmux",
            "this is inside tmux, which has to let copied text through",
            "set -g set-clipboard on, and set -g allow-passthrough on, in ~/.tmux.conf",
        )
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        yield ok("ssh", "over SSH: 15 frames a second, no animation, copies by OSC 52")
