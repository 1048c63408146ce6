"""Keys of the user's own, from the config files, put into the action table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches

from venturi.errors import ConfigError
from venturi.settings import KeyChoice
from venturi_tui.actions import Action, Where

QUIT = "quit"
LAST_WAY_OUT = "ctrl+q"
"""Leaves Venturi when no other key does; no other action can have it."""

_NAMED = {
    "enter", "escape", "tab", "space", "backspace", "delete", "insert", "home", "end", "pageup",
    "pagedown", "up", "down", "left", "right", *(f"f{number}" for number in range(1, 25)),
}  # fmt: skip
_OTHER_NAMES = {
    "esc": "escape", "return": "enter", "pgup": "pageup", "pgdn": "pagedown", "del": "delete",
    "ins": "insert",
}  # fmt: skip
_MODIFIED = re.compile(r"(?:(?:ctrl|alt|shift)\+)+(?P<key>.+)", re.IGNORECASE)
_GENERAL = {Where.ANYWHERE, Where.LIST, Where.PANES, Where.FILTERED, Where.HOME}
"""Places that are there at the same time as others."""


def with_choices(actions: Sequence[Action], choices: Mapping[str, KeyChoice]) -> tuple[Action, ...]:
    """The actions with the keys that somebody chose.

    A chosen key is taken from the actions that had it where both work. The way out stays: when no
    single key is left that quits, ctrl+q does.

    Args:
        actions: The table, with the keys that Venturi gives.
        choices: Keys by the id of an action; an empty choice leaves it to the command line and the
            palette.

    Raises:
        ConfigError: No such action, no such key, or a key that is chosen twice for one place.
    """
    if not choices:
        return tuple(actions)
    known = {action.id: action for action in actions}
    wanted = {
        name: _keys(choice) for name, choice in choices.items() if _is_known(name, choice, known)
    }
    mine = [replace(known[name], keys=keys) for name, keys in wanted.items()]
    _refuse_twice(mine, choices)
    kept = [each for each in actions if each.id not in wanted]
    table = {each.id: _without(each, mine) for each in kept} | {each.id: each for each in mine}
    if not any(" " not in key for key in table[QUIT].keys):
        table[QUIT] = replace(table[QUIT], keys=(*table[QUIT].keys, LAST_WAY_OUT))
    return tuple(table[action.id] for action in actions)


def _is_known(name: str, choice: KeyChoice, known: Iterable[str]) -> bool:
    if name in known:
        return True
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "the table of keys in the README has them all"
    raise ConfigError(f"{choice.origin}: there is no action {name!r}", hint=hint)


def _keys(choice: KeyChoice) -> tuple[str, ...]:
    """The keys of a choice as Textual names them; a sequence is parted by single blanks."""
    found = tuple(" ".join(_key(part, choice) for part in word.split()) for word in choice.keys)
    if LAST_WAY_OUT in found and choice.action != QUIT:
        raise ConfigError(
            f"{choice.origin}: {LAST_WAY_OUT} always leaves Venturi", hint="choose another key"
        )
    return tuple(dict.fromkeys(found))


def _key(word: str, choice: KeyChoice) -> str:
    if len(word) == 1 and word.isprintable():
        return word
    lower = word.lower()
    modified = _MODIFIED.fullmatch(lower)
    bare = modified["key"] if modified else lower
    name = _OTHER_NAMES.get(bare, bare)
    if name in _NAMED or (modified and len(name) == 1 and name.isprintable()):
        return lower[: len(lower) - len(bare)] + name
    near = get_close_matches(bare, _NAMED, n=1)
    hint = f"did you mean {near[0]!r}?" if near else "write it as in: x, G, ctrl+x, f5, pagedown"
    raise ConfigError(f"{choice.origin}: there is no key {word!r}", hint=hint)


def _refuse_twice(chosen: Sequence[Action], choices: Mapping[str, KeyChoice]) -> None:
    for number, one in enumerate(chosen):
        for other in chosen[:number]:
            shared = set(one.keys) & set(other.keys)
            meet = set(one.where) & set(other.where) or QUIT in (one.id, other.id)
            if shared and meet:
                raise ConfigError(
                    f"{choices[one.id].origin}: {min(shared)!r} is chosen for {other.id!r}"
                    f" and for {one.id!r}",
                    hint="give one of them another key",
                )


def _without(action: Action, chosen: Iterable[Action]) -> Action:
    """An action without the keys that are something else now, where it works."""
    taken = {key for each in chosen for key in each.keys if _meet(action, each)}
    return replace(action, keys=tuple(key for key in action.keys if key not in taken))


def _meet(one: Action, other: Action) -> bool:
    places = {*one.where, *other.where}
    return bool(set(one.where) & set(other.where)) or not places.isdisjoint(_GENERAL)
