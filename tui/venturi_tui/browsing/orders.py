"""An order as a person types it: `metrics.loss desc, age`, the first counting most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from venturi.errors import FilterError
from venturi.filters.order import parse_order
from venturi.filters.tokens import Shape, tokens_of
from venturi_tui.present.columns import Column, best_first, column_of, order_key, parse_column

_DIRECTIONS = {"asc": True, "desc": False}


@dataclass(frozen=True)
class Wanted:
    """A column to sort by; `ascending` None when nothing was said about that."""

    column: Column
    ascending: bool | None

    @property
    def settled(self) -> tuple[Column, bool]:
        """The column, and whether it ascends: what is best first, when nothing was said."""
        up = best_first(self.column) if self.ascending is None else self.ascending
        return self.column, up


def read_order(text: str) -> tuple[Wanted, ...]:
    """The columns that a text names, between commas; each may end with `asc` or `desc`.

    Columns go by what the table calls them, `age` and `metrics.loss`, or as filters write them.

    Raises:
        FilterError: at the first place that cannot be meant, counted in the whole text.
    """
    wanted: list[Wanted] = []
    for start, part in _parts(text):
        try:
            each = _read_one(part)
        except FilterError as error:
            place = start + error.position
            raise FilterError(
                error.message, text=text, position=place, expected=error.expected
            ) from error
        if any(each.column == other.column for other in wanted):
            raise FilterError(f"{each.column.name} is there twice", text=text, position=start)
        wanted.append(each)
    return tuple(wanted)


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """What stands between the commas that are in no quotes, and where each begins."""
    commas = [token.start for token in tokens_of(text) if token.shape is Shape.COMMA]
    start = 0
    for end in (*commas, len(text)):
        part = text[start:end]
        yield start + len(part) - len(part.lstrip()), part.strip()
        start = end + 1


def _read_one(part: str) -> Wanted:
    words, _, last = part.rpartition(" ")
    ascending = _DIRECTIONS.get(last.lower()) if words else None
    column = parse_column(part if ascending is None else words.strip())
    if order_key(column, ascending=True) is not None and not {"`", '"'} & set(part):
        return Wanted(column, ascending)
    return Wanted(*column_of(parse_order(part)))
