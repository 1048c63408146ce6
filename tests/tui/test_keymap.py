"""Keys of the user's own: they win where both work, mistakes name file and line, quit stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from venturi.errors import ConfigError
from venturi.settings import KeyChoice
from venturi_tui.actions import ACTIONS, Action, Where, find
from venturi_tui.keymap import with_choices


def chosen(**keys: tuple[str, ...]) -> tuple[Action, ...]:
    return with_choices(
        ACTIONS, {name: KeyChoice(name, held, "venturi.toml:3") for name, held in keys.items()}
    )


def does(actions: tuple[Action, ...], key: str, *places: Where) -> str:
    action = find(key, places, actions)
    return "" if action is None else action.id


def test_a_chosen_key_replaces_those_given_and_is_taken_from_who_had_it() -> None:
    table = chosen(mark=("m",))
    assert does(table, "m", Where.RUNS) == "mark"
    assert does(table, "space", Where.RUNS) == ""
    assert "m" not in next(each for each in table if each.id == "metric").keys
    assert [each.id for each in table] == [each.id for each in ACTIONS]


def test_keys_are_named_as_people_do() -> None:
    table = chosen(down=("PgDn", "ctrl+J", "g d"), up=("esc",), help=())
    assert [each.keys for each in table if each.id in ("down", "up", "help")] == [
        ("pagedown", "ctrl+j", "g d"),
        ("escape",),
        (),
    ]


def test_a_key_may_do_different_things_in_places_that_never_meet() -> None:
    table = chosen(mark=("w",), differences=("w",))
    assert does(table, "w", Where.RUNS) == "mark"
    assert does(table, "w", Where.COMPARE) == "differences"


@pytest.mark.parametrize(
    ("keys", "words", "hint"),
    [
        ({"marc": ("m",)}, "venturi.toml:3: there is no action 'marc'", "did you mean 'mark'?"),
        ({"mark": ("pgdwn",)}, "there is no key 'pgdwn'", "did you mean"),
        ({"mark": ("hyper+x",)}, "there is no key 'hyper+x'", "write it as in"),
        ({"mark": ("ctrl+q",)}, "ctrl+q always leaves Venturi", "choose another key"),
        ({"mark": ("w",), "sort": ("w",)}, "'w' is chosen for 'mark' and for 'sort'", "give one"),
    ],
)
def test_a_mistake_is_told_with_its_place(keys, words: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=r"venturi\.toml:3") as caught:
        chosen(**keys)
    assert words in caught.value.message
    assert hint in (caught.value.hint or "")


KEYS = st.sampled_from(["q", ":", "escape", "a", "m", "ctrl+q", "ctrl+c", "g g", "f5"])


@given(
    st.dictionaries(
        st.sampled_from([action.id for action in ACTIONS]),
        st.lists(KEYS, max_size=3).map(tuple),
        max_size=8,
    )
)
def test_no_choice_of_keys_takes_the_way_out_away(keys: dict[str, tuple[str, ...]]) -> None:
    try:
        table = chosen(**keys)
    except ConfigError:
        return
    ways = next(each for each in table if each.id == "quit").keys
    assert ways
    for place in Where:
        single = [key for key in ways if " " not in key]
        assert any(does(table, key, place, Where.ANYWHERE) == "quit" for key in single), place
