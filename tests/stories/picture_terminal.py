"""A terminal that draws pictures: cells of text, kitty's pictures under them, others in them."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from PIL import Image

Block = bytes
"""The pixels of one cell, three bytes each, row by row."""

_TOKEN = re.compile(
    r"\x1b\[(\d+);(\d+)H"  # a move
    r"|\x1b\[(\d*)C"  # forward
    r"|\x1b\[([\d;]*)m"  # a style
    r"|(\x1b[78])"  # the cursor, kept and brought back
    r"|\x1b_G([^;\x1b]*)(?:;([^\x1b]*))?\x1b\\"  # kitty
    r"|\x1b\]1337;File=([^:]*):([^\x07]*)\x07"  # iTerm2
    r'|\x1bP0;1;0q"1;1;(\d+);(\d+)([^\x1b]*)\x1b\\'  # sixels
    r"|(\x1b\[\?1049[hl])"  # another screen
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[?<>=]?[\d;]*\$?[a-zA-Z]|\x1b\[>q|[\r\n]"
    r"|([^\x1b\r\n]+)"
)


@dataclass
class PictureTerminal:
    """What a terminal of `cell` pixels a cell shows after what it was fed."""

    cell: tuple[int, int]
    text: dict[tuple[int, int], str] = field(default_factory=dict)
    grounds: dict[tuple[int, int], bool] = field(default_factory=dict)
    blocks: dict[tuple[int, int], Block] = field(default_factory=dict)
    images: dict[int, Image.Image] = field(default_factory=dict)
    placed: dict[int, tuple[int, int, int, int, int]] = field(default_factory=dict)
    cursor: tuple[int, int] = (1, 1)
    kept: tuple[int, int] = (1, 1)
    has_ground: bool = False
    coming: tuple[dict[str, str], str] | None = None

    def feed(self, data: str) -> None:
        """Take what a program writes; what is cut in two must be fed as one."""
        at = 0
        for found in _TOKEN.finditer(data):
            assert found.start() == at, f"not understood: {data[at : at + 60]!r}"
            at = found.end()
            y, x, forward, style, keep, about, content, file, code, *rest = found.groups()
            if y:
                self.cursor = int(y), int(x)
            elif forward is not None:
                self.cursor = self.cursor[0], self.cursor[1] + int(forward or 1)
            elif style is not None:
                self._style(style)
            elif keep == "\x1b7":
                self.kept = self.cursor
            elif keep:
                self.cursor = self.kept
            elif about is not None:
                self._kitty(dict(each.split("=") for each in about.split(",")), content or "")
            elif file:
                self._inline(dict(each.split("=") for each in file.split(";")), code)
            elif rest[0]:
                self._lay(sixel_image(int(rest[0]), int(rest[1]), rest[2]))
            elif rest[3]:
                self.text.clear(), self.blocks.clear(), self.placed.clear()
            elif rest[4]:
                self._print(rest[4])
        assert at == len(data), f"not understood: {data[at : at + 60]!r}"

    def _style(self, style: str) -> None:
        codes = (style or "0").split(";")
        while codes:
            code = codes.pop(0)
            if code in ("0", "", "49"):
                self.has_ground = False
            elif code in ("38", "48"):
                self.has_ground |= code == "48"
                codes = codes[4 if codes[0] == "2" else 2 :]
            elif 40 <= int(code) <= 47 or 100 <= int(code) <= 107:
                self.has_ground = True

    def _print(self, text: str) -> None:
        for letter in text:
            self.text[self.cursor] = letter
            self.grounds[self.cursor] = self.has_ground
            self.blocks.pop(self.cursor, None)  # text takes a picture from its cell
            self.cursor = self.cursor[0], self.cursor[1] + 1

    # Pictures in cells

    def _inline(self, about: dict[str, str], code: str) -> None:
        content = base64.b64decode(code)
        assert int(about["size"]) == len(content)
        size = int(about["width"]) * self.cell[0], int(about["height"]) * self.cell[1]
        self._lay(opened(content).resize(size, Image.Resampling.NEAREST))

    def _lay(self, image: Image.Image) -> None:
        wide, high = self.cell
        assert (image.width % wide, image.height % high) == (0, 0), image.size
        top, left = self.cursor
        for row in range(image.height // high):
            for column in range(image.width // wide):
                self.blocks[top + row, left + column] = block_of(image, column, row, self.cell)

    # Pictures under text

    def _kitty(self, about: dict[str, str], content: str) -> None:
        if self.coming is not None:
            about, content = self.coming[0] | about, self.coming[1] + content
            self.coming = None
        if about.get("a") == "q":
            return
        if about.get("m") == "1":
            self.coming = about, content
            return
        number = int(about["i"])
        assert about["q"] == "2", "answers would be taken for keys"
        if about["a"] == "t":
            self.images[number] = opened(base64.b64decode(content))
            self.placed.pop(number, None)
        elif about["a"] == "p":
            assert number in self.images, "a picture that was never sent"
            assert about["p"] == "1"
            assert about["C"] == "1"
            assert int(about["z"]) < -1_073_741_824, "it would lie over windows"
            size = int(about["c"]), int(about["r"])
            self.placed[number] = (*self.cursor, *size, int(about["z"]))
        elif about["a"] == "d":
            self.placed.pop(number, None)
            if about["d"] == "I":
                self.images.pop(number, None)

    def seen(self, y: int, x: int) -> Block | None:
        """The picture that is seen in a cell; None where text hides it, or there is none."""
        if self.text.get((y, x), "") != "\u00a0":
            return None
        if (y, x) in self.blocks:
            return self.blocks[y, x]
        if self.grounds.get((y, x)):
            return None
        wide, high = self.cell
        found: Image.Image | None = None
        for number, (top, left, columns, rows, _) in sorted(
            self.placed.items(), key=lambda each: each[1][4]
        ):
            if top <= y < top + rows and left <= x < left + columns:
                size = columns * wide, rows * high
                whole = self.images[number].resize(size, Image.Resampling.NEAREST)
                corner = (x - left) * wide, (y - top) * high
                part = whole.crop((*corner, corner[0] + wide, corner[1] + high))
                found = part if found is None else Image.alpha_composite(found, part)
        return None if found is None else found.convert("RGB").tobytes()


def opened(content: bytes) -> Image.Image:
    """A PNG file as a picture with alpha."""
    return Image.open(io.BytesIO(content)).convert("RGBA")


def block_of(image: Image.Image, column: int, row: int, cell: tuple[int, int]) -> Block:
    """The pixels of one cell of a picture."""
    wide, high = cell
    box = column * wide, row * high, (column + 1) * wide, (row + 1) * high
    return image.crop(box).convert("RGB").tobytes()


def sixel_image(width: int, height: int, code: str) -> Image.Image:
    """What sixels draw; colours have percents, so each part may be off by 1.3."""
    image = Image.new("RGBA", (width, height))
    palette: dict[int, tuple[int, int, int]] = {}
    for top, band in enumerate(code.split("-")):
        for row in _colours(band, palette):
            colour, column = row[0], 0
            for size, letter in _letters(row[1]):
                for bit in range(6):
                    if (ord(letter) - 63) >> bit & 1:
                        y = top * 6 + bit
                        assert y < height, "sixels below the picture"
                        image.paste((*palette[colour], 255), (column, y, column + size, y + 1))
                column += size
                assert column <= width, "sixels beside the picture"
    return image


def _colours(band: str, palette: dict[int, tuple[int, int, int]]) -> Iterator[tuple[int, str]]:
    for number, red, green, blue, letters in re.findall(
        r"#(\d+)(?:;2;(\d+);(\d+);(\d+))?([^#$]*)\$?", band
    ):
        if red:
            palette[int(number)] = tuple(round(int(part) * 2.55) for part in (red, green, blue))
        yield int(number), letters


def _letters(letters: str) -> Iterator[tuple[int, str]]:
    return ((int(size or 1), letter) for size, letter in re.findall(r"(?:!(\d+))?(.)", letters))
