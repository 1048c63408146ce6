"""Stories of the models screen: reading, going about, searching, copying, failures, sizes."""

from __future__ import annotations

import threading
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from stories.driver import story, using
from stories.memory_registry import MemoryRegistry, opener, registry
from stories.memory_store import MemoryStore, world

from venturi.errors import StoreUnreachable
from venturi.records import ModelVersion, RegisteredModel

DOWN = StoreUnreachable("nobody answers at http://mlflow:5000", hint="is the server running?")
SIZES = [(160, 45), (80, 24), (40, 12)]


@asynccontextmanager
async def models_screen(
    held: MemoryRegistry,
    size: tuple[int, int] = (160, 45),
    store: MemoryStore | None = None,
):
    """The models screen, opened by its key."""
    store = store or world()
    async with using(store, size, opener=opener(held, store)) as user:
        await user.press("M")
        await user.sees("Models")
        await user.rest()
        yield user


def cursor_lines(user) -> list[str]:
    return [line for line in user.lines if "▸ " in line]


def numbers(user) -> list[str]:
    """The numbers of the versions listed, on a wide screen."""
    rows = [line.split("││")[1].replace("▸", " ").split() for line in user.lines[3:8]]
    return [row[0] for row in rows if len(row) > 1]


# Reading


@story
async def test_models_are_listed_with_stages_aliases_and_number_of_versions() -> None:
    async with models_screen(registry()) as user:
        await user.sees("Models 3", "3 models", "churn ─ 5 versions")
        line = user.line_with("▸ churn")
        assert "●3 prod  ○4 stag" in line
        assert "challenger→4" in line
        assert " 5 " in line.partition("││")[0]
        assert " 0 " in user.line_with("empty").partition("││")[0]


@story
async def test_versions_show_stage_aliases_age_user_run_and_metrics_of_the_run() -> None:
    async with models_screen(registry()) as user:
        await user.sees("dull-heron-02", "val/acc")
        line = user.line_with("● Production")
        for words in ("champion", "4h", "bo", "keen-ibis-03", "0.938"):
            assert words in line, words
        assert "○ Staging" in user.line_with("challenger  ")
        assert "□ Archived" in user.text
        assert numbers(user) == ["5", "4", "3", "2", "1"]


@story
async def test_the_detail_of_the_version_under_the_cursor_follows() -> None:
    async with models_screen(registry(), (160, 60)) as user:
        await user.sees("churn/5", "attempt 5")
        await user.press("2", "j", "j")
        await user.sees("─ churn/3", "attempt 3", "s3://models/churn/3", "s3://stored/churn/3")
        await user.sees("validated", "Who leaves us?", "team", "growth", f"{3:032x}")


@story
async def test_versions_follow_the_cursor_among_the_models() -> None:
    async with models_screen(registry()) as user:
        await user.press("j")
        await user.sees("no versions of empty yet", "versions create empty", "Nothing in it.")
        await user.press("j")
        await user.sees("vision ─ 1 version", "/models/vision")
        await user.sees_no("no versions of empty")


@story
async def test_a_name_behind_the_command_begins_with_that_model() -> None:
    held = registry()
    async with using(world(), opener=opener(held)) as user:
        await user.enter(":", "models vision")
        await user.sees("▸ vision", "vision ─ 1 version")
        await user.enter(":", "models nope")
        await user.hears("no model 'nope' here")
        await user.enter(":", "runs")
        await user.sees("Experiments 2")


# Going about


@pytest.mark.parametrize("size", SIZES)
@story
async def test_enter_leads_to_the_versions_and_on_to_the_run_and_esc_all_the_way_back(size) -> None:
    async with models_screen(registry(), size) as user:
        await user.press("enter")
        await user.sees("─ 5 versions")
        await user.press("j")
        await user.rest()
        await user.press("enter")
        await user.sees("─ wry-stoat-04", "metrics")
        await user.press("escape")
        await user.rest()
        await user.sees("○ Staging")
        await user.press("escape")
        await user.sees("Models 3", "▸ churn")
        await user.press("escape")
        await user.sees("Runs")
        assert "brave-otter-00" in user.text


@story
async def test_a_version_without_a_run_says_so() -> None:
    async with models_screen(registry()) as user:
        await user.press("G")
        await user.sees("vision ─ 1 version")
        await user.rest()
        await user.press("enter", "enter")
        await user.hears("vision/1 names no run")


@story
async def test_a_run_that_is_gone_is_told() -> None:
    held, store = registry(), world()
    store.delete(f"{5:032x}")
    async with models_screen(held, store=store) as user:
        await user.press("enter", "enter")
        await user.hears(f"run {5:032x} is not in this store any more")


@story
async def test_of_a_store_that_reads_runs_one_by_one_only_that_under_the_cursor_is_read() -> None:
    store = world(indexed=False)
    async with models_screen(registry(), store=store) as user:
        await user.sees("brave-otter-05")
        assert store.asked.count("get") == 1
        await user.press("enter", "enter")
        await user.sees("attributes")


@story
async def test_panes_are_reached_by_number_and_by_tab() -> None:
    async with models_screen(registry(), (80, 24)) as user:
        await user.press("3")
        await user.sees("─ churn/5", "attempt 5")
        await user.press("escape", "2")
        await user.sees("● Production", "Models 3")
        await user.press("tab")
        assert user.app.screen.focused.id == "models"
        await user.press("3", "down", "down", "down", "down", "enter")
        await user.sees("y copies")


# Searching and copying


@story
async def test_letters_narrow_the_models_and_esc_shows_all_again() -> None:
    async with models_screen(registry()) as user:
        await user.enter("/", "visi")
        await user.sees("Models 3 ─ visi", "1 of 3 models", "vision ─ 1 version")
        assert len(cursor_lines(user)) == 1
        await user.press("escape")
        await user.sees("3 models", "empty")


@story
async def test_letters_narrow_the_versions_by_stage_alias_run_and_tag() -> None:
    async with models_screen(registry()) as user:
        await user.press("enter")
        known = (("produ", "3"), ("challen", "4"), ("finch", "1"), ("attempt 2", "2"))
        for letters, wanted in known:
            await user.enter("/", letters)
            await user.rest()
            assert numbers(user) == [wanted]
            await user.press("escape")


@story
async def test_names_uris_and_commands_are_copied() -> None:
    async with models_screen(registry()) as user:
        await user.press("y", "enter", "j", "j", "y")
        await user.hears("copied the name churn/3")
        await user.press("Y")
        await user.sees("models:/churn/3", "models:/churn@champion", "venturi versions list")
        await user.type("lists these")
        await user.press("enter")
        await user.press("Y")
        await user.type("the URI by alias")
        await user.press("enter")
        await user.press("Y")
        await user.type("shows the version")
        await user.press("enter")
        assert user.copied == [
            "churn",
            "churn/3",
            "venturi versions list churn -s memory://test",
            "models:/churn@champion",
            "venturi versions get churn/3 -s memory://test",
        ]


# News and failures


@story
async def test_refresh_shows_what_others_did_and_keeps_the_cursor() -> None:
    held = registry()
    async with models_screen(held) as user:
        await user.press("enter", "j", "j", "j")
        held.change("churn", 2, stage="Staging")
        held.versions.append(ModelVersion("churn", 6))
        await user.press("r")
        await user.sees("churn ─ 6 versions")
        await user.rest()
        assert "○ Staging" in next(
            line for line in cursor_lines(user) if "▸ 2 " in " ".join(line.split())
        )


@story
async def test_a_registry_that_fails_says_why_and_is_tried_again() -> None:
    held = registry()
    held.failure = DOWN
    async with models_screen(held) as user:
        await user.sees("✗ nobody answers at http://mlflow:5000", "is the server running?", "r try")
        await user.press("enter", "enter", "y", "Y", "slash", "escape", "1")
        held.failure = None
        await user.press("r")
        await user.sees("churn ─ 5 versions", "● Production")


@story
async def test_what_was_shown_stays_when_the_registry_goes_away() -> None:
    held = registry()
    async with models_screen(held) as user:
        held.failure = DOWN
        await user.press("r")
        await user.hears("nobody answers")
        await user.sees("● Production", "Models 3")
        await user.press("G")
        await user.sees("✗ nobody answers")
        held.failure = None
        await user.press("r")
        await user.sees("vision ─ 1 version")


@story
async def test_an_empty_registry_teaches_how_to_fill_it() -> None:
    async with models_screen(MemoryRegistry({}, [])) as user:
        await user.sees("no registered models yet", "venturi versions create", "0 models")
        await user.press("enter", "y", "Y", "enter")
        await user.hears("there is no")


@story
async def test_while_the_registry_is_silent_one_can_leave() -> None:
    held = registry()
    held.gate = threading.Event()
    async with using(world(), opener=opener(held)) as user:
        await user.press("M")
        await user.sees("reading models …")
        await user.press("escape")
        await user.sees("Experiments 2")
        held.gate.set()
        await user.rest()


@story
async def test_the_answer_for_another_model_comes_too_late() -> None:
    held = registry()
    async with models_screen(held) as user:
        held.gate = threading.Event()
        await user.press("G")
        await user.until(lambda: "versions of vision" in held.asked, "the question")
        await user.press("g", "g")
        held.gate.set()
        await user.rest()
        await user.sees("churn ─ 5 versions", "● Production")


# Sizes and harm


@pytest.mark.parametrize("size", SIZES)
@story
async def test_every_size_shows_models_and_where_one_is(size) -> None:
    async with models_screen(registry(), size) as user:
        await user.sees("▸ churn", "Models 3")
        await user.press("enter")
        await user.sees("● Production", "churn ─ 5 versions")
        for width, height in ((20, 6), (3, 2), (200, 50), size):
            await user.resize(width, height)
            await user.press("j")
            await user.rest()


@pytest.mark.parametrize("size", SIZES)
@story
async def test_hostile_text_is_shown_and_never_obeyed(size) -> None:
    evil = "\x1b[2J[red]evil[/]\u202e\x07"
    version = ModelVersion(
        evil, 1, stage=evil, aliases=(evil,), status=evil, status_message=evil, description=evil,
        run_id=evil, source=evil, storage_location=evil, user_id=evil, tags={evil: evil},
    )  # fmt: skip
    held = MemoryRegistry({evil: RegisteredModel(evil, evil, tags={evil: evil})}, [version])
    async with models_screen(held, size) as user:
        await user.sees("␛[2J[red]ev")
        for key in ("y", "enter", "y", "Y", "escape", "3", "escape", "enter", "enter"):
            await user.press(key)
            await user.rest()
            assert not {"\x1b", "\x07", "\u202e"} & set(user.text)


@story
async def test_a_state_that_is_not_ready_and_an_unknown_stage_are_told() -> None:
    held = registry()
    held.change("churn", 5, status="FAILED_REGISTRATION", status_message="disk full", stage="Odd")
    async with models_screen(held) as user:
        await user.sees("? Odd failed registration", "disk full")


@story
async def test_ten_thousand_models_are_listed_with_their_newest_version() -> None:
    held = registry()
    many = {f"m{at:05}": RegisteredModel(f"m{at:05}") for at in range(4000)}
    held.models.update(many)
    one = held.versions[0]
    held.versions += [replace(one, name=name, version=7) for name in many]
    held.versions += [replace(one, name="m00000", version=at) for at in range(8, 2000)]
    async with models_screen(held) as user:
        await user.sees("4,003 models", "v5")
        await user.press("G")
        await user.sees("vision ─ 1 version")
