"""What the command line says while one types: which commands there are, and what they take."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from venturi.filters.completing import Choice, Completion
from venturi_tui.actions import Action, Where
from venturi_tui.present.pieces import Line, Role

_ONE_OF = re.compile(r"\[?([\w*]+(?:\|[\w*]+)+)\]?\Z")
_PLACEHOLDERS = frozenset({"KEY", "NAME", "TEXT"})
_MOST = 50


def useful_first(actions: Sequence[Action]) -> list[Action]:
    """Actions in the order of the footer, then the others; moves of the cursor come last."""

    def rank(action: Action) -> tuple[bool, bool, int]:
        moves = action.where == (Where.LIST,) and not action.footer
        return moves, not action.footer, action.footer

    return sorted(actions, key=rank)


def hint(actions: Sequence[Action]) -> str:
    """The commands that work here, in short."""
    named = [action.command for action in useful_first(actions) if action.command]
    return "tab completes   " + "  ".join([*named, "q"] if "q" not in named else named)


def completed(
    text: str,
    cursor: int,
    actions: Sequence[Action],
    words: Callable[[Action], Sequence[str]],
) -> Completion | None:
    """What can stand where one types: a command, or what it takes; None when nothing can.

    Args:
        text: What is typed.
        cursor: Where in it the cursor stands.
        actions: What can be done here.
        words: What may stand behind an action's command.
    """
    name, space, typed = text[:cursor].lstrip().partition(" ")
    if not space:
        held = [action for action in useful_first(actions) if action.command.startswith(name)]
        choices = [Choice(action.command, _about(action)) for action in held if action.command]
        return Completion(cursor - len(name), cursor, tuple(choices)) if name and choices else None
    action = _called(name, actions)
    if action is None:
        return None
    wanted = typed.strip().casefold()
    known = [each for each in (*_named(action), *words(action)) if wanted in each.casefold()]
    known.sort(key=lambda each: not each.casefold().startswith(wanted))
    choices = [Choice(each) for each in known[:_MOST] if each != typed]
    return Completion(cursor - len(typed.lstrip()), len(text), tuple(choices)) if choices else None


def explained(text: str, actions: Sequence[Action]) -> Line | None:
    """What the command that is typed does; None while there is none."""
    name = text.strip().partition(" ")[0]
    action = _called(name, actions)
    if action is None:
        return None
    takes = (f" {action.argument}", Role.TEXT) if action.argument else ("", Role.TEXT)
    return ((f"  :{name}", Role.ACCENT), takes, (f"  {action.help}", Role.DIM))


def _called(name: str, actions: Sequence[Action]) -> Action | None:
    """The action of a command, or else the one with that id."""
    found = [each for each in actions if name and name == each.command]
    return next(iter(found or [each for each in actions if name and name == each.id]), None)


def _about(action: Action) -> str:
    return f"{action.argument}  {action.help}".strip()


def _named(action: Action) -> list[str]:
    """The words that an action's placeholder names itself: `[active|deleted|all]`."""
    match = _ONE_OF.match(action.argument)
    words = match[1].split("|") if match else []
    return [word for word in words if word not in _PLACEHOLDERS]
