"""What the stores log about their work, told on stderr with --verbose."""

from __future__ import annotations

import logging

from venturi.settings import hide_login
from venturi_tui.cli.report import Report
from venturi_tui.present.words import safe


class Narration(logging.Handler):
    """Hands log records of the package to a report, from the start until `stop`."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self._report = report
        self._logger = logging.getLogger("venturi")
        self._level = self._logger.level
        self._logger.setLevel(logging.DEBUG)
        self._logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Tell one record on one line, without logins."""
        words = safe(hide_login(record.getMessage()))
        self._report.complain(f"{record.name}: {words}")

    def stop(self) -> None:
        """Tell nothing more, and leave the logger as it was."""
        self._logger.removeHandler(self)
        self._logger.setLevel(self._level)
