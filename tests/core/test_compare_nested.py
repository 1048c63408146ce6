"""Params that hold dictionaries: read as data only, compared key by key."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venturi.compare import same
from venturi.compare.nested import leaves, read_nested
from venturi.compare.unfolding import unfolded


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ('{"lr": 1e-3, "betas": [0.9, 0.999]}', {"lr": 0.001, "betas": [0.9, 0.999]}),
        ("{'mixup': 0.3, 'on': True, 'off': None}", {"mixup": 0.3, "on": True, "off": None}),
        ("[1, 2, (3, 4)]", [1, 2, (3, 4)]),
        (' {"a": {"b": 1}} ', {"a": {"b": 1}}),
    ],
)
def test_json_and_what_python_prints_is_read(text: str, held: object) -> None:
    assert read_nested(text) == held


@pytest.mark.parametrize(
    "text",
    [
        "", "adamw", "0.001", "(1, 2)", "{}", "[]", "{'a': ", "[x for x in ()]",
        "[__import__('os').getcwd()]", "{'a': open('/etc/passwd')}", "[1, 2] + [3]",
        "[" * 5000 + "]" * 5000, "[" + "-" * 9000 + "1]", "[" + "~" * 900 + "1]",
        "[" + "1," * 15_000 + "]", "{" * 30 + "[" * 30,
    ],
)  # fmt: skip
def test_everything_else_is_plain_text(text: str) -> None:
    assert read_nested(text) is None


def test_leaves_are_named_by_their_paths() -> None:
    held = read_nested(
        '{"optim": {"betas": [0.9, 0.99], "name": "adamw", "extra": {}}, "on": true}'
    )
    assert held is not None
    assert leaves(held) == {
        "optim.betas[0]": "0.9",
        "optim.betas[1]": "0.99",
        "optim.name": "adamw",
        "optim.extra": "{}",
        "on": "true",
    }


def test_a_long_list_ends_with_a_word_that_there_is_more() -> None:
    found = leaves([*range(1000)])
    assert len(found) == 400
    assert found["…"] == "and more"


def test_a_row_is_taken_apart_when_all_that_is_there_is_nested() -> None:
    rows = {
        "lr": ("0.1", "0.2"),
        "optim": ('{"lr": 1, "b": [1, 2]}', "{'b': [1, 3]}", None),
        "mixed": ('{"a": 1}', "none"),
        "list": ("[1]", "[1, 2]"),
    }
    assert unfolded(rows) == {
        "lr": ("0.1", "0.2"),
        "optim.lr": ("1", None, None),
        "optim.b[0]": ("1", "1", None),
        "optim.b[1]": ("2", "3", None),
        "mixed": ('{"a": 1}', "none"),
        "list[0]": ("1", "1"),
        "list[1]": (None, "2"),
    }


def test_dictionaries_are_the_same_by_what_is_in_them() -> None:
    assert same('{"a": 1e-3, "b": [1, 2]}', "{'b': [1, 2], 'a': 0.001}")
    assert not same('{"a": [1, 2]}', '{"a": [2, 1]}')
    assert not same('{"a": 1}', '{"a": 1, "b": null}')


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abcd", min_size=1, max_size=3), VALUES, min_size=1, max_size=4))
def test_json_and_python_say_the_same(held: dict[str, object]) -> None:
    written = json.dumps(held)
    read = read_nested(written)
    assert read == held
    assert same(written, json.dumps(dict(reversed(held.items()))))
    assert leaves(held)
