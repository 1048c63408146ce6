"""What every model registry promises: MLflow agrees with what is read and with what was written."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial

import mlflow  # noqa: TID251
import pytest
from mlflow.entities.logged_model_status import LoggedModelStatus  # noqa: TID251
from mlflow.exceptions import MlflowException  # noqa: TID251
from worlds.registries import (
    Registry,
    assert_model_agrees,
    mlflow_version_words,
    version_words,
)
from worlds.registry_models import SOURCE, filled, made, versions_of

from venturi.errors import Conflict, InvalidInput, NotFound, VenturiError
from venturi.records import ModelVersion, RegisteredModel
from venturi.stores.registry import ModelQuery, NewVersion, VersionQuery

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")

ODD_TAGS = {"team": "weather", "group/sub": "é 🦜", "a b": "", "mark": "it's\n\x1b[31mred"}
HOSTILE = ("", ".", "..", "../x", "a/b", "%", "\0", "\udc80")

# Reading what MLflow wrote


def test_what_mlflow_wrote_is_read(registry: Registry) -> None:
    name = filled(registry)
    assert_model_agrees(registry, name)
    model = registry.store.get_model(name)
    assert model.latest_versions == {"Archived": 1, "Production": 2, "Staging": 3, "None": 5}
    assert model.aliases == {"champion": 2, "best-of": 2}
    assert registry.store.get_version(name, 2).aliases == ("best-of", "champion")


def test_versions_are_listed_whole_in_mlflows_order(registry: Registry) -> None:
    name = filled(registry)
    ours = versions_of(registry, name)
    theirs = registry.client.search_model_versions(f"name = '{name}'")
    assert [each.version for each in ours] == [int(each.version) for each in theirs]
    for each in ours:
        assert each == registry.store.get_version(name, each.version)


def test_a_deleted_version_does_not_exist(registry: Registry) -> None:
    name = filled(registry)
    assert 4 not in [each.version for each in versions_of(registry, name)]
    with pytest.raises(NotFound, match=f"{name}/4"):
        registry.store.get_version(name, 4)
    for change in (
        lambda store: store.transition(name, 4, "Staging"),
        lambda store: store.set_alias(name, "champion", 4),
        lambda store: store.describe_version(name, 4, "x"),
        lambda store: store.set_version_tag(name, 4, "k", "v"),
        lambda store: store.delete_version_tag(name, 4, "k"),
        lambda store: store.delete_version(name, 4),
    ):
        with pytest.raises(NotFound):
            change(registry.store)
    assert registry.store.get_model(name).aliases["champion"] == 2


def test_prompts_are_not_listed_but_found(registry: Registry) -> None:
    name = registry.fresh_name().replace(" ", "-")
    registry.client.register_prompt(name, "Hello {{name}}")
    page = registry.store.search_models(ModelQuery(), limit=1000)
    assert name not in [model.name for model in page]
    assert versions_of(registry, name) == []
    every = registry.store.search_versions(VersionQuery(), limit=1000)
    assert name not in [version.name for version in every]
    assert registry.store.get_model(name).is_prompt
    assert registry.store.get_version(name, 1).tags["mlflow.prompt.text"] == "Hello {{name}}"
    with pytest.raises(Conflict, match="prompt"):
        registry.store.create_model(name)


def test_what_is_not_there_is_not_found(registry: Registry) -> None:
    store, name = registry.store, filled(registry)
    for nobody in ("no such", name.upper(), f"{name} ", *HOSTILE):
        with pytest.raises(NotFound):
            store.get_model(nobody)
        with pytest.raises(NotFound):
            store.get_version(nobody, 1)
        assert not list(store.search_versions(VersionQuery(nobody), limit=9))
    for number in (0, -1, 77, 1 << 40, 1 << 70):
        with pytest.raises(NotFound):
            store.get_version(name, number)


# Writing what MLflow reads


def test_a_model_is_created(registry: Registry) -> None:
    name = registry.fresh_name()
    created = registry.store.create_model(name, description="line\nline", tags={"team/a": "b é"})
    assert created == registry.store.get_model(name)
    assert created.tags == {"team/a": "b é"}
    assert_model_agrees(registry, name)
    with pytest.raises(Conflict, match=f"registered model named '{name}'"):
        registry.store.create_model(name)
    registry.client.set_registered_model_tag(name, "from", "mlflow")
    assert registry.store.get_model(name).tags["from"] == "mlflow"


def test_versions_are_numbered_on(registry: Registry) -> None:
    store, name = registry.store, registry.fresh_name()
    store.create_model(name)
    first = store.create_version(
        NewVersion(name, SOURCE, "1" * 32, "http://run", "first", user_id="ann", tags={"k/l": "v"})
    )
    assert first == store.get_version(name, 1)
    assert (first.stage, first.status, first.run_id) == ("None", "READY", "1" * 32)
    assert_model_agrees(registry, name)
    assert registry.client.create_model_version(name, SOURCE).version in (2, "2")
    store.delete_version(name, 2)
    assert store.create_version(NewVersion(name, SOURCE)).version == 3
    assert registry.client.get_model_version_download_uri(name, "3") == SOURCE
    assert_model_agrees(registry, name)
    with pytest.raises(NotFound, match="'no such'"):
        store.create_version(NewVersion("no such", SOURCE))


def test_a_version_of_a_version_lies_where_that_lies(registry: Registry) -> None:
    store, name = registry.store, made(registry, "Staging")
    copy = store.create_version(NewVersion(name, f"models:/{name}/1"))
    assert (copy.source, copy.storage_location) == (f"models:/{name}/1", SOURCE)
    assert registry.client.get_model_version_download_uri(name, "2") == SOURCE
    for wrong in (f"models:/{name}/9", "models:/no such/1"):
        with pytest.raises(NotFound):
            store.create_version(NewVersion(name, wrong))
    for wrong in (f"models:/{name}@champion", f"models:/{name}/Staging", "models:", " "):
        with pytest.raises(InvalidInput):
            store.create_version(NewVersion(name, wrong))
    assert len(versions_of(registry, name)) == 2


def test_a_version_of_a_logged_model_knows_its_run(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    request.addfinalizer(partial(mlflow.set_tracking_uri, None))
    monkeypatch.setenv("MLFLOW_TRACKING_URI", registry.uri)
    mlflow.set_tracking_uri(registry.uri)
    client, name = registry.client, made(registry)
    run = client.create_run("0").info.run_id
    logged = client.create_logged_model("0", "net", run)
    client.finalize_logged_model(logged.model_id, LoggedModelStatus.READY)
    uri, key = f"models:/{logged.model_id}", logged.model_id
    theirs = client.create_model_version(name, uri, model_id=key)  # servers want both
    ours = registry.store.create_version(NewVersion(name, f"models:/{logged.model_id}"))
    assert (ours.run_id, ours.model_id) == (run, logged.model_id)
    uris = [client.get_model_version_download_uri(name, str(number)) for number in (1, 2)]
    assert uris[0] == uris[1] == logged.artifact_location
    assert theirs.run_id == ours.run_id
    other = registry.store.create_version(NewVersion(name, SOURCE, model_id=logged.model_id))
    assert other.run_id == run
    listed = json.loads(client.get_logged_model(logged.model_id).tags["mlflow.modelVersions"])
    assert [each for each in listed if each["version"] > 1] == [
        {"name": name, "version": 2},
        {"name": name, "version": 3},
    ]
    with pytest.raises(NotFound, match="logged model 'm-0'"):
        registry.store.create_version(NewVersion(name, "models:/m-0"))


def test_a_model_is_renamed_with_all_it_has(registry: Registry) -> None:
    store, name, new = registry.store, filled(registry), registry.fresh_name()
    before = store.get_model(name), versions_of(registry, name)
    store.rename_model(name, new)
    with pytest.raises(NotFound):
        store.get_model(name)
    with pytest.raises(MlflowException):
        registry.client.get_registered_model(name)
    after = store.get_model(new), versions_of(registry, new)
    assert _renamed(before[0], name) == _renamed(after[0], name)
    assert sorted(map(_timeless, before[1]), key=str) == sorted(
        (_timeless(replace(each, name=name)) for each in after[1]), key=str
    )
    assert_model_agrees(registry, new)
    assert store.create_version(NewVersion(new, SOURCE)).version == 6
    store.rename_model(new, new)
    other = made(registry)
    with pytest.raises(Conflict):
        store.rename_model(new, other)
    with pytest.raises(NotFound):
        store.rename_model("no such", registry.fresh_name())
    assert_model_agrees(registry, new)


def _renamed(model: RegisteredModel, name: str) -> RegisteredModel:
    return replace(model, name=name, last_updated_time=None)


def _timeless(version: ModelVersion) -> ModelVersion:
    return replace(version, last_updated_time=None)


def test_descriptions_are_set_and_taken_away(registry: Registry) -> None:
    store, name = registry.store, filled(registry)
    for text in ("two\nlines: 'é'", ""):
        store.describe_model(name, text)
        store.describe_version(name, 2, text)
        assert store.get_model(name).description == text
        assert store.get_version(name, 2).description == text
        assert_model_agrees(registry, name)
    with pytest.raises(NotFound):
        store.describe_model("no such", "x")


def test_a_model_is_deleted_for_good(registry: Registry) -> None:
    store, name = registry.store, filled(registry)
    store.delete_model(name)
    with pytest.raises(NotFound):
        store.get_model(name)
    assert versions_of(registry, name) == []
    with pytest.raises(NotFound):
        store.delete_model(name)
    assert name not in [each.name for each in registry.client.search_registered_models()]
    registry.client.create_registered_model(name)
    assert registry.client.create_model_version(name, SOURCE).version in (1, "1")
    assert_model_agrees(registry, name)


def test_tags_are_set_and_removed(registry: Registry) -> None:
    store, name = registry.store, filled(registry)
    for key, value in ODD_TAGS.items():
        store.set_model_tag(name, key, value)
        store.set_version_tag(name, 2, key, value)
        assert store.get_model(name).tags[key] == value
        assert store.get_version(name, 2).tags[key] == value
        assert_model_agrees(registry, name)
    for _ in range(2):  # the second time there is none
        store.delete_model_tag(name, "team")
        store.delete_version_tag(name, 2, "team")
        assert "team" not in store.get_model(name).tags
        assert "team" not in store.get_version(name, 2).tags
        assert_model_agrees(registry, name)
    assert store.get_version(name, 1).tags == {"k": "v"}
    for lost in (
        lambda: store.set_model_tag("no such", "k", "v"),
        lambda: store.delete_model_tag("no such", "k"),
        lambda: store.set_version_tag(name, 9, "k", "v"),
        lambda: store.delete_version_tag(name, 9, "k"),
    ):
        with pytest.raises(NotFound):
            lost()


def test_aliases_name_one_version_each(registry: Registry) -> None:
    store, name = registry.store, filled(registry)
    store.set_alias(name, "champion", 3)
    store.set_alias(name, "champion", 3)
    store.set_alias(name, "Other_1", 3)
    assert store.get_version(name, 3).aliases == ("Other_1", "champion")
    assert store.get_version(name, 2).aliases == ("best-of",)
    assert int(registry.client.get_model_version_by_alias(name, "champion").version) == 3
    assert_model_agrees(registry, name)
    for _ in range(2):
        store.delete_alias(name, "champion")
        assert store.get_model(name).aliases == {"best-of": 2, "Other_1": 3}
    assert_model_agrees(registry, name)
    with pytest.raises(NotFound):
        store.set_alias(name, "x", 9)
    with pytest.raises(NotFound):
        store.delete_alias("no such", "x")


def test_a_version_is_deleted_as_mlflow_does_it(registry: Registry) -> None:
    store, name = registry.store, filled(registry)
    store.delete_version(name, 2)
    assert store.get_model(name).aliases == {}
    assert "Production" not in store.get_model(name).latest_versions
    with pytest.raises(MlflowException):
        registry.client.get_model_version(name, "2")
    assert_model_agrees(registry, name)
    with pytest.raises(NotFound):
        store.delete_version(name, 2)


def test_errors_are_of_the_family_and_on_one_line(registry: Registry) -> None:
    with pytest.raises(VenturiError) as caught:
        registry.store.get_version("no such", 1)
    assert "\n" not in caught.value.message
    assert registry.store.info.address in caught.value.message


def test_words_cover_what_mlflow_says(registry: Registry) -> None:
    """The comparison above leaves nothing out that both know."""
    name = filled(registry)
    theirs = registry.client.get_model_version(name, "2")
    assert (
        mlflow_version_words(theirs).keys()
        == version_words(registry.store.get_version(name, 2)).keys()
    )
