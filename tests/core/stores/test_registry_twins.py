"""Any changes, made by us on one registry and by MLflow's client on another, leave the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mlflow.exceptions import MlflowException  # noqa: TID251
from mlflow.tracking import MlflowClient  # noqa: TID251
from worlds.registries import (
    Registry,
    mlflow_model_words,
    mlflow_version_words,
    model_words,
    registry_of,
    version_words,
)

from venturi.errors import VenturiError
from venturi.stores.registry import ModelQuery, NewVersion, RegistryStore, VersionQuery

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")

NAMES = st.sampled_from(["a", "b"])
NUMBERS = st.integers(1, 3)
KEYS = st.sampled_from(["k", "team/sub"])
TEXTS = st.sampled_from(["", "x", "two\nlines é"])
ALIASES = st.sampled_from(["champion", "Other", "latest"])
STAGES = st.sampled_from(["None", "staging", "Production", "ARCHIVED"])

Ours = Callable[[RegistryStore], object]
Theirs = Callable[[MlflowClient], object]
Step = tuple[str, Ours, Theirs]


def _create(name: str, text: str) -> Step:
    tags = {"k": text} if text else {}
    return (
        f"create {name}",
        lambda store: store.create_model(name, description=text, tags=tags),
        lambda client: client.create_registered_model(name, tags, text),
    )


def _rename(name: str, new: str) -> Step:
    return (
        f"rename {name} {new}",
        lambda store: store.rename_model(name, new),
        lambda client: client.rename_registered_model(name, new),
    )


def _delete(name: str) -> Step:
    return (
        f"delete {name}",
        lambda store: store.delete_model(name),
        lambda client: client.delete_registered_model(name),
    )


def _tag_model(name: str, key: str, text: str) -> Step:
    return (
        f"tag {name} {key}",
        lambda store: store.set_model_tag(name, key, text),
        lambda client: client.set_registered_model_tag(name, key, text),
    )


def _untag_model(name: str, key: str) -> Step:
    return (
        f"untag {name} {key}",
        lambda store: store.delete_model_tag(name, key),
        lambda client: client.delete_registered_model_tag(name, key),
    )


def _create_version(name: str, text: str) -> Step:
    tags = {"k": text} if text else {}
    wish = NewVersion(name, "s3://bucket/model", "", "", text, tags=tags)
    return (
        f"version of {name}",
        lambda store: store.create_version(wish),
        lambda client: client.create_model_version(name, wish.source, None, tags, None, text),
    )


def _describe_version(name: str, number: int, text: str) -> Step:
    return (
        f"describe {name}/{number}",
        lambda store: store.describe_version(name, number, text),
        lambda client: client.update_model_version(name, str(number), text),
    )


def _delete_version(name: str, number: int) -> Step:
    return (
        f"delete {name}/{number}",
        lambda store: store.delete_version(name, number),
        lambda client: client.delete_model_version(name, str(number)),
    )


def _move(name: str, number: int, stage: str, archive: bool) -> Step:
    return (
        f"move {name}/{number} {stage}",
        lambda store: store.transition(name, number, stage, archive_existing=archive),
        lambda client: client.transition_model_version_stage(
            name, str(number), stage, archive_existing_versions=archive
        ),
    )


def _alias(name: str, alias: str, number: int) -> Step:
    return (
        f"alias {name}@{alias} {number}",
        lambda store: store.set_alias(name, alias, number),
        lambda client: client.set_registered_model_alias(name, alias, str(number)),
    )


def _unalias(name: str, alias: str) -> Step:
    return (
        f"unalias {name}@{alias}",
        lambda store: store.delete_alias(name, alias),
        lambda client: client.delete_registered_model_alias(name, alias),
    )


def _tag_version(name: str, number: int, key: str, text: str) -> Step:
    return (
        f"tag {name}/{number} {key}",
        lambda store: store.set_version_tag(name, number, key, text),
        lambda client: client.set_model_version_tag(name, str(number), key, text),
    )


STEPS = st.one_of(
    st.builds(_create, NAMES, TEXTS),
    st.builds(_rename, NAMES, NAMES),
    st.builds(_delete, NAMES),
    st.builds(_tag_model, NAMES, KEYS, TEXTS),
    st.builds(_untag_model, NAMES, KEYS),
    st.builds(_create_version, NAMES, TEXTS),
    st.builds(_create_version, NAMES, TEXTS),
    st.builds(_describe_version, NAMES, NUMBERS, TEXTS),
    st.builds(_delete_version, NAMES, NUMBERS),
    st.builds(_move, NAMES, NUMBERS, STAGES, st.booleans()),
    st.builds(_move, NAMES, NUMBERS, STAGES, st.booleans()),
    st.builds(_alias, NAMES, ALIASES, NUMBERS),
    st.builds(_alias, NAMES, ALIASES, NUMBERS),
    st.builds(_unalias, NAMES, ALIASES),
    st.builds(_tag_version, NAMES, NUMBERS, KEYS, TEXTS),
)
WORLD = (
    _create("a", "x"),
    _create("b", ""),
    *(_create_version("a", text) for text in ("x", "", "y")),
    _create_version("b", ""),
)


@pytest.fixture(scope="module", params=["sqlite", "files"])
def ours(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Registry]:
    """A registry that we write to."""
    with registry_of(request.param, tmp_path_factory.mktemp("ours")) as found:
        yield found


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A database that MLflow's client writes to: its file store loses things when it renames."""
    folder: Path = tmp_path_factory.mktemp("theirs")
    with registry_of("sqlite", folder) as found:
        yield found


@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=5, max_size=12))
def test_the_same_steps_leave_the_same(ours: Registry, theirs: Registry, steps: list[Step]) -> None:
    for each in (ours, theirs):
        for model in each.store.search_models(ModelQuery(), limit=100):
            each.store.delete_model(model.name)
    for what, our_step, their_step in (*WORLD, *steps):
        assert _refused(our_step, ours.store) == _refused(their_step, theirs.client), what
    expected = mlflow_says(theirs.client)
    assert we_say(ours.store) == expected
    assert mlflow_says(ours.client) == expected


def _refused(step: Callable[[Any], object], way: object) -> bool:
    try:
        step(way)
    except (VenturiError, MlflowException):
        return True
    return False


def we_say(store: RegistryStore) -> list[dict[str, Any]]:
    """Everything our store answers, but for the times."""
    models = [model_words(each) for each in store.search_models(ModelQuery(), limit=100)]
    versions = [version_words(each) for each in store.search_versions(VersionQuery(), limit=100)]
    return _timeless(models, versions)


def mlflow_says(client: MlflowClient) -> list[dict[str, Any]]:
    """Everything MLflow answers, but for the times."""
    models = [mlflow_model_words(each) for each in client.search_registered_models()]
    versions = [
        mlflow_version_words(client.get_model_version(each.name, str(each.version)))
        for each in client.search_model_versions()
    ]
    return _timeless(models, versions)


def _timeless(models: list[dict[str, Any]], versions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for each in (*models, *versions):
        each.pop("times")
    versions.sort(key=lambda each: (each["name"], each["version"]))
    return [*models, *versions]
