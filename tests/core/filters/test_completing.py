"""Completion of filters: what fits the place, written so that it parses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venturi.filters.completing import complete
from venturi.filters.syntax import parse_filter
from venturi.filters.tree import Comparison, Entity


@dataclass
class Seen:
    """Keys and values that are known."""

    all_keys: dict[Entity, list[str]] = field(default_factory=dict[Entity, list[str]])
    all_values: dict[tuple[Entity, str], list[str]] = field(
        default_factory=dict[tuple[Entity, str], list[str]]
    )

    def keys(self, entity: Entity) -> Sequence[str]:
        return self.all_keys.get(entity, [])

    def values(self, entity: Entity, key: str) -> Sequence[str]:
        return self.all_values.get((entity, key), [])


SEEN = Seen(
    {
        Entity.METRIC: ["loss", "val/acc", "val/loss"],
        Entity.PARAM: ["lr", "model", "my key", "in"],
        Entity.TAG: ["mlflow.user", "team"],
    },
    {
        (Entity.PARAM, "model"): ["vit-b", "vit-l", "it's", 'a "b"'],
        (Entity.PARAM, "my key"): ["x"],
        (Entity.TAG, "team"): ["vision"],
        (Entity.ATTRIBUTE, "run_name"): ["brave-otter"],
    },
)


def offered(text: str) -> list[str]:
    return [choice.text for choice in complete(text, len(text), SEEN).choices]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("", ["run_id", "run_name"]),
        ("sta", ["status", "start_time"]),
        ("met", ["metrics."]),
        ("metrics.", ["metrics.loss", "metrics.`val/acc`", "metrics.`val/loss`"]),
        ("metrics.l", ["metrics.loss", "metrics.`val/acc`", "metrics.`val/loss`"]),
        ("metrics.`val/a", ["metrics.`val/acc`"]),
        ("loss", ["metrics.loss", "metrics.`val/loss`"]),
        ("params.my", ["params.`my key`"]),
        ("params.i", ["params.`in`"]),
        ("not (tags.t", ["tags.team"]),
        ("metrics.loss ", ["=", "!=", "<"]),
        ("metrics.loss <", ["<="]),
        ("status ", ["=", "!=", "LIKE"]),
        ("params.model I", ["ILIKE", "IN", "IS NULL"]),
        ("status = ", ["'RUNNING'", "'FINISHED'"]),
        ("status = 'F", ["'FINISHED'", "'FAILED'"]),
        ("params.model = ", ["'vit-b'", "'vit-l'", '"it\'s"', "'a \"b\"'"]),
        ("params.model = 'vit-l", []),
        ("params.model = 'l", ["'vit-l'"]),
        ("params.model in (", ["'vit-b'"]),
        ("params.model in ('vit-b', ", ["'vit-b'"]),
        ("params.model in ('vit-b' ", [")", ","]),
        ("params.`my key` = ", ["'x'"]),
        ("run_name = br", ["'brave-otter'"]),
        ("start_time > ", ["'1h ago'"]),
        ("metrics.loss < 3 ", ["AND", "OR"]),
        ("(metrics.loss < 3 ", ["AND", "OR", ")"]),
        ("metrics.loss < 3 a", ["AND"]),
        ("metrics.loss < 3 and params.mo", ["params.model"]),
        ("metrics.loss < ", []),
        ("params.model is ", ["NULL", "NOT NULL"]),
        ("what.ever = ", []),
        ("; ", []),
    ],
)
def test_what_fits_the_place_is_offered(text: str, first: list[str]) -> None:
    assert offered(text)[: len(first)] == first if first else set(offered(text)) <= {"'vit-l'"}


def test_a_choice_takes_the_place_of_what_was_begun() -> None:
    text = "loss < 1 and status = 'F and more"
    completion = complete(text, 4, SEEN)
    assert completion.put(text, 1) == ("metrics.`val/loss` < 1 and status = 'F and more", 18)
    completion = complete("params.mo", 9, SEEN)
    assert completion.put("params.mo", 0) == ("params.model ", 13)
    completion = complete("par", 3, SEEN)
    assert completion.put("par", 0) == ("params.", 7)
    completion = complete("status = 'x'", 12, SEEN)
    assert completion.put("status = 'x'", 0)[0] == "status = 'x' AND "


@given(
    st.text(min_size=1, max_size=12).filter(lambda key: "\0" not in key),
    st.sampled_from([Entity.METRIC, Entity.PARAM, Entity.TAG]),
)
def test_every_key_that_is_offered_means_itself(key: str, entity: Entity) -> None:
    seen = Seen({entity: [key]})
    prefix = {Entity.METRIC: "metrics.", Entity.PARAM: "params.", Entity.TAG: "tags."}[entity]
    for choice in complete(prefix, len(prefix), seen).choices:
        value = "1" if entity is Entity.METRIC else "'x'"
        node = parse_filter(f"{choice.text} = {value}")
        assert isinstance(node, Comparison)
        assert (node.entity, node.key) == (entity, key)


@given(st.text(alphabet="metrics.`'\"()<=, anor1", max_size=30), st.integers(0, 30))
def test_nothing_that_is_typed_is_too_odd(text: str, cursor: int) -> None:
    complete(text, min(cursor, len(text)), SEEN)
