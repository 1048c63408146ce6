"""Stories of text that wants to do harm, in every place and of every size."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from stories.driver import story, using
from stories.memory_registry import opener
from stories.places import PLACES, faults
from worlds.hostile import HOSTILE, hostile_files, hostile_registry, hostile_store

SIZES = [(200, 50), (40, 12)]
OWN = {"experiments", "detail", "help", "palette", "filter", "command", "copies"}
"""Places that are seen from others, or show what nobody else wrote."""

PLAIN = [place for place in PLACES if place not in OWN]
STEPS = ("j", "G", "tab", "enter")


@pytest.mark.parametrize("place", PLAIN)
@story
async def test_hostile_text_is_shown_in_its_cells_and_never_obeyed(place, tmp_path: Path) -> None:
    texts = [*HOSTILE.values()]
    random.Random(place).shuffle(texts)
    hostile_files(tmp_path, texts)
    store = hostile_store(texts, tmp_path)
    async with using(store, opener=opener(hostile_registry(texts), store)) as user:
        await PLACES[place](user)
        assert not faults(user)
        await user.press(*STEPS)
        for size in SIZES:
            await user.resize(*size)
            await user.rest()
            assert not faults(user)
