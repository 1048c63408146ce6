"""How the columns of a comparison share the room there is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from venturi_tui.widgets.compare_table import fitting


def test_what_fits_is_left_alone() -> None:
    assert fitting(20, [20, 30], 80) == (20, [20, 30])


def test_titles_give_way_first_and_narrow_runs_keep_their_width() -> None:
    assert fitting(38, [15, 40, 40], 76) == (19, [15, 21, 21])


def test_more_runs_than_can_be_read_are_left_to_scrolling() -> None:
    title, widths = fitting(38, [40] * 10, 76)
    assert title + sum(widths[:3]) <= 76 < title + sum(widths[:4])


@given(
    st.integers(8, 38), st.lists(st.integers(17, 47), min_size=1, max_size=30), st.integers(40, 300)
)
def test_no_column_grows_and_those_in_view_stay_in_the_room(
    title: int, widths: list[int], room: int
) -> None:
    fit_title, fit = fitting(title, widths, room)
    assert fit_title <= title
    assert all(new <= old for new, old in zip(fit, widths, strict=True))
    assert fit_title + fit[0] <= room
    if title + sum(widths) > room and len(widths) * 17 <= room - max(18, room // 4):
        assert fit_title + sum(fit) <= room
