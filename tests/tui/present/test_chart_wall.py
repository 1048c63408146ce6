"""Where charts stand: groups, pages that overlap nothing, and what is beside what."""

from __future__ import annotations

import pytest

from venturi_tui.present.chart_titles import (
    Sign,
    brief,
    heading_line,
    legend_line,
    middle_cut,
    title_line,
)
from venturi_tui.present.chart_wall import Group, build_wall, groups_of
from venturi_tui.present.pieces import length, plain

KEYS = [
    "lr", "train/loss", "val/loss", "val/acc", "one/only", "system/gpu", "system/cpu",
    *(f"layer/{at}" for at in range(12)),
]  # fmt: skip
SIZES = [(1, 1), (10, 3), (36, 7), (76, 19), (156, 40), (196, 45), (400, 100)]


def test_metrics_are_grouped_by_what_is_before_the_first_slash() -> None:
    groups = groups_of(KEYS)
    assert [group.name for group in groups] == ["", "layer/", "val/", "system/"]
    assert groups[0].keys == ("lr", "one/only", "train/loss")
    assert groups[1].keys == tuple(f"layer/{at}" for at in range(12))


def test_a_filter_keeps_groups_and_takes_every_word() -> None:
    assert groups_of(KEYS, "VAL loss") == (Group("val/", ("val/loss",)),)
    assert groups_of(KEYS, "nothing") == ()


@pytest.mark.parametrize("size", SIZES)
def test_every_chart_stands_once_inside_and_over_no_other(size: tuple[int, int]) -> None:
    width, height = size
    wall = build_wall(groups_of(KEYS), width, height)
    keys = [slot.key for page in wall.pages for slot in page.slots]
    assert sorted(keys) == sorted(KEYS)
    for page in wall.pages:
        taken = {(column, head.y) for head in page.headings for column in range(width)}
        for slot in page.slots:
            cells = {
                (slot.x + x, slot.y + y) for x in range(slot.width) for y in range(slot.height)
            }
            assert not cells & taken
            assert all(x < width and y < height for x, y in cells)
            taken |= cells


def test_a_terminal_of_80x24_holds_two_by_three_and_one_of_200x50_four_by_five() -> None:
    groups = groups_of([f"layer/{at}" for at in range(100)])
    assert len(build_wall(groups, 76, 19).pages[0].slots) == 6
    assert len(build_wall(groups, 196, 45).pages[0].slots) == 20


def test_few_charts_get_all_the_room() -> None:
    (page,) = build_wall(groups_of(["a", "b"]), 100, 40).pages
    assert [(slot.width, slot.height) for slot in page.slots] == [(49, 40), (49, 40)]


def test_beside_is_the_nearest_also_on_another_page() -> None:
    wall = build_wall(groups_of(KEYS), 76, 19)
    assert wall.beside("lr", -1, 0) == "lr"
    assert wall.beside("lr", 1, 0) == "one/only"
    assert wall.beside("one/only", 0, 1) == "train/loss"
    last = wall.pages[0].slots[-1]
    below = wall.beside(last.key, 0, 1)
    assert wall.find(below) == (1, last.column)
    assert wall.beside(below, 0, -1) == last.key
    assert wall.beside("gone", 1, 0) == "gone"


SIGNS = [Sign("◆", 0, "brave-otter"), Sign("●", 1, "calm-finch", True)]


@pytest.mark.parametrize("width", [1, 4, 12, 30, 60, 100])
@pytest.mark.parametrize("key", ["loss", "\x1b[2Jred", "日本語" * 40, "x" * 10_000])
def test_no_line_is_wider_than_its_chart(key: str, width: int) -> None:
    values = [(sign, 0.123456) for sign in SIGNS]
    title = title_line(key, values, width, focused=True)
    assert length(title) <= width
    assert "\x1b" not in plain(title)
    assert length(legend_line([Sign("◆", 0, key)] * 5, width)) <= width


def test_titles_say_the_focused_value_first_and_no_more_than_fit() -> None:
    values = [(SIGNS[0], 1_234_567.0), (SIGNS[1], None)]
    assert plain(title_line("val/loss", values, 30, focused=True)) == (
        f"▸ val/loss{7 * ' '}● ·  ◆ 1.235M"
    )
    assert "1.235M" not in plain(title_line("val/loss", values, 22, focused=False))


def test_numbers_are_brief() -> None:
    assert [brief(value) for value in (0.21314, 811_123.0, 1_089_000.0, 54_434.0, -3e9)] == [
        "0.2131", "811.1k", "1.089M", "54434", "-3G",
    ]  # fmt: skip
    assert brief(float("nan")) == "NaN"
    assert brief(float("-inf")) == "-∞"


def test_long_names_keep_their_ends() -> None:
    assert middle_cut("system/gpu_0_memory_usage_megabytes", 20) == "system…age_megabytes"
    assert middle_cut("short", 20) == "short"


def test_headings_and_legends() -> None:
    assert plain(heading_line(Group("val/", ("val/a", "val/b")), 20)) == "val/ 2 ─────────────"
    assert plain(legend_line(SIGNS, 60)) == "◆ brave-otter  ● calm-finch"
    assert plain(legend_line(SIGNS, 20)) == "◆ brave-otter  +1 m…"
