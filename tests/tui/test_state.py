"""What is remembered between launches, and that nothing there can do harm."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from venturi_tui.state import Remembered, state_file


def test_choices_come_back_for_the_same_store(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "tui.json"
    first = Remembered(path, "sqlite:///a.db")
    first.theme = "venturi-light"
    first.experiment = "7"
    first.add_filter("metrics.loss < 1")
    first.set_columns("7", ["run_name", "metrics.loss"], 2, {"metrics.loss": 9})
    first.set_order("7", [("metrics.loss", True), ("age", False)])
    first.set_metric("7", "loss")
    first.save()
    again = Remembered(path, "sqlite:///a.db")
    assert again.theme == "venturi-light"
    assert again.experiment == "7"
    assert again.filters == ["metrics.loss < 1"]
    assert again.columns("7") == ["run_name", "metrics.loss"]
    assert (again.pinned("7"), again.widths("7")) == (2, {"metrics.loss": 9})
    assert again.order("7") == [("metrics.loss", True), ("age", False)]
    assert again.metric("7") == "loss"
    other = Remembered(path, "sqlite:///b.db")
    assert (other.theme, other.experiment, other.columns("7")) == ("venturi-light", "", [])


@pytest.mark.parametrize(
    "content",
    [
        "",
        "not json",
        "[]",
        "null",
        '{"form": 99, "theme": "x"}',
        '{"form": 1, "theme": 5, "filters": "x", "stores": [1]}',
        '{"form": 1, "stores": {"sqlite:///a.db": 5}}',
        '{"form": 1, "stores": {"sqlite:///a.db": {"experiments": {"7": []}, "experiment": {}}}}',
        "[" * 100_000,
        "\x00\xff",
    ],
)
def test_a_broken_file_is_as_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "tui.json"
    path.write_text(content, encoding="latin-1")
    held = Remembered(path, "sqlite:///a.db")
    assert (held.theme, held.experiment, held.filters) == ("", "", [])
    assert (held.columns("7"), held.order("7"), held.metric("7")) == ([], [], "")
    held.experiment = "3"
    held.save()
    assert Remembered(path, "sqlite:///a.db").experiment == "3"


def test_nothing_is_written_when_nothing_changed(tmp_path: Path) -> None:
    path = tmp_path / "tui.json"
    held = Remembered(path, "sqlite:///a.db")
    held.save()
    assert not path.exists()
    held.theme = "venturi-dark"
    held.save()
    path.unlink()
    held.save()
    assert not path.exists()


def test_no_file_is_left_half_written(tmp_path: Path) -> None:
    path = tmp_path / "tui.json"
    held = Remembered(path, "s")
    held.add_filter("params.a = '\ud800'")
    held.save()
    assert [each.name for each in tmp_path.iterdir()] == ["tui.json"]
    assert json.loads(path.read_text())["form"] == 1


def test_a_folder_that_cannot_be_written_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    held = Remembered(tmp_path / "file" / "tui.json", "s")
    held.theme = "venturi-dark"
    held.save()
    Remembered(None, "s").save()


def test_filters_are_kept_once_and_not_for_ever(tmp_path: Path) -> None:
    held = Remembered(tmp_path / "tui.json", "s")
    for number in range(80):
        held.add_filter(f"metrics.a > {number}")
    held.add_filter("metrics.a > 70")
    assert len(held.filters) == 50
    assert held.filters[-1] == "metrics.a > 70"
    assert held.filters.count("metrics.a > 70") == 1


def test_the_file_lies_under_xdg_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/some/where")
    assert state_file() == Path("/some/where/venturi/tui.json")


def test_one_sort_column_of_earlier_versions_is_still_known(tmp_path) -> None:
    kept = {"experiments": {"7": {"sort": "metrics.loss", "ascending": True, "pinned": "no"}}}
    path = tmp_path / "tui.json"
    path.write_text(json.dumps({"form": 1, "stores": {"here": kept}}))
    held = Remembered(path, "here")
    assert held.order("7") == [("metrics.loss", True)]
    held.set_order("7", [])
    assert held.order("7") == []
    assert (held.pinned("7"), held.widths("7")) == (1, {})
