"""Wished models: read with the place of every mistake, planned in an order that is safe."""

from __future__ import annotations

import pytest

from venturi.errors import NotFound, UsageError
from venturi.registry.planning import plan
from venturi.registry.steps import Kind, do_step
from venturi.registry.wished import ModelWish, VersionWish
from venturi.registry.wishes import read_wishes

TEXT = """
models:
  churn:
    description: who leaves soon
    tags: {team: growth, tier: 1.10, old: ~}
    aliases: {champion: 3, challenger: 4, gone: null}
    versions:
      2: {stage: archived}
      3: {stage: production, description: "", tags: {ok: yes}}
  fresh:
"""


def test_reads_what_is_wished():
    assert read_wishes(TEXT, "m.yaml") == {
        "churn": ModelWish(
            "who leaves soon",
            {"team": "growth", "tier": "1.10", "old": None},
            {"champion": 3, "challenger": 4, "gone": None},
            {2: VersionWish("Archived"), 3: VersionWish("Production", "", {"ok": "yes"})},
        ),
        "fresh": ModelWish(),
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "m.yaml: it is empty"),
        ("models: [", "m.yaml:1:10: not YAML"),
        ("models: a", "m.yaml:1:9: a mapping"),
        ("modles: {}", "m.yaml:1:1: unknown key 'modles'"),
        ("- a", "m.yaml:1:1: a mapping"),
        ("models:\n  churn:\n    descripton: x", "m.yaml:3:5: unknown key 'descripton'"),
        ("models:\n  churn:\n    versions: {x: {}}", "m.yaml:3:16: 'x' is no version"),
        ("models:\n  churn:\n    versions: {0: {}}", "m.yaml:3:16: '0' is no version"),
        ("models:\n  churn:\n    versions: {1: {stage: live}}", "m.yaml:3:27: 'live' is no stage"),
        ("models:\n  churn:\n    versions: {1: {stage: [a]}}", "m.yaml:3:27: a list stands"),
        ("models:\n  churn:\n    aliases: {latest: 3}", "m.yaml:3:15: the alias 'latest' is res"),
        ("models:\n  churn:\n    aliases: {a: b}", "m.yaml:3:18: 'b' is no version"),
        ("models:\n  churn:\n    tags: {a: {}}", "m.yaml:3:15: a mapping stands"),
        ("models:\n  churn:\n    tags: [a]", "m.yaml:3:11: a mapping of keys"),
        ("models:\n  churn: {}\n  churn: {}", "m.yaml:3:3: 'churn' is there twice"),
        ("models:\n  a: {versions: {9: {}, 09: {}}}", "m.yaml:2:25: version 9 is there twice"),
        ("models:\n  a/b: {}", "m.yaml:2:3: the model name 'a/b' is refused"),
        ("models:\n  ? [a]\n  : {}", "m.yaml:2:5: a list stands"),
        ("a: &a [*a]", "m.yaml:1:1: unknown key 'a'"),
        ("\x00", "m.yaml: not YAML"),
    ],
)
def test_says_where_it_cannot_be_meant(text, message):
    with pytest.raises(UsageError) as error:
        read_wishes(text, "m.yaml")
    assert error.value.message.startswith(message)


def test_production_is_never_empty_meanwhile(registry):
    steps = plan(registry, read_wishes(TEXT, "m.yaml"))
    for step in steps:
        do_step(registry, step)
        assert "Production" in registry.get_model("churn").latest_versions
    assert plan(registry, read_wishes(TEXT, "m.yaml")) == []
    model = registry.get_model("churn")
    assert model.tags == {"team": "growth", "tier": "1.10"}
    assert model.aliases == {"champion": 3, "challenger": 4}
    assert registry.get_model("fresh").latest_versions == {}


def test_the_order_is_models_then_stages_then_aliases_then_what_goes(registry):
    kinds = [step.kind for step in plan(registry, read_wishes(TEXT, "m.yaml"))]
    assert kinds == [
        Kind.CREATE_MODEL,
        Kind.DESCRIBE_MODEL,
        Kind.TAG_MODEL,
        Kind.TAG_VERSION,
        Kind.STAGE,
        Kind.ALIAS,
        Kind.ALIAS,
        Kind.STAGE,
    ]


@pytest.mark.parametrize(
    "wish", [ModelWish(versions={9: VersionWish("None")}), ModelWish(aliases={"x": 9})]
)
def test_a_version_that_is_not_there_is_said_before_anything_is_written(registry, wish):
    with pytest.raises(NotFound, match="no version churn/9") as error:
        plan(registry, {"churn": wish})
    assert error.value.hint == "there are 4, 3, 2, 1"


def test_what_the_file_does_not_name_stays(registry):
    assert plan(registry, {"churn": ModelWish(), "empty": ModelWish()}) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("models: {a: {stage: x}}", "a stage is a version's"),
        ("models: {a: {versions: {1: {aliases: x}}}}", "aliases are the model's"),
        ("versions: {1: {}}", "versions are a model's"),
        ("models: {a: {tagz: {}}}", "did you mean tags"),
    ],
)
def test_a_key_in_the_wrong_place_is_told_where_it_belongs(text, words):
    with pytest.raises(UsageError, match=words):
        read_wishes(text, "m.yaml")
