"""Files that grow are read on, and anew when they are not what they were."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from venturi.stores.files.growing import Growing
from venturi.stores.files.reading import SETTLED_NS


class Lines:
    """A Growing whose value is the lines, and which bytes it was made of."""

    def __init__(self, limit: int = 9) -> None:
        self.read_bytes: list[bytes] = []
        self.growing = Growing[tuple[bytes, ...]]((), self._extend, limit)

    def _extend(self, known: tuple[bytes, ...], blocks: Iterable[bytes]) -> tuple[bytes, ...]:
        data = b"".join(blocks)
        assert data.endswith(b"\n")
        self.read_bytes.append(data)
        return known + tuple(data.splitlines())

    def of(self, path: Path) -> list[bytes]:
        return list(self.growing.read(str(path)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "loss"


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def test_only_what_is_new_is_read(path: Path) -> None:
    lines = Lines()
    append(path, b"a\nb\nhal")
    assert lines.of(path) == [b"a", b"b"]
    assert lines.of(path) == [b"a", b"b"]
    append(path, b"f\nc\n")
    assert lines.of(path) == [b"a", b"b", b"half", b"c"]
    assert lines.read_bytes == [b"a\nb\n", b"half\nc\n"]


def test_no_line_yet(path: Path) -> None:
    lines = Lines()
    append(path, b"")
    assert lines.of(path) == []
    append(path, b"x")
    assert lines.of(path) == []
    append(path, b"\n")
    assert lines.of(path) == [b"x"]


@pytest.mark.parametrize("data", [b"", b"a\n", b"A\nb\nc\n", b"a\nB\nmore\n", b"x"])
def test_another_file_of_that_name_is_read_anew(path: Path, data: bytes) -> None:
    for replace in (True, False):
        lines = Lines()
        path.unlink(missing_ok=True)
        append(path, b"a\nb\nc\n")
        lines.of(path)
        if replace:
            path.with_name("new").write_bytes(data)
            path.with_name("new").replace(path)
        else:
            path.write_bytes(data)
        assert lines.of(path) == data[: data.rfind(b"\n") + 1].splitlines()


def test_a_settled_file_is_not_opened(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    append(path, b"a\n")
    then = time.time_ns() - 2 * SETTLED_NS
    os.utime(path, ns=(then, then))
    lines = Lines()
    lines.of(path)
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", lambda *_: pytest.fail("opened"))
        assert lines.of(path) == [b"a"]
    append(path, b"b\n")
    assert lines.of(path) == [b"a", b"b"]


def test_the_longest_known_is_forgotten(tmp_path: Path) -> None:
    lines = Lines(limit=2)
    for name in "abc":
        append(tmp_path / name, name.encode() + b"\n")
        lines.of(tmp_path / name)
    for name in "cba":
        append(tmp_path / name, b"x\n")
        lines.of(tmp_path / name)
    assert lines.read_bytes[3:] == [b"x\n", b"x\n", b"a\nx\n"]


def test_what_is_gone_is_gone(path: Path) -> None:
    lines = Lines()
    append(path, b"a\n")
    lines.of(path)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        lines.of(path)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.text("ab\n", max_size=200), max_size=8))
def test_read_in_steps_or_at_once(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    path = tmp_path_factory.mktemp("grow") / "file"
    lines = Lines()
    for part in ("", *parts):
        append(path, part.encode())
        whole = path.read_bytes()
        assert lines.of(path) == whole[: whole.rfind(b"\n") + 1].splitlines()
    assert b"".join(lines.read_bytes) == whole[: whole.rfind(b"\n") + 1]
