"""One command line being answered: its flags, settings, connection and report."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, cast

from venturi.errors import UsageError
from venturi.settings import Settings, load_settings, resolve_place
from venturi_tui.cli.report import Report

if TYPE_CHECKING:
    import typer

    from venturi.connection import Connection
    from venturi.stores.base import TrackingStore
    from venturi_tui.cli.narration import Narration

_OWN_FORMATS = {
    **dict.fromkeys(("text", "svg", "html"), "metrics plot"),
    "parquet": "metrics history",
}
"""Formats that one verb has beside those of all; it takes them before settings are read."""

_PASSWORD = re.compile(r"://[^:/@\s]*:(\S+)@")


class Call:
    """What every verb needs; made once for each command line."""

    def __init__(self, report: Report) -> None:
        self.flags: dict[str, str | bool] = {}
        self.report = report
        self._connection: Connection | None = None
        self._narration: Narration | None = None

    @cached_property
    def settings(self) -> Settings:
        """The settings, read once, and obeyed by the report from then on."""
        asked = str(self.flags.get("output", ""))
        if asked in _OWN_FORMATS:
            raise UsageError(f"-o {asked} is for venturi {_OWN_FORMATS[asked]} alone")
        settings = load_settings(self.flags)
        self.report.quiet = settings.quiet
        self.report.color = settings.color
        if settings.verbose:
            from venturi_tui.cli.narration import Narration

            self._narration = Narration(self.report)
        return settings

    def own_format(self, formats: Collection[str]) -> str:
        """The format that the command line asks for, when it is one of a verb's own; else empty.

        Settings do not see it then. A format that is only configured is not asked for.
        """
        asked = str(self.flags.get("output", ""))
        if asked not in formats:
            return ""
        del self.flags["output"]
        return asked

    @cached_property
    def now_ms(self) -> int:
        """The time that all ages of this answer count from."""
        return time.time_ns() // 1_000_000

    @property
    def store(self) -> TrackingStore:
        """The store that is asked, opened when it is first needed."""
        return self.connection.tracking

    @property
    def connection(self) -> Connection:
        """The open place."""
        return self.connect()

    def connect(self, *, create: bool = False) -> Connection:
        """The open place; where `create`, a store that can be made is made first."""
        if self._connection is None:
            from venturi.connection import connect

            place = resolve_place(self.settings)
            self._connection = connect(place, self.settings, create=create)
        return self._connection

    def close(self) -> None:
        """Close the store if it was opened, and tell nothing more."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        if self._narration is not None:
            self._narration.stop()
            self._narration = None

    @property
    def secrets(self) -> list[str]:
        """Values that may appear in no message."""
        known = cast("Settings | None", self.__dict__.get("settings"))
        if known is None:
            return []
        stores = [known.store, *(entry.store for entry in known.contexts.values())]
        held = [word for uri in stores for word in _PASSWORD.findall(uri)]
        return [word for word in (known.password, known.token, *held) if word]


def call_of(context: typer.Context) -> Call:
    """The call that a verb is part of."""
    call = context.obj
    assert isinstance(call, Call)  # noqa: S101
    return call


def words_of(words: Iterable[str]) -> list[str]:
    """The words given, where `-` stands for the lines of stdin.

    Raises:
        UsageError: stdin gave none.
    """
    given = list(_spread(words))
    if not given:
        raise UsageError("no ids on stdin", hint="give one a line")
    return given


def is_alone(words: Sequence[str]) -> bool:
    """Whether the words of a command line name one record, and not the lines of stdin."""
    return len(words) == 1 and words[0] != "-"


def one_word(word: str, noun: str) -> str:
    """The word given, or for `-` the only line of stdin.

    Raises:
        UsageError: stdin gave none, or several.
    """
    words = words_of([word])
    if len(words) > 1:
        raise UsageError(f"one {noun} is needed, and stdin names several")
    return words[0]


def _spread(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        if word == "-":
            yield from (line.strip() for line in sys.stdin if line.strip())
        else:
            yield word
