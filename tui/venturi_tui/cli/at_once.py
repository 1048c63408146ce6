"""Opens the full-screen view without loading the commands, when a command line asks for no more."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from venturi.errors import VenturiError
from venturi.settings import Settings, load_settings, resolve_place

_FLAGS = {"-s": "store", "--store": "store", "-c": "context", "--context": "context"}


def open_at_once(args: Sequence[str]) -> int | None:
    """Open the view that a command line of a store or a context alone asks for; its exit code.

    None when there is more in it, or something is wrong with it: the commands are to tell.
    """
    flags = _place_flags(args)
    if flags is None or "_VENTURI_COMPLETE" in os.environ:
        return None
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return None
    try:
        settings = load_settings(flags)
        place = resolve_place(settings)
    except VenturiError:
        return None
    if settings.keys:
        return None  # the commands see whether they can be meant
    from venturi_tui.app import run_app

    try:
        return run_app(place, settings)
    except Exception as error:  # noqa: BLE001 - the last door
        return _tell(error, settings)


def _place_flags(args: Sequence[str]) -> dict[str, str | bool] | None:
    """`-s URI -c NAME` as flags; None when there is anything else."""
    flags: dict[str, str | bool] = {}
    rest = list(args)
    while rest:
        word = rest.pop(0)
        flag, joined, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if flag not in _FLAGS or not (joined or rest):
            return None
        flags[_FLAGS[flag]] = value if joined else rest.pop(0)
    return flags


def _tell(error: Exception, settings: Settings) -> int:
    from venturi_tui.cli.call import Call
    from venturi_tui.cli.failures import tell_unexpected
    from venturi_tui.cli.report import Report

    call = Call(Report())
    call.settings = settings
    tell_unexpected(call.report, error, verbose=settings.verbose, secrets=call.secrets)
    call.report.flush()
    return 1
