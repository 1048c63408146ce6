"""PNG and JPEG images as a small grid of colours; the files are never trusted with their size."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from venturi.errors import MissingDriver, StoreBroken

MOST_PIXELS = 30_000_000
"""An image of more is not unpacked: some few kilobytes can unpack to gigabytes."""

_GROUND = (255, 255, 255)
"""What shows through where an image is transparent: most are drawn for paper."""


@dataclass(frozen=True, slots=True)
class Picture:
    """An image made smaller.

    `pixels` has three bytes (red, green, blue) for each of `columns` x `rows`, row by row from the
    top. `width` and `height` are those of the file.
    """

    width: int
    height: int
    columns: int
    rows: int
    pixels: bytes


def read_picture(data: bytes, most_columns: int, most_rows: int) -> Picture:
    """A PNG or JPEG image as a grid of no more than so many columns and rows, its shape kept.

    Raises:
        MissingDriver: Pillow is not installed.
        StoreBroken: It cannot be understood, or has too many pixels to be unpacked.
    """
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError:
        hint = "pip install 'venturi[images]'"
        raise MissingDriver("images need Pillow, which is not installed", hint=hint) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own bound is lower
            with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as image:
                width, height = image.size
                if width * height > MOST_PIXELS:
                    raise StoreBroken(f"{width:,} x {height:,} pixels are too many to be shown")
                columns, rows = fitting(width, height, most_columns, most_rows)
                image.draft("RGB", (columns, rows))
                pixels = _flat(image).resize((columns, rows), Image.Resampling.BOX).tobytes()
    except Image.DecompressionBombError:
        raise StoreBroken("it has too many pixels to be shown") from None
    except UnidentifiedImageError:
        raise StoreBroken("this image is damaged from its beginning") from None
    except (OSError, SyntaxError, ValueError, IndexError, EOFError) as error:
        words = str(error).partition("\n")[0][:200]
        raise StoreBroken(f"this image cannot be read: {words}") from error
    return Picture(width, height, columns, rows, pixels)


def fitting(width: int, height: int, most_columns: int, most_rows: int) -> tuple[int, int]:
    """Columns and rows that an image gets: as many as there is room for, never more than it has."""
    share = min(most_columns / width, most_rows / height, 1.0)
    return max(1, round(width * share)), max(1, round(height * share))


def size_told(data: bytes) -> tuple[int, int] | None:
    """Width and height as a PNG says at its beginning; None for what is no PNG."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR" or len(data) < 24:
        return None
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _flat(image: Any) -> Any:
    """In three colours, on paper where it is transparent."""
    from PIL import Image

    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        full = image.convert("RGBA")
        paper = Image.new("RGBA", full.size, (*_GROUND, 255))
        return Image.alpha_composite(paper, full).convert("RGB")
    if image.mode.startswith("I;16"):
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return image.convert("RGB")
