"""A bounded look into files: what they hold, how much of them is read, and that nothing is run."""

from __future__ import annotations

import struct
import sys
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from venturi.artifacts import tables
from venturi.artifacts.heads import HEAD_BYTES, Head, Holds, as_text, read_head, what_it_holds
from venturi.artifacts.local import LocalFolder
from venturi.artifacts.pictures import read_picture, size_told
from venturi.artifacts.preview import Preview, read_preview
from venturi.artifacts.tables import read_delimited, read_parquet
from venturi.errors import MissingDriver, NotFound, StoreBroken
from venturi.records import Artifact


def look(root: Path, name: str, data: bytes) -> Preview:
    (root / name).write_bytes(data)
    return read_preview(LocalFolder(root), Artifact(name, is_dir=False, size=len(data)))


def image(kind: str = "PNG", mode: str = "RGB", size: tuple[int, int] = (40, 30)) -> bytes:
    sink = BytesIO()
    Image.new(mode, size).save(sink, kind)
    return sink.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "holds"),
    [
        ("a.txt", b"", Holds.EMPTY),
        ("a.log", b"step 1\n", Holds.TEXT),
        ("a.JSON", b"{}", Holds.JSON),
        ("a.yml", b"a: 1", Holds.YAML),
        ("README.md", b"# a", Holds.MARKDOWN),
        ("x/MLmodel", b"flavors: {}", Holds.MLMODEL),
        ("a.csv", b"a,b", Holds.CSV),
        ("a.json", b"PAR1rest", Holds.PARQUET),
        ("picture", b"\x89PNG\r\n\x1a\nrest", Holds.PNG),
        ("a.txt", b"\xff\xd8\xff\xe0", Holds.JPEG),
        ("a.txt", b"text\0more", Holds.BINARY),
        ("a.txt", "grüße".encode("utf-16"), Holds.TEXT),
        ("a.txt", "viele grüße".encode("latin-1"), Holds.TEXT),
        ("model.pkl", b"cos\nsystem\n(S'id'\ntR.", Holds.BINARY),
        ("model", b"\x80\x05plain looking", Holds.BINARY),
    ],
)
def test_what_a_file_holds(name: str, data: bytes, holds: Holds) -> None:
    assert what_it_holds(name, Head(data, len(data), is_whole=True)) is holds


def test_only_the_beginning_is_read(tmp_path: Path) -> None:
    (tmp_path / "big.log").write_bytes(b"ab\n" * 200_000)
    head = read_head(LocalFolder(tmp_path), "big.log")
    assert (len(head.data), head.size, head.is_whole) == (HEAD_BYTES, 600_000, False)
    found = read_preview(LocalFolder(tmp_path), Artifact("big.log", is_dir=False))
    assert found.note == "the first 256 kB"
    with pytest.raises(NotFound):
        read_head(LocalFolder(tmp_path), "none")


def test_letters_that_are_none_are_told() -> None:
    assert as_text(Head("\ufeffü".encode(), 5, is_whole=True)) == ("ü", "")
    assert as_text(Head("grün".encode("utf-16"), 10, is_whole=True)) == ("grün", "")
    assert as_text(Head("üü".encode()[:3], 9, is_whole=False)) == ("ü", "")
    text, note = as_text(Head(b"gr\xfcn", 4, is_whole=True))
    assert (text, note) == ("gr\ufffdn", "not UTF-8: \ufffd stands for what is no letter")


def test_json_is_laid_out_or_says_why_not(tmp_path: Path) -> None:
    assert look(tmp_path, "a.json", b'{"a": [1]}').text == '{\n  "a": [\n    1\n  ]\n}'
    assert look(tmp_path, "a.json", b'{"a": \n}').note == "no JSON in line 2: Expecting value"
    deep = look(tmp_path, "a.json", b"[" * 100_000 + b"]" * 100_000)
    assert (deep.text[:3], "nested too deeply" in deep.note) == ("[[[", True)
    wide = look(tmp_path, "a.json", b"[" * 500 + b"[]," * 9_000 + b"[]" + b"]" * 500)
    assert "too long" in wide.note


def test_tables_of_text() -> None:
    table = read_delimited("a;b\n1;2\n\n3\n")
    assert (table.names, table.rows, table.rows_in_all) == (("a", "b"), (("1", "2"), ("3", "")), 2)
    cut = read_delimited("a,b\n1,2\n3,", is_whole=False)
    assert (cut.rows, cut.rows_in_all) == ((("1", "2"),), None)
    many = read_delimited("n\n" + "\n".join(map(str, range(500))))
    assert (len(many.rows), many.rows_in_all) == (tables.MOST_ROWS, 500)
    wide = read_delimited(",".join(map(str, range(900))))
    assert (len(wide.names), wide.columns_in_all) == (tables.MOST_COLUMNS, 900)
    with pytest.raises(StoreBroken, match="this is no table"):
        read_delimited("a\n" + "x" * 200_000)


def test_parquet_tables() -> None:
    pa = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    sink = pa.BufferOutputStream()
    columns = {"a.b": [1, None] * 50, "s": [{"x": 1.5}] * 100, "raw": [b"\0\xff"] * 100}
    parquet.write_table(pa.table(columns), sink)
    table = read_parquet(sink.getvalue().to_pybytes())
    assert table.names == ("a.b", "s", "raw")
    assert table.types == ("int64", "struct<x: double>", "binary")
    assert table.rows[:2] == (("1", "{'x': 1.5}", "00ff"), ("", "{'x': 1.5}", "00ff"))
    assert (len(table.rows), table.rows_in_all) == (64, 100)
    for damaged in (b"PAR1", b"PAR1" + b"\0" * 64 + b"PAR1", sink.getvalue().to_pybytes()[:-9]):
        with pytest.raises(StoreBroken, match="this Parquet file cannot be read"):
            read_parquet(damaged)


def test_an_old_or_missing_reader_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow as pa

    monkeypatch.setattr(pa, "__version__", "14.0.0")
    with pytest.raises(MissingDriver, match="too old to be safe"):
        read_parquet(b"PAR1")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    told = look(tmp_path, "a.parquet", b"PAR1 and more")
    assert told.note.endswith("(pip install 'venturi[parquet]')")
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(MissingDriver, match="Pillow") as caught:
        read_picture(image_bytes, 10, 10)
    assert caught.value.hint == "pip install 'venturi[images]'"


image_bytes = image()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_images_of_all_kinds_become_small(mode: str) -> None:
    data = image(mode=mode)
    picture = read_picture(data, 20, 20)
    assert (picture.columns, picture.rows, len(picture.pixels)) == (20, 15, 20 * 15 * 3)
    clear = mode in ("LA", "RGBA")
    assert set(picture.pixels) == ({255} if clear else {0})
    assert size_told(data) == (40, 30)


def test_jpeg_and_small_images() -> None:
    picture = read_picture(image("JPEG", size=(3, 2)), 100, 100)
    assert (picture.columns, picture.rows) == (3, 2)
    assert size_told(image("JPEG")) is None


def test_a_bomb_is_not_unpacked() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    for side in (6_000, 100_000):
        head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        bomb = (
            b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
        )
        with pytest.raises(StoreBroken, match="pixels"):
            read_picture(bomb, 10, 10)


@settings(deadline=None, max_examples=80)
@given(st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", image_bytes[:60]]), st.binary())
def test_damaged_images_are_small_or_say_so(start: bytes, rest: bytes) -> None:
    try:
        picture = read_picture(start + rest, 10, 10)
    except StoreBroken:
        return
    assert len(picture.pixels) == picture.columns * picture.rows * 3 <= 300


def test_large_files_that_must_be_whole_are_left(tmp_path: Path) -> None:
    with (tmp_path / "big.png").open("wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n")
        file.truncate(40 << 20)
    found = read_preview(LocalFolder(tmp_path), Artifact("big.png", is_dir=False))
    assert found.holds is Holds.PNG
    assert found.note == "only looked into up to 16 MB: bring it here to open it"


def test_model_folders_are_described(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "MLmodel").write_text("flavors: {sklearn: {}}\nrun_id: abc\n")
    (folder / "requirements.txt").write_text("torch\n")
    place = LocalFolder(tmp_path)
    for artifact in (Artifact("model", is_dir=True), Artifact("model/MLmodel", is_dir=False)):
        found = read_preview(place, artifact)
        assert found.model is not None
        assert (list(found.model.flavors), found.model.requirements) == (["sklearn"], ("torch",))
    (folder / "MLmodel").write_text("{")
    broken = read_preview(place, Artifact("model/MLmodel", is_dir=False))
    assert (broken.text, "no YAML" in broken.note) == ("{", True)
