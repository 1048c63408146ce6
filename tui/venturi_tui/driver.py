"""Textual's driver for Unix terminals: sends only what changed, and hears what terminals answer."""

from __future__ import annotations

import os
import selectors
from codecs import getincrementaldecoder
from collections.abc import Callable

from textual.drivers.linux_driver import (
    LinuxDriver,
    XTermParser,  # pyright: ignore[reportPrivateImportUsage]
)

from venturi_tui.thrift import Overlay, Thrift

_LOOK_EVERY = 0.1
"""Seconds between two looks at whether to end, and at keys that are half here."""


class ThriftyDriver(LinuxDriver):
    """Knows what the terminal shows.

    `ear` hears what comes from the terminal before keys are made of it, in a thread of its own, and
    gives back what is not meant for it.
    """

    ear: Callable[[str], str] | None = None
    _thrift: Thrift | None = None

    def write(self, data: str) -> None:
        """Send what is new in this output."""
        kept = self._known.encode(data)
        if kept:
            super().write(kept)

    @property
    def _known(self) -> Thrift:
        if self._thrift is None:
            self._thrift = Thrift()
        return self._thrift

    def forget(self) -> None:
        """The terminal may show anything now; the next frame is sent whole."""
        if self._thrift is not None:
            self._thrift.forget()

    def ask(self, question: str) -> None:
        """Ask the terminal something that leaves the screen alone."""
        super().write(question)

    def overlay(self, overlay: Overlay | None) -> None:
        """Lay something over the text, in place of what lay there."""
        self._take_overlay_away()
        self._known.overlay = overlay

    def _take_overlay_away(self) -> None:
        if self._thrift is not None and self._thrift.overlay is not None:
            super().write(self._thrift.overlay.leave())

    def stop_application_mode(self) -> None:
        """Give the terminal back without anything over its text."""
        self._take_overlay_away()
        super().stop_application_mode()

    def run_input_thread(self) -> None:
        """Make keys of what comes from the terminal, until told to end."""
        parser = XTermParser(self._debug)
        decode = getincrementaldecoder("utf-8")("replace").decode
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(_LOOK_EVERY):
                    data = os.read(self.fileno, 4096)
                    if not data:
                        return
                    text = decode(data)
                    if self.ear is not None:
                        text = self.ear(text)
                    for message in parser.feed(text) if text else ():
                        self.process_message(message)
                for message in parser.tick():
                    self.process_message(message)
