"""What one can look at from the models screen: gates, the journal, differences, inputs, a form."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from venturi.errors import VenturiError
from venturi.mlmodel import MlModel
from venturi.records import ModelVersion
from venturi.registry.model_files import read_model
from venturi_tui import messages, registry_messages
from venturi_tui.loading import Loading
from venturi_tui.present.cells import Moment
from venturi_tui.present.notices import failed, loading
from venturi_tui.present.words import safe
from venturi_tui.screens.gate import GateEnd, GateScreen
from venturi_tui.screens.journal import JournalScreen
from venturi_tui.screens.model_actions import ModelActions
from venturi_tui.screens.registering import RegisterScreen
from venturi_tui.screens.version_diff import VersionDiffScreen
from venturi_tui.widgets.bars import Standing


@dataclass(frozen=True, slots=True)
class _Files:
    """Where the files of a version are, by what the version says itself."""

    name: str
    source: str


class ModelLooking(ModelActions):
    """The actions of the models screen that show more, and write nothing themselves."""

    def __init__(self, loading: Loading, standing: Standing, moment: Moment) -> None:
        super().__init__(loading, standing, moment)
        self.shows_inputs = False
        self._files: dict[_Files, MlModel | VenturiError] = {}
        self._reading: _Files | None = None

    # Marks

    def act_mark_version(self) -> None:
        """Mark the version, or take its mark away, and go on to the next."""
        version = self.versions.version
        if version is not None:
            self.versions.mark(version.version)
            self.versions.move(1)

    def act_unmark_versions(self) -> None:
        """Take all marks away."""
        self.versions.unmark_all()

    # Gates

    def act_gate(self, text: str | None = None) -> None:
        """Try conditions on the marked versions, or on the one under the cursor."""
        version, model = self.versions.version, self.models.model
        if version is None or model is None:
            return
        versions = self.versions.marked or [version]
        run = self.versions.run
        metrics = [] if run is None else sorted(run.latest)
        gates = self.gates.get(model.name, ()) if text is None else (text,)

        def left(end: GateEnd | None) -> None:
            if end is not None and end.to_top:
                self.act_top()
            elif end is not None:
                self.gates[model.name] = end.gates

        self.open(GateScreen(self.loader, versions, metrics, gates), left)

    # The journal

    def act_journal(self) -> None:
        """Who wrote what to the registry."""
        model = self.models.model
        screen = JournalScreen(self.loader, self.standing, "" if model is None else model.name)

        def left(_: None) -> None:
            self.say_standing()
            if screen.has_changed:
                self.read_again()

        self.open(screen, left)

    # Differences

    def act_version_diff(self) -> None:
        """Compare the marked versions, or the one under the cursor with the one that serves."""
        here = self.versions.version
        if here is None:
            return
        chosen = self.versions.marked
        if len(chosen) == 1 and chosen[0] != here:
            chosen = [*chosen, here]
        elif len(chosen) < 2:
            other = self._serving(here)
            if other is None:
                self.say(f"{here.name} has no other version to compare with")
                return
            chosen = [other, here]
        self.open(VersionDiffScreen(self.loader, self.standing, chosen))

    def _serving(self, here: ModelVersion) -> ModelVersion | None:
        """What a version is compared with: the champion, what is in Production, the one before."""
        others = [each for each in self.versions.versions if each.version != here.version]
        named = [each for each in others if "champion" in each.aliases]
        serving = [each for each in others if each.stage.lower() == "production"]
        before = [each for each in others if each.version < here.version]
        return next(iter([*named, *serving, *before, *others]), None)

    # Inputs and outputs

    def act_inputs(self) -> None:
        """Show what goes into the version and what comes out, or what is known of it again."""
        self.shows_inputs = not self.shows_inputs
        self.show_detail()
        self.go_to_pane(self.detail if self.shows_inputs else self.versions)

    def show_detail(self) -> None:
        """Say what is known of the version under the cursor."""

    def file_of(self, version: ModelVersion) -> MlModel | None:
        """What the MLmodel file of a version says; read first, with words in the pane meanwhile."""
        key = _Files(version.full_name, version.source)
        held = self._files.get(key)
        if isinstance(held, MlModel):
            return held
        if held is not None:
            self.detail.set_notice(failed(held))
        else:
            self.detail.set_notice(loading(f"the MLmodel file of {safe(version.full_name)}"))
            self._read_file(version, key)
        return None

    def _read_file(self, version: ModelVersion, key: _Files) -> None:
        connection = self.loader.connection
        if connection is None or self._reading == key:
            return
        self._reading = key

        def read() -> registry_messages.ModelFileRead:
            with closing(connection.version_files(version)) as place:
                return registry_messages.ModelFileRead(version, read_model(place))

        self.loader.work(self, "MLmodel", key, read)

    def on_model_file_read(self, event: registry_messages.ModelFileRead) -> None:
        """Show it, when it is still asked for."""
        key = _Files(event.version.full_name, event.version.source)
        self._keep_file(key, event.model)

    def file_failed(self, event: messages.QuestionFailed) -> bool:
        """Say why a file cannot be read; False when it was another question."""
        question = event.question
        if isinstance(question, _Files):
            self._keep_file(question, event.error)
        return isinstance(question, _Files)

    def _keep_file(self, key: _Files, held: MlModel | VenturiError) -> None:
        self._files[key] = held
        self._reading = None
        if self.shows_inputs:
            self.show_detail()

    def forget_failures(self) -> None:
        """Read again what could not be read."""
        self._files = {key: held for key, held in self._files.items() if isinstance(held, MlModel)}

    # Registering

    def act_register(self) -> None:
        """Register a version from a run."""
        model = self.models.model
        name = "" if model is None else model.name

        def left(made: ModelVersion | None) -> None:
            if made is not None:
                self.go_to_version(made)

        self.open(RegisterScreen(self.loader, None, name), left)

    def go_to_version(self, version: ModelVersion) -> None:
        """Read again, and put the cursor on a version."""
