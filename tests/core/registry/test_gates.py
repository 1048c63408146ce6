"""Gates: what they compare, what they refuse, and what cannot be meant."""

from __future__ import annotations

import math

import pytest

from venturi.errors import NotFound, UsageError
from venturi.records import Lifecycle, Metric, Run
from venturi.registry.gates import check_gates, read_gate, refusal

METRICS = {
    "r1": {"auc": 0.7, "loss": 0.5},
    "r2": {"auc": 0.9, "loss": 0.3, "val/auc": 0.8},
    "r3": {"auc": 0.91, "loss": math.nan, "top": math.inf, "val/auc": 0.9},
}


class Runs:
    """As much of a tracking store as gates ask for."""

    def __init__(self):
        self.asked = []

    def get_run(self, run_id):
        self.asked.append(run_id)
        if run_id not in METRICS:
            raise NotFound(f"no run {run_id}")
        latest = {key: Metric(key, value, 0, 0) for key, value in METRICS[run_id].items()}
        return Run(
            run_id, "", "1", "FINISHED", 0, 0, Lifecycle.ACTIVE,
            latest=latest, params={"seed": "7"}, tags={"ok": "yes"},
        )  # fmt: skip


def checked(registry, gate, version=3):
    (check,) = check_gates(
        registry, Runs(), [registry.get_version("churn", version)], [read_gate(gate)]
    )
    return check


@pytest.mark.parametrize(
    "gate",
    [
        "metrics.auc >= champion", "metrics.auc > @champion", "metrics.auc > Production",
        "metrics.auc>0.9", "metric.auc <= 0.91", "metrics.auc = 0.91", "metrics.auc != 1e0",
        "metrics.auc > churn/1", "metrics.auc > churn@champion", "metrics.auc > models:/churn/1",
        "metrics.`val/auc` > champion", 'metrics."val/auc" >= 0.9', "metrics.val/auc >= 0.9",
        "metrics.auc = latest-good", "metrics.auc > `churn/1`", "metrics.auc > `champion`",
        "metrics.top > 1e300", "params.seed = '7'", "params.seed = 7",
        'tags.ok = "yes"', "tag.ok != 'no'", "params.seed = champion",
    ],
)  # fmt: skip
def test_lets_through(registry, gate):
    registry.set_alias("churn", "latest-good", 3)
    check = checked(registry, gate)
    assert check.passed, check
    assert refusal([check]) is None


@pytest.mark.parametrize(
    ("gate", "problem"),
    [
        ("metrics.auc < champion", ""),
        ("metrics.auc > 0.91", ""),
        ("metrics.loss < 1", ""),
        ("metrics.loss != 1", ""),
        ("metrics.f1 > 0.5", "the run of churn/3 has no metrics.f1"),
        ("metrics.top > champion", "the run of churn/2 has no metrics.top"),
        ("metrics.auc > challenger", "model 'churn' has no alias 'challenger' in memory"),
        ("metrics.auc > churn/77", "no version churn/77 in memory"),
        ("params.seed = '8'", ""),
    ],
)
def test_refuses(registry, gate, problem):
    check = checked(registry, gate)
    assert not check.passed
    assert check.problem == problem
    error = refusal([check])
    assert error is not None
    assert error.exit_code == 6
    assert "churn/3 does not meet 1 condition" in error.message


def test_a_version_whose_run_is_gone_is_refused(registry):
    assert checked(registry, "metrics.auc > 0", version=4).problem == "churn/4: its run r4 is gone"


def test_the_latest_version_is_no_alias(registry):
    check = checked(registry, "metrics.auc >= latest")
    assert check.against == "churn/4 (latest)"


def test_each_run_is_read_once(registry):
    runs = Runs()
    gates = [read_gate("metrics.auc >= champion"), read_gate("metrics.auc > 0.5")]
    check_gates(registry, runs, [registry.get_version("churn", 3)], gates)
    assert runs.asked == ["r3", "r2"]


@pytest.mark.parametrize(
    "text",
    [
        "", "auc > 1", "metrics.auc", "metrics.auc >", "metrics.auc ~ 'x'", "metrics. > 1",
        "metrics.auc > 'x'", "params.seed > '7'", "metrics.auc > 1 and metrics.loss < 2",
        "metrics.auc == 1", "metrics.auc => 1",
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_a_usage_error(text):
    with pytest.raises(UsageError):
        read_gate(text)


def test_a_word_of_no_version_is_a_usage_error(registry):
    with pytest.raises(UsageError):
        checked(registry, "metrics.auc > churn/prod")
