"""Where charts stand when many are seen at once: groups of metrics, pages, rows and columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

_WISHED_WIDTH = 45
_WISHED_HEIGHT = 9
_LEAST_HEIGHT = 5
_FEW_ROWS = 3
_DIGITS = re.compile("([0-9]+)")
SYSTEM = "system/"
GAP = 2
"""Cells between two charts side by side."""


@dataclass(frozen=True, slots=True)
class Group:
    """Metrics that begin alike. `name` is the prefix with its slash, empty for the rest."""

    name: str
    keys: tuple[str, ...]


def groups_of(keys: Iterable[str], wanted: str = "") -> tuple[Group, ...]:
    """Metrics in groups by what is before their first slash.

    A prefix that only one metric has is none, but for `system/`, whose x-axis is its own. Metrics
    without a group come first, then the groups by name, and `system/` last.

    Args:
        keys: The metrics, in any order.
        wanted: Leave out those that do not hold each of these words, in any case.
    """
    words = wanted.casefold().split()
    every = sorted(set(keys), key=_as_counted)
    prefixes: dict[str, list[str]] = {}
    for key in every:
        prefixes.setdefault(key[: key.find("/") + 1], []).append(key)
    groups: dict[str, list[str]] = {}
    for prefix, alike in prefixes.items():
        name = prefix if len(alike) > 1 or prefix == SYSTEM else ""
        kept = [key for key in alike if all(word in key.casefold() for word in words)]
        groups.setdefault(name, []).extend(kept)
    order = sorted(groups, key=lambda name: (name == SYSTEM, name))
    return tuple(
        Group(name, tuple(sorted(groups[name], key=_as_counted))) for name in order if groups[name]
    )


def _as_counted(key: str) -> list[tuple[int, str]]:
    """A sort key by which `layer/2` comes before `layer/10`."""
    parts = _DIGITS.split(key)
    return [
        (int(part) if place % 2 and len(part) < 19 else -1, part)
        for place, part in enumerate(parts)
    ]


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a chart stands: cells from the left and the top, its size, and which it is.

    `group` is the name of the group whose heading is above, empty without one.
    """

    key: str
    x: int
    y: int
    width: int
    height: int
    row: int
    column: int
    group: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A line over the first row of a group on a page."""

    y: int
    group: Group


@dataclass(frozen=True, slots=True)
class Page:
    """What is seen at once."""

    slots: tuple[Slot, ...]
    headings: tuple[Heading, ...]


@dataclass(frozen=True, slots=True)
class Wall:
    """All pages for one size of the terminal."""

    pages: tuple[Page, ...]

    def find(self, key: str) -> tuple[int, int] | None:
        """Page and place on it of a metric."""
        for number, page in enumerate(self.pages):
            for place, slot in enumerate(page.slots):
                if slot.key == key:
                    return number, place
        return None

    def beside(self, key: str, columns: int, rows: int) -> str:
        """The metric so many columns and rows away, on another page at the edge of one."""
        found = self.find(key)
        if found is None:
            return key
        page, place = found
        slots = self.pages[page].slots
        if columns:
            flat = [slot.key for each in self.pages for slot in each.slots]
            at = flat.index(key) + columns
            return flat[max(0, min(at, len(flat) - 1))]
        here = slots[place]
        row = here.row + rows
        if row < 0 and page > 0:
            page, row = page - 1, self.pages[page - 1].slots[-1].row
        elif row > slots[-1].row and page + 1 < len(self.pages):
            page, row = page + 1, 0
        near = [slot for slot in self.pages[page].slots if slot.row == row]
        return min(near, key=lambda slot: abs(slot.column - here.column)).key if near else key


def build_wall(groups: Sequence[Group], width: int, height: int) -> Wall:
    """Share out a space of `width` x `height` cells among the charts of each page.

    Each group begins a row, and has a line above its first row on a page, unless it is the only
    one and has no name. Charts of all pages are equally large.
    """
    most = max((len(group.keys) for group in groups), default=0)
    if not most or width < 1 or height < 1:
        return Wall(())
    columns = max(1, min(round(width / _WISHED_WIDTH), most))
    columns = ceil(most / ceil(most / columns))
    named = len(groups) > 1 or bool(groups[0].name)
    lines = _lines(groups, columns)
    rows = max(1, height // _WISHED_HEIGHT, min(_FEW_ROWS, height // _LEAST_HEIGHT))
    rows = min(rows, len(lines))
    pages = _paged(lines, rows, height, named=named)
    return Wall(tuple(_placed(page, columns, rows, width, height, named=named) for page in pages))


_Line = tuple[Group, tuple[str, ...]]


def _lines(groups: Sequence[Group], columns: int) -> list[_Line]:
    return [
        (group, group.keys[at : at + columns])
        for group in groups
        for at in range(0, len(group.keys), columns)
    ]


def _paged(lines: Sequence[_Line], rows: int, height: int, *, named: bool) -> list[list[_Line]]:
    """The rows of each page: as many as there may be, while each keeps a fair height."""
    least = min(_LEAST_HEIGHT, height // rows)
    pages: list[list[_Line]] = []
    for line in lines:
        page = pages[-1] if pages else []
        heads = len({each[0].name for each in (*page, line)}) if named else 0
        fits = page and len(page) < rows and (len(page) + 1) * least + heads <= height
        if fits:
            page.append(line)
        else:
            pages.append([line])
    return pages


def _placed(
    lines: Sequence[_Line], columns: int, rows: int, width: int, height: int, *, named: bool
) -> Page:
    named = named and height >= _LEAST_HEIGHT
    heads = len({group.name for group, _ in lines}) if named else 0
    size = max(1, (height - heads) // max(rows, 1))
    if len(lines) == rows or size * len(lines) + heads > height:
        size = max(1, (height - heads) // len(lines))
    share = (width - GAP * (columns - 1)) / columns
    slots: list[Slot] = []
    headings: list[Heading] = []
    y = 0
    for row, (group, keys) in enumerate(lines):
        if named and (row == 0 or lines[row - 1][0] is not group):
            headings.append(Heading(y, group))
            y += 1
        for column, key in enumerate(keys):
            left = round(column * (share + GAP))
            right = round(column * (share + GAP) + share)
            name = group.name if named else ""
            slots.append(Slot(key, left, y, max(1, right - left), size, row, column, name))
        y += size
    return Page(tuple(slots), tuple(headings))
