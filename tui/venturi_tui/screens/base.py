"""What all screens share: keys go through the action table, toasts, the prompt, the clipboard."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from typing import Protocol, TypeVar, cast

from textual import events
from textual.app import App
from textual.await_remove import AwaitRemove
from textual.screen import Screen
from textual.widget import AwaitMount, Widget

from venturi.errors import VenturiError
from venturi.settings import ContextEntry, hide_login
from venturi_tui.actions import (
    BY_COMMAND,
    BY_ID,
    Action,
    Keyboard,
    Need,
    Where,
    footer_line,
    shown_keys,
    working,
)
from venturi_tui.messages import RedrawWanted
from venturi_tui.present.width import clip
from venturi_tui.present.words import safe
from venturi_tui.screens.choose import Choice, ChooseScreen
from venturi_tui.screens.list_keys import ListKeys
from venturi_tui.terminal import fits_clipboard
from venturi_tui.widgets.bars import Footer
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.prompt import Prompt, handled

R = TypeVar("R")
S = TypeVar("S")

Handler = Callable[..., None]

_LONGEST = 300
"""Cells of what a toast says."""


class Host(Protocol):
    """What screens ask of the app, beyond what Textual's can do."""

    @property
    def actions(self) -> tuple[Action, ...]:
        """The action table, with the user's keys."""
        ...

    @property
    def contexts(self) -> Mapping[str, ContextEntry]:
        """Other stores that can be opened, by name."""
        ...

    def open_context(self, name: str) -> None:
        """Open the store of another context in place of this one. Raises ConfigError."""
        ...


class VenturiScreen(ListKeys[R]):
    """A screen whose keys are those of the action table.

    An action is handled by the method `act_<id>`; one that takes an argument gets the text.
    """

    DEFAULT_CSS = """
    VenturiScreen Toast { background: $surface; padding: 0 1; border-left: outer $accent; }
    VenturiScreen Toast.-error { border-left: outer $error; }
    VenturiScreen:nocolor .pane:focus { border: heavy $accent; }
    VenturiScreen:nocolor .pane:focus-within { border: heavy $accent; }
    """

    ALLOW_SELECT = False
    AUTO_FOCUS = None

    def __init__(self) -> None:
        super().__init__()
        self._before_prompt: Widget | None = None
        self._opening: AwaitMount | None = None
        self._prompt: Prompt | None = None
        self._commands: list[Action] = []
        self._told = ""
        self._leaving: AwaitRemove | None = None

    @property
    def host(self) -> App[int]:
        """The app."""
        return self.app  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]

    @property
    def actions(self) -> tuple[Action, ...]:
        """The action table, with the user's keys."""
        return cast("Host", self.host).actions

    @cached_property
    def keyboard(self) -> Keyboard:
        """What finds the action of a key."""
        return Keyboard(self.actions)

    # What subclasses say

    def places(self) -> tuple[Where, ...]:
        """Where one is, the most special place first."""
        lists = (Where.LIST,) if isinstance(self.focused, Lines) else ()
        return (*lists, Where.ANYWHERE)

    def facts(self) -> set[Need]:
        """What is there, so that actions know whether they can be done."""
        return set()

    # Keys and actions

    async def take_key(self, event: events.Key) -> bool:
        """Find the action of a key and do it; False when there is none.

        The app asks before it passes a key on, and does not look at the next key until this one
        has done what it does: what is typed ahead goes into a prompt or window that opens.
        """
        self._told = ""
        if self._prompt is not None:
            return await self._take_key_in_prompt(self._prompt, event.key)
        shown = event.character if event.is_printable and event.key != "space" else None
        action = self.keyboard.press(shown or event.key, self.places())
        if action is None:
            return False
        self.perform(action)
        await self._opened()
        return True

    async def _take_key_in_prompt(self, prompt: Prompt, key: str) -> bool:
        if key not in ("enter", "escape", "up", "down", "backspace", "tab", "shift+tab"):
            return False
        await handled(prompt.input)
        if key in ("tab", "shift+tab"):
            prompt.complete(1 if key == "tab" else -1)
            return True
        if key == "enter":
            await self._enter(prompt, prompt.input.value)
        elif key in ("up", "down"):
            prompt.bring_back(-1 if key == "up" else 1)
        elif key == "escape" and prompt.leave_suggestions():
            return True
        elif key == "escape" or not prompt.input.value:
            self.leave_prompt(prompt)
        else:
            return False
        await self._opened()
        return True

    async def _opened(self) -> None:
        """Wait until what was opened is there."""
        opening, self._opening = self._opening, None
        if opening is not None:
            await opening

    def open(self, screen: Screen[S], callback: Callable[[S | None], None] | None = None) -> None:
        """Open a screen above this one."""
        self._opening = self.host.push_screen(screen, callback)

    def perform(self, action: Action, argument: str | None = None) -> None:
        """Do an action, or say why it cannot be done."""
        reason = action.why_not(self.facts())
        if reason:
            self.say(reason)
            return
        handler = self.handler(action)
        if handler is None and Where.ANYWHERE in action.where:
            self.say(f"there is nothing to {action.words} here")
        elif handler is None:
            self.say(f"{action.words} works in: {', '.join(each.value for each in action.where)}")
        elif argument is None:
            handler()
        else:
            handler(argument)
        self.update_footer()

    def handler(self, action: Action) -> Handler | None:
        """The method that does an action; None when this screen has none."""
        return getattr(self, f"act_{action.id}", None)

    def offered(self) -> list[Action]:
        """The actions that work where one is."""
        found = working(self.places(), self.actions)
        return [each for each in found if self.handler(each) is not None]

    def on_descendant_focus(self) -> None:
        """Other keys work in another pane."""
        self.update_footer()

    def update_footer(self) -> None:
        """Say in the footer what can be done now."""
        for footer in self.query(Footer):
            known = [each for each in self.actions if self.handler(each) is not None]
            footer.show(footer_line(self.places(), self.facts(), known))

    # Saying something

    def say(self, words: str, title: str = "") -> None:
        """A short word at the edge of the screen."""
        self.notify(clip(safe(words), _LONGEST), title=safe(title), timeout=4, markup=False)

    def say_error(self, error: VenturiError) -> None:
        """What went wrong, and how to go on; the same only once until a key is pressed."""
        lines = [clip(safe(each), _LONGEST) for each in (error.message, error.hint) if each]
        words = "\n".join(lines)
        if words == self._told:
            return
        self._told = words
        self.notify(words, severity="error", timeout=8, markup=False)

    def copy(self, text: str, what: str) -> None:
        """Copy to the clipboard, and say so; say so too when it is more than terminals take."""
        if fits_clipboard(text):
            self.host.copy_to_clipboard(text)
            self.say(f"copied {what}")
        else:
            self.say(f"{what} is too long for a terminal's clipboard")

    # The prompt

    def ask_line(
        self, sign: str, text: str = "", past: list[str] | None = None, hint: str = ""
    ) -> None:
        """Open the prompt; what is typed arrives as messages."""
        if self._prompt is None:
            self._before_prompt = self.focused
            self._prompt = Prompt(sign, text, past or [], hint)
            self._opening = self.mount(self._prompt)

    def close_prompt(self) -> None:
        """Take the prompt away; the keys go where they went before."""
        self.set_focus(self._before_prompt)
        if self._prompt is not None:
            self._leaving = self._prompt.remove()
            self._prompt = None

    def leave_prompt(self, prompt: Prompt) -> None:
        """Nothing is to be done."""
        del prompt
        self.close_prompt()

    def on_prompt_typed(self, event: Prompt.Typed) -> None:
        """Look at what is typed so far."""
        event.stop()
        if event.prompt is not self._prompt:
            return
        if event.prompt.sign == ":":
            self._command_typed(event.prompt, event.text)
        else:
            self.line_typed(event.prompt, event.text)

    def _command_typed(self, prompt: Prompt, text: str) -> None:
        """Say what a command does, and how it may go on."""
        from venturi_tui.screens.commands import completed, explained

        cursor = prompt.input.cursor_position
        prompt.suggest(completed(text, cursor, self._commands, self.arguments))
        prompt.approve(explained(text, self._commands))

    def arguments(self, action: Action) -> Sequence[str]:
        """What may stand behind a command, where that is known."""
        if action.id == "theme":
            return [key.removeprefix("venturi-") for key in self.host.available_themes]
        return [*cast("Host", self.host).contexts] if action.id == "context" else ()

    async def _enter(self, prompt: Prompt, text: str) -> None:
        if prompt.sign == ":":
            self.close_prompt()
            if self._leaving is not None:
                await self._leaving  # a command may open the next prompt
            self.command(text)
        else:
            self.line_entered(prompt, text)

    def line_typed(self, prompt: Prompt, text: str) -> None:
        """Something was typed that is not a command."""
        del text
        prompt.approve()

    def line_entered(self, prompt: Prompt, text: str) -> None:
        """Something was entered that is not a command."""
        del text, prompt
        self.close_prompt()

    def command(self, text: str) -> None:
        """Do what a command line says: `filter metrics.loss < 1`."""
        name, _, argument = text.strip().partition(" ")
        if not name:
            return
        action = BY_COMMAND.get(name) or BY_ID.get(name)
        if action is None:
            near = get_close_matches(name, [*BY_COMMAND, *BY_ID], n=1)
            hint = f"; did you mean :{near[0]}?" if near else "; ? lists them"
            self.say(f"no command {name!r}{hint}")
        elif argument.strip() and not action.argument:
            self.say(f":{name} takes nothing after it")
        else:
            self.perform(action, argument.strip() or None)

    # Actions of every screen

    def act_command(self) -> None:
        """Open the command line."""
        from venturi_tui.screens.commands import hint

        self._commands = self.offered()
        self.ask_line(":", hint=hint(self._commands))

    def act_help(self) -> None:
        """All keys. Screens that are opened from others are loaded when they are."""
        from venturi_tui.screens.help import HelpScreen

        self.open(HelpScreen(self.places()))

    def act_back(self) -> None:
        """Leave the screen."""
        if len(self.host.screen_stack) > 1:
            self.dismiss()

    def act_quit(self) -> None:
        """Leave Venturi."""
        self.host.exit(0)

    def act_palette(self) -> None:
        """Find an action by its words."""
        from venturi_tui.screens.commands import useful_first

        choices = [
            Choice(action.id, f"{action.words}: {action.help}", shown_keys(action))
            for action in useful_first(self.offered())
        ]
        self.open(ChooseScreen("Do", choices), self._action_chosen)

    def _action_chosen(self, action_id: str | None) -> None:
        if action_id is not None:
            self.perform(BY_ID[action_id])

    def act_redraw(self) -> None:
        """Draw the screen again."""
        self.post_message(RedrawWanted())

    def act_suspend(self) -> None:
        """Back to the shell."""
        self.host.action_suspend_process()

    def act_theme(self, name: str = "") -> None:
        """Change between dark and light, or to a theme by name."""
        known = {key.removeprefix("venturi-"): key for key in self.host.available_themes}
        if not name:
            name = "light" if self.host.current_theme.dark else "dark"
        if name in known:
            self.host.theme = known[name]
        else:
            self.say(f"no theme {name!r}: there are {', '.join(known)}")

    def act_context(self, name: str = "") -> None:
        """Open the store of another context, or choose one."""
        app = cast("Host", self.host)
        if name:
            self._open_context(name)
        elif app.contexts:
            choices = [
                Choice(each.name, safe(each.name), safe(hide_login(each.store)))
                for each in app.contexts.values()
            ]
            self.open(ChooseScreen("Contexts", choices), self._open_context)
        else:
            self.say("no config file has a context: venturi context add NAME --store URI")

    def _open_context(self, name: str | None) -> None:
        if name is None:
            return
        try:
            cast("Host", self.host).open_context(name)
        except VenturiError as error:
            self.say_error(error)
