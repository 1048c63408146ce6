"""What is made from the table of actions: which key does what, the footer, the README's table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from venturi_tui.action import Action, Need, Where
from venturi_tui.action_table import ACTIONS

__all__ = [
    "ACTIONS",
    "BY_COMMAND",
    "BY_ID",
    "Action",
    "Keyboard",
    "Need",
    "Where",
    "find",
    "footer_line",
    "key_table",
    "shown_key",
    "shown_keys",
    "working",
]

BY_ID = {action.id: action for action in ACTIONS}
BY_COMMAND = {action.command: action for action in ACTIONS if action.command}

_SHOWN = {
    "escape": "esc",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "g g": "gg",
    "shift+left": "shift+←",
    "shift+right": "shift+→",
}


@dataclass
class Keyboard:
    """Finds the action of the keys pressed, also of sequences.

    Args:
        actions: The table to look in; the first action that fits a place wins.
    """

    actions: tuple[Action, ...] = ACTIONS
    _held: str = field(default="", init=False)

    def press(self, key: str, places: Iterable[Where]) -> Action | None:
        """The action of a key in these places, the most special first; None for none (yet)."""
        order = tuple(places)
        keys, self._held = f"{self._held} {key}".strip(), ""
        for pressed in dict.fromkeys((keys, key)):
            found = find(pressed, order, self.actions)
            if found is not None:
                return found
        if any(held.startswith(f"{key} ") for action in self.actions for held in action.keys):
            self._held = key
        return None


def find(key: str, places: Iterable[Where], actions: Iterable[Action]) -> Action | None:
    """The action of a key, or key sequence, in the first of these places that has one."""
    bound = [action for action in actions if key in action.keys]
    for place in places:
        for action in bound:
            if place in action.where:
                return action
    return None


def working(places: Collection[Where], actions: Iterable[Action] = ACTIONS) -> Iterator[Action]:
    """The actions that work in these places, in the order of the table."""
    return (action for action in actions if any(place in places for place in action.where))


def shown_key(key: str) -> str:
    """A key as it is written on a screen: `esc`, `gg`, `PgDn`."""
    return _SHOWN.get(key, key)


def shown_keys(action: Action) -> str:
    """All keys of an action: `j ↓`."""
    return " ".join(shown_key(key) for key in action.keys)


def footer_line(
    places: Collection[Where], facts: Collection[Need], actions: Iterable[Action] = ACTIONS
) -> list[tuple[str, str]]:
    """Key and words of what can be done here now, in the footer's order.

    Of an action that shares its key with one of a more special place, another key is told.
    """
    known = tuple(actions)
    listed = [action for action in working(places, known) if action.footer]
    ready = [action for action in listed if not action.why_not(facts)]
    ready.sort(key=lambda action: action.footer)
    told: list[tuple[str, str]] = []
    for action in ready:
        own = [key for key in action.keys if find(key, places, known) is action]
        told += [(shown_key(key), action.words) for key in own[:1]]
    return told


def key_table() -> str:
    """The README's table of keys, as Markdown."""
    lines = ["| key | does | where | name |", "|---|---|---|---|"]
    for action in ACTIONS:
        keys = " ".join(f"`{shown_key(key)}`" for key in action.keys)
        if action.command:
            words = f":{action.command} {action.argument}".strip()
            keys = f"{keys} `{words}`".strip().replace("|", "\\|")
        places = ", ".join(place.value for place in action.where)
        lines.append(f"| {keys} | {action.help} | {places} | {action.id} |")
    return "\n".join(lines) + "\n"
