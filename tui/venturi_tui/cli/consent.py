"""Asks before a model or version is deleted for good, where somebody can be asked."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from venturi.errors import UsageError
from venturi_tui.cli.call import Call
from venturi_tui.present.words import exact_count, safe


def consent_to_delete(call: Call, names: Sequence[str], noun: str) -> None:
    """Ask whether these may be deleted.

    Raises:
        UsageError: There is no terminal to ask at.
        Exit: The answer is no.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(
            f"deleting {noun}s needs --yes where there is no terminal to ask",
            hint="--dry-run shows what it would delete",
        )
    shown = ", ".join(safe(name) for name in names[:3])
    more = f" and {exact_count(len(names) - 3)} more" if len(names) > 3 else ""
    sys.stderr.write(f"delete {shown}{more} for good? [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        call.report.say("nothing is deleted")
        raise typer.Exit(1)
