"""The models screen on real stores: what is written by keys is what MLflow's client reads."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from stories.driver import story, using
from stories.memory_store import world

from venturi.connection import connect
from venturi.registry.journal import Journal
from venturi.settings import Place, Settings


@pytest.mark.parametrize("kind", ["sqlite", "files", "http"])
@story
async def test_models_are_read_and_written_by_keys_as_mlflow_has_them(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from worlds.model_worlds import model_world
    from worlds.registries import registry_of

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with registry_of(kind, tmp_path) as made:
        held = model_world(made.uri)
        place = Place(made.uri, "--store", registry_uri=made.uri)
        async with using(world(1), opener=partial(connect, place, Settings())) as user:
            await user.press("M")
            await user.sees(f"{held.name} ─ 3 versions", "who leaves", "●2 prod  ○3 stag")
            await user.rest()
            await user.sees(f"{held.name}-3", "auc", "0.91", "source")
            await user.enter(":", "transition Production")
            await user.sees(f"{held.name}/2  ● Production → □ Archived", "enter do it")
            await user.press("enter")
            await user.hears(f"{held.name}/3: stage Staging → Production")
            await user.rest()
            await user.enter(":", "alias champion")
            await user.sees(f"{held.name}@champion  {held.name}/2 → {held.name}/3")
            await user.press("enter")
            await user.hears(f"{held.name}@champion: 2 → 3")
            await user.rest()
            await user.press("enter", "enter")
            await user.sees("depth", "attributes")
        assert held.stages() == {1: "Archived", 2: "Archived", 3: "Production"}
        assert held.theirs().aliases == {"champion": 3}
    assert len(Journal().entries()) == 2
