"""A model folder as MLflow 2 writes it under a run's artifacts, and the tag that tells of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path

import yaml

from venturi.demo.names import dice, hex_id
from venturi.demo.world import DemoRun

HISTORY_TAG = "mlflow.log-model.history"

_CONDA = """\
channels:
- conda-forge
dependencies:
- python=3.11.9
- pip<=24.2
- pip:
  - mlflow==2.22.0
  - pandas<3
name: mlflow-env
"""
_PYTHON_ENV = """\
python: 3.11.9
build_dependencies:
- pip==24.2
- setuptools==75.1.0
- wheel==0.44.0
dependencies:
- -r requirements.txt
"""
_REQUIREMENTS = "mlflow==2.22.0\npandas<3\n"


def add_model(
    run: DemoRun, features: Sequence[str], classes: Sequence[str], *, made_at: int, path: str
) -> None:
    """Put a model that MLflow can load among a run's artifacts, and its history tag on the run.

    Args:
        run: Gets the files and the tag.
        features: Names of the model's inputs, all numbers.
        classes: What it can answer.
        made_at: When it was logged.
        path: Its folder under the run's artifacts.
    """
    rng = dice("weights", run.run_id, path)
    weights = [{name: round(rng.gauss(0, 1), 4) for name in (*features, "bias")} for _ in classes]
    example = {name: round(rng.uniform(0, 2), 2) for name in features}
    files = {
        "data/weights.json": json.dumps({"classes": list(classes), "weights": weights}, indent=1),
        "code/linear_head.py": Path(__file__).with_name("linear_head.py").read_text("utf-8"),
        "conda.yaml": _CONDA,
        "python_env.yaml": _PYTHON_ENV,
        "requirements.txt": _REQUIREMENTS,
        "input_example.json": _split(example),
        "serving_input_example.json": json.dumps({"dataframe_split": json.loads(_split(example))}),
    }
    about = _about(run, features, made_at, path, size=sum(map(len, files.values())))
    files["MLmodel"] = yaml.safe_dump(about)
    run.files |= {f"{path}/{name}": text.encode() for name, text in files.items()}
    told = ("run_id", "artifact_path", "utc_time_created", "model_uuid", "flavors")
    run.tags[HISTORY_TAG] = json.dumps([{name: about[name] for name in told}])


def _split(row: dict[str, float]) -> str:
    return json.dumps({"columns": list(row), "data": [list(row.values())]})


def _about(
    run: DemoRun, features: Sequence[str], made_at: int, path: str, *, size: int
) -> dict[str, object]:
    """What the MLmodel file says."""
    inputs = [{"type": "double", "name": name, "required": True} for name in features]
    made = datetime.fromtimestamp(made_at / 1000, timezone.utc)
    return {
        "artifact_path": path,
        "flavors": {
            "python_function": {
                "code": "code",
                "data": "data",
                "env": {"conda": "conda.yaml", "virtualenv": "python_env.yaml"},
                "loader_module": "linear_head",
                "python_version": "3.11.9",
            }
        },
        "is_signature_from_type_hint": False,
        "mlflow_version": "2.22.0",
        "model_size_bytes": size,
        "model_uuid": hex_id("model", run.run_id, path),
        "prompts": None,
        "run_id": run.run_id,
        "saved_input_example_info": {
            "artifact_path": "input_example.json",
            "pandas_orient": "split",
            "serving_input_path": "serving_input_example.json",
            "type": "dataframe",
        },
        "signature": {
            "inputs": json.dumps(inputs),
            "outputs": json.dumps([{"type": "string", "required": True}]),
            "params": None,
        },
        "type_hint_from_example": False,
        "utc_time_created": made.strftime("%Y-%m-%d %H:%M:%S.%f"),
    }
