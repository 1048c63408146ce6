"""What one can write on the models screen: stages, aliases, descriptions, each confirmed once."""

from __future__ import annotations

from functools import partial

from venturi import rules
from venturi.errors import InvalidInput
from venturi.records import ModelVersion, RegisteredModel, Stage
from venturi_tui import messages
from venturi_tui.present.stages import stage_words
from venturi_tui.present.words import safe
from venturi_tui.present.writes import done_words
from venturi_tui.screens.choose import Choice, ChooseScreen
from venturi_tui.screens.confirm import ConfirmScreen
from venturi_tui.screens.model_actions import ModelActions
from venturi_tui.screens.registry_wishes import (
    Agreed,
    RegistryWish,
    alias_wish,
    describe_wish,
    move_wish,
    unalias_wish,
    written,
)
from venturi_tui.widgets.prompt import Prompt

_ALIAS = "@"
_DESCRIPTION = "="
_STAGES = (Stage.PRODUCTION, Stage.STAGING, Stage.ARCHIVED, Stage.NONE)


class ModelWriting(ModelActions):
    """The actions of the models screen that write."""

    writing: str = ""
    """What is being written to; empty while nothing is."""

    _described: RegisteredModel | ModelVersion | None = None

    # Stages

    def act_transition(self, stage: str | None = None) -> None:
        """Move the version to another stage."""
        version = self.versions.version
        if version is None:
            return
        if stage is not None:
            try:
                self._confirm(move_wish(version, rules.stage_of(stage).value))
            except InvalidInput as error:
                self.say_error(error)
            return
        here = version.stage
        choices = [
            Choice(each.value, stage_words(each.value), "it is here" if each.value == here else "")
            for each in _STAGES
        ]

        def chosen(word: str | None) -> None:
            if word is not None:
                self._confirm(move_wish(version, word))

        title = f"Move {version.full_name} to"
        self.open(ChooseScreen(title, choices, version.stage), chosen)

    # Aliases

    def act_alias(self, alias: str | None = None) -> None:
        """Let an alias name the version, or take one of its own away."""
        version, model = self.versions.version, self.models.model
        if version is None or model is None:
            return
        if alias is not None:
            self._wish_for_alias(alias)
            return
        held = ", ".join(f"{name}→{number}" for name, number in sorted(model.aliases.items()))
        hint = f"an alias for {version.full_name}" + (f"; there are {held}" if held else "")
        self.ask_line(_ALIAS, past=sorted(model.aliases), hint=safe(hint))

    def _wish_for_alias(self, alias: str) -> None:
        version = self.versions.version
        if version is None:
            return
        if alias in version.aliases:
            self._confirm(unalias_wish(version, alias))
            return
        try:
            self._confirm(alias_wish(version, alias))
        except InvalidInput as error:
            self.say_error(error)

    # Descriptions

    def act_describe(self, text: str | None = None) -> None:
        """Write what the model or version is."""
        on_model = self.focused is self.models or self.versions.version is None
        self._described = self.models.model if on_model else self.versions.version
        if self._described is None:
            return
        if text is not None:
            self._wish_for_description(text)
            return
        hint = r"what it is; \n begins a new line"
        self.ask_line(_DESCRIPTION, one_line(self._described.description), hint=hint)

    def _wish_for_description(self, text: str) -> None:
        if self._described is None:
            return
        try:
            self._confirm(describe_wish(self._described, several_lines(text)))
        except InvalidInput as error:
            self.say_error(error)

    # The prompt

    def line_typed(self, prompt: Prompt, text: str) -> None:
        """Say at once what an alias may not be."""
        if prompt.sign != _ALIAS:
            super().line_typed(prompt, text)
            return
        try:
            if text:
                rules.check_alias(text)
            prompt.approve()
        except InvalidInput as error:
            prompt.complain(error.message, len(text))

    def line_entered(self, prompt: Prompt, text: str) -> None:
        """Ask for what was typed to be confirmed."""
        self.close_prompt()
        if prompt.sign == _ALIAS and text.strip():
            self._wish_for_alias(text.strip())
        elif prompt.sign == _DESCRIPTION:
            self._wish_for_description(text)

    # Writing

    def _confirm(self, wish: RegistryWish) -> None:
        if self.writing:
            self.say(f"still writing to {self.writing}")
        else:
            self.open(ConfirmScreen(self.loader, wish), self._agreed)

    def _agreed(self, agreed: Agreed | None) -> None:
        if agreed is not None:
            self.writing = agreed.wish.thing
            self.loader.ask_registry(self, "writing", agreed, partial(written, agreed))

    def on_steps_written(self, event: messages.StepsWritten) -> None:
        """Say what was done, and show how it is now."""
        self.writing = ""
        self.loader.has_written = True
        for step in event.steps:
            self.say(done_words(step))
        if event.unnoted:
            self.say(f"the journal cannot be written: {event.unnoted}")
        if event.failure is not None:
            self.say_error(event.failure)
        self.say_standing()
        self.read_again()

    def writing_failed(self, event: messages.QuestionFailed) -> None:
        """Say why nothing was written, and show how it is now."""
        self.writing = ""
        self.say_error(event.error)
        self.read_again()

    def act_back(self) -> None:
        """Leave, but not before what is being written is told."""
        if self.writing:
            self.say(f"still writing to {self.writing}")
        else:
            super().act_back()

    def act_pane_2(self) -> None:
        """Back to the runs, but not before what is being written is told."""
        if self.writing:
            self.say(f"still writing to {self.writing}")
        else:
            super().act_pane_2()


def one_line(text: str) -> str:
    r"""A text of several lines as one, in which `\n` stands for the end of a line."""
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def several_lines(text: str) -> str:
    r"""The text that `one_line` made one line of."""
    parts = text.split("\\\\")
    return "\\".join(part.replace("\\n", "\n") for part in parts)
