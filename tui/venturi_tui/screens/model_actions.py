"""What one can do on the models screen: go about, open the run of a version, search, copy."""

from __future__ import annotations

from textual.widget import Widget

from venturi_tui import messages
from venturi_tui.actions import Need, Where
from venturi_tui.loading import Loading
from venturi_tui.present.cells import Moment
from venturi_tui.present.command_line import models_command, version_command, versions_command
from venturi_tui.present.model_file_card import RUN_LABEL
from venturi_tui.present.words import safe
from venturi_tui.screens.about_run import AboutRun
from venturi_tui.screens.choose import Choice, ChooseScreen
from venturi_tui.screens.run import RunScreen
from venturi_tui.widgets.bars import Standing
from venturi_tui.widgets.card_view import CardView
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.model_list import ModelList
from venturi_tui.widgets.prompt import Prompt
from venturi_tui.widgets.version_table import VersionTable

_SHORT = 20
"""Lines below which one pane has the whole screen."""


class ModelActions(AboutRun[None]):
    """The actions of the models screen; what its panes show is ModelsScreen's matter."""

    def __init__(self, loading: Loading, standing: Standing, moment: Moment) -> None:
        super().__init__(loading, standing)
        self.moment = moment
        self.models = ModelList()
        self.versions = VersionTable()
        self.detail = CardView(id="version")
        self.shown_model = ""
        self.shown_version = ""
        self.version_wanted: int | None = None
        self.opening = ""
        self.live = False
        self.gates: dict[str, tuple[str, ...]] = {}
        self._searched: ModelList | VersionTable | CardView = self.models

    def read_again(self) -> None:
        """Read everything that is shown."""

    def read_versions(self) -> None:
        """Ask for the versions of the model under the cursor."""

    def follow_soon(self) -> None:
        """Show what belongs to what is under the cursor, once it rests."""

    def say_standing(self) -> None:
        """Bring the header and the frames up to date."""

    def places(self) -> tuple[Where, ...]:
        """Which pane has the focus."""
        special: tuple[Where, ...] = ()
        if self.focused is self.models:
            special = (Where.MODELS,)
        elif self.focused is self.versions:
            special = (Where.VERSIONS,)
        return (*special, Where.FILTERED, Where.REGISTRY, Where.PANES, *super().places())

    def panes(self) -> list[Widget]:
        """The three panes."""
        return [self.models, self.versions, self.detail]

    def facts(self) -> set[Need]:
        """What is there."""
        known = super().facts()
        if self.models.model is not None:
            known.update((Need.MODEL, Need.SUBJECT))
        if not self.loader.read_only:
            known.add(Need.WRITING)
        if self._versions_are_here and self.versions.version is not None:
            known.add(Need.VERSION)
        if self.versions.marked:
            known.add(Need.VERSION_MARKS)
        return known

    @property
    def _versions_are_here(self) -> bool:
        """Whether the versions shown are those of the model under the cursor."""
        model = self.models.model
        return model is not None and model.name == self.shown_model

    # Going about

    @property
    def is_short(self) -> bool:
        """Whether one pane at a time has the whole screen, for want of lines."""
        return self.host.size.height < _SHORT

    def act_models_pane(self) -> None:
        """Go to the models."""
        self.go_to_pane(self.models)

    def act_versions_pane(self) -> None:
        """Go to the versions."""
        self.go_to_pane(self.versions)

    def act_version_pane(self) -> None:
        """Go to the version's details."""
        self.go_to_pane(self.detail)

    def act_models(self, name: str = "") -> None:
        """Go to a model by its name."""
        self.go_to_pane(self.models)
        if name and not self.models.go_to(name):
            self.say(f"no model {name!r} here")

    def act_pane_2(self) -> None:
        """Back to the runs."""
        self.dismiss()

    def _focus_what_is_seen(self) -> None:
        self.call_after_refresh(self._focus_models_if_hidden)

    def _focus_models_if_hidden(self) -> None:
        if self.focused is None or not self.focused.size.area:
            self.set_focus(self.models)

    def act_back(self) -> None:
        """Leave the search, the zoom, the pane, then the screen."""
        pane = self.focused
        if isinstance(pane, (ModelList, VersionTable, CardView)) and pane.wanted:
            self._narrow(pane, "")
        elif self.has_class("-zoomed") and not self.is_short:
            self.act_zoom()
        elif pane is not self.models:
            self.go_to_pane(self.models)
        else:
            super().act_back()

    # Opening

    def act_open(self) -> None:
        """Open what is under the cursor."""
        if self.focused is self.models:
            self.go_to_pane(self.versions)
        elif self.focused is not self.detail or self._is_on_run:
            self._open_run()
        else:
            self.open_line(self.detail)

    @property
    def _is_on_run(self) -> bool:
        """Whether the cursor in the details is on the line of the run."""
        line = self.detail.line
        return line is not None and line.label in (RUN_LABEL, f"{RUN_LABEL} id")

    def on_lines_opened(self, event: Lines.Opened) -> None:
        """A line was double-clicked."""
        event.stop()
        self.act_open()

    def _open_run(self) -> None:
        version = self.versions.version
        if version is None or not self._versions_are_here:
            self.say(Need.VERSION.value)
        elif not version.run_id:
            self.say(f"{version.full_name} names no run")
        elif self.versions.run is None:
            self.opening = version.run_id
            self.loader.runs(self, (version.run_id,), kind="run to open")
        else:
            self._show_run()

    def run_was_read(self, event: messages.RunsRead) -> None:
        """Open the run that was waited for."""
        if self.opening and self.opening in event.run_ids:
            opening, self.opening = self.opening, ""
            if opening in {run.run_id for run in event.runs}:
                self._show_run()
            else:
                self.say(f"run {opening} is not in this store any more")

    def _show_run(self) -> None:
        run = self.versions.run
        if run is not None and self.host.screen is self:
            moment = Moment(self.versions.moment.now_ms, self.moment.experiments)
            self.open(RunScreen(self.loader, self.standing, run, moment, ""))

    # Searching

    def act_filter(self, text: str | None = None) -> None:
        """Show only what holds these letters."""
        pane = self.focused
        if not isinstance(pane, (ModelList, VersionTable, CardView)):
            return
        self._searched = pane
        if text is None:
            self.ask_line("/", pane.wanted, hint="a part of a name, an alias, a stage, a tag …")
        else:
            self._narrow(pane, text)

    def line_typed(self, prompt: Prompt, text: str) -> None:
        """Narrow as one types."""
        if prompt.sign == "/":
            self._narrow(self._searched, text)

    def _narrow(self, pane: ModelList | VersionTable | CardView, text: str) -> None:
        pane.narrow(text)
        self.say_standing()
        self.follow_soon()

    # Copying

    def act_copy_name(self) -> None:
        """Copy the name of what is under the cursor."""
        model, version = self.models.model, self.versions.version
        if self.focused is self.models or version is None or not self._versions_are_here:
            if model is not None:
                self.copy(model.name, f"the name {safe(model.name)}")
        else:
            self.copy(version.full_name, f"the name {safe(version.full_name)}")

    def act_copy_address(self) -> None:
        """Choose what to copy."""
        choices = [*self._version_copies(), *self._model_copies()]

        def chosen(text: str | None) -> None:
            if text is not None:
                words = next(each.words for each in choices if each.key == text)
                self.copy(text, words)

        self.open(ChooseScreen("Copy", choices), chosen)

    def _version_copies(self) -> list[Choice]:
        version, connection = self.versions.version, self.loader.connection
        if version is None or not self._versions_are_here or connection is None:
            return []
        uris = [f"models:/{version.full_name}"]
        uris += [f"models:/{version.name}@{alias}" for alias in version.aliases]
        command = version_command(connection.place, version.full_name)
        choices = [
            Choice(version.full_name, "the version's name", version.full_name),
            *(Choice(uri, "the URI" if not at else "the URI by alias", uri)
              for at, uri in enumerate(uris)),
            Choice(command, "the command that shows the version", "venturi versions get"),
            Choice(version.run_id, "the id of its run", version.run_id[:12]),
            Choice(version.source, "its source", version.source),
            Choice(version.storage_location, "where it is stored", version.storage_location),
        ]  # fmt: skip
        return [choice for choice in choices if choice.key]

    def _model_copies(self) -> list[Choice]:
        model, connection = self.models.model, self.loader.connection
        if model is None or connection is None:
            return []
        place = connection.place
        return [
            Choice(model.name, "the model's name", model.name),
            Choice(
                versions_command(place, model.name),
                "the command that lists these versions",
                "venturi versions list",
            ),
            Choice(models_command(place), "the command that lists models", "venturi models list"),
        ]

    # The app

    def act_refresh(self) -> None:
        """Read again what is shown."""
        self.read_again()

    def act_live(self) -> None:
        """Follow what others do to the registry, on and off."""
        self.live = not self.live
        self.say_standing()
