"""The models screen: registered models, the versions of one, and what is known of a version."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import time as clock

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from venturi.records import ModelVersion
from venturi.registry.steps import Kind, Step
from venturi_tui import messages, registry_messages
from venturi_tui.loading import Loading
from venturi_tui.present.cells import Moment
from venturi_tui.present.model_file_card import model_file_card
from venturi_tui.present.notices import Look, Notice, failed, loading
from venturi_tui.present.version_card import model_card, version_card
from venturi_tui.present.words import exact_count, safe
from venturi_tui.screens.model_writing import ModelWriting
from venturi_tui.screens.registry_wishes import Agreed
from venturi_tui.screens.resting import Resting
from venturi_tui.widgets.bars import Footer, Standing
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.lines import Lines

_FOLLOW_AFTER = 0.12
"""Seconds the cursor rests before versions and details follow it."""

_LIVE_EVERY = 5.0
"""Seconds between two looks at the registry while one follows it."""


class ModelsScreen(ModelWriting):
    """Models at the left, versions at the right, and below them the version under the cursor.

    Args:
        loading: Asks the store.
        standing: What the header says.
        moment: Names of experiments, for runs that are opened.
        wanted: Name of the model to begin with; the first one when it is not there.
    """

    CSS = """
    ModelsScreen #registry { height: 1fr; }
    ModelsScreen #models { width: 2fr; }
    ModelsScreen #one-model { width: 3fr; }
    ModelsScreen #versions { height: 3fr; }
    ModelsScreen #version { height: 2fr; }
    ModelsScreen.-narrow #registry { layout: vertical; }
    ModelsScreen.-narrow #models { width: 100%; height: 2fr; }
    ModelsScreen.-narrow #one-model { width: 100%; height: 3fr; }
    ModelsScreen.-narrow #version { display: none; }
    ModelsScreen.-zoomed #one-model.empty { display: none; }
    ModelsScreen.-zoomed #models.zoomed, ModelsScreen.-zoomed #versions.zoomed,
    ModelsScreen.-zoomed #version.zoomed { display: block; width: 100%; height: 100%; }
    ModelsScreen.-zoomed #one-model { width: 100%; height: 100%; }
    """

    def __init__(
        self, loading: Loading, standing: Standing, moment: Moment, wanted: str = ""
    ) -> None:
        super().__init__(loading, standing, moment)
        self._wanted_model = wanted
        self._following = Resting(self, _FOLLOW_AFTER, self._follow)
        self._asked_runs: set[str] = set()

    def compose(self) -> ComposeResult:
        """Three panes between two bars."""
        yield self.header
        with Horizontal(id="registry"):
            yield self.models
            with Vertical(id="one-model"):
                yield self.versions
                yield self.detail
        yield Footer()

    def on_mount(self) -> None:
        """Ask for the models."""
        set_frame(self.models, "Models")
        set_frame(self.versions, "Versions")
        set_frame(self.detail, "Version")
        self.models.set_notice(loading("models"))
        self.set_focus(self.models)
        if self.is_short:
            self.zoom_to(self.models)
        self.set_interval(_LIVE_EVERY, self._look_at_live)
        self.loader.models(self)

    def _look_at_live(self) -> None:
        """Ask for news while one follows and can see them."""
        waiting = any(each.status.startswith("PENDING") for each in self.versions.versions)
        if (self.live or waiting) and self.host.screen is self and not self.models.notice:
            self.loader.models(self)

    # Models

    def on_models_read(self, event: registry_messages.ModelsRead) -> None:
        """List them."""
        self.models.show(event.models)
        if self._wanted_model and not self.models.go_to(self._wanted_model):
            self.say(f"no model {self._wanted_model!r} here")
        self._wanted_model = ""
        self.models.set_notice(None if event.models else _no_models())
        if not event.models:
            self._show_nothing("no version")
        self.say_standing()
        self.loader.version_counts(self)
        self.read_versions()

    def on_versions_counted(self, event: registry_messages.VersionsCounted) -> None:
        """Say how many versions each model has."""
        self.models.show_counts(event.counts)

    # Versions

    def read_versions(self) -> None:
        """Ask for the versions of the model under the cursor."""
        model = self.models.model
        if model is None:
            self._show_nothing("no version")
            return
        if model.name != self.shown_model:
            self.versions.set_notice(loading("versions"))
            self.detail.set_notice(loading("versions"))
            set_frame(self.versions, model.name)
        self.loader.versions(self, model.name)

    def on_versions_read(self, event: registry_messages.VersionsRead) -> None:
        """List them, when they are still those one looks at."""
        model = self.models.model
        if model is None or model.name != event.name:
            return
        anew = event.name != self.shown_model
        self.shown_model = event.name
        if anew:
            self.versions.wanted = ""
        moment = Moment(int(clock() * 1000), self.moment.experiments)
        self.versions.show(event.versions, anew=anew, moment=moment)
        self._say_whether_there_are_versions()
        if self.version_wanted is not None:
            self.versions.go_to(self.version_wanted)
            self.version_wanted = None
        self.say_standing()
        self.follow_soon()

    def _say_whether_there_are_versions(self) -> None:
        none = self.shown_model and not self.versions.versions
        self.versions.set_notice(_no_versions(self.shown_model) if none else None)

    def _show_nothing(self, words: str) -> None:
        self.shown_model = ""
        self.versions.show((), anew=True, moment=self.moment)
        self.versions.set_notice(Notice(Look.NONE, words))
        self.detail.set_notice(Notice(Look.NONE, words))
        self.say_standing()

    # Following the cursor

    def on_lines_cursor_moved(self, event: Lines.CursorMoved) -> None:
        """Versions and details follow when the cursor rests."""
        event.stop()
        if event.lines is not self.detail:
            self.follow_soon()

    def on_lines_scrolled(self, event: Lines.Scrolled) -> None:
        """Other versions are in view, whose runs are not known yet."""
        event.stop()
        if event.lines is self.versions:
            self.follow_soon()

    def on_lines_resized(self, event: Lines.Resized) -> None:
        """Details are laid out for the width there is."""
        event.stop()
        if event.lines is self.detail:
            self.show_detail()

    def follow_soon(self) -> None:
        """Show what belongs to what is under the cursor, once it rests."""
        self._following.soon()

    def _follow(self) -> None:
        model = self.models.model
        if model is not None and model.name != self.shown_model:
            self.read_versions()
        else:
            self._say_whether_there_are_versions()
            self._read_runs()
            self.show_detail()
        self.say_standing()
        self.update_footer()

    def show_detail(self) -> None:
        """Say what is known of the version under the cursor, or of the model."""
        model, version = self.models.model, self.versions.version
        if model is None or model.name != self.shown_model:
            return
        width = self.detail.text_width
        about = model.name if version is None else version.full_name
        if version is None:
            card = model_card(model, width)
        elif self.shows_inputs:
            held = self.file_of(version)
            set_frame(self.detail, f"{about} ─ inputs and outputs", "i back to the version")
            if held is None:
                return
            about += " inputs"
            card = model_file_card(version, held, self.versions.run, width)
            self.detail.show(card, from_top=about != self.shown_version)
            self.shown_version = about
            return
        else:
            card = version_card(version, model, self.versions.run, width, self.versions.moment)
        set_frame(self.detail, about)
        self.detail.show(card, from_top=about != self.shown_version)
        self.shown_version = about

    # Runs of versions

    def _read_runs(self) -> None:
        """Read the runs of the versions in view; of a store that reads one by one, only one."""
        here = self.versions.version
        seen = self.versions.in_view if self.loader.knows_all_ids else (here,) if here else ()
        wanted = _run_ids(seen, self._asked_runs)
        if wanted:
            self._asked_runs.update(wanted)
            self.loader.runs(self, wanted, kind=f"runs of versions {wanted[0]}")

    def on_runs_read(self, event: messages.RunsRead) -> None:
        """Say the names and metrics of runs."""
        known = {**self.versions.runs, **{run.run_id: run for run in event.runs}}
        self.versions.show_runs(known)
        self.show_detail()
        self.run_was_read(event)

    def was_written(self, steps: Sequence[Step]) -> None:
        """Go to what got another name, or is new."""
        for step in steps:
            if step.kind is Kind.RENAME_MODEL:
                self._wanted_model = step.after or ""
            elif step.kind is Kind.CREATE_VERSION:
                self._wanted_model, self.version_wanted = step.model, step.version

    def read_again(self) -> None:
        """Read everything that is shown."""
        if not self.models.total:
            self.models.set_notice(loading("models"))
        self._asked_runs.clear()
        self.forget_failures()
        self.loader.models(self)

    def go_to_version(self, version: ModelVersion) -> None:
        """Read again, and put the cursor on a version."""
        self._wanted_model, self.version_wanted = version.name, version.version
        self.go_to_pane(self.versions)
        self.say_standing()
        self.read_again()

    # Failures

    def on_question_failed(self, event: messages.QuestionFailed) -> None:
        """Say so where the answer would stand; what is shown stays."""
        question, error = event.question, event.error
        if isinstance(question, Agreed):
            self.writing_failed(event)
        elif self.file_failed(event):
            pass
        elif question in ("models", "store") and not self.models.total:
            self.models.set_notice(failed(error))
            self._show_nothing("not read")
        elif question == ("versions", self._model_here) and self._model_here != self.shown_model:
            self.versions.set_notice(failed(error))
            self.detail.set_notice(Notice(Look.NONE, "no version"))
        elif question != "version counts":
            self.opening = ""
            self.say_error(error)
        self.update_footer()

    @property
    def _model_here(self) -> str:
        return "" if self.models.model is None else self.models.model.name

    # Standing

    def say_standing(self) -> None:
        """Bring the header and the frames up to date."""
        shown, total = self.models.count, self.models.total
        counts = exact_count(total) if shown == total else f"{shown:,} of {total:,}"
        words = f"{counts} model" if counts == "1" else f"{counts} models"
        title = f"Models {exact_count(total)}"
        notice = self.models.notice
        if not total and notice is not None and notice.look is not Look.NONE:
            words, title = "", "Models"  # nobody knows how many there are
        set_frame(self.models, _titled(title, self.models.wanted))
        if self.shown_model:
            number = len(self.versions.versions)
            of_it = f"{exact_count(number)} version" + ("" if number == 1 else "s")
            set_frame(self.versions, _titled(f"{self.shown_model} ─ {of_it}", self.versions.wanted))
        self.header.show(
            Standing(
                address=self.standing.address,
                context=self.standing.context,
                access=self.loader.access,
                experiment="models",
                counts=words,
                live=f"live {_LIVE_EVERY:g}s" if self.live else "live off",
            )
        )


def _titled(title: str, wanted: str) -> str:
    return f"{title} ─ {wanted}" if wanted else title


def _run_ids(versions: Iterable[ModelVersion], known: set[str]) -> tuple[str, ...]:
    """Ids of the runs that versions name, each once, without those known already."""
    named = dict.fromkeys(version.run_id for version in versions if version.run_id)
    return tuple(run_id for run_id in named if run_id not in known)


def _no_models() -> Notice:
    hint = "one is made with: venturi versions create NAME --run RUN --path model"
    keys = (("r", "look again"), ("esc", "back to the runs"))
    return Notice(Look.NONE, "no registered models yet", hint, keys)


def _no_versions(name: str) -> Notice:
    hint = f"one is made with: venturi versions create {safe(name)} --run RUN --path model"
    return Notice(Look.NONE, f"no versions of {safe(name)} yet", hint, (("r", "look again"),))
