"""The way from the command line into the full-screen view."""

from __future__ import annotations

import sys

import typer

from venturi.errors import UsageError
from venturi.settings import Place, Settings, resolve_place
from venturi_tui.cli.call import Call

_UNSEEN = (120, 40)


def open_screen(call: Call) -> None:
    """Open the full-screen view of the store that the settings lead to."""
    require_terminal()
    code = open_place(call, resolve_place(call.settings))
    if code:
        raise typer.Exit(code)


def open_place(call: Call, place: Place) -> int:
    """Open the full-screen view of a place, and give its exit code."""
    from venturi_tui.app import run_app

    settings = call.settings
    check_keys(settings)
    call.close()  # what --verbose tells would be written across the screen
    return run_app(place, settings)


def print_frame(call: Call, size: tuple[int, int] | None) -> None:
    """Print the first screen as text, once all of it has been read, and leave.

    Args:
        call: The command line.
        size: Columns and rows; None for those of the terminal, or 120x40 where there is none.
    """
    from venturi_tui.frame import one_frame

    place = resolve_place(call.settings)
    check_keys(call.settings)
    report = call.report
    width, height = report.width, report.height
    seen = (width, height - 1) if width and height else _UNSEEN
    rows, problem = one_frame(place, call.settings, size or seen, color=report.colored)
    report.lines(rows)
    if problem is not None:
        raise problem


def check_keys(settings: Settings) -> None:
    """See that the keys that somebody chose can be meant, before a screen is opened.

    Raises:
        ConfigError: They cannot.
    """
    if settings.keys:
        from venturi_tui.actions import ACTIONS
        from venturi_tui.keymap import with_choices

        with_choices(ACTIONS, settings.keys)


def require_terminal() -> None:
    """Refuse to draw a screen where nobody could see it.

    Raises:
        UsageError: stdin or stdout is no terminal.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "the full-screen view needs a terminal",
            hint="name what to do instead, such as: venturi runs list",
        )
