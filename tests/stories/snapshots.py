"""Screens kept as SVG: read back as rows of text and looks, so that a difference can be read."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from difflib import unified_diff

_RULE = re.compile(r"\.terminal-r(\d+) \{([^}]*)\}")
_TEXT = re.compile(r'<text class="terminal-r(\d+)" x="([\d.]+)" y="([\d.]+)"[^>]*>(.*?)</text>')
_GROUND = re.compile(
    r'<rect fill="([^"]+)" x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="[\d.]+"'
)
_CELL = 12.2
_ROW = 24.4


def neutral(svg: str) -> str:
    """An SVG without the number that is drawn anew each time."""
    return re.sub(r"terminal-\d+-", "terminal-", svg)


def difference(kept: str, now: str) -> str:
    """What differs between two screens, as a diff of rows; of looks where the text is the same."""
    for read in (_rows, _looks):
        lines = list(unified_diff(read(kept), read(now), "kept", "now", n=0, lineterm=""))
        if lines:
            return "\n".join(lines)
    return ""


def _rows(svg: str) -> list[str]:
    """The screen as text."""
    rows: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for _, x, y, text in _TEXT.findall(svg):
        rows[round(float(y) / _ROW)][round(float(x) / _CELL)] = html.unescape(text)
    return [f"{y:3} {_line(rows[y])}" for y in sorted(rows)]


def _line(pieces: dict[int, str]) -> str:
    text = ""
    for x in sorted(pieces):
        text = text.ljust(x) + pieces[x].replace("\xa0", " ")
    return text.rstrip()


def _looks(svg: str) -> list[str]:
    """What each piece of a row looks like, and what it stands on."""
    styles = dict(_RULE.findall(svg))
    looks: list[tuple[int, int, str]] = []
    for number, x, y, text in _TEXT.findall(svg):
        words = html.unescape(text).replace("\xa0", " ").strip()
        if words:
            place = round(float(y) / _ROW), round(float(x) / _CELL)
            looks.append((*place, f"{words!r}: {styles[number].strip()}"))
    for color, x, y, width in _GROUND.findall(svg):
        place = int(float(y) // _ROW) + 1, round(float(x) / _CELL)
        looks.append((*place, f"{round(float(width) / _CELL)} cells on {color}"))
    return [f"{y:3} {x:3} {look}" for y, x, look in sorted(looks)]
