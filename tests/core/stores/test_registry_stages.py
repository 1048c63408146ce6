"""Stages in every model registry, and what is refused before anything is written."""

from __future__ import annotations

import pytest
from worlds.registries import Registry, assert_model_agrees
from worlds.registry_models import SOURCE, filled, made, state, versions_of

from venturi.errors import Conflict, InvalidInput, NotFound
from venturi.stores.registry import NewVersion

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")


def test_a_version_moves_through_the_stages(registry: Registry) -> None:
    store, name = registry.store, filled(registry)
    for word, stage in (("staging", "Staging"), ("PRODUCTION", "Production"), ("none", "None")):
        moved = store.transition(name, 5, word)
        assert moved == store.get_version(name, 5)
        assert moved.stage == stage
        assert_model_agrees(registry, name)
    assert store.get_version(name, 2).stage == "Production"  # two of them was fine
    with pytest.raises(NotFound):
        store.transition("no such", 1, "Staging")


def test_others_are_archived_when_asked_to(registry: Registry) -> None:
    store, name = registry.store, made(registry, "Production", "Production", "Staging", "None")
    store.transition(name, 4, "Production", archive_existing=True)
    stages = {each.version: each.stage for each in versions_of(registry, name)}
    assert stages == {1: "Archived", 2: "Archived", 3: "Staging", 4: "Production"}
    times = {each.last_updated_time for each in versions_of(registry, name) if each.version != 3}
    assert times == {store.get_model(name).last_updated_time}
    assert_model_agrees(registry, name)
    store.transition(name, 4, "Production", archive_existing=True)
    assert store.get_version(name, 4).stage == "Production"


def test_an_unexpected_stage_is_a_conflict_and_changes_nothing(registry: Registry) -> None:
    store, name = registry.store, made(registry, "Production", "Staging")
    before = state(registry, name)
    with pytest.raises(Conflict, match=f"{name}/2 is in the stage Staging, not Archived"):
        store.transition(name, 2, "Production", archive_existing=True, expect="archived")
    assert state(registry, name) == before
    moved = store.transition(name, 2, "Production", archive_existing=True, expect="STAGING")
    assert moved.stage == "Production"
    assert_model_agrees(registry, name)


def test_what_mlflow_refuses_is_refused_before_anything_is_written(registry: Registry) -> None:
    store, name = registry.store, filled(registry)
    before = state(registry, name)
    names_before = [each.name for each in registry.client.search_registered_models()]
    refused = (
        *(lambda bad=bad: store.create_model(bad) for bad in ("", " ", "a/b", "a:b", "..", ".")),
        *(lambda bad=bad: store.rename_model(name, bad) for bad in ("", "a/b", "..")),
        lambda: store.create_model("new", tags={"ok": "1", "no//good": "2"}),
        lambda: store.create_model("new", description="x" * 5001),
        lambda: store.create_version(NewVersion(name, SOURCE, tags={"../up": "x"})),
        lambda: store.create_version(NewVersion(name, "")),
        lambda: store.set_model_tag(name, "/abs", "x"),
        lambda: store.set_version_tag(name, 1, "k", "x" * 100_001),
        *(lambda bad=bad: store.set_alias(name, bad, 1) for bad in ("latest", "v3", "", "a/b")),
        lambda: store.transition(name, 1, "Live"),
        lambda: store.transition(name, 1, "Archived", archive_existing=True),
        lambda: store.transition(name, 1, "Staging", expect="Live"),
        lambda: store.describe_version(name, 1, "x" * 5001),
    )
    for wish in refused:
        with pytest.raises(InvalidInput):
            wish()
    assert state(registry, name) == before
    assert [each.name for each in registry.client.search_registered_models()] == names_before
    assert_model_agrees(registry, name)
