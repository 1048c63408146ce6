"""Versions side by side, and the models of a run, from files on disk."""

from __future__ import annotations

import json
from pathlib import Path

from stories.memory_store import world

from venturi.artifacts.local import LocalFolder
from venturi.errors import NotFound
from venturi.records import ModelVersion
from venturi.registry.logged import model_paths
from venturi.registry.side_by_side import UNREAD, compare_versions
from venturi.stores.registry import RegistryStore

MLMODEL = """
flavors: {sklearn: {sklearn_version: VERSION}, odd: {}}
signature:
  inputs: '[{"type": "double", "name": "age", "required": false}, {"type": "long"}]'
  params: '[{"name": "k", "type": "long", "default": 3, "shape": null}]'
"""


def test_what_files_runs_and_versions_say_is_side_by_side(
    registry: RegistryStore, tmp_path: Path
) -> None:
    for number in (1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "MLmodel").write_text(MLMODEL.replace("VERSION", f"1.{number}"))
        (folder / "requirements.txt").write_text(f"Torch==2.{number}\nnumpy\nweird @ url\n")
    versions = [
        ModelVersion("churn", number, run_id=f"{number:032x}", tags={"n": str(number)})
        for number in (1, 2, 3)
    ]
    diff = compare_versions(
        versions, registry, world(), lambda each: LocalFolder(tmp_path / str(each.version))
    )
    held = diff.sections
    assert diff.names == ("churn/1", "churn/2", "churn/3")
    assert held["inputs"] == {
        "age": ("double, optional", "double, optional", None),
        "#2": ("long", "long", None),
    }
    assert held["model params"]["k"] == ("long = 3", "long = 3", None)
    assert held["flavors"] == {"odd": ("yes", "yes", None), "sklearn": ("1.1", "1.2", None)}
    assert held["requirements"]["torch"] == ("2.1", "2.2", None)
    assert held["requirements"]["numpy"] == ("any", "any", None)
    assert held["tags"]["n"] == ("1", "2", "3")
    assert held["version"]["run"] == ("calm-finch-01", "dull-heron-02", "keen-ibis-03")
    assert held["version"][UNREAD][:2] == (None, None)
    assert "MLmodel" in str(held["version"][UNREAD][2])
    changed, whole = diff.counted()
    assert 0 < changed < whole


def test_a_run_that_is_gone_leaves_its_values_out(registry: RegistryStore) -> None:
    def nowhere(version: ModelVersion) -> LocalFolder:
        raise NotFound(f"no files of {version.full_name}")

    versions = [ModelVersion("churn", 1, run_id="gone"), ModelVersion("churn", 2)]
    diff = compare_versions(versions, registry, world(), nowhere)
    assert "metrics" not in diff.sections
    assert diff.sections["version"][UNREAD] == ("no files of churn/1", "no files of churn/2")


def test_models_of_a_run_are_those_it_noted_and_those_seen(tmp_path: Path) -> None:
    store = world()
    noted = json.dumps([{"artifact_path": "a"}, {"artifact_path": "b"}])
    store.change(f"{0:032x}", tags={"mlflow.log-model.history": noted})
    run = store.get_run(f"{0:032x}")
    for folder in ("b", "c", "plain", "deep/model"):
        (tmp_path / folder).mkdir(parents=True)
    for folder in ("b", "c", "deep/model"):
        (tmp_path / folder / "MLmodel").write_text("flavors: {}")
    (tmp_path / "plain" / "model.pkl").write_bytes(b"")
    assert model_paths(run, LocalFolder(tmp_path)) == ["b", "a", "c"]
    assert model_paths(run, None) == ["b", "a"]
    (tmp_path / "MLmodel").write_text("flavors: {}")
    assert "" in model_paths(run, LocalFolder(tmp_path))
    store.change(run.run_id, tags={"mlflow.log-model.history": '{"not": "a list"}'})
    assert model_paths(store.get_run(run.run_id), LocalFolder(tmp_path / "none")) == []
