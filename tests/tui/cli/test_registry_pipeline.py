"""A pipeline as a shell script: the best run by a filter is registered, gated and moved."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")

PIPELINE = """
set -eu
best=$(venturi runs list -e "$EXPERIMENT" --filter "metrics.auc > 0.5" \\
    --order-by "metrics.auc DESC" --limit 1 -o name -q)
version=$(venturi versions create "$MODEL" --run "$best" --path model --tag built-by=ci -q)
venturi versions transition "$version" Production --archive-existing --expect None \\
    --require "metrics.auc >= champion" --reason "build 7" -q >/dev/null
venturi versions alias "$version" champion -q >/dev/null
venturi versions get "$MODEL@champion" -o json
"""


def test_a_pipeline_registers_gates_and_moves_the_best_run(world, tmp_path):
    define = f'venturi() {{ "{sys.executable}" -m venturi_tui "$@"; }}'
    variables = {"MODEL": world.name, "EXPERIMENT": f"{world.name}-runs", "HOME": str(tmp_path)}
    environment = {**os.environ, **variables, "MLFLOW_TRACKING_URI": world.uri}
    done = _sh(define + PIPELINE, environment)
    assert done.returncode == 0, done.stderr
    champion = json.loads(done.stdout)
    assert (champion["version"], champion["run_id"]) == ("4", world.runs[2])
    assert world.stages() == {1: "Archived", 2: "Archived", 3: "Staging", 4: "Production"}
    assert world.theirs().aliases == {"champion": 4}
    gate = PIPELINE.replace(">= champion", "> champion")
    refused = _sh(define + gate, environment)
    assert refused.returncode == 6
    assert world.stages()[4] == "Production"
    assert world.theirs().aliases == {"champion": 4}


def _sh(script, environment):
    return subprocess.run(
        ["sh", "-c", script], env=environment, capture_output=True, text=True, check=False
    )
