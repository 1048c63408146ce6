"""Stories of registering a model by keys, of its inputs and outputs, of versions side by side."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from stories.driver import User, story, using
from stories.memory_registry import MemoryRegistry, opener, registry
from stories.memory_store import MemoryStore, world

from venturi.errors import LoginRefused
from venturi.registry.journal import Journal

SMALL = (80, 24)
MLMODEL = """
artifact_path: model
flavors:
  python_function: {{loader_module: mlflow.sklearn, python_version: 3.11.7}}
  sklearn: {{sklearn_version: {sklearn}, code: null}}
mlflow_version: 3.1.0
model_size_bytes: 4200
signature:
  inputs: '{inputs}'
  outputs: '[{{"type": "double", "required": true}}]'
"""


@pytest.fixture(autouse=True)
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Journal:
    """The journal of somebody else than who runs the tests."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return Journal()


def model_files(folder: Path, sklearn: str, *names: str) -> Path:
    """A folder with an MLmodel file whose model has these inputs."""
    folder.mkdir(parents=True)
    fields = [{"name": name, "type": "double", "required": name != "age"} for name in names]
    text = MLMODEL.format(sklearn=sklearn, inputs=json.dumps(fields))
    (folder / "MLmodel").write_text(text)
    (folder / "requirements.txt").write_text(f"scikit-learn=={sklearn}\nnumpy<3\n")
    return folder


def keep(held: MemoryRegistry, number: int, folder: Path) -> None:
    """Let the files of a version of `churn` be in a folder."""
    held.change("churn", number, source=str(folder), storage_location="")


@asynccontextmanager
async def on_versions(
    held: MemoryRegistry, size: tuple[int, int] = (160, 45), store: MemoryStore | None = None
) -> AsyncIterator[User]:
    """The cursor on the newest version of `churn`."""
    store = store or world()
    async with using(store, size, opener=opener(held, store)) as user:
        await user.press("M")
        await user.until(lambda: user.app.screen.models.count > 0, "the models")
        await user.rest()
        await user.press("enter")
        await user.rest()
        yield user


# Inputs and outputs


@story
async def test_inputs_and_outputs_follow_the_cursor_and_lead_to_the_run(tmp_path: Path) -> None:
    held = registry()
    keep(held, 5, model_files(tmp_path / "m", "1.5.0", "tenure", "age"))
    keep(held, 4, tmp_path / "nothing")
    async with on_versions(held, SMALL) as user:
        await user.press("i")
        await user.sees("churn/5 ─ inputs and outputs", "sklearn", "4.2 kB", "tenure  double")
        await user.sees("age     double  optional", "outputs 1")
        await user.press("j", "j", "enter")
        await user.sees("─ brave-otter-05", "metrics")
        await user.press("escape", "2", "j")
        await user.rest()
        await user.press("3")
        await user.sees("✗", "MLmodel", "r try again")
        model_files(tmp_path / "nothing", "1.4.0", "tenure")
        await user.press("r")
        await user.sees("churn/4 ─ inputs and outputs", "tenure  double")
        await user.press("i")
        await user.sees_no("inputs and outputs")


# Side by side


@story
async def test_versions_are_compared_with_the_champion_or_as_they_are_marked(
    tmp_path: Path,
) -> None:
    held = registry()
    keep(held, 5, model_files(tmp_path / "a", "1.5.0", "tenure", "age"))
    keep(held, 3, model_files(tmp_path / "b", "1.4.2", "tenure"))
    async with on_versions(held) as user:
        await user.press("d")
        await user.sees("Compare 2 versions ─ differences only", "churn/3", "baseline churn/3")
        await user.sees("● Production", "double, optional", "1.4.2", "-0.85%", "scikit-learn")
        assert "numpy" not in user.text
        await user.press("x")
        await user.sees("numpy", "everything")
        await user.press("l", "b")
        await user.sees("baseline churn/5")
        await user.enter("/", "requirements")
        await user.sees_no("metrics")
        await user.press("Y")
        await user.sees("venturi versions diff")
        await user.press("enter", "escape", "escape")
        await user.sees("churn ─ 5 versions")
        await user.press("space", "space", "space", "d")
        await user.sees("Compare 3 versions", "churn/4", "MLmodel file")
        await user.press("escape", "u")
        assert user.copied == ["venturi versions diff churn/3 churn/5 -s memory://test"]
        await user.sees_no("◆ 5")


@story
async def test_a_version_that_is_gone_meanwhile_is_told() -> None:
    held = registry()
    async with on_versions(held) as user:
        held.delete_version("churn", 5)
        await user.press("d")
        await user.sees("✗ no version churn/5")
        await user.press("escape")
        await user.enter(":", "tag a=b")
        await user.sees("✗ no version churn/5", "enter try again")
        await user.press("escape", "r")
        await user.sees("churn ─ 4 versions")


# Registering


@story
async def test_a_version_is_registered_from_a_run_and_taken_back(
    tmp_path: Path, journal: Journal
) -> None:
    held, store = registry(), world()
    model_files(tmp_path / "run" / "net", "1.5.0", "tenure")
    store.change(f"{7:032x}", artifact_uri=str(tmp_path / "run"))
    async with on_versions(held, SMALL, store) as user:
        await user.press("n")
        await user.sees("Register a model version", "which run does the model come from?")
        await user.type("nobody")
        await user.press("enter")
        await user.sees("no run 'nobody'")
        await user.press(*["backspace"] * 6)
        await user.type("dull-heron-07")
        await user.press("enter")
        await user.sees("path    net")
        await user.press("enter", "enter")
        await user.sees("Register a version of churn?", "a new version", "--path net")
        await user.press("enter")
        await user.hears("churn/6: made")
        await user.sees("churn ─ 6 versions")
        await user.rest()
        assert user.app.screen.versions.version.version == 6
        assert held.get_version("churn", 6).source == f"{tmp_path}/run/net"
        await user.press("z")
        await user.sees("churn/6  there → gone", "enter do it")
        await user.press("enter")
        await user.hears("churn/6: deleted")
    assert [entry.action for entry in journal.entries()] == ["versions create", "undo"]


@story
async def test_the_run_under_the_cursor_is_registered_under_a_name_that_is_chosen() -> None:
    held, store = registry(), world()
    logged = json.dumps([{"artifact_path": "old"}, {"artifact_path": "best"}])
    store.change(f"{0:032x}", tags={"mlflow.log-model.history": logged})
    async with using(store, opener=opener(held, store)) as user:
        await user.press("P")
        await user.sees("Register a model of brave-otter-00", "path    best", "old")
        await user.press("down", "down", "tab")
        await user.sees("newest is 5", "vision")
        await user.type("la test")
        await user.sees("path    old")
        await user.press(*["backspace"] * 7)
        await user.type("vi")
        await user.press("down")
        await user.sees("model   vision")
        held.write_failure = LoginRefused("ana may not write", hint="ask who owns it")
        await user.press("enter")
        await user.sees("enter do it", "vision/new")
        await user.press("enter")
        await user.sees("ana may not write", "model   vision", "path    old")
        held.write_failure = None
        await user.press("enter")
        await user.sees("enter do it")
        await user.press("enter")
        await user.hears("vision/2 is registered: M shows it")
        await user.rest()
    assert held.get_version("vision", 2).run_id == f"{0:032x}"
