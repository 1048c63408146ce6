"""Words in place of content: centred, wrapped, with the next key."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from venturi.errors import StoreUnreachable
from venturi_tui.present.notices import Look, Notice, failed, loading, wrapped
from venturi_tui.present.pieces import fitted, length, plain, spread


def test_a_failure_says_what_happened_how_to_go_on_and_what_to_press() -> None:
    notice = failed(StoreUnreachable("nobody answers at http://x", hint="is the server up?"))
    assert [plain(line).strip() for line in notice.lines(60)] == [
        "✗ nobody answers at http://x",
        "is the server up?",
        "",
        "r try again",
    ]


def test_loading_says_what() -> None:
    assert plain(loading("runs").lines(40)[0]) == "reading runs …"


def test_keys_go_on_another_line_when_there_is_no_room() -> None:
    notice = Notice(Look.NONE, "nothing", keys=(("/", "change the filter"), ("esc", "clear it")))
    assert len(notice.lines(80)) == 3
    assert len(notice.lines(26)) == 4


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=80), st.text(max_size=40), st.integers(12, 60))
def test_no_line_is_wider_than_the_pane(headline: str, hint: str, width: int) -> None:
    lines = Notice(Look.NONE, headline, hint).lines(width)
    assert len({length(line) for line in lines}) == 1
    assert all(length(line) <= width for line in lines)


@settings(deadline=None, max_examples=100)
@given(st.text(st.sampled_from("ab 日é"), max_size=60), st.integers(2, 20))
def test_wrapping_loses_nothing_but_spaces(text: str, width: int) -> None:
    rows = wrapped(text, width)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")
    assert all(cell_len(row) <= width for row in rows)


@settings(deadline=None, max_examples=100)
@given(
    st.lists(st.text(st.sampled_from("ab日 "), max_size=9), max_size=4),
    st.lists(st.text(st.sampled_from("xy"), max_size=9), max_size=2),
    st.integers(1, 40),
)
def test_lines_are_cut_to_their_room(left, right, width) -> None:
    one = tuple((text, Look.NONE) for text in left)
    other = tuple((text, Look.NONE) for text in right)
    assert length(fitted(one, width)) <= width
    assert length(spread(one, other, width)) <= max(width, length(other) + 2)
