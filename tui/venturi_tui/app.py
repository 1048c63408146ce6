"""The door to the TUI: settles the terminal, then loads Textual and runs the app."""

from __future__ import annotations

import gc
import os

from venturi.settings import Place, Settings
from venturi_tui.state import state_file
from venturi_tui.terminal import prepare


def run_app(place: Place, settings: Settings) -> int:
    """Run the TUI on a place until the user leaves. Gives the exit code.

    Args:
        place: The store to open, once the first screen is painted.
        settings: How to open it.

    Raises:
        Exception: What nobody foresaw and ended the app; the terminal is as it was before.
    """
    prepare(os.environ)
    gc.disable()  # until the first screen is painted; nothing that is made till then is garbage
    from venturi_tui.application import VenturiApp

    app = VenturiApp(place, settings, state_file())
    code = app.run(mouse=settings.mouse)
    gc.enable()
    app.remembered.save()
    if app.connection is not None:
        app.connection.close()
    if app.crash is not None:
        raise app.crash
    return app.return_code or code or 0
