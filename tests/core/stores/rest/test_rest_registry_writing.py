"""What is written to the registry of real servers, on a database and on files, MLflow reads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from faults.clock import TestClock
from mlflow.entities.model_registry import ModelVersion as TheirVersion  # noqa: TID251
from mlflow.entities.model_registry import RegisteredModel as TheirModel  # noqa: TID251
from mlflow.exceptions import MlflowException  # noqa: TID251
from mlflow.tracking import MlflowClient  # noqa: TID251
from worlds.registries import (
    mlflow_model_words,
    mlflow_version_words,
    model_words,
    version_words,
)

from venturi.errors import Conflict, InvalidInput, NotFound, VenturiError
from venturi.records import ModelVersion, RegisteredModel
from venturi.stores.base import StoreOptions
from venturi.stores.registry import NewVersion, VersionQuery
from venturi.stores.rest import RestRegistry, open_rest_registry

SOURCE = "s3://bucket/model"


@pytest.fixture(scope="module")
def store(writable_server: str) -> Iterator[RestRegistry]:
    opened = open_rest_registry(writable_server, StoreOptions(), clock=TestClock())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(writable_server: str) -> MlflowClient:
    return MlflowClient(writable_server, writable_server)


@pytest.fixture(scope="module")
def taken(client: MlflowClient) -> str:
    """A model that is there, and a prompt beside it."""
    client.create_registered_model("gnu")
    client.create_model_version("gnu", SOURCE)
    client.register_prompt("say", "What is {{ this }}?")
    return "gnu"


@pytest.fixture
def name(request: pytest.FixtureRequest, store: RestRegistry) -> str:
    made = request.node.name.replace("/", "-").replace(":", "-")
    store.create_model(made)
    return made


def refused(kind: type[Exception], words: str | None, *calls: Callable[[], object]) -> None:
    for call in calls:
        with pytest.raises(kind, match=words):
            call()


def model_agrees(ours: RegisteredModel, theirs: TheirModel) -> bool:
    assert model_words(ours) == mlflow_model_words(theirs)
    return True


def version_agrees(ours: ModelVersion, theirs: TheirVersion) -> bool:
    assert version_words(ours) == mlflow_version_words(theirs)
    return True


def test_a_model_lives_and_dies(store: RestRegistry, client: MlflowClient, name: str) -> None:
    full = f"{name} full"
    made = store.create_model(full, description="d\né", tags={"a": "1", "long": "x" * 50_000})
    assert model_agrees(made, client.get_registered_model(full))
    store.describe_model(full, "")
    store.set_model_tag(full, "a", "2")
    for _ in range(2):
        store.delete_model_tag(full, "long")
    theirs = client.get_registered_model(full)
    assert (theirs.description or "", theirs.tags) == ("", {"a": "2"})
    store.create_version(NewVersion(full, SOURCE))
    store.delete_model(full)
    with pytest.raises(MlflowException):
        client.get_registered_model(full)
    refused(NotFound, "no registered model", lambda: store.delete_model(full))


def test_a_name_is_taken_once(store: RestRegistry, taken: str, name: str) -> None:
    refused(Conflict, "registered model named 'gnu'", lambda: store.create_model("gnu"))
    refused(Conflict, "registered model named 'gnu'", lambda: store.rename_model(name, "gnu"))
    refused(Conflict, "prompt named 'say'", lambda: store.create_model("say"))
    assert store.get_model(name)
    assert taken


def test_a_model_is_renamed_whole_or_not_at_all(
    store: RestRegistry, client: MlflowClient, name: str, request: pytest.FixtureRequest
) -> None:
    store.create_version(NewVersion(name, SOURCE))
    store.rename_model(name, name)
    store.rename_model(name, f"{name} 2")
    assert client.get_model_version(f"{name} 2", "1").source == SOURCE
    store.set_version_tag(f"{name} 2", 1, "t", "1")
    before = client.get_model_version(f"{name} 2", "1").tags
    if "files" in request.node.name:
        refused(
            InvalidInput, "would lose tags", lambda: store.rename_model(f"{name} 2", f"{name} 3")
        )
        assert client.get_model_version(f"{name} 2", "1").tags == before
        return
    store.set_alias(f"{name} 2", "best", 1)
    store.set_model_tag(f"{name} 2", "m", "1")
    store.rename_model(f"{name} 2", f"{name} 3")
    theirs = client.get_registered_model(f"{name} 3")
    assert (theirs.tags, theirs.aliases) == ({"m": "1"}, {"best": "1"})
    assert client.get_model_version(f"{name} 3", "1").tags == before


def test_a_version_lives_and_dies(store: RestRegistry, client: MlflowClient, name: str) -> None:
    new = NewVersion(
        name, SOURCE, run_link="http://r", description="é", tags={"a": "1"}, user_id="ann"
    )
    made = store.create_version(new)
    assert version_agrees(made, client.get_model_version(name, "1"))
    assert (made.version, made.stage, made.status) == (1, "None", "READY")
    store.describe_version(name, 1, "better")
    store.set_version_tag(name, 1, "b", "")
    for _ in range(2):
        store.delete_version_tag(name, 1, "a")
    theirs = client.get_model_version(name, "1")
    assert (theirs.description, theirs.tags) == ("better", {"b": ""})
    assert store.create_version(NewVersion(name, SOURCE)).version == 2
    store.set_alias(name, "best", 2)
    store.delete_version(name, 2)
    assert client.get_registered_model(name).aliases == {}
    refused(
        NotFound,
        f"no model version {name}/2".replace("[", r"\["),
        lambda: store.delete_version(name, 2),
        lambda: store.get_version(name, 2),
    )
    assert store.create_version(NewVersion(name, SOURCE)).version == 3


def test_a_version_of_a_run(store: RestRegistry, client: MlflowClient, name: str) -> None:
    run = client.create_run(client.create_experiment(name)).info.run_id
    made = store.create_version(NewVersion(name, f"runs:/{run}/model", run_id=run))
    assert (made.run_id, made.source) == (run, f"runs:/{run}/model")
    assert version_agrees(made, client.get_model_version(name, "1"))
    refused(
        InvalidInput,
        None,
        lambda: store.create_version(NewVersion(name, "/etc")),
        lambda: store.create_version(NewVersion(name, f"runs:/{run}/model")),
    )


def test_stages(store: RestRegistry, client: MlflowClient, name: str) -> None:
    for _ in range(3):
        store.create_version(NewVersion(name, SOURCE))
    store.set_alias(name, "best", 1)
    moved = store.transition(name, 1, "production")
    assert version_agrees(moved, client.get_model_version(name, "1"))
    assert (moved.stage, moved.aliases) == ("Production", ("best",))
    store.transition(name, 2, "PRODUCTION", archive_existing=True, expect="none")
    stages = [client.get_model_version(name, str(at)).current_stage for at in (1, 2, 3)]
    assert stages == ["Archived", "Production", "None"]
    refused(
        Conflict,
        "in the stage None",
        lambda: store.transition(name, 3, "Staging", expect="Archived"),
    )
    refused(
        InvalidInput,
        None,
        lambda: store.transition(name, 3, "Stage"),
        lambda: store.transition(name, 3, "None", archive_existing=True),
        lambda: store.transition(name, 3, "Archived", archive_existing=True),
    )
    assert client.get_model_version(name, "3").current_stage == "None"
    latest = store.get_model(name).latest_versions
    assert latest == {"Archived": 1, "Production": 2, "None": 3}


def test_aliases(store: RestRegistry, client: MlflowClient, name: str) -> None:
    for _ in range(2):
        store.create_version(NewVersion(name, SOURCE))
    store.set_alias(name, "Best-1", 1)
    store.set_alias(name, "zen", 1)
    assert client.get_model_version_by_alias(name, "Best-1").version in (1, "1")
    assert store.get_version(name, 1).aliases == ("Best-1", "zen")
    store.set_alias(name, "Best-1", 2)
    assert client.get_registered_model(name).aliases == {"Best-1": "2", "zen": "1"}
    for _ in range(2):
        store.delete_alias(name, "Best-1")
    store.delete_alias(name, "latest")
    assert client.get_registered_model(name).aliases == {"zen": "1"}
    refused(
        InvalidInput,
        None,
        lambda: store.set_alias(name, "latest", 1),
        lambda: store.set_alias(name, "v1", 1),
        lambda: store.set_alias(name, "a b", 1),
    )
    refused(
        NotFound,
        "no model version",
        lambda: store.set_alias(name, "x", 9),
        lambda: store.set_alias("nobody", "x", 1),
    )


def at_once(calls: Sequence[Callable[[], object]]) -> list[object]:
    """What calls give or raise that are made at the same moment."""
    start = threading.Barrier(len(calls))

    def answer(call: Callable[[], object]) -> object:
        start.wait(timeout=30)
        try:
            return call()
        except VenturiError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(answer, calls))


def test_first_settings_at_the_same_moment_all_hold(
    store: RestRegistry, client: MlflowClient, name: str
) -> None:
    for _ in range(2):
        store.create_version(NewVersion(name, SOURCE))
    for turn in range(4):
        alias = f"a{turn}"
        answers = at_once(
            [
                *(lambda at=at, a=alias: store.set_alias(name, a, at) for at in (1, 2, 1, 2)),
                *(lambda k=alias: store.set_version_tag(name, 1, k, "x") for _ in range(2)),
            ]
        )
        assert answers == [None] * 6
        assert client.get_registered_model(name).aliases[alias] in ("1", "2")


def test_of_movers_at_the_same_moment_who_lost_is_told(store: RestRegistry, name: str) -> None:
    store.create_version(NewVersion(name, SOURCE))
    before = "None"
    for goals in (("Staging", "Archived"), ("Production", "None")) * 2:
        calls = [
            lambda to=to, at=before: store.transition(name, 1, to, expect=at) for to in goals * 2
        ]
        answers = at_once(calls)
        won = [each.stage for each in answers if isinstance(each, ModelVersion)]
        assert all(isinstance(each, (ModelVersion, Conflict)) for each in answers), answers
        before = store.get_version(name, 1).stage
        assert before in won, "who came last is never told that it lost"


@pytest.mark.parametrize("missing", ["nobody", "", "a/b", "GNU"])
def test_a_model_that_is_not_there(store: RestRegistry, taken: str, missing: str) -> None:
    refused(
        NotFound,
        "there is no registered model",
        lambda: store.get_model(missing),
        lambda: store.rename_model(missing, "new"),
        lambda: store.describe_model(missing, "d"),
        lambda: store.delete_model(missing),
        lambda: store.set_model_tag(missing, "k", "v"),
        lambda: store.delete_model_tag(missing, "k"),
        lambda: store.delete_alias(missing, "a"),
    )
    refused(
        NotFound,
        "there is no model version",
        lambda: store.get_version(missing, 1),
        lambda: store.set_version_tag(missing, 1, "k", "v"),
    )
    assert taken


@pytest.mark.parametrize("missing", [99, 0, -1, 2**31, 10**30])
def test_a_version_that_is_not_there(store: RestRegistry, taken: str, missing: int) -> None:
    refused(
        NotFound,
        f"there is no model version gnu/{missing}",
        lambda: store.get_version("gnu", missing),
        lambda: store.describe_version("gnu", missing, "d"),
        lambda: store.delete_version("gnu", missing),
        lambda: store.transition("gnu", missing, "Staging"),
        lambda: store.set_alias("gnu", "x", missing),
        lambda: store.set_version_tag("gnu", missing, "k", "v"),
        lambda: store.delete_version_tag("gnu", missing, "k"),
    )
    assert taken


def test_what_mlflow_refuses_is_refused_before_anything_is_written(
    store: RestRegistry, name: str
) -> None:
    store.create_version(NewVersion(name, SOURCE))
    before = (store.get_model(name), store.search_versions(VersionQuery(name), limit=9))
    refused(
        InvalidInput,
        None,
        lambda: store.create_model(""),
        lambda: store.create_model("a/b"),
        lambda: store.create_model("x", tags={"k": "v" * 100_001}),
        lambda: store.rename_model(name, "a:b"),
        lambda: store.describe_model(name, "x" * 5001),
        lambda: store.set_model_tag(name, "", "v"),
        lambda: store.describe_model(name, "half \ud83d"),
        lambda: store.create_version(NewVersion(name, "")),
        lambda: store.create_version(NewVersion(name, SOURCE, tags={"//": ""})),
        lambda: store.set_version_tag(name, 1, "k", "v" * 100_001),
    )
    assert (store.get_model(name), store.search_versions(VersionQuery(name), limit=9)) == before
