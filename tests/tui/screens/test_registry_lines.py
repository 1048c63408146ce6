"""Texts typed into one line: tags, conditions, descriptions with signs that act."""

from __future__ import annotations

import pytest

from venturi.errors import UsageError
from venturi_tui.screens.conditions import conditions_in
from venturi_tui.screens.written_lines import one_line, several_lines, tags_in, tags_line


def test_conditions_are_taken_apart_at_and_but_not_within_quotes() -> None:
    text = "metrics.auc >= champion AND params.data = 'a and b'  and metrics.`x and y` < 1"
    assert conditions_in(text) == (
        "metrics.auc >= champion",
        "params.data = 'a and b'",
        "metrics.`x and y` < 1",
    )
    assert conditions_in("   ") == ()


@pytest.mark.parametrize("text", ["auc", "metrics.auc >=", "metrics.auc > 1 and", "and and"])
def test_what_is_no_condition_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no condition"):
        conditions_in(text)


def test_tags_are_set_and_removed_by_words() -> None:
    assert tags_in("team=nlp note='two words' -draft x= a=b=c") == {
        "team": "nlp",
        "note": "two words",
        "draft": None,
        "x": "",
        "a": "b=c",
    }
    assert tags_in("") == {}


@pytest.mark.parametrize("text", ["team", "=x", "-", "note='open"])
def test_what_is_no_tag_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        tags_in(text)


def test_tags_are_offered_as_they_could_be_typed() -> None:
    tags = {"a": "b", "note": "two words", "evil": "\x1b[2J", "quoted": "it's"}
    offered = tags_line(tags)
    assert offered == ["a=b", "note='two words'"]
    assert tags_in(" ".join(offered)) == {"a": "b", "note": "two words"}


@pytest.mark.parametrize("text", ["\x1b[2J", "\u202e", "a\\x1b", "\U000e0001", "C:\\new", "\r\n\t"])
def test_signs_that_act_are_typed_as_codes_and_come_back(text: str) -> None:
    line = one_line(text)
    assert line.isprintable()
    assert several_lines(line) == text
