"""Stories of contexts, themes and keys of the user's own, as settings give them to the screen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from stories.driver import User, story
from stories.memory_store import world

from venturi.connection import Connection
from venturi.settings import ContextEntry, KeyChoice, Place, Settings
from venturi_tui.application import VenturiApp
from venturi_tui.theme import THEMES

CONTEXTS = {
    "lab": ContextEntry("lab", "sqlite:///{demo}/mlflow.db"),
    "gone": ContextEntry("gone", "sqlite:///{demo}/gone.db"),
}


def app_on_memory(settings: Settings) -> VenturiApp:
    store = world()
    place = Place("memory://test", "--store")
    return VenturiApp(place, settings, None, lambda: Connection(place, store))


@story
async def test_another_context_is_opened_in_place_of_this_one(demo_folder: Path) -> None:
    contexts = {
        name: ContextEntry(name, entry.store.format(demo=demo_folder))
        for name, entry in CONTEXTS.items()
    }
    app = app_on_memory(Settings(contexts=contexts))
    async with app.run_test(size=(120, 40)) as pilot:
        user = User(app, pilot, None)
        await user.sees("brave-otter-00")
        await user.enter(":", "context lba")
        await user.hears("no context 'lba'")
        await user.sees("brave-otter-00")
        await user.enter(":", "context lab")
        await user.sees("witty-fox-152", "lab", "mlflow.db")
        await user.press("M")
        await user.sees("churn")
        await user.enter(":", "context")
        await user.sees("Contexts", "gone.db")
        await user.type("gon")
        await user.press("enter")
        await user.sees("there is no file", "r try again")
        await user.enter(":", "context lab")
        await user.sees("witty-fox-152")


@story
async def test_without_contexts_it_is_said_how_to_have_one() -> None:
    app = app_on_memory(Settings())
    async with app.run_test(size=(120, 40)) as pilot:
        user = User(app, pilot, None)
        await user.sees("brave-otter-00")
        await user.enter(":", "context")
        await user.hears("venturi context add NAME --store URI")


@story
async def test_chosen_keys_work_and_are_shown() -> None:
    app = app_on_memory(Settings(keys={"mark": KeyChoice("mark", ("w",), "a.toml:1")}))
    async with app.run_test(size=(160, 40)) as pilot:
        user = User(app, pilot, None)
        await user.sees("brave-otter-00")
        await user.rest()
        await user.press("w")
        await user.sees("1 marked", "w mark")
        await user.press("?")
        await user.enter("/", "take its mark")
        await user.sees("w  ")


@pytest.mark.parametrize("name", [theme.name.removeprefix("venturi-") for theme in THEMES])
def test_every_theme_shows_the_same_words(name: str) -> None:
    @story
    async def told() -> None:
        app = app_on_memory(Settings(theme=name))
        async with app.run_test(size=(120, 40)) as pilot:
            user = User(app, pilot, None)
            await user.sees("brave-otter-00", "40 runs")
            await user.rest()
            assert app.theme == f"venturi-{name}"
            await user.sees("─ step")
            grounds = {
                segment.style.bgcolor.is_default
                for strip in app.screen._compositor.render_strips()
                for segment in strip
                if segment.style and segment.style.bgcolor
            }
            assert grounds == {True} if name in ("ansi", "plain") else False in grounds

    told()


@pytest.mark.parametrize(("dots", "letters"), [("braille", "[⠁-⣿]"), ("block", "[▖-▟▀▄▌▐█]")])
def test_curves_are_made_of_what_the_font_has(dots: str, letters: str) -> None:
    @story
    async def told() -> None:
        app = app_on_memory(Settings(dots=dots))
        async with app.run_test(size=(120, 40)) as pilot:
            user = User(app, pilot, None)
            await user.sees("40 runs", "─ step")
            await user.rest()
            await user.until(lambda: bool(re.search(letters, user.text)), "a curve")
            assert dots == "braille" or not re.search("[⠁-⣿]", user.text)

    told()
