"""The way to every screen and window, and what holds of whatever a screen shows."""

from __future__ import annotations

import unicodedata
from collections.abc import Awaitable, Callable

from rich.cells import cell_len

from stories.driver import User
from venturi_tui.screens.help import HelpScreen
from venturi_tui.screens.value import ValueScreen
from venturi_tui.widgets.bars import Footer, Header

Way = Callable[[User], Awaitable[None]]

_ACTING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")
_QUICK = frozenset({"space", "j", "up", "G", "slash", "colon", "1", "3", "4"})
"""Keys after which nothing is read that the next key needs."""


def _keys(*keys: str) -> Way:
    async def go(user: User) -> None:
        for key in keys:
            await user.press(key)
            if key not in _QUICK:
                await user.rest()

    return go


def _line(text: str) -> Way:
    async def go(user: User) -> None:
        await user.enter(":", text)
        await user.rest()

    return go


async def _groups(user: User) -> None:
    await user.press("b", "enter")
    await user.rest()


PLACES: dict[str, Way] = {
    "home": _keys(),
    "experiments": _keys("1"),
    "curves": _keys("3"),
    "detail": _keys("4"),
    "tree": _keys("T", "O"),
    "groups": _groups,
    "run": _keys("enter"),
    "value": _keys("enter", "G", "enter"),
    "artifacts": _keys("enter", "A"),
    "compare": _keys("space", "j", "space", "c"),
    "metric grid": _keys("space", "j", "space", "a"),
    "columns": _keys("C"),
    "metrics": _keys("m"),
    "copies": _keys("Y"),
    "help": _keys("question_mark"),
    "palette": _keys("ctrl+p"),
    "filter": _keys("slash"),
    "command": _keys("colon"),
    "tag a run": _line("tag a=b"),
    "rename a run": _line("rename other"),
    "delete a run": _line("delete"),
    "finish a run": _line("finish FAILED"),
    "models": _keys("M"),
    "versions": _keys("M", "enter"),
    "version": _keys("M", "enter", "3"),
    "inputs": _keys("M", "enter", "i"),
    "journal": _keys("M", "J"),
    "gate": _keys("M", "enter", "g"),
    "version diff": _keys("M", "enter", "space", "j", "space", "d"),
    "transition": _keys("M", "enter", "T", "up", "enter"),
    "alias": _keys("M", "enter", "a"),
    "register": _keys("M", "n"),
    "register a run": _keys("P"),
}
"""By name: the keys that lead there from the home screen, as it is when it is at rest."""


def faults(user: User) -> list[str]:
    """What must not be on any screen: signs that act on a terminal, lines of another width."""
    width, height = user.app.size
    strips = user.app.screen._compositor.render_strips()
    found = [] if len(strips) == height else [f"{len(strips)} lines of {height}"]
    for y, strip in enumerate(strips):
        acting = {
            letter
            for segment in strip
            if not segment.control
            for letter in segment.text
            if unicodedata.category(letter) in _ACTING and letter not in _JOINERS
        }
        if acting:
            found.append(f"line {y} holds {sorted(map(ascii, acting))}: {strip.text!r}")
        cells = sum(cell_len(segment.text) for segment in strip)
        if cells != width:
            found.append(f"line {y} takes {cells} of {width} cells: {strip.text!r}")
        if any(segment.style and segment.style.meta for segment in strip):
            metas = [segment.style.meta for segment in strip if segment.style]
            if any("@click" in meta for meta in metas):
                found.append(f"line {y} can be clicked for an action: {strip.text!r}")
    return found


def bars(user: User) -> tuple[bool, bool]:
    """Whether the first line is a header and the last one a footer, of the screen below windows."""
    screen = next(each for each in reversed(user.app.screen_stack) if not each.is_modal)
    last = user.app.size.height - 1
    return (
        any(each.region.y == 0 and each.region.height == 1 for each in screen.query(Header)),
        any(each.region.y == last and each.region.height == 1 for each in screen.query(Footer)),
    )


def is_whole(user: User) -> bool:
    """Whether the screen takes the whole terminal without the header: a value, or help."""
    return isinstance(user.app.screen, (HelpScreen, ValueScreen))
