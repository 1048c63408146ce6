"""The model in a place of artifacts: found, missing, broken, or a giant."""

from __future__ import annotations

from pathlib import Path

import pytest
from worlds.artifact_files import write_files

from venturi.artifacts.local import LocalFolder
from venturi.artifacts.models import model_in
from venturi.errors import InvalidInput, NotFound, StoreBroken
from venturi.mlmodel import LARGEST_MLMODEL


def test_the_demo_model_is_read_with_its_requirements(demo_folder: Path) -> None:
    run = next(demo_folder.rglob("MLmodel")).parent.parent
    model = model_in(LocalFolder(run), "model")
    assert model == model_in(LocalFolder(run / "model"))
    assert model.loader == "linear_head"
    assert model.requirements == ("mlflow==2.22.0", "pandas<3")


def test_requirements_may_be_missing_but_the_model_may_not(tmp_path: Path) -> None:
    write_files(tmp_path, {"m/MLmodel": b"run_id: abc\n", "n/requirements.txt": b"x"})
    assert model_in(LocalFolder(tmp_path), "m").requirements == ()
    for folder in ("n", "o", ""):
        with pytest.raises(NotFound, match=r"there is no .*MLmodel in"):
            model_in(LocalFolder(tmp_path), folder)
    with pytest.raises(InvalidInput):
        model_in(LocalFolder(tmp_path), "../m")


def test_broken_and_giant_models_are_refused(tmp_path: Path) -> None:
    write_files(tmp_path, {"broken/MLmodel": b"a: ["})
    write_files(tmp_path, {"giant/MLmodel": b"a" * (LARGEST_MLMODEL + 1)})
    with pytest.raises(StoreBroken, match="no YAML"):
        model_in(LocalFolder(tmp_path), "broken")
    with pytest.raises(StoreBroken, match="larger than any file of its kind"):
        model_in(LocalFolder(tmp_path), "giant")
