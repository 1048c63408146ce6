"""The formats of an answer; each is imported only when it is asked for."""

from __future__ import annotations

from venturi_tui.cli.formats.answer import write_one, write_records, write_shape

__all__ = ["write_one", "write_records", "write_shape"]
