"""Comparing runs: what is the same, what differs, which way is better, which is best."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from venturi.compare import (
    Direction,
    best_positions,
    compare_runs,
    direction_of,
    relative_change,
    same,
)
from venturi.records import Lifecycle, Metric, Run


def run(run_id, *, params=None, metrics=None, tags=None, **attributes):
    latest = {key: Metric(key, value, 1, 0) for key, value in (metrics or {}).items()}
    given = {"run_name": "n", "experiment_id": "1", "status": "FINISHED", "start_time": 1}
    given |= {"end_time": 2, "lifecycle_stage": Lifecycle.ACTIVE, **attributes}
    return Run(run_id=run_id, params=params or {}, latest=latest, tags=tags or {}, **given)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1e-3", "0.001"),
        ("1", "1.0"),
        ("+5", "5"),
        ("nan", "NaN"),
        ("inf", "Infinity"),
        ("-inf", "-Infinity"),
        (".5", "0.50"),
        (math.nan, math.nan),
        (1, 1.0),
        (" 3", "3"),
        (None, None),
    ],
)
def test_same(one, other):
    assert same(one, other)
    assert same(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("007", "7"),
        ("1_000", "1000"),
        ("12345678901234567890", "12345678901234567891"),
        ("", None),
        ("", "0"),
        (".", "0"),
        ("None", None),
        ("inf", "-inf"),
        ("vit", "ViT"),
        ("٣", "3"),
        (0.1, 0.1 + 1e-15),
        (math.nan, None),
    ],
)
def test_not_same(one, other):
    assert not same(one, other)
    assert not same(other, one)


@given(st.floats(allow_nan=True))
@settings(deadline=None, max_examples=200)
def test_every_way_to_write_a_number_is_the_same(value):
    assert same(repr(value), f"{value:.17e}" if math.isfinite(value) else str(value).upper())
    assert same(value, value)


values = st.one_of(st.none(), st.sampled_from(["1", "1.0", "1e0", "a", "", "nan", "NaN", "01"]))


@given(values, values, values)
@settings(deadline=None, max_examples=200)
def test_sameness_carries_over(a, b, c):
    if same(a, b) and same(b, c):
        assert same(a, c)


def test_rows_are_the_union_in_order_with_none_for_missing():
    diff = compare_runs(
        [
            run("a", params={"lr": "1e-3", "model": "vit"}, metrics={"acc": 0.9}, tags={"t": "1"}),
            run("b", params={"lr": "0.001", "batch": "8"}, metrics={"acc": math.nan}, start_time=5),
        ]
    )
    assert diff.run_ids == ("a", "b")
    assert diff.params == {"batch": (None, "8"), "lr": ("1e-3", "0.001"), "model": ("vit", None)}
    assert list(diff.params) == ["batch", "lr", "model"]
    assert diff.tags == {"t": ("1", None)}
    changed = diff.only_changed()
    assert set(changed.params) == {"batch", "model"}
    assert set(changed.attributes) == {"start_time"}
    assert diff.differs
    assert changed.differs


def test_a_run_does_not_differ_from_itself():
    one = run("a", params={"x": "nan"}, metrics={"loss": math.nan})
    diff = compare_runs([one, one, one])
    assert not diff.differs
    assert len(diff.only_changed()) == 0
    assert len(diff) > 0


def test_only_some_fields():
    diff = compare_runs(
        [run("a", params={"lr": "1", "x": "2"}, metrics={"val/acc": 1.0}), run("b", user_id="bo")]
    )
    assert set(diff.only(["params"]).params) == {"lr", "x"}
    assert len(diff.only(["params"])) == 2
    assert set(diff.only(["params.l*", "user_id"]).attributes) == {"user_id"}
    assert len(diff.only(["params.l*", "user_id"])) == 2
    assert set(diff.only(["metrics.val/*"]).metrics) == {"val/acc"}
    assert len(diff.only(["lr"])) == 0


@pytest.mark.parametrize(
    ("keys", "direction"),
    [
        (
            (
                "loss val/loss train_loss valLoss train_loss_epoch loss@10 rmse perplexity "
                "error_rate cross_entropy crossEntropy brier_score brier_score_loss NLL val.wer "
                "kl_divergence neg_log_likelihood eval/logloss"
            ),
            Direction.LOWER,
        ),
        (
            (
                "val/acc acc@1 top5_accuracy mAP map50 F1 f1_macro R2 roc_auc AUC ROUGE-L rouge2"
                " neg_mean_squared_error win_rate val/topK_F1Score reward precision_at_5"
                " log_likelihood mean_iou"
            ),
            Direction.HIGHER,
        ),
        (
            (
                "x lr score_time loss_scale accuracy_std grad_norm false_positive_rate floss epoch"
                " system/cpu_utilization_percentage system/gpu_0_error"
            ),
            Direction.UNKNOWN,
        ),
    ],
)
def test_direction_of(keys, direction):
    found = {key: direction_of(key) for key in keys.split()}
    assert found == dict.fromkeys(found, direction)


@given(st.text(max_size=30))
@settings(deadline=None, max_examples=200)
def test_any_name_has_a_direction(key):
    assert direction_of(key) in Direction


@pytest.mark.parametrize(
    ("row", "direction", "best"),
    [
        ((0.9, 0.8, 0.9), Direction.HIGHER, (0, 2)),
        ((0.9, 0.8, None), Direction.LOWER, (1,)),
        ((0.9, math.nan, 0.95), Direction.LOWER, (0,)),
        ((0.9, -math.inf, 0.95), Direction.LOWER, (0,)),
        ((0.9, math.nan, None), Direction.HIGHER, ()),
        ((0.9, 0.9), Direction.HIGHER, ()),
        ((0.9, 0.8), Direction.UNKNOWN, ()),
        ((), Direction.LOWER, ()),
    ],
)
def test_best_positions(row, direction, best):
    assert best_positions(row, direction) == best


@pytest.mark.parametrize(
    ("value", "base", "change"),
    [
        (1.1, 1.0, pytest.approx(0.1)),
        (-1.1, -1.0, pytest.approx(-0.1)),
        (1.0, 0.0, None),
        (math.nan, 1.0, None),
        (None, 1.0, None),
        (1.0, math.inf, None),
        ("1", 1.0, None),
    ],
)
def test_relative_change(value, base, change):
    assert relative_change(value, base) == change
