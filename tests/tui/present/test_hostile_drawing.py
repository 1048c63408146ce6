"""Whatever a store holds, what is drawn of it acts on nothing and takes the cells it says."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from worlds.hostile import HOSTILE, hostile_registry, hostile_store

from venturi.compare import compare_runs
from venturi.errors import StoreUnreachable
from venturi_tui.present import listing, run_card, run_whole
from venturi_tui.present.cells import Moment, fit, lay, lay_title, shown
from venturi_tui.present.chart_titles import heading_line, legend_line, middle_cut, title_line
from venturi_tui.present.chart_wall import Group
from venturi_tui.present.columns import ATTRIBUTES, Column, Source
from venturi_tui.present.comparison import compare_rows
from venturi_tui.present.notices import failed
from venturi_tui.present.pieces import Line, Role, fitted, length, plain
from venturi_tui.present.sheet import draw_sections, run_sections
from venturi_tui.present.version_card import model_card, version_card
from venturi_tui.present.width import cells, clip
from venturi_tui.present.words import safe

MOMENT = Moment(1_760_000_100_000, {"1": "\x1b[31m[red]"})
_ACTING = ("Cc", "Cf", "Cs", "Zl", "Zp")
_TRICKY = "".join(HOSTILE[name] for name in HOSTILE if "long" not in name)

texts = st.one_of(
    st.sampled_from(sorted(HOSTILE.values(), key=len)[:-2]),
    st.text(st.sampled_from(_TRICKY), max_size=40),
    st.text(max_size=20),
    st.text(st.characters(categories=["Cs", "Cf", "Cc", "Mn", "Me", "Mc", "Lo"]), max_size=12),
)
widths = st.integers(1, 60)


def assert_harmless(lines: Iterable[str | Line]) -> None:
    for line in lines:
        text = line if isinstance(line, str) else plain(line)
        acting = {each for each in text if unicodedata.category(each) in _ACTING}
        assert acting <= {"\u200c", "\u200d"}, ascii(text)
        text.encode()


@settings(deadline=None, max_examples=200)
@given(texts)
@example("\u200d" * 3)
@example("\u0301")
@example("a\u200db\u200dc")
@example("Z" + "\u0301" * 30)
def test_safe_text_is_as_wide_as_its_letters_and_stays_as_it_is(text: str) -> None:
    told = safe(text)
    assert_harmless([told])
    assert safe(told) == told
    assert cells(told) == cell_len(told)
    # Beside a letter it takes the same cells: nothing of it clings to what stands before it.
    assert cell_len(f"x{told}") == 1 + cell_len(told)
    assert cell_len(f"{told}│") == cell_len(told) + 1


def test_what_people_write_is_kept_also_with_marks_and_joiners() -> None:
    farsi = "\u0645\u06cc\u200c\u062e\u0648"
    for kept in (farsi, "é", "e\u0301", "👩🏽\u200d🚀", "🏳️\u200d🌈", "नमस्ते", "שָׁלוֹם", "1️⃣"):
        assert safe(kept) == kept
    assert safe("a\u200db") == "a\\u200db"
    assert safe("\u0301a") == "◌\u0301a"
    assert safe("ක්\u200dර") == "ක්ර"
    assert safe("Z" + "\u0301" * 8) == "Z" + "\u0301" * 6 + "\\u0301" * 2
    assert safe("a\U000e0101") == "a\\U000e0101"


@settings(deadline=None, max_examples=150)
@given(texts, widths)
def test_text_is_cut_to_its_cells(text: str, width: int) -> None:
    told = safe(text)
    assert cells(clip(told, width)) <= width
    assert length(fitted(((told, Role.TEXT), (told, Role.DIM)), width)) <= width
    assert cell_len(middle_cut(told, width)) <= width
    notice = failed(StoreUnreachable(text, hint=text)).lines(width + 11, 5)
    assert len(notice) <= 5
    assert len({length(line) for line in notice}) == 1
    assert_harmless([clip(told, width), *notice])


@settings(deadline=None, max_examples=60)
@given(texts, texts, st.integers(8, 60))
def test_cards_and_cells_of_runs_are_harmless_and_as_wide_as_they_say(
    text: str, other: str, width: int
) -> None:
    store = hostile_store([text, other])
    runs = store.runs
    for run in runs:
        summary, whole = run_card.summary(run, width, MOMENT), run_whole.full(run, width, MOMENT)
        assert_harmless(line.pieces for line in (*summary, *whole))
        assert max(length(line.pieces) for line in summary) <= width
        assert_harmless(draw_sections(run_sections(run, _listing(run.experiment_id))))
    keyed = [Column(source, text or "k") for source in (Source.PARAM, Source.TAG, Source.METRIC)]
    for column in (*ATTRIBUTES, *keyed):
        layout = fit(column, runs, MOMENT)
        title = lay_title(column, layout)
        assert cell_len(title) == layout.width
        assert_harmless([title])
        for run in runs:
            cell = lay(shown(column, run, MOMENT), layout)
            assert cell_len(cell) == layout.width, ascii(cell)
            assert_harmless([cell])


@settings(deadline=None, max_examples=40)
@given(texts, texts, st.integers(20, 90))
def test_comparisons_titles_and_versions_are_harmless(text: str, other: str, width: int) -> None:
    diff = compare_runs(hostile_store([text, other]).runs, 0).unfolded()
    for row in compare_rows(diff, MOMENT, only_changed=False):
        assert_harmless([row.title, *row.cells])
    title = title_line(text, [], width, focused=True)
    heading = heading_line(Group(text, (text,)), width)
    assert_harmless([title, heading, legend_line((), width)])
    assert max(length(title), length(heading)) <= width
    registry = hostile_registry([text or "m"])
    for model in registry.models.values():
        assert_harmless(line.pieces for line in model_card(model, width))
        for version in registry.versions:
            card = version_card(version, model, None, width, MOMENT)
            assert_harmless(line.pieces for line in card)


def _listing(experiment_id: str):
    return listing.Moment(MOMENT.now_ms, {experiment_id: "\x1b[31m"})
