"""Stories of the registry by keys: undo, redo, the journal, gates, tags, names, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest
from stories.driver import User, story, using
from stories.memory_registry import MemoryRegistry, opener, registry
from stories.memory_store import world
from stories.on_registry import on_version

from venturi.errors import LoginRefused
from venturi.registry.journal import Journal, Note
from venturi.registry.steps import Kind, Step

PLACE = "memory://test"


@pytest.fixture(autouse=True)
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    """The journal of somebody else than who runs the tests."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return Journal()


async def do(user: User, command: str) -> None:
    """Give a command, and agree to what it would change."""
    await user.enter(":", command)
    await user.sees("enter do it")
    await user.press("enter")
    await user.sees_no("enter do it")
    await user.rest()


async def agree(user: User, *words: str) -> None:
    """See these words in the window that asks, and agree."""
    await user.sees("enter do it", *words)
    await user.press("enter")
    await user.sees_no("enter do it")
    await user.rest()


def state(held: MemoryRegistry) -> tuple[object, ...]:
    """All that can be written in a registry."""
    versions = sorted(held.versions, key=lambda each: (each.name, each.version))
    return held.models, [
        (each.full_name, each.stage, each.aliases, each.description, each.tags) for each in versions
    ]


# Undo and redo


@story
async def test_writes_are_undone_and_done_again_one_after_another(journal: Journal) -> None:
    held = registry()
    before = state(held)
    async with on_version(held, 4) as user:
        await do(user, "transition Production")
        moved = state(held)
        await do(user, "tag checked=yes -validated")
        tagged = state(held)
        assert len(user.toasts) == 1
        await user.press("z")
        await agree(user, "Undo the last write?", "write 2 of", "venturi registry undo 2")
        assert state(held) == moved
        await user.press("z")
        await agree(user, "churn/3  □ Archived", "write 1 of")
        assert state(held) == before
        await user.press("Z")
        await agree(user, "Do again", "it was undone in write 4", "registry redo 1")
        assert state(held) == moved
        await user.press("Z")
        await agree(user, "it was undone in write 3")
        assert state(held) == tagged
        await user.press("Z")
        await user.sees("the journal has nothing to do again")
        await user.press("escape", "z")
        await agree(user, "write 6 of")
        assert state(held) == moved
    assert [entry.undoes for entry in journal.entries()] == [0, 0, 2, 1, 0, 0, 6]


@story
async def test_what_somebody_changed_since_is_not_undone() -> None:
    held = registry()
    async with on_version(held, 4) as user:
        await do(user, "transition Archived")
        held.change("churn", 4, stage="Production")
        await user.press("z")
        await user.sees("write 1 cannot be undone", "'Production' now", "somebody changed it since")
        await user.press("escape")
        assert held.get_version("churn", 4).stage == "Production"


@story
async def test_a_refused_write_keeps_what_was_typed() -> None:
    held = registry()
    held.write_failure = LoginRefused("ana may not write to churn", hint="ask who owns it")
    async with on_version(held, 4) as user:
        await user.enter(":", "transition Production")
        await user.sees("enter do it")
        await user.type("better")
        await user.press("ctrl+a", "enter")
        await user.hears("ana may not write to churn")
        await user.sees("better", "archive others: off", "enter do it")
        held.write_failure = None
        await agree(user)
    assert held.get_version("churn", 4).tags["venturi.reason"] == "better"


@story
async def test_the_team_is_told_of_each_write_where_the_setting_asks_for_that() -> None:
    held = registry()
    async with on_version(held, 4) as user:
        user.app.screen.loader.tag_writes = True
        await user.enter(":", "alias newest")
        await agree(user, "the team is told on the versions, by the tag venturi.reason")
    assert held.get_version("churn", 4).tags["venturi.reason"].startswith("versions alias by ")


# The journal


@story
async def test_the_journal_shows_the_writes_to_a_model_and_undoes_any_of_them() -> None:
    held = registry()
    other = Step(Kind.TAG_MODEL, "vision", key="team", after="ml")
    Journal().add(PLACE, Note("models tag"), [other])
    Journal().add("elsewhere", Note("models tag"), [other])
    async with on_version(held, 4) as user:
        await do(user, "alias newest")
        await do(user, "transition Archived")
        await user.press("J")
        await user.sees("Journal ─ churn, 2 of 3 writes", "churn@newest: · → 4", "write 4")
        await user.press("a")
        await user.sees("all models, 3 of 3 writes", "vision: tag team")
        await user.press("a", "j")
        await user.sees("write 3", "(nothing) → churn/4")
        await user.press("z")
        await agree(user, "Undo write 3?", "churn@newest  churn/4 → (nothing)")
        await user.sees("undone by 5")
        await user.enter("/", "undo 3")
        await user.sees("1 of 4 writes ─ undo 3")
        await user.press("Y", "escape", "escape")
        await user.sees("churn ─ 5 versions")
        await user.rest()
        assert user.copied == ["venturi registry log --model churn -s memory://test"]
    assert held.get_version("churn", 4).aliases == ("challenger",)


@story
async def test_the_journal_follows_a_model_through_its_names() -> None:
    held = registry()
    async with on_version(held, 4) as user:
        await do(user, "tag a=b")
        await do(user, "rename churn-eu")
        await user.sees("churn-eu ─ 5 versions")
        await user.press("J")
        await user.sees("churn-eu, 2 of 2 writes", "churn/4: tag a")
    assert "churn" not in held.models


@story
async def test_an_empty_journal_says_what_it_keeps() -> None:
    held = registry()
    async with on_version(held, 4, (80, 24)) as user:
        await user.press("J")
        await user.sees("nothing was written to this registry yet", "no write")
        await user.press("z", "y", "enter", "a", "r")
        await user.hears("nothing was written since")
        await user.press("R")
        await user.sees("live 5s")


# Gates


@story
async def test_a_gate_shows_what_holds_and_stays_for_the_transition(journal: Journal) -> None:
    held = registry()
    async with on_version(held, 4) as user:
        await user.press("g")
        await user.sees("Gate of churn/4", "type a condition", "val/acc")
        await user.type("metrics.val/acc >= champ")
        await user.sees("has no alias 'champ'")
        await user.type("ion and metrics.epoch > 1")
        await user.sees("0.934", "0.938 of churn/3 (champion)", "✗ 1 of 2 do not hold")
        await user.press("enter")
        await user.sees_no("Gate of")
        await user.enter(":", "transition Production")
        await user.sees("✗ 1 of 2 do not hold", "force: off")
        assert "do it" not in user.text
        await user.press("enter")
        assert held.written == []
        await user.press("ctrl+f")
        await user.sees("forced, which is written down", "--require 'metrics.epoch > 1' --force")
        await agree(user)
    assert held.get_version("churn", 4).stage == "Production"
    (entry,) = journal.entries()
    assert entry.gates == ("metrics.val/acc >= champion", "metrics.epoch > 1")
    assert entry.forced


@story
async def test_a_gate_that_holds_is_written_down_and_not_forced(journal: Journal) -> None:
    async with on_version(registry(), 2) as user:
        await user.enter(":", "transition Staging")
        await user.sees("enter do it")
        await user.press("shift+tab")
        await user.type("metrics.val/acc >= ")
        await user.sees("is no condition")
        await user.press("enter")
        await user.type("champion")
        await user.sees("✓ it holds")
        await agree(user)
    (entry,) = journal.entries()
    assert (entry.gates, entry.forced) == (("metrics.val/acc >= champion",), False)


@story
async def test_a_condition_that_no_longer_holds_when_it_is_written_refuses(journal) -> None:
    held = registry()
    store = world()
    async with using(store, opener=opener(held, store)) as user:
        await user.enter(":", "models churn")
        await user.rest()
        await user.press("enter", "j")
        await user.enter(":", "transition Production")
        await user.sees("enter do it")
        await user.press("shift+tab")
        await user.type("params.model = 'vit-b'")
        await user.sees("✓ it holds")
        store.change(f"{4:032x}", params={"model": "other"})
        await user.press("enter")
        await user.hears("does not meet 1 condition")
        await user.sees("params.model = 'vit-b'", "✗ it does not hold")
    assert held.written == []
    assert journal.entries() == []


@story
async def test_g_twice_still_goes_to_the_top() -> None:
    async with on_version(registry(), 1) as user:
        await user.press("g", "g")
        await user.sees_no("Gate of")
        assert user.app.screen.versions.version.version == 5
        await user.press("space", "space", "g")
        await user.sees("Gate of 2 versions")


# Tags, names, aliases, and no more


@story
async def test_tags_of_a_model_are_set_and_taken_away_and_faults_are_told_while_one_types() -> None:
    held = registry()
    async with on_version(held, 4) as user:
        await user.press("1", "t")
        await user.sees("tags of churn: team=growth sets, -team takes away")
        await user.type("tier")
        await user.press("enter")
        await user.sees("'tier' is no tag")
        await user.type("=1 -team")
        await user.press("enter")
        await agree(user, "Change tags of churn?", "churn tag tier  (nothing) → 1", "→ (nothing)")
    assert held.models["churn"].tags == {"tier": "1"}


@story
async def test_an_alias_is_taken_away_from_whatever_it_names() -> None:
    held = registry()
    async with on_version(held, 5) as user:
        await user.press("A")
        await user.sees("champion", "names 3")
        await user.type("champ")
        await user.press("enter")
        await agree(user, "churn@champion  churn/3 → (nothing)")
    assert held.get_version("churn", 3).aliases == ()


@story
async def test_a_version_is_deleted_for_good_and_only_when_confirmed() -> None:
    held = registry()
    async with on_version(held, 3) as user:
        await user.press("D")
        await user.sees("Delete churn/3?", "churn/3  there → gone", "it is in Production")
        await user.sees("its aliases go with it: champion", "this cannot be undone")
        await user.press("enter")
        assert held.written == []
        await user.type("churn/3")
        await agree(user)
        await user.sees("churn ─ 4 versions")
        await user.press("j", "D")
        await agree(user, "Delete churn/1?")
        await user.press("z")
        await user.sees("nothing to undo")
        await user.press("enter", "escape")
        await user.sees_no("nothing to undo")
    assert [each.version for each in held.versions if each.name == "churn"] == [2, 4, 5]


@story
async def test_a_model_is_deleted_only_when_its_name_is_typed_and_nothing_new_came() -> None:
    held = registry()
    async with on_version(held, 3, (80, 24)) as user:
        await user.press("1", "D")
        await user.sees("Delete churn and all its versions?", "5 versions go with it", "in use:")
        await user.press("enter")
        await user.sees("churn   to say that you mean it")
        assert "do it" not in user.text
        held.versions.append(held.get_version("churn", 5).__class__("churn", 6))
        await user.type("churn")
        await user.sees("enter do it")
        await user.press("enter")
        await user.hears("churn was changed by somebody meanwhile")
        await user.sees("6 versions go with it")
        await user.type("churn")
        await agree(user)
        await user.sees("Models 2")
    assert "churn" not in held.models


@story
async def test_what_was_opened_read_only_stays_as_it_is() -> None:
    held = registry()
    async with on_version(held, 4, read_only=True) as user:
        for key in ("n", "D", "t", "E", "z", "Z", "A"):
            await user.press(key)
            await user.hears("opened with --readonly: nothing is written")
            user.app.clear_notifications()
        assert held.written == []


EVIL = "\x1b[2J[red]evil[/]\u202e"
KEYS = (
    "g", "m", "escape", "d", "x", "b", "l", "enter", "escape", "escape", "i", "j", "enter",
    "escape", "i", "n", "x", "tab", "down", "enter", "escape", "J", "a", "j", "tab", "f", "f",
    "enter", "z", "escape", "escape", "escape", "D", "escape", "t", "a", "enter", "escape",
    "E", "enter", "escape", "A", "escape", "z", "escape", "Z", "escape", "space", "u",
)  # fmt: skip


@pytest.mark.parametrize("size", [(160, 45), (20, 6)])
@story
async def test_no_key_does_harm_at_any_size_whatever_things_are_called(size) -> None:
    held = registry()
    tags = {EVIL: EVIL}
    held.change("churn", 4, description=EVIL, aliases=(EVIL,), tags=tags, source=EVIL, user_id=EVIL)
    step = Step(Kind.TAG_VERSION, "churn", 4, EVIL, EVIL, EVIL)
    Journal().add(PLACE, Note(EVIL, EVIL, (EVIL,), True), [step])
    async with on_version(held, 4, size) as user:
        for key in KEYS:
            await user.press(key)
            await user.rest()
            assert not {"\x1b", "\u202e"} & set(user.text)
    assert held.written == []
