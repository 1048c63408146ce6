"""`runs diff` beyond one store, and params that hold dictionaries."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from venturi.settings import user_file


@pytest.fixture
def stores(venturi, demo_folder: Path, mlflow_sqlite_uri: str):
    """The demo store; the odd world is the context `odd`."""
    file = user_file(os.environ)
    file.parent.mkdir(parents=True)
    file.write_text(f'[contexts.odd]\nstore = "{mlflow_sqlite_uri}"\n')

    def call(*args: str, **how):
        return venturi("-s", f"sqlite:///{demo_folder}/mlflow.db", *args, **how)

    return call


def names(call, *args: str) -> list[str]:
    return call("runs", "list", "--all", "-o", "name", *args).out.split()


def test_a_run_of_another_store_stands_beside_one_of_this(stores, venturi, mlflow_sqlite_uri):
    here = names(stores)[0]
    there = venturi("-s", mlflow_sqlite_uri, "runs", "list", "-o", "name").out.split()[0]
    answer = stores("runs", "diff", here, f"odd:{there}", "-o", "json")
    assert (answer.code, answer.err) == (0, "")
    assert json.loads(answer.out)["runs"] == [here, there]
    turned = stores("runs", "diff", f"odd:{there[:12]}", here, "--baseline", here, "-o", "json")
    assert json.loads(turned.out)["runs"] == [there, here]


def test_what_is_not_there_is_told(stores) -> None:
    here = names(stores)[0]
    assert stores("runs", "diff", here, "odd:nobody").code == 5
    assert stores("runs", "diff", here, "nowhere:nobody").code == 5


def test_dictionaries_are_taken_apart_for_people_and_left_whole_for_scripts(stores) -> None:
    ids = names(stores, "-e", "vision-sweep", "--filter", "params.optim LIKE '%'")[:2]
    text = stores("runs", "diff", *ids).out
    assert "optim.betas[0]" in text
    params = json.loads(stores("runs", "diff", *ids, "-o", "json").out)["params"]
    assert params["optim"][0].startswith("{")
    assert not any(key.startswith("optim.") for key in params)
