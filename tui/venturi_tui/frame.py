"""One frame of the full screen, drawn without a terminal, as text."""

from __future__ import annotations

import os
from io import StringIO
from typing import TYPE_CHECKING

from rich.console import Console

from venturi.errors import StoreUnreachable, VenturiError
from venturi.settings import Place, Settings
from venturi_tui.terminal import prepare

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from venturi_tui.application import VenturiApp

_STILL_FOR = 4
"""Looks at a screen on which nothing is under way, before it counts as ready."""

_LOOK_EVERY = 0.05


def one_frame(
    place: Place, settings: Settings, size: tuple[int, int], *, color: bool
) -> tuple[list[str], VenturiError | None]:
    """The first screen on a place, as soon as everything on it has been read.

    Args:
        place: The store.
        settings: How to open it. Reading takes as long as `settings.timeout` allows, in seconds.
        size: Columns and rows.
        color: With ANSI sequences for colours.

    Returns:
        The rows, and what the screen says went wrong, if anything did.
    """
    prepare(os.environ)
    from venturi_tui.application import VenturiApp

    app = VenturiApp(place, settings)
    rows: list[str] = []
    problems: list[VenturiError] = []

    async def look(pilot: Pilot[object]) -> None:
        await _ready(app, pilot, settings.timeout)
        rows.extend(_rows(app, color))
        problems.extend(filter(None, [getattr(app.screen, "problem", None)]))
        app.exit(0)

    app.run(headless=True, size=size, mouse=False, auto_pilot=look)
    if app.connection is not None:
        app.connection.close()
    if app.crash is not None:
        raise app.crash
    return rows, problems[0] if problems else None


async def _ready(app: VenturiApp, pilot: Pilot[object], patience_s: float) -> None:
    """Wait until nothing more is being read or drawn."""
    still = 0
    for _ in range(int(patience_s / _LOOK_EVERY) + 1):
        await pilot.pause(_LOOK_EVERY)
        still = still + 1 if app.is_at_rest else 0
        if still >= _STILL_FOR:
            return
    raise StoreUnreachable(f"no whole screen within {patience_s:g} s")


def _rows(app: VenturiApp, color: bool) -> list[str]:
    # Textual has no other door to what a screen shows.
    strips = app.screen._compositor.render_strips()  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    if not color:
        return [strip.text.rstrip() for strip in strips]
    deep = os.environ.get("COLORTERM") in ("truecolor", "24bit")
    console = Console(
        file=StringIO(),
        force_terminal=True,
        color_system="truecolor" if deep else "256",
        legacy_windows=False,
    )
    return [strip.render(console) for strip in strips]
