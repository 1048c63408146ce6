"""Textual's driver for Unix terminals, which sends only what changed."""

from __future__ import annotations

from textual.drivers.linux_driver import LinuxDriver

from venturi_tui.thrift import Thrift


class ThriftyDriver(LinuxDriver):
    """Knows what the terminal shows."""

    _thrift: Thrift | None = None

    def write(self, data: str) -> None:
        """Send what is new in this output."""
        if self._thrift is None:
            self._thrift = Thrift()
        kept = self._thrift.encode(data)
        if kept:
            super().write(kept)

    def forget(self) -> None:
        """The terminal may show anything now; the next frame is sent whole."""
        if self._thrift is not None:
            self._thrift.forget()
