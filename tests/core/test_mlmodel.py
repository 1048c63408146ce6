"""What MLmodel files say: those MLflow writes, those of old releases, and broken ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml
from mlflow.models import Model, ModelSignature  # noqa: TID251
from mlflow.types import ColSpec, DataType, ParamSchema, ParamSpec, Schema, TensorSpec  # noqa: TID251
from mlflow.types.schema import Array, Map, Object, Property  # noqa: TID251

from venturi.errors import StoreBroken
from venturi.mlmodel import LARGEST_MLMODEL, Field, MlModel, Signature, read_mlmodel

SIGNATURE = ModelSignature(
    inputs=Schema(
        [
            ColSpec("double", "a b"),
            ColSpec(Array("string"), "tags", required=False),
            ColSpec(Object([Property("x", DataType.long), Property("y", Array("double"))]), "o"),
            ColSpec(Map(DataType.string), "m"),
        ]
    ),
    outputs=Schema([TensorSpec(np.dtype("float32"), (-1, 3))]),
    params=ParamSchema(
        [
            ParamSpec("t", DataType.double, 0.5),
            ParamSpec("stop", DataType.string, ["ü"], shape=(-1,)),
        ]
    ),
)


def test_a_model_of_the_installed_mlflow_is_read() -> None:
    model = Model(artifact_path="net", run_id="r" * 32, signature=SIGNATURE)
    model.add_flavor("python_function", loader_module="mlflow.sklearn", env={"conda": "c.yaml"})
    model.add_flavor("sklearn", sklearn_version="1.5", code=None)
    read = read_mlmodel(model.to_yaml().encode(), b"mlflow==3\n\n# why\nnumpy<3 # because\n")
    assert read.flavors == {
        "python_function": {"loader_module": "mlflow.sklearn", "env": '{"conda": "c.yaml"}'},
        "sklearn": {"sklearn_version": "1.5"},
    }
    assert read.loader == "mlflow.sklearn"
    assert read.signature == Signature(
        inputs=(
            Field("a b", "double"),
            Field("tags", "Array(string)", required=False),
            Field("o", "Object(x: long, y: Array(double))"),
            Field("m", "Map(string)"),
        ),
        outputs=(Field("", "tensor(float32, (-1, 3))"),),
        params=(
            Field("t", "double", default="0.5"),
            Field("stop", "string(-1)", default='["ü"]'),
        ),
    )
    assert read.requirements == ("mlflow==3", "numpy<3 # because")
    assert (read.run_id, read.artifact_path) == ("r" * 32, "net")
    assert read.model_uuid == model.model_uuid
    assert read.mlflow_version == model.mlflow_version
    made = np.datetime64(model.utc_time_created, "ms").astype(int)
    assert abs((read.created or 0) - int(made)) <= 1


def test_the_model_of_the_demo_store_is_read(demo_folder: Path) -> None:
    path = next(demo_folder.rglob("MLmodel"))
    read = read_mlmodel(path.read_bytes(), path.with_name("requirements.txt").read_bytes())
    inputs = read.signature.inputs or ()
    assert [each.type for each in inputs] == ["double"] * len(inputs)
    assert inputs[0].name
    assert read.signature.outputs == (Field("", "string"),)
    assert read.requirements[0] == "mlflow==2.22.0"
    assert read.size
    assert len(read.run_id) == 32


OLD = b"""
artifact_path: model
flavors:
  python_function:
    env: conda.yaml
    loader_module: mlflow.sklearn
    python_version: 3.7
run_id: abc
signature:
  inputs: '[{"name": "x", "type": "double"}, {"name": "y", "type": "long", "optional": true}]'
  outputs: null
utc_time_created: 2020-05-17 10:00:00.5
"""


def test_a_model_of_an_old_mlflow_is_read() -> None:
    read = read_mlmodel(OLD)
    assert read.flavors["python_function"]["env"] == "conda.yaml"
    assert read.flavors["python_function"]["python_version"] == "3.7"
    assert read.signature == Signature(
        inputs=(Field("x", "double"), Field("y", "long", required=False))
    )
    assert read.created == 1_589_709_600_500
    assert (read.model_id, read.model_uuid, read.mlflow_version, read.size) == ("", "", "", None)


@pytest.mark.parametrize(
    "text",
    [
        "flavors: 3\nsignature: [1]\nrun_id: [a]\nmodel_size_bytes: true\nutc_time_created: soon",
        "flavors: null\nsignature: {inputs: 'no json', outputs: '{}', params: '3'}",
        "signature: {inputs: [1, 2], outputs: '" + "[" * 100_000 + "'}",
        "unknown: {a: b}",
    ],
)
def test_fields_of_another_kind_are_as_if_missing(text: str) -> None:
    assert read_mlmodel(text.encode()) == MlModel()


def test_items_that_are_odd_do_not_hide_the_others() -> None:
    inputs = '[3, {"type": "new-type", "name": 4}, {"name": "b"}, {"type": {"a": 1}}]'
    read = read_mlmodel(yaml.safe_dump({"signature": {"inputs": inputs}}).encode())
    found = [(each.name, each.type) for each in read.signature.inputs or ()]
    assert found == [("", "new-type"), ("b", "?"), ("", "?")]


@pytest.mark.parametrize(
    "text",
    [
        "", "just text", "[1, 2]", "a: [", "\x00", "a: !!python/object/apply:os.system [ls]",
        "a: !!python/name:os.system", "[" * 100_000, "x: {<<: {a: 1}}", "d: 2020-99-99",
    ],
)  # fmt: skip
def test_what_is_no_mlmodel_file_is_broken(text: str) -> None:
    with pytest.raises(StoreBroken, match="MLmodel file"):
        read_mlmodel(text.encode())


def test_a_giant_is_refused_unread() -> None:
    with pytest.raises(StoreBroken, match="more than any should have"):
        read_mlmodel(b"a" * (LARGEST_MLMODEL + 1))


def test_a_small_file_that_means_a_giant_is_cut() -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    lines.append("flavors: {f: {bomb: *a29, loop: &l [*l]}}")
    flavor = read_mlmodel("\n".join(lines).encode()).flavors["f"]
    assert len(flavor["bomb"]) == 10_000
    assert flavor["loop"] == "…"
