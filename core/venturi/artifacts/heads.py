"""Reads the beginning of a file, or all of one that is small, and tells what it holds."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from enum import Enum

from venturi.artifacts.base import ArtifactPlace
from venturi.mlmodel import MLMODEL

HEAD_BYTES = 256 * 1024
"""So much of a file is read to show how it begins."""

WHOLE_BYTES = 16 * 1024 * 1024
"""Files that can only be understood whole are read when they are no larger than this."""


class Holds(str, Enum):
    """What a file holds; the value is what a person calls it."""

    EMPTY = "empty file"
    TEXT = "text"
    JSON = "JSON"
    YAML = "YAML"
    MARKDOWN = "Markdown"
    CSV = "CSV"
    TSV = "TSV"
    PARQUET = "Parquet"
    PNG = "PNG image"
    JPEG = "JPEG image"
    MLMODEL = "MLmodel"
    BINARY = "binary"


@dataclass(frozen=True, slots=True)
class Head:
    """How a file begins.

    `size` is that of the file in bytes; None when the place does not say. `is_whole` tells whether
    `data` is all of it.
    """

    data: bytes
    size: int | None
    is_whole: bool


_ENDINGS = {
    "json": Holds.JSON,
    "ipynb": Holds.JSON,
    "yaml": Holds.YAML,
    "yml": Holds.YAML,
    "md": Holds.MARKDOWN,
    "markdown": Holds.MARKDOWN,
    "csv": Holds.CSV,
    "tsv": Holds.TSV,
}
_WHOLE = (Holds.PARQUET, Holds.PNG, Holds.JPEG)
_MAGIC = (
    (b"PAR1", Holds.PARQUET),
    (b"\x89PNG\r\n\x1a\n", Holds.PNG),
    (b"\xff\xd8\xff", Holds.JPEG),
)
_BINARY = (
    (b"PK\x03\x04", "zip archive"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"(\xb5/\xfd", "Zstandard"),
    (b"\x93NUMPY", "NumPy array"),
    (b"\x89HDF\r\n\x1a\n", "HDF5"),
    (b"SQLite format 3\x00", "SQLite database"),
    (b"ARROW1", "Arrow file"),
    (b"%PDF-", "PDF"),
    (b"GIF8", "GIF image"),
    (b"RIFF", "RIFF, such as WebP or WAV"),
    (b"BM", "BMP image"),
    (b"\x7fELF", "ELF program"),
    (b"GGUF", "GGUF model"),
)
_PICKLE_STARTS = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
_PICKLES = ("pkl", "pickle", "joblib", "pt", "pth")


def read_head(place: ArtifactPlace, path: str, most: int = HEAD_BYTES) -> Head:
    """The first bytes of a file, no more than `most`. Raises as the place does."""
    held = bytearray()
    with place.read(path) as reading:
        size = reading.size
        for part in reading:
            held += part
            if len(held) > most:
                break
    data = bytes(held[:most])
    if len(held) <= most:
        size = len(data)
    return Head(data, size, is_whole=size == len(data))


def read_enough(place: ArtifactPlace, path: str) -> tuple[Holds, Head]:
    """What a file holds, and as much of it as that needs to be shown."""
    head = read_head(place, path)
    holds = what_it_holds(path, head)
    fits = head.size is None or head.size <= WHOLE_BYTES
    if holds in _WHOLE and not head.is_whole and fits:
        head = read_head(place, path, WHOLE_BYTES)
    return holds, head


def what_it_holds(path: str, head: Head) -> Holds:
    """What a file holds, by its first bytes and then by its name."""
    data, name = head.data, path.rpartition("/")[2]
    if not data:
        return Holds.EMPTY
    for magic, holds in _MAGIC:
        if data.startswith(magic):
            return holds
    ending = name.rpartition(".")[2].lower()
    if is_binary(data) or data.startswith(_PICKLE_STARTS) or ending in _PICKLES:
        return Holds.BINARY
    if name == MLMODEL:
        return Holds.MLMODEL
    return _ENDINGS.get(ending, Holds.TEXT)


def is_binary(data: bytes) -> bool:
    """Whether bytes are no text: they hold NULs, or mostly what no text holds."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return False
    sample = data[:8192]
    if b"\0" in sample:
        return True
    odd = sum(byte < 32 and byte not in b"\t\n\r\f\x1b\b" for byte in sample)
    broken = sample.decode("utf-8", "replace").count("\ufffd")
    return odd * 10 > len(sample) or broken * 3 > len(sample)


def kind_of_binary(path: str, data: bytes) -> str:
    """What kind of file bytes are likely to be, by their beginning; empty when that is unknown."""
    for magic, words in _BINARY:
        if data.startswith(magic):
            return words
    ending = path.rpartition(".")[2].lower()
    if ending in _PICKLES or (
        data[:1] == b"\x80" and data[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05")
    ):
        return "Python pickle, which is never opened here"
    if len(data) > 9 and data[8:9] == b"{" and ending == "safetensors":
        return "safetensors"
    return ""


def as_text(head: Head) -> tuple[str, str]:
    """The text of some bytes, and what is to be said of its letters; empty when all is well.

    UTF-8 is read, and UTF-16 that says so. What is cut in the middle of a letter loses that letter.
    """
    data, encoding = head.data, "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    try:
        return codecs.getincrementaldecoder(encoding)().decode(data, final=head.is_whole), ""
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        note = f"not {encoding.removesuffix('-sig').upper()}: \ufffd stands for what is no letter"
        return text, note
