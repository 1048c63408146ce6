"""Registries in folders: of every age, with hostile names and links, damaged and broken off."""

from __future__ import annotations

import fcntl
import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from mlflow.tracking import MlflowClient  # noqa: TID251
from worlds.folders import fingerprint
from worlds.registries import (
    mlflow_model_words,
    mlflow_version_words,
    model_words,
    version_words,
)

from venturi.errors import (
    Conflict,
    InvalidInput,
    LoginRefused,
    NotFound,
    StoreBroken,
    StoreUnreachable,
    VenturiError,
)
from venturi.stores.base import StoreOptions
from venturi.stores.files import FileRegistry, open_files_registry
from venturi.stores.registry import ModelQuery, NewVersion, VersionQuery

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")

FOSSILS = sorted((Path(__file__).parents[3] / "fossils").glob("files-*.tar.gz"))
SOURCE = "s3://bucket/model"


def age_of(path: Path) -> str:
    return path.name[6:-7]


def opened(root: Path, *, patience_s: float = 20) -> FileRegistry:
    return open_files_registry(str(root), StoreOptions(timeout_s=patience_s))


@pytest.fixture(params=FOSSILS, ids=age_of)
def fossil(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A fossil, unpacked at another place than where it was made."""
    with tarfile.open(request.param) as tar:
        tar.extractall(tmp_path, filter="data")
    return tmp_path / "mlruns"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A store with two models, made by MLflow's client."""
    root = tmp_path / "mlruns"
    client = MlflowClient(root.as_uri(), root.as_uri())
    client.search_experiments()
    for name in ("amber", "other"):
        client.create_registered_model(name, {"team/sub": "geology"}, "found")
        client.create_model_version(name, SOURCE, tags={"k": "v"})
        client.create_model_version(name, SOURCE)
        client.set_registered_model_alias(name, "champion", "1")
    return root


def test_every_age_is_read_as_mlflow_reads_it(fossil: Path) -> None:
    client = MlflowClient(fossil.as_uri(), fossil.as_uri())
    client.search_registered_models()  # makes the folder where there was no registry yet
    before = fingerprint(fossil)
    store = opened(fossil)
    ours = store.search_models(ModelQuery(), limit=9)
    theirs = client.search_registered_models()
    assert [model_words(each) for each in ours] == [mlflow_model_words(each) for each in theirs]
    versions = store.search_versions(VersionQuery(), limit=9)
    assert [version_words(each) for each in versions] == [
        mlflow_version_words(each) for each in client.search_model_versions()
    ]
    assert fingerprint(fossil) == before


def test_every_age_is_written(fossil: Path) -> None:
    store = opened(fossil)
    store.create_model("amber", description="new", tags={"a": "b"})
    assert store.create_version(NewVersion("amber", SOURCE, tags={"k": "v"})).version == 1
    store.set_alias("amber", "champion", 1)
    store.rename_model("amber", "resin")
    client = MlflowClient(fossil.as_uri(), fossil.as_uri())
    found = client.get_registered_model("resin")
    assert (found.tags, found.aliases) == ({"a": "b"}, {"champion": "1"})
    names = [model.name for model in store.search_models(ModelQuery(), limit=9)]
    assert names == [model.name for model in client.search_registered_models()]
    for name in names:
        store.set_model_tag(name, "seen", "yes")
        assert client.get_registered_model(name).tags["seen"] == "yes"


def test_fields_that_we_know_nothing_of_stay(root: Path) -> None:
    meta = root / "models" / "amber" / "version-1" / "meta.yaml"
    meta.write_text(meta.read_text() + "zebra: {stripes: [1, 2]}\n")
    opened(root).transition("amber", 1, "Staging")
    assert "stripes" in meta.read_text()
    assert MlflowClient(root.as_uri(), root.as_uri()).get_model_version("amber", "1").current_stage


@pytest.mark.parametrize(
    "name", ["../outside", "..", ".", "a/b", "a%2fb", "%2e%2e", "x" * 300, "a\0b", "\udc80", "/etc"]
)
def test_a_name_never_leaves_the_folder(root: Path, name: str) -> None:
    store, before = opened(root), fingerprint(root.parent)
    with pytest.raises(InvalidInput):
        store.create_model(name)
    with pytest.raises(InvalidInput):
        store.rename_model("amber", name)
    for change in (
        lambda: store.get_model(name),
        lambda: store.delete_model(name),
        lambda: store.set_model_tag(name, "k", "v"),
        lambda: store.create_version(NewVersion(name, SOURCE)),
        lambda: store.transition(name, 1, "Staging"),
    ):
        with pytest.raises((NotFound, InvalidInput)):
            change()
    assert fingerprint(root.parent) == before


def test_a_name_that_newer_mlflow_refuses_is_still_served(root: Path) -> None:
    shutil.copytree(root / "models" / "amber", root / "models" / "50% off")
    for meta in (root / "models" / "50% off").rglob("meta.yaml"):
        meta.write_text(meta.read_text().replace("name: amber", "name: 50% off"))
    store = opened(root)
    store.transition("50% off", 1, "Staging")
    store.rename_model("50% off", "half off")
    assert store.get_version("half off", 1).stage == "Staging"


def test_links_are_neither_followed_nor_written_through(root: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    shutil.copytree(root / "models" / "amber", outside / "amber")
    (root / "models" / "linked").symlink_to(outside / "amber")
    shutil.rmtree(root / "models" / "other" / "tags")
    (root / "models" / "other" / "tags").symlink_to(outside)
    (root / "models" / "other" / "version-2").rename(tmp_path / "version-2")
    (root / "models" / "other" / "version-2").symlink_to(tmp_path / "version-2")
    before = fingerprint(outside)
    store = opened(root)
    names = [model.name for model in store.search_models(ModelQuery(), limit=9)]
    assert names == ["amber", "other"]
    assert store.get_model("other").tags == {}
    with pytest.raises(NotFound):
        store.get_model("linked")
    with pytest.raises(NotFound):
        store.get_version("other", 2)
    with pytest.raises(VenturiError):
        store.set_model_tag("other", "k", "v")
    store.delete_model_tag("other", "amber")
    store.delete_model("other")
    assert fingerprint(outside) == before


def test_a_damaged_version_keeps_its_number_and_spoils_nothing_else(root: Path) -> None:
    (root / "models" / "amber" / "version-2" / "meta.yaml").write_text("- no\n- fields\n")
    store = opened(root)
    versions = store.search_versions(VersionQuery("amber"), limit=9)
    assert [each.version for each in versions] == [1]
    with pytest.raises(StoreBroken, match="version-2"):
        store.get_version("amber", 2)
    assert store.get_model("amber").latest_versions == {"None": 1}
    assert store.create_version(NewVersion("amber", SOURCE)).version == 3
    before = fingerprint(root)
    with pytest.raises(StoreBroken):
        store.rename_model("amber", "resin")
    assert differences(before, fingerprint(root)) <= {".trash"}


def test_a_folder_without_meta_is_no_model(root: Path) -> None:
    (root / "models" / "empty").mkdir()
    store = opened(root)
    assert len(store.search_models(ModelQuery(), limit=9)) == 2
    with pytest.raises(StoreBroken, match=r"has no meta\.yaml"):
        store.get_model("empty")
    with pytest.raises(Conflict):
        store.create_model("empty")


def test_a_tag_cannot_be_beside_its_own_folder(root: Path) -> None:
    store = opened(root)
    with pytest.raises(InvalidInput):
        store.set_model_tag("amber", "team", "x")
    with pytest.raises(InvalidInput):
        store.set_model_tag("amber", "team/sub/deeper", "x")
    assert store.get_model("amber").tags == {"team/sub": "geology"}


def differences(before: dict[str, object], after: dict[str, object]) -> set[str]:
    """Names of what changed, but for the folder itself, whose time changes with the trash."""
    keys = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    return {Path(key).name for key in keys}


CHANGES: dict[str, Callable[[FileRegistry], object]] = {
    "create": lambda store: store.create_model("new", tags={"a/b": "c"}),
    "rename": lambda store: store.rename_model("amber", "resin"),
    "delete": lambda store: store.delete_model("amber"),
    "version": lambda store: store.create_version(NewVersion("amber", SOURCE, tags={"k": "v"})),
    "move": lambda store: store.transition("amber", 2, "Production"),
    "tag": lambda store: store.set_version_tag("amber", 1, "k", "w"),
    "alias": lambda store: store.set_alias("amber", "champion", 2),
}


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("call", ["rename", "replace"])
def test_broken_off_anywhere_each_record_is_old_or_new(
    root: Path, change: str, call: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time the change gets one system call further, until it is done."""
    original = shutil.copytree(root, root.parent / "original")
    old = words_by_mlflow(root)
    CHANGES[change](opened(root))
    new = words_by_mlflow(root)
    real = getattr(os, call)
    for allowed in range(20):
        shutil.rmtree(root)
        shutil.copytree(original, root)
        calls = iter(range(allowed))

        def die(*arguments: str, calls: object = calls) -> None:
            if next(calls, None) is None:  # type: ignore[call-overload]
                raise Killed
            real(*arguments)

        with monkeypatch.context() as patch:
            patch.setattr(os, call, die)
            try:
                CHANGES[change](opened(root))
            except Killed:
                is_done = False
            else:
                is_done = True
        found = words_by_mlflow(root)
        for key, words in found.items():
            assert words in (old.get(key), new.get(key)), key
        assert old.keys() & new.keys() <= found.keys()
        if is_done:
            assert found == new
            return
    pytest.fail("it never came to an end")


def words_by_mlflow(root: Path) -> dict[str, object]:
    """All that MLflow's client says of each model and version, but for the times."""
    client = MlflowClient(root.as_uri(), root.as_uri())
    found: dict[str, object] = {}
    for model in client.search_registered_models():
        words = mlflow_model_words(model)
        parts = {part: words.pop(part) for part in ("aliases", "latest")}  # records of their own
        words.pop("times")
        found[model.name] = words
        found.update({f"{model.name} {part}": value for part, value in parts.items()})
    for version in client.search_model_versions():
        words = mlflow_version_words(version)
        words.pop("times")
        words.pop("aliases")
        found[f"{version.name}/{version.version}"] = words
    return found


def test_nothing_is_left_over(root: Path) -> None:
    for change in CHANGES.values():
        change_one = opened(root)
        try:
            change(change_one)
        except NotFound:
            continue
    leftovers = [path for path in root.rglob("*") if ".venturi" in path.name]
    assert leftovers == []


def test_who_waits_too_long_for_others_says_so(root: Path) -> None:
    handle = os.open(root / "models", os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with pytest.raises(StoreUnreachable, match="another process"):
            opened(root, patience_s=0.1).set_alias("amber", "champion", 2)
        assert opened(root).get_model("amber").aliases == {"champion": 1}  # reading needs no lock
    finally:
        os.close(handle)


def test_no_permission_is_said_plainly(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(LoginRefused, match="no permission to write"):
        opened(root).transition("amber", 1, "Staging")
    assert opened(root).get_version("amber", 1).stage == "None"


def test_a_store_without_a_registry_gets_one_with_its_first_model(root: Path) -> None:
    shutil.rmtree(root / "models")
    store = opened(root)
    assert not list(store.search_models(ModelQuery(), limit=9))
    with pytest.raises(NotFound):
        store.set_model_tag("amber", "k", "v")
    assert not (root / "models").exists()
    store.create_model("amber")
    assert MlflowClient(root.as_uri(), root.as_uri()).get_registered_model("amber").name == "amber"
