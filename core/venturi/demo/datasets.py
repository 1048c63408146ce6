"""The datasets that demo runs read, with source, schema and profile as MLflow's JSON texts."""

from __future__ import annotations

import json

from venturi.demo.names import hex_id
from venturi.demo.world import Dataset

CUSTOMER_FEATURES = ("tenure", "monthly_charge", "support_calls", "data_gb", "age")


def _images(name: str, split: str, rows: int) -> Dataset:
    tensor = {"dtype": "uint8", "shape": [-1, 224, 224, 3]}
    return Dataset(
        name=name,
        digest=hex_id("dataset", name, split, length=8),
        source_type="local",
        source=json.dumps({"uri": f"/data/{name}/{split}"}),
        schema=json.dumps(
            {"mlflow_tensorspec": {"features": [{"type": "tensor", "tensor-spec": tensor}]}}
        ),
        profile=json.dumps({"num_rows": rows, "num_elements": rows * 224 * 224 * 3}),
    )


def _texts(name: str, split: str, rows: int) -> Dataset:
    return Dataset(
        name=name,
        digest=hex_id("dataset", name, split, length=8),
        source_type="http",
        source=json.dumps({"url": f"https://data.example.com/{name}/{split}.jsonl.zst"}),
        schema=json.dumps(
            {"mlflow_colspec": [{"type": "string", "name": "text", "required": True}]}
        ),
        profile=json.dumps({"num_rows": rows, "num_elements": rows}),
    )


def _customers(split: str, rows: int) -> Dataset:
    columns = [{"type": "double", "name": one, "required": True} for one in CUSTOMER_FEATURES]
    columns.append({"type": "string", "name": "churned", "required": True})
    return Dataset(
        name="customers-2026q3",
        digest=hex_id("dataset", "customers", split, length=8),
        source_type="local",
        source=json.dumps({"uri": f"/data/customers/2026q3/{split}.parquet"}),
        schema=json.dumps({"mlflow_colspec": columns}),
        profile=json.dumps({"num_rows": rows, "num_elements": rows * len(columns)}),
    )


IMAGES_TRAIN = _images("birds-525", "train", 84_635)
IMAGES_VALID = _images("birds-525", "valid", 2_625)
WEB_TEXT = _texts("web-text-v4", "train", 61_204_118)
HELD_OUT_TEXT = _texts("web-text-v4", "valid", 20_000)
CUSTOMERS_TRAIN = _customers("train", 48_113)
CUSTOMERS_TEST = _customers("test", 12_028)
