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


@story
async def test_what_is_registered_tagged_undone_renamed_and_deleted_by_keys_mlflow_sees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from worlds.model_worlds import model_world
    from worlds.registries import registry_of

    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with registry_of("files", tmp_path) as made:
        held = model_world(made.uri)
        place = Place(made.uri, "--store", registry_uri=made.uri)
        before = held.theirs()
        async with using(world(1), opener=partial(connect, place, Settings())) as user:

            async def agree(*words: str) -> None:
                await user.sees("enter do it", *words)
                await user.press("enter")
                await user.sees_no("enter do it")
                await user.rest()

            await user.enter(":", f"models {held.name}")
            await user.sees(f"{held.name} ─ 3 versions")
            await user.rest()
            await user.press("enter")
            await user.enter(":", "tag checked=yes -n")
            await agree(f"{held.name}/3 tag n")
            assert held.theirs().versions[3].tags == {"checked": "yes"}
            await user.press("z")
            await agree(f"{held.name}/3 tag checked  yes")
            assert held.theirs() == before
            await user.press("Z")
            await agree("it was undone in write 2")
            await user.press("n")
            await user.type(f"{held.name}-1")
            await user.press("enter")
            await user.sees("path    model")
            await user.press("enter", "enter")
            await agree(f"{held.name}/new run")
            await user.sees(f"{held.name} ─ 4 versions")
            theirs = held.client.get_model_version(held.name, "4")
            assert (theirs.run_id, theirs.source.endswith("/artifacts/model")) == (
                held.runs[0],
                True,
            )
            await user.enter(":", "gate metrics.auc >= champion")
            await user.sees("✗ it does not hold", "0.9 of")
            await user.press("escape")
            await user.enter(":", f"rename {held.name}-eu")
            await agree("whoever asks for it by its old name")
            await user.sees(f"{held.name}-eu ─ 4 versions")
            assert held.theirs(f"{held.name}-eu").aliases == {"champion": 2}
            await user.press("1", "D")
            await user.sees("4 versions go with it: 4, 3, 2, 1")
            await user.type(f"{held.name}-eu")
            await agree()
            await user.sees("no registered models yet")
        assert held.client.search_registered_models() == []
    actions = [entry.action for entry in Journal().entries()]
    assert actions[:4] == ["versions tag", "undo", "redo", "versions create"]
    assert actions[4:] == ["models rename", "models delete"]
