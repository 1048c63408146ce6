"""One table of actions: complete, without contradictions, and the source of all that shows it."""

from __future__ import annotations

import pytest

from venturi_tui.actions import (
    ACTIONS,
    BY_COMMAND,
    BY_ID,
    Keyboard,
    Need,
    Where,
    find,
    footer_line,
    key_table,
    shown_keys,
)
from venturi_tui.screens.artifact_browser import ArtifactScreen
from venturi_tui.screens.compare import CompareScreen
from venturi_tui.screens.groups import GroupsScreen
from venturi_tui.screens.help import HelpScreen
from venturi_tui.screens.home import HomeScreen
from venturi_tui.screens.journal import JournalScreen
from venturi_tui.screens.metric_grid import MetricGridScreen
from venturi_tui.screens.models import ModelsScreen
from venturi_tui.screens.run import RunScreen
from venturi_tui.screens.shapes import ShapesScreen
from venturi_tui.screens.value import ValueScreen
from venturi_tui.screens.version_diff import VersionDiffScreen

SCREENS = (
    HomeScreen,
    RunScreen,
    ArtifactScreen,
    MetricGridScreen,
    CompareScreen,
    ModelsScreen,
    GroupsScreen,
    ShapesScreen,
    HelpScreen,
    ValueScreen,
    JournalScreen,
    VersionDiffScreen,
)


def test_every_action_is_done_by_some_screen() -> None:
    for action in ACTIONS:
        assert any(hasattr(screen, f"act_{action.id}") for screen in SCREENS), action.id


def test_every_handler_belongs_to_an_action() -> None:
    for screen in SCREENS:
        handlers = [name for name in dir(screen) if name.startswith("act_")]
        assert {name.removeprefix("act_") for name in handlers} <= set(BY_ID)


def test_no_key_means_two_things_in_one_place() -> None:
    for place in Where:
        keys = [key for action in ACTIONS if place in action.where for key in action.keys]
        assert len(keys) == len(set(keys)), place


def test_ids_and_commands_are_unique() -> None:
    assert len(BY_ID) == len(ACTIONS)
    assert len(BY_COMMAND) == len([action for action in ACTIONS if action.command])


def test_every_action_can_be_reached() -> None:
    for action in ACTIONS:
        assert action.keys or action.command, action.id
        assert action.help
        assert action.words


def test_an_action_says_the_first_thing_that_is_missing() -> None:
    compare = BY_ID["compare"]
    assert "mark two runs" in compare.why_not(set())
    assert compare.why_not({Need.PAIR}) == ""


def test_sequences_wait_for_their_second_key() -> None:
    keyboard = Keyboard()
    assert keyboard.press("g", (Where.LIST,)) is None
    assert keyboard.press("g", (Where.LIST,)) is BY_ID["top"]
    assert keyboard.press("g", (Where.LIST,)) is None
    assert keyboard.press("j", (Where.LIST,)) is BY_ID["down"]


def test_the_most_special_place_wins() -> None:
    assert find("l", (Where.CURVES, Where.RUNS), ACTIONS) is BY_ID["read_right"]
    assert find("l", (Where.RUNS, Where.CURVES), ACTIONS) is BY_ID["right"]
    assert find("x", (Where.HOME,), ACTIONS) is None


def test_the_footer_shows_only_what_can_be_done() -> None:
    places = (Where.RUNS, Where.LIST, Where.HOME)
    words = dict(footer_line(places, {Need.RUN, Need.ROWS}))
    assert "c" not in words
    assert words["space"] == "mark"
    assert dict(footer_line(places, {Need.PAIR}))["c"] == "compare"


def test_keys_are_shown_as_they_are_written_on_keyboards() -> None:
    assert shown_keys(BY_ID["top"]) == "gg Home"
    assert shown_keys(BY_ID["page_down"]) == "PgDn"
    assert shown_keys(BY_ID["back"]) == "esc"


def test_the_table_for_the_readme_has_a_row_for_each_action() -> None:
    lines = key_table().splitlines()
    assert len(lines) == len(ACTIONS) + 2
    assert all(line.count("|") - line.count("\\|") == 5 for line in lines)
    assert "| `s` `:sort COLUMN [asc\\|desc], …` | sort by the cursor's column" in key_table()


@pytest.mark.parametrize(
    "needed", ["q", "runs", "models", "help", "filter", "sort", "columns", "experiment"]
)
def test_the_command_line_knows(needed: str) -> None:
    assert needed in BY_COMMAND
