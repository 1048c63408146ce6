"""The form that registers a model version from a run: which run, which folder, under which name."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from functools import partial
from typing import TypeVar

from textual import events
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.suggester import SuggestFromList
from textual.widgets import Input

from venturi import rules
from venturi.errors import InvalidInput, NotFound, VenturiError
from venturi.lookup import find_run
from venturi.records import ModelVersion, RegisteredModel, Run
from venturi.registry.logged import model_paths
from venturi.registry.steps import Kind
from venturi_tui import messages, registry_messages
from venturi_tui.loading import Loading
from venturi_tui.present.notices import Look, Notice
from venturi_tui.present.pieces import Role, fitted
from venturi_tui.present.words import safe
from venturi_tui.present.writes import done_words
from venturi_tui.screens.base import VenturiScreen
from venturi_tui.screens.choose import Choice, ChoiceList, Window
from venturi_tui.screens.confirm import ConfirmScreen
from venturi_tui.screens.model_wishes import register_wish
from venturi_tui.screens.registry_wishes import Agreed, Said, written
from venturi_tui.widgets.entry_line import EntryLine
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.prompt import Words, handled

R = TypeVar("R")

_USUAL_PATH = "model"
_AROUND = 4
_MOST_SHOWN = 10


class RegisterScreen(ModalScreen[ModelVersion]):
    """Asks for run, path and name, then for agreement. Gives the version that was made, or None.

    Args:
        loading: Asks the store and registry.
        run: The run it comes from; asked for when None.
        name: Name of the model that stands there at first.
    """

    CSS = """
    RegisterScreen Window.pane { width: 84; max-width: 100%; max-height: 100%; min-height: 7; }
    """

    def __init__(self, loading: Loading, run: Run | None, name: str = "") -> None:
        super().__init__()
        self._loading = loading
        self._run = run
        self._word = "" if run is None else run.run_id
        self._paths: tuple[str, ...] | None = None
        self._models: Sequence[RegisteredModel] = ()
        self._filled: str | None = None
        self._said: Said | None = None
        self._writing = ""
        self._leaving = False
        self._asked: EntryLine | None = None
        self._run_line = EntryLine(" run", "", "a run by its name, its id, or the beginning of it")
        self._path_line = EntryLine(" path", "", "the folder of the model, such as model")
        known = name if safe(name) == name else ""
        self._name_line = EntryLine(" model", known, "the name of the model, a new one or not")
        self._list = ChoiceList(())
        self._list.can_focus = False
        self._told = Words()
        self._keys = Words()

    @property
    def _entries(self) -> list[EntryLine]:
        first = [] if self._run is not None and not self._run_line.is_attached else [self._run_line]
        return [*first, self._path_line, self._name_line]

    def compose(self) -> ComposeResult:
        """Lines to type into, what they could hold, what is wrong, the keys."""
        with Window():
            yield from self._entries
            yield self._list
            yield self._told
            yield self._keys

    def on_mount(self) -> None:
        """Ask for what can be chosen."""
        run = self._run
        what = "a model version" if run is None else f"a model of {run.run_name or run.run_id}"
        window = self.query_one(Window)
        set_frame(window, f"Register {what}")
        window.styles.height = len(self._entries) + _MOST_SHOWN + _AROUND
        self.set_focus(self._entries[0].input)
        self._loading.models(self)
        if self._run is not None:
            self._find(self._run.run_id)
        self._offer()

    # What can be chosen

    def _find(self, word: str) -> None:
        """Look for the run of a word, and for its models."""
        connection = self._loading.connection
        if connection is None:
            return

        def read() -> registry_messages.LoggedModelsFound:
            run = find_run(connection.tracking, word)
            try:
                with closing(connection.artifacts(run)) as place:
                    paths = model_paths(run, place, connection.tracking)
            except VenturiError:  # what the run noted itself is known all the same
                paths = model_paths(run, None, connection.tracking)
            return registry_messages.LoggedModelsFound(word, run, tuple(paths))

        self._word = word
        self._say("looking for models of the run …", Role.DIM)
        self._loading.work(self, "models of run", ("run", word), read)

    def on_logged_models_found(self, event: registry_messages.LoggedModelsFound) -> None:
        """Offer them; the first one is taken when nothing else was typed."""
        if event.word != self._word:
            return
        self._run, self._paths = event.run, event.paths
        if not self._path_line.value:
            self._fill(self._path_line, next(iter(event.paths), _USUAL_PATH))
        known = "" if event.paths else "no model of the run is seen: type its path"
        self._say(known, Role.DIM)
        self._path_line.input.suggester = SuggestFromList(event.paths)
        self._offer()

    def on_models_read(self, event: registry_messages.ModelsRead) -> None:
        """Offer their names."""
        self._models = event.models
        names = [each.name for each in event.models if safe(each.name) == each.name]
        self._name_line.input.suggester = SuggestFromList(names)
        self._offer()

    def _choices(self) -> list[Choice]:
        if self._asked is self._path_line:
            return [Choice(path, path or "(the artifacts' root)", "") for path in self._paths or ()]
        if self._asked is self._name_line:
            return [
                Choice(each.name, each.name, _newest(each))
                for each in self._models
                if safe(each.name) == each.name
            ]
        return []

    def _offer(self) -> None:
        """Show what the line with the focus could hold."""
        line = self._line_here
        self._asked = line
        self._list.choices = self._choices()
        self._list.narrow(" ")  # so that the next letters count as others
        self._list.narrow("")
        if line is not None and line.value and line.value != self._filled:
            self._list.narrow(line.value)
        if not self._list.choices:
            self._list.set_notice(self._nothing(line))
        self._say_keys()

    def _nothing(self, line: EntryLine | None) -> Notice:
        if line is self._run_line:
            return Notice(Look.NONE, "which run does the model come from?")
        if line is self._path_line:
            told = "" if self._paths is None else "no model is seen in the run: type its path"
            return Notice(Look.NONE, told)
        return Notice(Look.NONE, "there are no models yet: type a name")

    @property
    def _line_here(self) -> EntryLine | None:
        return next((each for each in self._entries if each.input is self.focused), None)

    def on_descendant_focus(self) -> None:
        """Another line offers other things."""
        self._offer()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow what is offered, and say at once what a name may not be."""
        event.stop()
        if event.value != self._filled:
            self._filled = None
            if self._list.choices:
                self._list.narrow(event.value)
        if event.input is self._name_line.input:
            self._say(self._fault(event.value.strip()), Role.BAD)

    def _fault(self, name: str) -> str:
        try:
            if name:
                rules.check_model_name(name)
        except InvalidInput as error:
            return error.message
        return ""

    def _fill(self, line: EntryLine, text: str) -> None:
        self._filled = text
        line.input.value = text
        line.input.cursor_position = len(text)

    # Asking and writing

    def _next(self) -> None:
        """Go on to the next line, or ask for agreement once nothing is missing."""
        line = self._line_here
        word = self._run_line.value.strip()
        if line is self._run_line and (self._run is None or self._word != word):
            self._find(word)
        entries = self._entries
        if line is not None and line is not entries[-1]:
            self.set_focus(entries[entries.index(line) + 1].input)
            return
        self._ask()

    def _ask(self) -> None:
        name, path = self._name_line.value.strip(), self._path_line.value.strip()
        connection = self._loading.connection
        if self._run is None or connection is None:
            self._say("which run? type its name or id", Role.BAD)
            self.set_focus(self._run_line.input)
        elif not name or self._fault(name):
            self._say(self._fault(name) or "which model? type its name", Role.BAD)
            self.set_focus(self._name_line.input)
        else:
            seen = self._paths is None or not self._paths or path in self._paths
            wish = register_wish(name, self._run, path, connection.tracking, seen=seen)
            self.app.push_screen(  # pyright: ignore[reportUnknownMemberType]
                ConfirmScreen(self._loading, wish, self._said), self._agreed
            )

    def _agreed(self, agreed: Agreed | None) -> None:
        connection = self._loading.connection
        if agreed is None or connection is None:
            return
        self._said = agreed.said
        self._writing = agreed.wish.thing
        self._say(f"registering a version of {self._writing} …", Role.DIM)
        write = partial(written, agreed, connection.tracking, self._loading.tag_writes)
        self._loading.ask_registry(self, "writing", agreed, write)

    def on_steps_written(self, event: registry_messages.StepsWritten) -> None:
        """Leave with what was made; stay when only a part was."""
        self._writing = ""
        self._loading.has_written = True
        for step in event.steps:
            self.notify(done_words(step), timeout=4, markup=False)
        if event.unnoted:
            told = safe(f"the journal cannot be written: {event.unnoted}")
            self.notify(told, severity="error", timeout=8, markup=False)
        made = [step for step in event.steps if step.kind is Kind.CREATE_VERSION]
        if made:
            self.dismiss(ModelVersion(made[0].model, made[0].version))
        elif event.failure is not None:
            self._say(str(event.failure), Role.BAD)

    def on_question_failed(self, event: messages.QuestionFailed) -> None:
        """Say why; what was typed stays."""
        if isinstance(event.question, Agreed):
            self._writing = ""
        elif isinstance(event.error, NotFound) and event.question == ("run", self._word):
            self._run, self._paths = None, None
            self.set_focus(self._run_line.input)
        self._say(str(event.error), Role.BAD)

    def _say(self, words: str, role: Role) -> None:
        self._told.say(fitted(((f" {safe(words)}", role),), self._told.size.width or 80))

    def _say_keys(self) -> None:
        last = self._line_here is self._entries[-1]
        pairs = [("enter", "register" if last else "next line")]
        if self._list.choices:
            pairs.append(("↑ ↓", "choose"))
        pairs += [("tab", "next line"), ("esc", "leave")]
        self._keys.say_keys(pairs, 80)

    # Keys

    async def take_key(self, event: events.Key) -> bool:
        """Choose, go on or leave."""
        steps = {"down": 1, "up": -1}
        if event.key not in steps and event.key not in ("enter", "escape"):
            return False
        for line in self._entries:
            await handled(line.input)
        if event.key in steps:
            self._choose(steps[event.key])
        elif event.key == "escape":
            self._leave()
        elif not self._writing:
            self._next()
        return True

    def _choose(self, step: int) -> None:
        """Put the next of what is offered into the line."""
        line = self._line_here
        if line is None or not self._list.shown or not self._list.choices:
            return
        if self._filled is not None and self._filled == line.value:
            self._list.move(step)
        choice = self._list.choice
        if choice is not None:
            self._fill(line, choice.key)

    def _leave(self) -> None:
        if not self._writing or self._leaving:
            self.dismiss(None)
            return
        self._leaving = True
        self._say(f"still registering {self._writing}; esc leaves, and it goes on", Role.BAD)


def register_run(screen: VenturiScreen[R], loading: Loading, run: Run) -> None:
    """Open the form on a run, above a screen that then says so in its header."""

    def left(made: ModelVersion | None) -> None:
        if made is not None:
            screen.say(f"{made.full_name} is registered: M shows it")

    screen.open(RegisterScreen(loading, run), left)


def _newest(model: RegisteredModel) -> str:
    newest = max(model.latest_versions.values(), default=0)
    return f"newest is {newest}" if newest else "no versions yet"
