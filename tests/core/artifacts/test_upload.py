"""What an upload would send, and what it refuses before it sends anything."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from worlds.artifact_files import read_files, write_files

from venturi.artifacts.local import LocalFolder
from venturi.artifacts.upload import plan_upload, upload
from venturi.errors import InvalidInput, NotFound


def paths(*sources: Path, folder: str = "") -> list[str]:
    return [sending.path for sending in plan_upload(sources, folder)]


def test_files_keep_their_names_and_folders_theirs(tmp_path: Path, monkeypatch) -> None:
    write_files(tmp_path, {"a.txt": b"1", "d/b": b"2", "d/in/c": b"3", "d/in/a": b"4"})
    assert paths(tmp_path / "a.txt", tmp_path / "d") == ["a.txt", "d/b", "d/in/a", "d/in/c"]
    assert paths(tmp_path / "d", folder="x/y") == ["x/y/d/b", "x/y/d/in/a", "x/y/d/in/c"]
    monkeypatch.chdir(tmp_path / "d")
    assert paths(Path(), folder="x") == ["x/b", "x/in/a", "x/in/c"]


def test_links_to_files_are_followed_and_hidden_files_come_along(tmp_path: Path) -> None:
    write_files(tmp_path, {"real": b"123", "d/.hidden": b"1"})
    (tmp_path / "d" / "link").symlink_to("../real")
    sendings = plan_upload([tmp_path / "d"])
    assert [(each.path, each.size) for each in sendings] == [("d/.hidden", 1), ("d/link", 3)]
    upload(LocalFolder(tmp_path / "to"), sendings)
    assert read_files(tmp_path / "to") == {"d/.hidden": b"1", "d/link": b"123"}


def test_what_cannot_be_sent_is_refused_at_once(tmp_path: Path) -> None:
    write_files(tmp_path, {"a": b"1", "other/a": b"2", "d/x": b"3", "e/a\\b": b"4", "f/y": b"5"})
    (tmp_path / "d" / "loop").symlink_to("..")
    (tmp_path / "f" / "broken").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    write_files(tmp_path / "g", {".artifact.uploading.1": b"6"})
    for sources, kind, words in (
        (["gone"], NotFound, "there is no file"),
        (["a", "other/a"], InvalidInput, "would both become 'a'"),
        (["d"], InvalidInput, "is a link to a folder"),
        (["e"], InvalidInput, "holds a backslash"),
        (["f"], NotFound, "there is no file"),
        (["pipe"], InvalidInput, "neither a file nor a folder"),
        (["g"], InvalidInput, "no artifact can be named"),
    ):
        with pytest.raises(kind, match=words):
            plan_upload([tmp_path / source for source in sources])
    for folder in ("../x", "/x", "a//b"):
        with pytest.raises(InvalidInput, match="is refused"):
            plan_upload([tmp_path / "a"], folder)
