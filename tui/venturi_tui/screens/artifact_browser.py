"""The files of a run on the whole screen: a tree whose folders open, and what each file holds."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widget import Widget

from venturi.connection import Connection
from venturi.records import Artifact, Run
from venturi_tui import messages
from venturi_tui.actions import Need, Where
from venturi_tui.loading import Loading
from venturi_tui.present.artifact_tree import Kind
from venturi_tui.present.command_line import artifact_command
from venturi_tui.present.words import exact_count, safe
from venturi_tui.screens.artifact_preview import ArtifactPreviews
from venturi_tui.screens.choose import Choice, ChooseScreen
from venturi_tui.screens.resting import Resting
from venturi_tui.widgets.artifact_list import ArtifactList
from venturi_tui.widgets.bars import Footer, Standing
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.prompt import Prompt

_LIVE_EVERY = 5.0
"""Seconds between two looks at the folders of a run that is running."""

_MOST_LIVE = 8
"""Open folders that are looked at then."""

_FOLLOW_AFTER = 0.15
"""Seconds the cursor rests before a file is looked into."""


class ArtifactScreen(ArtifactPreviews):
    """The tree at the left; at the right what is under the cursor, as far as a short look tells.

    Args:
        loading: Asks the place of the run's artifacts.
        standing: What the header says.
        run: The run.
        path: The file or folder to begin with.
        model: Name of the logged model whose files they are; empty for the run's own.
    """

    CSS = """
    ArtifactScreen #browse { height: 1fr; }
    ArtifactScreen #artifacts { width: 2fr; }
    ArtifactScreen #preview { width: 3fr; }
    ArtifactScreen.-narrow #browse { layout: vertical; }
    ArtifactScreen.-narrow #artifacts { width: 100%; height: 2fr; }
    ArtifactScreen.-narrow #preview { width: 100%; height: 3fr; }
    ArtifactScreen.-short #preview { display: none; }
    ArtifactScreen.-zoomed #artifacts.zoomed, ArtifactScreen.-zoomed #preview.zoomed {
        display: block; width: 100%; height: 100%;
    }
    """

    def __init__(
        self, loading: Loading, standing: Standing, run: Run, path: str = "", model: str = ""
    ) -> None:
        super().__init__(loading, standing, run, model)
        self._list = ArtifactList()
        self._wanted_path = path
        self._following = Resting(self, _FOLLOW_AFTER, self._follow)
        self._live = True

    def compose(self) -> ComposeResult:
        """Two panes between two bars."""
        yield self.header
        with Horizontal(id="browse"):
            yield self._list
            yield self.view
        yield Footer()

    def places(self) -> tuple[Where, ...]:
        """One place, whichever pane has the focus."""
        return (Where.ARTIFACTS, Where.FILTERED, Where.PANES, *super().places())

    def facts(self) -> set[Need]:
        """What is there."""
        return super().facts() | ({Need.ARTIFACT} if self.artifact is not None else set())

    def panes(self) -> list[Widget]:
        """The tree and the preview."""
        return [self._list, self.view]

    @property
    def artifact(self) -> Artifact | None:
        """The file or folder under the cursor."""
        return self._list.artifact

    def on_mount(self) -> None:
        """Ask for what is at the top."""
        self.set_focus(self._list)
        self._list.update()
        self.look_at_nothing("what is under the cursor is shown here")
        self._say_frames()
        self.set_interval(_LIVE_EVERY, self._look_at_live)
        for folder in self._list.files.open_to(self._wanted_path) or [""]:
            self._ask(folder)

    # Reading

    def _ask(self, folder: str) -> None:
        def read(connection: Connection) -> Message:
            entries = self.place_of(connection).entries(folder)
            return messages.ArtifactsListed(folder, tuple(entries))

        self.loader.ask(self, f"artifacts {folder}", messages.FileQuestion("folder", folder), read)

    def _look_at_live(self) -> None:
        """A run that is running may log more files."""
        is_seen = self._live and self.host.screen is self and self._list.notice is None
        if is_seen and self.run.status == "RUNNING":
            for folder in self._list.files.open_folders[:_MOST_LIVE]:
                self._ask(folder)

    def act_live(self, seconds: str | None = None) -> None:
        """Follow the run, or not."""
        del seconds
        self._live = not self._live
        self.say("following what is running" if self._live else "no longer following")

    def on_artifacts_listed(self, event: messages.ArtifactsListed) -> None:
        """Show what is in a folder."""
        self._list.files.took(event.folder, event.entries)
        self._show_tree()
        if self._wanted_path and self._list.go_to(self._wanted_path):
            self._wanted_path = ""
        self._following.soon()

    def on_question_failed(self, event: messages.QuestionFailed) -> None:
        """Say where it went wrong: in the tree, in the preview, or in a toast."""
        if self.download_failed(event):
            return
        asked = event.question
        if isinstance(asked, messages.FileQuestion) and asked.kind == "folder":
            if self._list.files.is_known(asked.path):
                self.say_error(event.error)
            self._list.files.failed(asked.path, event.error)
            self._show_tree()
        else:
            self.preview_failed(event)
        self.update_footer()

    # The tree

    def _show_tree(self) -> None:
        self._list.update()
        self._say_frames()
        self.update_footer()

    def _say_frames(self) -> None:
        files = self._list.files
        what = f"Model {self.model}" if self.model else "Artifacts"
        title = f"{what} {exact_count(files.count_known())}"
        if files.wanted:
            title += f" ─ {files.wanted}"
        set_frame(self._list, title, self.progress)
        self.header.show(
            Standing(
                address=self.standing.address,
                context=self.standing.context,
                access=self.loader.access,
                experiment=safe(self.run.run_name or self.run.run_id[:8]),
                live=f"↓ {self.progress}" if self.progress else "",
                running=bool(self.progress),
            )
        )

    def say_progress(self) -> None:
        """How far the download is stands in the header and in the frame."""
        if self.is_mounted:
            self._say_frames()

    def _turn(self, folder: str) -> None:
        if self._list.files.turn(folder) and not self._list.files.is_known(folder):
            self._ask(folder)
        self._show_tree()

    # The preview

    def on_lines_cursor_moved(self, event: Lines.CursorMoved) -> None:
        """The preview follows when the cursor rests."""
        event.stop()
        if event.lines is self._list:
            self._following.soon()

    def _follow(self) -> None:
        artifact = self.artifact
        self.update_footer()
        if artifact is None:
            self.look_at_nothing("no file")
        elif artifact.path != self.shown:
            self.look_into(artifact)

    # Actions

    def act_open(self) -> None:
        """Open or shut a folder, look closer at a file, or see a line whole."""
        row = self._list.row
        if self.focused is self.view:
            self.open_line(self.view)
        elif row is None or row.artifact is None:
            if row is not None and row.kind is Kind.FAILED:
                self._ask(row.folder)
        elif row.artifact.is_dir:
            self._turn_or_go(row.artifact)
        else:
            self.act_preview_pane()

    def _turn_or_go(self, artifact: Artifact) -> None:
        """While one searches, a folder that is found is opened in the tree."""
        files = self._list.files
        if not files.wanted:
            self._turn(artifact.path)
            return
        files.wanted = ""
        files.open_to(artifact.path)
        self._turn(artifact.path)
        self._list.go_to(artifact.path)

    def on_lines_opened(self, event: Lines.Opened) -> None:
        """A line was double-clicked."""
        event.stop()
        self.act_open()

    def act_unfold(self) -> None:
        """Open a folder, or go to what the file holds."""
        row = self._list.row
        if self.focused is self.view or row is None or row.artifact is None:
            return
        if row.kind is Kind.SHUT:
            self._turn_or_go(row.artifact)
        elif row.kind is Kind.OPEN:
            self._list.move(1)
        else:
            self.act_preview_pane()

    def act_fold_up(self) -> None:
        """Shut a folder, go to the one around it, or back to the tree."""
        row = self._list.row
        if self.focused is self.view:
            self.act_files_pane()
        elif row is not None and row.kind is Kind.OPEN and row.artifact is not None:
            self._turn(row.artifact.path)
        elif row is not None and row.folder:
            self._list.go_to(row.folder)

    def act_files_pane(self) -> None:
        """Go to the tree."""
        if self.has_class("-zoomed") and self.focused is self.view:
            self.zoom_to(None)
        self.go_to_pane(self._list)

    def act_preview_pane(self) -> None:
        """Go to the preview."""
        self.go_to_pane(self.view)

    def act_filter(self, text: str | None = None) -> None:
        """Show only files whose path holds these letters."""
        if text is None:
            self.ask_line("/", self._list.files.wanted, hint="a part of a path")
        else:
            self._narrow(text)

    def line_typed(self, prompt: Prompt, text: str) -> None:
        """Narrow as one types."""
        if prompt.sign == "/":
            self._narrow(text)
        prompt.approve()

    def _narrow(self, text: str) -> None:
        self._list.files.wanted = text
        self._show_tree()
        self._following.soon()

    def act_refresh(self) -> None:
        """Read again what is open, and what is under the cursor."""
        self.forget_previews()
        for folder in self._list.files.open_folders:
            self._ask(folder)
        self._show_tree()

    def act_back(self) -> None:
        """Stop a download, show all again, leave the preview, then the screen."""
        if self.stop_download():
            return
        if self.has_class("-zoomed"):
            self.zoom_to(None)
            self.set_focus(self._list)
        elif self._list.files.wanted:
            self._narrow("")
        else:
            super().act_back()

    # Copying

    def act_copy_path(self) -> None:
        """Copy the path of the file or folder."""
        if self.artifact is not None:
            self.copy(self.artifact.path, f"the path {safe(self.artifact.path)}")

    def act_copy_file(self) -> None:
        """Choose what to copy: URI, address, commands."""
        artifact, connection = self.artifact, self.loader.connection
        if artifact is None or connection is None:
            return
        run_id, path = self.run.run_id, artifact.path
        if self.model:
            uri = f"runs:/{run_id}/{self.model}/{path}"
            self.copy(uri, "its URI")
            return
        show = "list" if artifact.is_dir else "cat"
        bring = artifact_command(connection.place, "download", run_id, path)
        look = artifact_command(connection.place, show, run_id, path)
        choices = [
            Choice(bring, "the command that brings it here", "venturi artifacts download"),
            Choice(look, "the command that shows it", f"venturi artifacts {show}"),
            Choice(f"runs:/{run_id}/{path}", "its URI", "runs:/…"),
            Choice(f"{self.run.artifact_uri.rstrip('/')}/{path}", "where it is"),
        ]

        def chosen(text: str | None) -> None:
            if text is not None:
                self.copy(text, next(each.words for each in choices if each.key == text))

        self.open(ChooseScreen("Copy", choices), chosen)
