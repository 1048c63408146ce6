"""What is told of a version's MLmodel file, and what of a folder without one."""

from __future__ import annotations

import pytest

from venturi.artifacts.local import LocalFolder
from venturi.errors import NotFound, StoreBroken
from venturi.mlmodel import LARGEST_MLMODEL
from venturi.registry.model_files import FACTS, model_facts, read_model

MLMODEL = """
mlflow_version: 3.18.0
flavors:
  sklearn: {pickled_model: model.pkl}
  python_function: {loader_module: mlflow.sklearn}
signature:
  inputs: '[{"name": "x", "type": "double"}, {"name": "y", "type": "long", "required": false}]'
  outputs: '[{"type": "string"}]'
  params: '[{"name": "top", "type": "long", "default": 3}]'
"""


def test_tells_flavors_signature_and_requirements(tmp_path):
    (tmp_path / "MLmodel").write_text(MLMODEL)
    (tmp_path / "requirements.txt").write_text("mlflow==3.18.0\n# no\nnumpy\n")
    assert model_facts(read_model(LocalFolder(tmp_path))) == {
        "flavors": "python_function, sklearn",
        "inputs": "x: double, y: long?",
        "outputs": "string",
        "model_params": "top: long = 3",
        "requirements": "mlflow==3.18.0, numpy",
        "mlflow_version": "3.18.0",
    }


def test_a_folder_without_the_file_is_not_found(tmp_path):
    with pytest.raises(NotFound):
        read_model(LocalFolder(tmp_path))
    assert model_facts(None) == dict.fromkeys(FACTS)


def test_a_file_too_large_is_refused(tmp_path):
    (tmp_path / "MLmodel").write_bytes(b"#" * (LARGEST_MLMODEL + 1))
    with pytest.raises(StoreBroken):
        read_model(LocalFolder(tmp_path))
