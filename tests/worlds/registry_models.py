"""Models in a registry, made by MLflow's client or by us, for what must hold on all of them."""

from __future__ import annotations

from venturi.records import ModelVersion
from venturi.stores.registry import NewVersion, VersionQuery
from worlds.registries import Registry, model_words, version_words

SOURCE = "s3://bucket/model"


def filled(registry: Registry) -> str:
    """A model that MLflow's client made, with a bit of everything."""
    client, name = registry.client, registry.fresh_name()
    client.create_registered_model(name, {"team": "geology"}, "found in a mine")
    for _ in range(5):
        client.create_model_version(name, SOURCE, run_id="0" * 32, tags={"k": "v"})
    for version, stage in (("1", "Archived"), ("2", "Production"), ("3", "Staging")):
        client.transition_model_version_stage(name, version, stage)
    client.update_model_version(name, "2", "the good one")
    client.set_registered_model_alias(name, "champion", "2")
    client.set_registered_model_alias(name, "best-of", "2")
    client.set_registered_model_alias(name, "gone", "4")
    client.delete_model_version(name, "4")
    return name


def versions_of(registry: Registry, name: str) -> list[ModelVersion]:
    """All versions of a model that our store lists."""
    page = registry.store.search_versions(VersionQuery(name), limit=1000)
    assert page.next_token is None
    return list(page)


def made(registry: Registry, *stages: str) -> str:
    """A model that we made, with a version in each stage."""
    name = registry.fresh_name()
    registry.store.create_model(name)
    for stage in stages:
        version = registry.store.create_version(NewVersion(name, SOURCE)).version
        registry.store.transition(name, version, stage)
    return name


def state(registry: Registry, name: str) -> list[object]:
    """All that our store says of a model and its versions."""
    versions = [version_words(each) for each in versions_of(registry, name)]
    return [model_words(registry.store.get_model(name)), versions]
