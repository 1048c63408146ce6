"""The way from the command line into the full-screen view."""

from __future__ import annotations

import sys

import typer

from venturi.errors import UsageError
from venturi.settings import Place, resolve_place
from venturi_tui.cli.call import Call


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
    call.close()  # what --verbose tells would be written across the screen
    return run_app(place, settings)


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
