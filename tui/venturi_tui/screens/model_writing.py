"""What one can write on the models screen: stages, aliases, words, tags, names; all confirmed."""

from __future__ import annotations

from collections.abc import Callable

from venturi import rules
from venturi.errors import InvalidInput, VenturiError
from venturi.records import ModelVersion, RegisteredModel, Stage
from venturi.registry.changes import name_of
from venturi_tui.actions import Need
from venturi_tui.present.stages import stage_words
from venturi_tui.present.words import safe
from venturi_tui.screens.choose import Choice, ChooseScreen
from venturi_tui.screens.confirming import Confirming
from venturi_tui.screens.model_looking import ModelLooking
from venturi_tui.screens.model_wishes import (
    delete_model_wish,
    describe_wish,
    rename_wish,
    tags_wish,
)
from venturi_tui.screens.registry_wishes import Agreed, RegistryWish, Said
from venturi_tui.screens.version_wishes import (
    alias_wish,
    delete_version_wish,
    move_wish,
    unalias_wish,
)
from venturi_tui.screens.written_lines import one_line, several_lines, tags_in, tags_line
from venturi_tui.widgets.prompt import Prompt

_ALIAS = "@"
_DESCRIPTION = "="
_TAGS = "#"
_NAME = "→"
_STAGES = (Stage.PRODUCTION, Stage.STAGING, Stage.ARCHIVED, Stage.NONE)


class ModelWriting(Confirming[None], ModelLooking):
    """The actions of the models screen that write."""

    _written_to: RegisteredModel | ModelVersion | None = None

    def facts(self) -> set[Need]:
        """What is there; whether there is something to undo shows when one wants to."""
        return super().facts() | {Need.UNDO, Need.REDO}

    # The window

    def said_at_first(self, wish: RegistryWish) -> Said | None:
        """The conditions that were tried or asked for last time for that model."""
        held = () if wish.gated is None else self.gates.get(wish.gated.name, ())
        return Said(archive=wish.archives, gates=held) if held else None

    def was_agreed(self, agreed: Agreed) -> None:
        """Remember the conditions."""
        if agreed.wish.gated is not None:
            self.gates[agreed.wish.gated.name] = agreed.said.gates

    def _wish(self, make: Callable[[], RegistryWish]) -> None:
        """Ask for a wish to be confirmed, or say why it cannot be wished for."""
        try:
            wish = make()
        except VenturiError as error:
            self.say_error(error)
        else:
            self.confirm(wish)

    @property
    def thing_here(self) -> RegisteredModel | ModelVersion | None:
        """The model where the models have the focus, else the version."""
        if self.focused is self.models or self.versions.version is None:
            return self.models.model
        return self.versions.version

    # Stages

    def act_transition(self, stage: str | None = None) -> None:
        """Move the version to another stage."""
        version = self.versions.version
        if version is None:
            return
        if stage is not None:
            self._wish(lambda: move_wish(version, rules.stage_of(stage).value))
            return
        here = version.stage
        choices = [
            Choice(each.value, stage_words(each.value), "it is here" if each.value == here else "")
            for each in _STAGES
        ]

        def chosen(word: str | None) -> None:
            if word is not None:
                self.confirm(move_wish(version, word))

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
        past = [each for each in sorted(model.aliases) if safe(each) == each]
        self.ask_line(_ALIAS, past=past, hint=safe(hint))

    def _wish_for_alias(self, alias: str) -> None:
        version = self.versions.version
        if version is None:
            return
        if alias in version.aliases:
            self.confirm(unalias_wish(version.name, version.version, alias))
        else:
            self._wish(lambda: alias_wish(version, alias))

    def act_unalias(self, alias: str | None = None) -> None:
        """Take an alias of the model away, whichever version it names."""
        model = self.models.model
        if model is None:
            return

        def chosen(name: str | None) -> None:
            if name is not None and name in model.aliases:
                self.confirm(unalias_wish(model.name, model.aliases[name], name))
            elif name is not None:
                self.say(f"{model.name} has no alias {name!r}")

        if alias is not None or not model.aliases:
            chosen(alias)
            if alias is None:
                self.say(f"{model.name} has no alias")
            return
        choices = [
            Choice(name, name, f"names {number}") for name, number in sorted(model.aliases.items())
        ]
        self.open(ChooseScreen(f"Take an alias of {model.name} away", choices), chosen)

    # Descriptions, tags and names

    def act_describe(self, text: str | None = None) -> None:
        """Write what the model or version is."""
        thing = self._written_to = self.thing_here
        if thing is None:
            return
        if text is not None:
            self._enter_words(_DESCRIPTION, text)
            return
        hint = rf"what {name_of(thing)} is; \n begins a new line"
        self.ask_line(_DESCRIPTION, one_line(thing.description), hint=safe(hint))

    def act_tag(self, text: str | None = None) -> None:
        """Set tags of the model or version, or take them away."""
        thing = self._written_to = self.thing_here
        if thing is None:
            return
        if text is not None:
            self._enter_words(_TAGS, text)
            return
        hint = f"tags of {name_of(thing)}: team=growth sets, -team takes away"
        self.ask_line(_TAGS, past=tags_line(thing.tags), hint=safe(hint))

    def act_rename(self, name: str | None = None) -> None:
        """Give the model another name."""
        model = self._written_to = self.models.model
        if model is None:
            return
        if name is not None:
            self._enter_words(_NAME, name)
            return
        known = model.name if safe(model.name) == model.name else ""
        self.ask_line(_NAME, known, hint=safe(f"the new name of the model {model.name}"))

    def _enter_words(self, sign: str, text: str) -> None:
        thing = self._written_to
        if thing is None:
            return
        if sign == _DESCRIPTION:
            self._wish(lambda: describe_wish(thing, several_lines(text)))
        elif sign == _TAGS and text.strip():
            self._wish(lambda: tags_wish(thing, tags_in(text)))
        elif sign == _NAME and isinstance(thing, RegisteredModel) and text.strip():
            self._wish(lambda: rename_wish(thing, text.strip()))

    def act_delete(self) -> None:
        """Delete the model with all its versions, or the version."""
        thing = self.thing_here
        if isinstance(thing, ModelVersion):
            self.confirm(delete_version_wish(thing))
        elif thing is not None:
            self.confirm(delete_model_wish(thing))

    # The prompt

    def line_typed(self, prompt: Prompt, text: str) -> None:
        """Say at once what an alias, a tag or a name may not be."""
        checks: dict[str, Callable[[str], object]] = {
            _ALIAS: rules.check_alias,
            _NAME: rules.check_model_name,
            _TAGS: _check_tags,
        }
        check = checks.get(prompt.sign)
        if check is None:
            super().line_typed(prompt, text)
            return
        try:
            if text.strip():
                check(text.strip())
            prompt.approve()
        except InvalidInput as error:
            prompt.complain(error.message, len(text))

    def line_entered(self, prompt: Prompt, text: str) -> None:
        """Ask for what was typed to be confirmed; tags that cannot be meant stay there."""
        if prompt.sign == _TAGS:
            try:
                tags_in(text)
            except VenturiError as error:
                prompt.complain(str(error), len(text))
                return
        self.close_prompt()
        if prompt.sign == _ALIAS and text.strip():
            self._wish_for_alias(text.strip())
        elif prompt.sign in (_DESCRIPTION, _TAGS, _NAME):
            self._enter_words(prompt.sign, text)

    def act_pane_2(self) -> None:
        """Back to the runs, but not before what is being written is told."""
        if self.writing:
            self.say(f"still writing to {self.writing}")
        else:
            super().act_pane_2()


def _check_tags(text: str) -> None:
    """Refuse tags that MLflow would not take; what is not all typed yet is let through."""
    try:
        held = tags_in(text)
    except VenturiError:
        return
    for key, value in held.items():
        rules.check_registry_tag(key, value or "")
