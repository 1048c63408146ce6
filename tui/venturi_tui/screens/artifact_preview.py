"""What a file of a run holds, read and laid out aside, for the pane beside the tree of files."""

from __future__ import annotations

import threading
from collections import OrderedDict

from textual.message import Message

from venturi.artifacts.base import ArtifactPlace
from venturi.artifacts.preview import Preview, read_preview
from venturi.connection import Connection
from venturi.records import Artifact, Run
from venturi_tui import messages
from venturi_tui.loading import Loading
from venturi_tui.present.notices import Look, Notice, failed, loading
from venturi_tui.present.preview import preview_card
from venturi_tui.present.words import safe
from venturi_tui.screens.artifact_download import ArtifactDownloads
from venturi_tui.widgets.bars import Standing
from venturi_tui.widgets.card_view import CardView
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.lines import Lines

_KEPT = 12
"""Previews that are kept, so that going back to a file costs nothing."""


class ArtifactPreviews(ArtifactDownloads):
    """A screen that shows what a file of its run holds, as far as a short look tells."""

    def __init__(self, loading: Loading, standing: Standing, run: Run, model: str = "") -> None:
        super().__init__(loading, standing, run, model)
        self.view = CardView(id="preview")
        self.shown = ""
        self._previews: OrderedDict[str, Preview] = OrderedDict()
        self._place: ArtifactPlace | None = None
        self._opening_place = threading.Lock()
        self._number = 0

    # The place

    def place_of(self, connection: Connection) -> ArtifactPlace:
        """The place of the artifacts, opened once; called in threads."""
        with self._opening_place:
            if self._place is None:
                self._place = self.files(connection)
            return self._place

    def _leave_place(self) -> None:
        with self._opening_place:
            place, self._place = self._place, None
        if place is not None:
            place.close()

    def on_unmount(self) -> None:
        """Let go of the place."""
        self._leave_place()

    # What a file holds

    def look_at_nothing(self, words: str) -> None:
        """There is no file to look into."""
        self.shown = ""
        self.view.set_notice(Notice(Look.NONE, words))
        set_frame(self.view, "Preview")

    def forget_previews(self) -> None:
        """Read everything again when it is looked at."""
        self._previews.clear()
        self.shown = ""
        self._leave_place()

    def look_into(self, artifact: Artifact) -> None:
        """Show what a file or folder holds, from what was read before when it was."""
        self.shown = artifact.path
        set_frame(self.view, artifact.path.rpartition("/")[2])
        if artifact.path in self._previews:
            self._previews.move_to_end(artifact.path)
            self._lay_out(from_top=True)
            return
        self.view.set_notice(loading(safe(artifact.path.rpartition("/")[2])[:60]))

        def read(connection: Connection) -> Message:
            return messages.PreviewRead(read_preview(self.place_of(connection), artifact))

        self.loader.ask(self, "preview", messages.FileQuestion("preview", artifact.path), read)

    def on_preview_read(self, event: messages.PreviewRead) -> None:
        """Keep it, and show it when it is still what one looks at."""
        self._previews[event.preview.path] = event.preview
        while len(self._previews) > _KEPT:
            self._previews.popitem(last=False)
        if event.preview.path == self.shown:
            self._lay_out(from_top=True)

    def _lay_out(self, *, from_top: bool = False) -> None:
        preview = self._previews.get(self.shown)
        if preview is None or self.view.size.area == 0:
            return
        self._number += 1
        number, width, height = self._number, self.view.text_width, self.view.room
        shades = self.view.palette.theme.ansi
        if from_top:
            self.view.go(0)

        def job() -> Message:
            card = preview_card(preview, width, height, shades=shades)
            return messages.PreviewLaid(number, card)

        self.loader.work(self, "lay out", messages.FileQuestion("preview", preview.path), job)

    def on_preview_laid(self, event: messages.PreviewLaid) -> None:
        """Show it."""
        if event.number == self._number:
            self.view.show(event.card)

    def on_lines_resized(self, event: Lines.Resized) -> None:
        """Lay the preview out for another width."""
        event.stop()
        if event.lines is self.view:
            self._lay_out()

    def preview_failed(self, event: messages.QuestionFailed) -> None:
        """Say why a file could not be looked into."""
        asked = event.question
        if isinstance(asked, messages.FileQuestion) and asked.path == self.shown:
            self.view.set_notice(failed(event.error))
