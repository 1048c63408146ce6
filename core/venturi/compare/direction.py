"""Which way a metric gets better, told by its name, and which value of several is best."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from enum import Enum
from itertools import pairwise

from venturi.compare.sameness import Value


class Direction(Enum):
    """Which way a metric gets better."""

    LOWER = "lower"
    HIGHER = "higher"
    UNKNOWN = "unknown"

    @property
    def turned(self) -> Direction:
        """The other way, as for a metric that is logged with a minus sign."""
        other = {Direction.LOWER: Direction.HIGHER, Direction.HIGHER: Direction.LOWER}
        return other.get(self, self)


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LOWER = _set(
    "loss losses error errors err rmse mse mae mape smape rmsle msle rmspe perplexity ppl wer "
    "cer mer ter eer fid kid nll bpb bpc bpd logloss brier mad regret deviance crossentropy"
)
_HIGHER = _set(
    "acc accuracy auc auroc auprc aucpr roc ap map f1 fbeta score precision recall bleu rouge "
    "rouge1 rouge2 rougel meteor chrf iou miou dice jaccard ndcg mrr r2 kappa mcc psnr ssim "
    "specificity sensitivity reward return success winrate likelihood"
)
_LOWER_PAIRS = frozenset({("cross", "entropy"), ("error", "rate"), ("kl", "divergence")})
_HIGHER_PAIRS = frozenset({("win", "rate"), ("success", "rate"), ("hit", "rate"), ("pass", "rate")})
_NEGATED = frozenset({"neg", "negative"})
_NOT_A_RESULT = _set(
    "time seconds sec secs ms count num samples lr scale scaler weight weights norm std var "
    "threshold size temperature coef coefficient"
)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def direction_of(metric_key: str) -> Direction:
    """Which way a metric gets better, as its name tells; UNKNOWN where it does not.

    Losses, errors and perplexities get better downwards; accuracies, scores and areas upwards.
    What is measured about a result (`score_time`, `loss_scale`) is not one.
    """
    words = _words(metric_key)
    if "system" in words[:1] or _NOT_A_RESULT.intersection(words):
        return Direction.UNKNOWN
    pairs = set(pairwise(words))
    if pairs & _LOWER_PAIRS or any(_is_loss(word) for word in words):
        found = Direction.LOWER
    elif pairs & _HIGHER_PAIRS or any(_is_score(word) for word in words):
        found = Direction.HIGHER
    else:
        return Direction.UNKNOWN
    return found.turned if _NEGATED.intersection(words) else found


def _words(key: str) -> list[str]:
    """The words of a key in lower case: `val/topK_F1Score` is val, top, k, f1, score."""
    joined = key.replace("mAP", "map")
    words = [word.lower() for word in _WORD.findall(joined)]
    merged: list[str] = []
    for word in words:  # a digit belongs to the letter before it: f1, r2, rouge2
        if word.isdigit() and merged and f"{merged[-1]}{word}" in _HIGHER:
            merged[-1] += word
        else:
            merged.append(word)
    return merged


def _is_loss(word: str) -> bool:
    return word in _LOWER or (len(word) > 5 and word.endswith(("loss", "error", "entropy")))


def _is_score(word: str) -> bool:
    return word in _HIGHER or word.endswith(("accuracy", "score"))


def best_positions(row: Sequence[Value], direction: Direction) -> tuple[int, ...]:
    """Positions of the best value of a metric's row, several when they are equally good.

    Empty when the direction is unknown, when fewer than two values can be compared, or when all of
    them are equal. NaN and infinities are never best.
    """
    numbers = {
        position: value
        for position, value in enumerate(row)
        if isinstance(value, (int, float)) and math.isfinite(value)
    }
    if direction is Direction.UNKNOWN or len(numbers) < 2 or len(set(numbers.values())) < 2:
        return ()
    pick = min if direction is Direction.LOWER else max
    best = pick(numbers.values())
    return tuple(position for position, value in numbers.items() if value == best)
