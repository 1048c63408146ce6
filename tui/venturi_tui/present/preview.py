"""What a file or folder holds, as lines to read: text, tables, models, pictures, first bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from venturi.artifacts.heads import Holds
from venturi.artifacts.pictures import size_told
from venturi.artifacts.preview import Preview
from venturi.errors import VenturiError
from venturi_tui.present.kinds.artifacts import byte_count
from venturi_tui.present.model_file_card import logged_model_card
from venturi_tui.present.notices import wrapped
from venturi_tui.present.pieces import Line, Piece, Role, fitted
from venturi_tui.present.preview_markdown import LONGEST_MARKDOWN, markdown_lines
from venturi_tui.present.preview_picture import picture_lines
from venturi_tui.present.preview_table import table_lines
from venturi_tui.present.run_card import CardLine, cut_lines
from venturi_tui.present.words import exact_count, safe

_MOST_LINES = 8_000
_KEY = re.compile(r'(\s*(?:- )*)("(?:[^"\\]|\\.)*"|[\w./-]+)(:(?: |$))')
_BYTES_IN_LINE = 16


def preview_card(
    preview: Preview, width: int, height: int, *, shades: bool = False
) -> list[CardLine]:
    """A preview for a pane of so many cells and lines; `shades` draws pictures without colours."""
    card = [CardLine(_headline(preview))]
    note = preview.note
    lines: list[CardLine] = []
    try:
        lines = _contents(preview, width, height - 3, shades=shades)
    except VenturiError as error:
        note = f"{error.message}: {error.hint}" if error.hint else error.message
    if note:
        card += [CardLine(((row, Role.RUNNING),)) for row in wrapped(safe(note), width)]
    return cut_lines([*card, CardLine(()), *lines], width)


def _headline(preview: Preview) -> Line:
    if preview.holds is None:
        return _folder_line(preview)
    words = preview.holds.value if not preview.kind else preview.kind
    pieces: list[Piece] = [(words, Role.STRONG)]
    if preview.size is not None:
        pieces.append((f"  {byte_count(preview.size)}", Role.TEXT))
    if preview.table is not None:
        rows, columns = preview.table.rows_in_all, preview.table.columns_in_all
        shape = f"{exact_count(columns)} columns"
        if rows is not None:
            shape = f"{exact_count(rows)} rows, {shape}"
        pieces.append((f"  {shape}", Role.DIM))
    size = size_told(preview.data)
    if size is not None:
        pieces.append((f"  {size[0]:,} x {size[1]:,} pixels", Role.DIM))
    return tuple(pieces)


def _folder_line(preview: Preview) -> Line:
    files = [each for each in preview.entries if not each.is_dir]
    folders = len(preview.entries) - len(files)
    what = "model folder" if preview.model is not None else "folder"
    counts = [_counted(folders, "folder"), _counted(len(files), "file")]
    told = ", ".join(each for each in counts if each) or "empty"
    pieces: list[Piece] = [(what, Role.STRONG), (f"  {told}", Role.DIM)]
    known = [each.size for each in files if each.size is not None]
    if known:
        pieces.append((f"  {byte_count(sum(known))}", Role.TEXT))
    return tuple(pieces)


def _counted(number: int, word: str) -> str:
    return f"{exact_count(number)} {word}{'' if number == 1 else 's'}" if number else ""


def _contents(preview: Preview, width: int, height: int, *, shades: bool) -> list[CardLine]:
    holds = preview.holds
    if preview.model is not None:
        return logged_model_card(preview.model, width)
    if preview.table is not None:
        return table_lines(preview.table, width)
    if holds in (Holds.PNG, Holds.JPEG) and not preview.note:
        drawn = picture_lines(preview.data, width, max(4, height), shades=shades)
        return [CardLine(each) for each in drawn]
    if holds is Holds.MARKDOWN:
        laid = [CardLine(each) for each in markdown_lines(preview.text, width)]
        if len(preview.text) > LONGEST_MARKDOWN:
            words = f"… laid out up to here, {LONGEST_MARKDOWN:,} characters"
            laid.append(CardLine(((words, Role.DIM),)))
        return laid
    if preview.data:
        return [CardLine(each) for each in _dump(preview.data)]
    keyed = holds in (Holds.JSON, Holds.YAML, Holds.MLMODEL)
    return list(_text_lines(preview.text, width, keyed=keyed))


def _text_lines(text: str, width: int, *, keyed: bool) -> Iterator[CardLine]:
    """Lines of a text; one that is too wide can be opened whole."""
    rows = text.replace("\r\n", "\n").removesuffix("\n").split("\n") if text else []
    for at, row in enumerate(rows[:_MOST_LINES]):
        shown = safe(row[: 4 * width].expandtabs(4))
        pieces: Line = ((shown, Role.TEXT),)
        found = _KEY.match(shown) if keyed else None
        if found is not None:
            pieces = ((found[0], Role.DIM), (shown[found.end() :], Role.TEXT))
        too_wide = len(shown) > width
        label = f"line {at + 1}" if too_wide else ""
        yield CardLine(fitted(pieces, width), label, row if too_wide else None)
    if len(rows) > _MOST_LINES:
        words = f"… {exact_count(len(rows) - _MOST_LINES)} more lines were read"
        yield CardLine(((words, Role.DIM),))


def _dump(data: bytes) -> Iterator[Line]:
    """Bytes as they are written by `xxd`: place, numbers, letters."""
    for start in range(0, len(data), _BYTES_IN_LINE):
        part = data[start : start + _BYTES_IN_LINE]
        numbers = part.hex(" ", -2).ljust(39)
        letters = "".join(chr(each) if 32 <= each < 127 else "." for each in part)
        yield ((f"{start:04x}  ", Role.FAINT), (numbers, Role.TEXT), (f"  {letters}", Role.DIM))
