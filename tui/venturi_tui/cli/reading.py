"""The bytes of a file on stdout: as they are in a pipe, harmless on a terminal."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from itertools import chain

from venturi.errors import UsageError
from venturi_tui.cli.report import Report
from venturi_tui.present.words import safe

_LOOKED_AT = 8192


def write_bytes(report: Report, parts: Iterable[bytes], name: str) -> None:
    """Write a file's bytes; on a terminal its text, where nothing in it acts.

    Raises:
        UsageError: It is no text, and stdout is a terminal.
    """
    if not report.on_terminal:
        for part in parts:
            report.raw(part)
        return
    waiting = iter(parts)
    first = next(waiting, b"")
    if not _is_text(first[:_LOOKED_AT]):
        msg = f"{name!r} is no text and would spoil the terminal"
        raise UsageError(msg, hint="send it to a file with >, or use: venturi artifacts download")
    for line in _lines(chain([first], waiting)):
        report.data(line)


def _is_text(start: bytes) -> bool:
    """Whether bytes are UTF-8 without a NUL; the last letter may be cut."""
    if b"\0" in start:
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return True


def _lines(parts: Iterable[bytes]) -> Iterator[str]:
    """Lines with all but tabs and line ends made visible; the last may have no end."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    rest = ""
    for part in chain(parts, [b""]):
        *lines, rest = (rest + decoder.decode(part, final=not part)).split("\n")
        yield from (f"{_visible(line)}\n" for line in lines)
    if rest:
        yield f"{_visible(rest)}\n"


def _visible(line: str) -> str:
    return "\t".join(map(safe, line.removesuffix("\r").split("\t")))
