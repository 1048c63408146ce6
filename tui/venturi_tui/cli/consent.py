"""Asks before something is deleted, where somebody can be asked."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer

from venturi.errors import UsageError
from venturi_tui.cli.call import Call
from venturi_tui.present.words import exact_count, safe


def consent_to_delete(call: Call, names: Sequence[str], noun: str) -> None:
    """Ask whether these may be deleted for good.

    Raises:
        UsageError: There is no terminal to ask at.
        Exit: The answer is no.
    """
    require_consent(call, noun, yes=False, dry_run=False)
    _ask(call, f"{_some(names)} for good")


def confirm(call: Call, names: Sequence[str], noun: str) -> None:
    """Ask whether something may be deleted. Raises Exit when it may not."""
    many = f"{exact_count(len(names))} {noun}s" if len(names) > 1 else f"the {noun}"
    _ask(call, f"{many} {_some(names)}")


def require_consent(call: Call, noun: str, *, yes: bool, dry_run: bool) -> None:
    """Refuse at once to delete where nobody can be asked and nobody has said yes.

    Raises:
        UsageError: There is no terminal, and no --yes.
    """
    if not (yes or dry_run or can_ask(call)):
        raise UsageError(
            f"deleting {noun}s needs --yes where there is no terminal to ask",
            hint="--dry-run shows what it would delete",
        )


def can_ask(call: Call) -> bool:
    """Whether somebody sits there who can be asked."""
    return sys.stdin.isatty() and call.report.is_watched


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(safe(name) for name in names[:3])
    return f"{shown} and {exact_count(len(names) - 3)} more" if len(names) > 3 else shown


def _ask(call: Call, what: str) -> None:
    call.report.ask(f"delete {what}? [y/N] ")
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        call.report.say("nothing is deleted")
        raise typer.Exit(1)
