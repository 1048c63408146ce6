"""The experiment churn-baselines: quick tabular models, two of them with cross-validation folds."""

from __future__ import annotations

import json
from dataclasses import dataclass

from venturi.demo.datasets import CUSTOMER_FEATURES, CUSTOMERS_TEST, CUSTOMERS_TRAIN
from venturi.demo.logged_model import add_model
from venturi.demo.names import PEOPLE, dice, hex_id, run_name
from venturi.demo.origin import origin_tags
from venturi.demo.pictures import matrix_png
from venturi.demo.shapes import Clock, Descent
from venturi.demo.world import DAY, MINUTE, SECOND, Curve, DemoExperiment, DemoRun


@dataclass(frozen=True)
class _Plan:
    """One run: which algorithm with which settings, and how good it becomes."""

    algorithm: str
    settings: dict[str, object]
    auc: float
    days_ago: float
    rounds: int = 0
    folds: int = 0


_PLANS = (
    _Plan("dummy", {"strategy": "prior"}, 0.5, 27.9),
    _Plan("logreg", {"C": 1.0, "penalty": "l2"}, 0.821, 27.8),
    _Plan("logreg", {"C": 0.1, "penalty": "l1"}, 0.826, 27.8),
    _Plan("random-forest", {"n_estimators": 300, "max_depth": 8}, 0.861, 26.1),
    _Plan("random-forest", {"n_estimators": 600, "max_depth": 14}, 0.868, 26.0),
    _Plan("boosting", {"learning_rate": 0.3, "max_depth": 6}, 0.874, 24.3, rounds=400),
    _Plan("boosting", {"learning_rate": 0.1, "max_depth": 6}, 0.889, 24.2, rounds=400),
    _Plan("boosting", {"learning_rate": 0.05, "max_depth": 4}, 0.902, 11.0, rounds=800),
    _Plan("boosting", {"learning_rate": 0.05, "max_depth": 5}, 0.911, 9.2, rounds=800, folds=5),
    _Plan("boosting", {"learning_rate": 0.03, "max_depth": 5}, 0.914, 2.1, rounds=1_000, folds=5),
)


def churn_baselines(now_ms: int) -> DemoExperiment:
    """The experiment with all its runs, children after their parents."""
    runs = [run for index, plan in enumerate(_PLANS) for run in _with_folds(index, plan, now_ms)]
    return DemoExperiment(
        experiment_id=3,
        name="churn-baselines",
        creation_time=now_ms - 28 * DAY,
        tags={
            "team": "growth",
            "mlflow.note.content": "Who leaves within 90 days? **AUC** decides; "
            "see the [data card](https://wiki.example.com/customers-2026q3).",
        },
        runs=runs,
    )


def _with_folds(index: int, plan: _Plan, now_ms: int) -> list[DemoRun]:
    parent = _run(index, plan, now_ms)
    return [parent, *(_fold(index, plan, parent, fold) for fold in range(plan.folds))]


def _run(index: int, plan: _Plan, now_ms: int) -> DemoRun:
    name, user = run_name("churn", index), PEOPLE[(index // 4 + 1) % len(PEOPLE)]
    start = now_ms - int(plan.days_ago * DAY)
    fold_ms = 2 * MINUTE if plan.folds else 0
    begun = Clock(start + 7 * SECOND + plan.folds * fold_ms, 90)
    end = begun.at([max(plan.rounds, 60)])[0] + 12 * SECOND
    run = DemoRun(
        run_id=hex_id("churn", index),
        name=name,
        user=user,
        status="FINISHED",
        start_time=start,
        end_time=end,
        params=_params(plan, index),
        tags=origin_tags(name, user, "notebooks/churn.py", "growth", "baseline"),
        curves=_curves(plan, begun, index),
        datasets=[(CUSTOMERS_TRAIN, "train"), (CUSTOMERS_TEST, "eval")],
    )
    if plan.folds:
        run.tags["mlflow.note.content"] = f"Mean of {plan.folds} folds, then one fit on all rows."
        run.params["folds"] = str(plan.folds)
    _add_files(run)
    return run


def _fold(index: int, plan: _Plan, parent: DemoRun, fold: int) -> DemoRun:
    start = parent.start_time + 7 * SECOND + fold * 2 * MINUTE
    tags = origin_tags(f"fold-{fold}", parent.user, "notebooks/churn.py", "growth", "baseline")
    shared = ("mlflow.source.git.commit", "host")
    tags |= {name: parent.tags[name] for name in shared}
    tags |= {"mlflow.parentRunId": parent.run_id, "fold": str(fold)}
    short = _Plan(plan.algorithm, plan.settings, plan.auc, plan.days_ago, rounds=plan.rounds // 2)
    return DemoRun(
        run_id=hex_id("churn", index, fold),
        name=f"fold-{fold}",
        user=parent.user,
        status="FINISHED",
        start_time=start,
        end_time=start + 2 * MINUTE - 5 * SECOND,
        params={**_params(plan, index), "fold": str(fold)},
        tags=tags,
        curves=_curves(short, Clock(start + 3 * SECOND, 90), index, fold),
        datasets=[(CUSTOMERS_TRAIN, "train")],
    )


def _params(plan: _Plan, index: int) -> dict[str, str]:
    return {
        "algorithm": plan.algorithm,
        **{name: str(value) for name, value in plan.settings.items()},
        "features": json.dumps(CUSTOMER_FEATURES),
        "class_weight": "balanced" if index % 2 else "None",
        "seed": "13",
        **({"rounds": str(plan.rounds)} if plan.rounds else {}),
    }


def _curves(plan: _Plan, clock: Clock, *about: object) -> list[Curve]:
    """The scores, and for boosting the loss of each round."""
    rng = dice("churn curves", *about)
    auc = plan.auc + rng.gauss(0, 0.006 if len(about) > 1 else 0)
    lift = max(0.0, auc - 0.5) * 2
    scores = {
        "auc": auc,
        "f1": 0.18 + 0.62 * lift,
        "precision": 0.2 + 0.61 * lift + rng.uniform(-0.02, 0.02),
        "recall": 0.17 + 0.64 * lift + rng.uniform(-0.02, 0.02),
        "logloss": 0.693 - 0.52 * lift,
        "brier": 0.25 - 0.18 * lift,
    }
    last = max(plan.rounds, 1) - 1
    curves = [clock.curve(key, [last], [value]) for key, value in scores.items()]
    if plan.rounds:
        rounds = range(plan.rounds)
        rate = float(str(plan.settings["learning_rate"]))
        train = Descent(0.693, scores["logloss"] - 0.06, 9 / rate, noise=0.003)
        valid = Descent(0.693, scores["logloss"], 9 / rate, noise=0.006)
        curves += [
            clock.curve("train/logloss", rounds, train.sample(rng, rounds)),
            clock.curve("val/logloss", rounds, valid.sample(rng, rounds)),
        ]
    return curves


def _add_files(run: DemoRun) -> None:
    auc, recall = run.last("auc"), run.last("recall")
    rng = dice("churn files", run.run_id)
    weights = sorted(((rng.random(), name) for name in CUSTOMER_FEATURES), reverse=True)
    total = sum(weight for weight, _ in weights)
    importance = "".join(f"{name},{weight / total:.4f}\n" for weight, name in weights)
    matrix = [[0.9 * auc, 1 - 0.9 * auc], [1 - recall, recall]]
    run.files |= {
        "feature_importance.csv": f"feature,share\n{importance}".encode(),
        "plots/confusion_matrix.png": matrix_png(matrix, cell=80),
        "plots/roc.csv": _roc(auc).encode(),
        "report.md": f"# {run.name}\n\n* AUC **{auc:.4f}**\n* recall {recall:.3f}\n".encode(),
        "metrics.json": json.dumps({"auc": auc, "recall": recall}, indent=2).encode(),
    }
    made_at = (run.end_time or run.start_time) - 4 * SECOND
    add_model(run, CUSTOMER_FEATURES, ("stays", "leaves"), made_at=made_at, path="model")


def _roc(auc: float) -> str:
    """Points of a curve with about that area: true positives are x ** ((1 - auc) / auc)."""
    bend = (1 - auc) / auc
    points = (f"{x / 100:.2f},{(x / 100) ** bend:.4f}" for x in range(101))
    return "\n".join(("false_positives,true_positives", *points)) + "\n"
