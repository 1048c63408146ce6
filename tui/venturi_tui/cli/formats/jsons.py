"""JSON: an array written record by record, or one object a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from venturi_tui.cli.call import Call
from venturi_tui.present.shapes import Shape

# What a terminal could obey, or what no encoding can hold. JSON has it in strings only, where an
# escape means the same.
_UNSEEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def write_json(call: Call, shape: Shape) -> None:
    """One object, spread over lines for a person and on one line for a program."""
    call.report.data(f"{_text(call, shape, indent=2 if call.report.on_terminal else None)}\n")


def write_json_array(call: Call, shapes: Iterable[Shape]) -> None:
    """One array; each object is written as soon as it is there, and nothing before the first."""
    spread = call.report.on_terminal
    lead = "[\n"
    for shape in shapes:
        text = _text(call, shape, indent=2 if spread else None)
        call.report.data(lead + (_indented(text) if spread else text))
        lead = ",\n"
    call.report.data("\n]\n" if lead == ",\n" else "[]\n")


def write_json_lines(call: Call, shapes: Iterable[Shape]) -> None:
    """One object a line."""
    for shape in shapes:
        call.report.data(f"{_text(call, shape)}\n")


def _text(call: Call, shape: Shape, indent: int | None = None) -> str:
    ascii_only = not call.report.speaks_utf8
    text = json.dumps(shape, indent=indent, ensure_ascii=ascii_only, allow_nan=False)
    return text if ascii_only else _UNSEEN.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    code = ord(found.group())
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.split("\n"))
