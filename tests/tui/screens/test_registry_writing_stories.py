"""Stories of writing to the registry by keys: one window shows all that will change, and asks."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from stories.driver import User, story
from stories.memory_registry import MemoryRegistry, registry
from stories.on_registry import on_version

from venturi.errors import Conflict, LoginRefused
from venturi.registry.journal import Journal
from venturi_tui.screens.written_lines import one_line, several_lines

SIZES = [(160, 45), (80, 24), (40, 12)]


@pytest.fixture(autouse=True)
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    """The journal of somebody else than who runs the tests."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return Journal()


def stages(held: MemoryRegistry) -> dict[int, str]:
    return {each.version: each.stage for each in held.versions if each.name == "churn"}


def squeezed(user: User) -> str:
    """The screen as one line, without its frames."""
    return " ".join(user.text.replace("│", " ").split())


# Stages


@pytest.mark.parametrize("size", SIZES)
@story
async def test_a_transition_shows_all_that_changes_and_is_done_when_confirmed(
    size, journal: Journal
) -> None:
    held = registry()
    async with on_version(held, 4, size) as user:
        await user.press("T")
        await user.sees("Move churn/4 to", "it is here")
        await user.type("produ")
        await user.press("enter")
        await user.sees("Move churn/4 to Production?", "enter do it", "esc leave")
        for change in ("/4 ○ Staging → ● Production", "/3 ● Production → □ Archived"):
            await user.until(lambda change=change: f"churn{change}" in squeezed(user), change)
        assert held.written == []
        await user.press("enter")
        await user.hears("churn/4: stage Staging → Production, churn/3 → Archived")
        await user.rest()
        assert stages(held)[4] == "Production"
        assert stages(held)[3] == "Archived"
        await user.sees("● Production")
        assert "▸ 4 ● Production" in squeezed(user)
    assert [entry.action for entry in journal.entries()] == ["versions transition"]


@story
async def test_the_command_that_does_the_same_stands_in_the_window() -> None:
    async with on_version(registry(), 4) as user:
        await user.enter(":", "transition production")
        await user.sees("venturi versions transition churn/4 Production --archive-existing")
        await user.type("better AUC")
        await user.sees("--reason 'better AUC' -s memory://test")


@story
async def test_others_are_left_where_they_are_when_one_says_so() -> None:
    held = registry()
    async with on_version(held, 4) as user:
        await user.enter(":", "transition Production")
        await user.sees("archive others: on", "churn/3  ● Production")
        await user.press("ctrl+a")
        await user.sees("archive others: off", "enter do it")
        await user.rest()
        assert "→ □ Archived" not in user.text
        assert "--archive-existing" not in user.text
        await user.press("enter")
        await user.hears("churn/4: stage Staging → Production")
        await user.rest()
        assert stages(held)[3] == stages(held)[4] == "Production"


@story
async def test_a_reason_is_shown_kept_as_a_tag_and_noted(journal: Journal) -> None:
    held = registry()
    async with on_version(held, 4) as user:
        await user.enter(":", "transition archived")
        await user.sees("Move churn/4 to Archived?", "enter do it")
        assert "archive others" not in user.text
        await user.type("gate passed")
        await user.sees("churn/4 tag venturi.reason", "→ gate passed")
        await user.press("enter")
        await user.hears("tag venturi.reason")
        await user.rest()
    assert held.get_version("churn", 4).tags["venturi.reason"] == "gate passed"
    assert [entry.reason for entry in journal.entries()] == ["gate passed"]


@story
async def test_leaving_the_window_writes_nothing() -> None:
    held = registry()
    async with on_version(held, 4) as user:
        await user.press("T", "escape")
        await user.enter(":", "transition Production")
        await user.sees("enter do it")
        await user.press("escape")
        await user.sees_no("enter do it")
        assert held.written == []
        assert "read-only" in user.lines[0]


@story
async def test_what_is_so_already_is_told_and_nothing_is_written() -> None:
    held = registry()
    async with on_version(held, 3) as user:
        await user.enter(":", "transition Production")
        await user.sees("churn/3 is so already: nothing would change")
        assert "do it" not in user.text
        await user.press("enter")
        await user.sees_no("nothing would change")
        assert held.written == []


@story
async def test_a_stage_that_is_none_is_refused_in_words() -> None:
    async with on_version(registry(), 3) as user:
        await user.enter(":", "transition shelf")
        await user.hears("shelf")
        assert "do it" not in user.text


@story
async def test_what_somebody_else_moved_meanwhile_is_not_overwritten(journal: Journal) -> None:
    held = registry()
    async with on_version(held, 4) as user:
        await user.enter(":", "transition Production")
        await user.sees("enter do it")
        held.change("churn", 2, stage="Production")
        await user.press("enter")
        await user.hears("churn/4 was changed by somebody meanwhile: nothing is written")
        await user.rest()
        assert "2  ● Production" in user.text
    assert held.written == []
    assert journal.entries() == []


@story
async def test_a_store_that_refuses_says_why_and_nothing_changes() -> None:
    held = registry()
    held.write_failure = LoginRefused("ana may not write to churn", hint="ask who owns it")
    async with on_version(held, 4) as user:
        await user.enter(":", "transition Production")
        await user.sees("enter do it")
        await user.press("enter")
        await user.hears("ana may not write to churn")
        await user.sees("Move churn/4 to Production?", "enter do it")
        assert stages(held)[4] == "Staging"
        await user.press("escape")
        await user.rest()
        assert "read-only" in user.lines[0]


@story
async def test_a_plan_that_cannot_be_made_says_why_and_is_tried_again() -> None:
    held = registry()
    async with on_version(held, 4) as user:
        held.failure = Conflict("the registry is being moved", hint="wait a little")
        await user.enter(":", "transition Production")
        await user.sees("✗ the registry is being moved", "wait a little", "enter try again")
        held.failure = None
        await user.press("enter")
        await user.sees("enter do it")


@story
async def test_the_screen_is_not_left_while_something_is_being_written() -> None:
    held = registry()
    async with on_version(held, 4) as user:
        await user.enter(":", "transition Production")
        await user.sees("enter do it")
        held.gate = threading.Event()
        await user.press("enter", "escape", "T", "escape")
        await user.hears("still writing to churn/4")
        held.gate.set()
        await user.hears("churn/4: stage Staging → Production")
        await user.rest()
        await user.sees("read-write")


@story
async def test_the_header_says_read_write_from_the_first_write_on() -> None:
    async with on_version(registry(), 4) as user:
        assert "read-only" in user.lines[0]
        await user.enter(":", "alias newest")
        await user.sees("enter do it")
        await user.press("enter")
        await user.sees("read-write")
        await user.rest()
        await user.press("escape", "escape")
        await user.sees("Experiments 2", "read-write")


@pytest.mark.parametrize("key", ["T", "a", "e"])
@story
async def test_a_screen_opened_read_only_refuses_and_says_so(key: str) -> None:
    held = registry()
    async with on_version(held, 4, read_only=True) as user:
        assert "T transition" not in user.text
        await user.press(key)
        await user.hears("opened with --readonly: nothing is written")
        assert held.written == []


# Aliases


@story
async def test_an_alias_is_taken_from_the_version_it_named() -> None:
    held = registry()
    async with on_version(held, 4) as user:
        await user.press("a")
        await user.sees("an alias for churn/4; there are challenger→4, champion→3")
        await user.type("champion")
        await user.press("enter")
        await user.sees("Let champion name churn/4?", "churn@champion  churn/3 → churn/4")
        await user.sees("venturi versions alias churn/4 champion")
        await user.press("enter")
        await user.hears("churn@champion: 3 → 4")
        await user.rest()
        assert "challenger champion" in user.text
    assert held.get_version("churn", 4).aliases == ("challenger", "champion")
    assert held.get_version("churn", 3).aliases == ()


@story
async def test_an_alias_the_version_has_is_taken_away() -> None:
    held = registry()
    async with on_version(held, 3) as user:
        await user.enter(":", "alias champion")
        await user.sees("Take champion away from churn/3?", "churn@champion  churn/3 → (nothing)")
        await user.sees("venturi versions unalias churn champion")
        await user.press("enter")
        await user.hears("churn@champion: 3 →")
        await user.rest()
    assert held.get_version("churn", 3).aliases == ()


@story
async def test_a_reserved_alias_is_refused_while_one_types() -> None:
    held = registry()
    async with on_version(held, 3) as user:
        await user.press("a")
        await user.type("latest")
        await user.sees("^ ", "latest")
        await user.press("enter")
        await user.hears("latest")
        await user.rest()
        assert "do it" not in user.text
    assert held.written == []


# Descriptions


@story
async def test_a_description_is_changed_with_its_lines_kept() -> None:
    held = registry()
    held.change("churn", 3, description="one\ntwo")
    async with on_version(held, 3) as user:
        await user.press("e")
        await user.sees(r"one\ntwo")
        await user.type(r"\nthree")
        await user.press("enter")
        await user.sees("Describe churn/3 anew?", "churn/3 description", "three")
        await user.press("enter")
        await user.hears("churn/3: description set")
        await user.rest()
    assert held.get_version("churn", 3).description == "one\ntwo\nthree"


@pytest.mark.parametrize("text", ["", "a", "a\nb", "a\\nb", "\\", "\\\n", "\n\\n\\\\n", "x\\\\\n"])
def test_one_line_stands_for_several_and_back(text: str) -> None:
    assert "\n" not in one_line(text)
    assert several_lines(one_line(text)) == text


# Sizes and harm


@pytest.mark.parametrize("size", SIZES)
@story
async def test_hostile_words_are_shown_in_the_window_and_never_obeyed(size) -> None:
    held = registry()
    held.change("churn", 3, description="\x1b[2J[red]evil[/]\u202e", aliases=("\x1b[2J[b]x",))
    async with on_version(held, 3, size) as user:
        for command in ("describe new", "alias \x1b[2J[b]x", "transition Staging"):
            await user.enter(":", command)
            await user.rest()
            assert not {"\x1b", "\u202e"} & set(user.text)
            await user.press("escape")
            await user.rest()


@pytest.mark.parametrize("size", SIZES)
@story
async def test_every_change_can_be_reached_however_small_the_screen(size) -> None:
    held = registry()
    for number in (1, 2, 5):
        held.change("churn", number, stage="Production")
    async with on_version(held, 4, size) as user:
        await user.enter(":", "transition Production")
        await user.sees("Move churn/4", "enter do it")
        seen = ""
        for _ in range(12):
            seen += squeezed(user)
            await user.press("down")
        for number in (1, 2, 3, 5):
            assert f"churn/{number} ● Production → □ Archived" in seen


KEYS = (
    "j", "k", "G", "g", "g", "tab", "shift+tab", "f", "1", "2", "3", "T", "escape", "a", "x",
    "escape", "escape", "e", "escape", "enter", "escape", "y", "Y", "escape", "r", "R", "T",
    "enter", "ctrl+a", "down", "pagedown", "enter", "slash", "z", "enter", "escape",
    "question_mark", "escape", "ctrl+p", "escape", "colon", "escape", "pagedown", "ctrl+u",
    "home", "end", "a", "n", "enter", "enter", "M", "2", "T", "up", "enter", "escape",
)  # fmt: skip


@pytest.mark.parametrize("size", [(160, 45), (40, 12), (20, 6), (3, 2)])
@story
async def test_no_key_does_harm_at_any_size(size) -> None:
    async with on_version(registry(), 4, size) as user:
        for key in KEYS:
            await user.press(key)
        await user.rest()
