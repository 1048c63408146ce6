"""Brings files of a run here from the full screen: asks where to, tells how far, can be stopped."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from threading import Event
from time import monotonic

from venturi.artifacts.base import ArtifactPlace
from venturi.artifacts.download import download
from venturi.artifacts.paths import clean_name
from venturi.artifacts.transfer import Stopped, Tally
from venturi.connection import Connection
from venturi.errors import Conflict, InvalidInput, StoreUnreachable, VenturiError
from venturi.records import Artifact, Run
from venturi_tui import messages
from venturi_tui.loading import Loading
from venturi_tui.present.kinds.artifacts import byte_count
from venturi_tui.present.words import exact_count, safe
from venturi_tui.screens.about_run import AboutRun
from venturi_tui.screens.choose import Choice, ChooseScreen
from venturi_tui.widgets.bars import Standing
from venturi_tui.widgets.prompt import Prompt

SIGN = "↓"
"""Stands before the path that is typed."""

_TOLD_S = 0.2


class _Errand:
    """A download under way, that can be stopped from the outside."""

    def __init__(self, artifact: Artifact, target: Path, *, force: bool) -> None:
        self.artifact = artifact
        self.target = target
        self.force = force
        self.is_stopped = Event()
        self.place: ArtifactPlace | None = None
        self._told = 0.0

    def stop(self) -> None:
        """End it at its next step, or now if it waits for an answer."""
        self.is_stopped.set()
        if self.place is not None:
            self.place.close()

    def words(self, tally: Tally) -> str:
        """How far it is; empty when that was told just now. Raises Stopped when it is to end."""
        if self.is_stopped.is_set():
            raise Stopped
        now = monotonic()
        if now - self._told < _TOLD_S:
            return ""
        self._told = now
        return progress_words(tally)


def progress_words(tally: Tally) -> str:
    """`3 of 12 files  4.2 of 10 MB`."""
    done = byte_count(tally.bytes_done)
    if tally.size:
        done = f"{done} of {byte_count(tally.size)}"
    if tally.files == 1:
        return done
    return f"{exact_count(tally.files_done)} of {exact_count(tally.files)} files  {done}"


class ArtifactDownloads(AboutRun[None]):
    """A screen from which files of its run are brought here, one errand at a time."""

    def __init__(self, loading: Loading, standing: Standing, run: Run, model: str = "") -> None:
        super().__init__(loading, standing)
        self.run = run
        self.model = model
        self._errand: _Errand | None = None
        self.progress = ""

    # What subclasses say

    @property
    def artifact(self) -> Artifact | None:
        """The file or folder that is meant."""
        return None

    def say_progress(self) -> None:
        """Show how far the download is."""

    def files(self, connection: Connection) -> ArtifactPlace:
        """The place of the files, to be closed by who asks; called in threads."""
        if self.model:
            return connection.model_files(self.run, self.model)
        return connection.artifacts(self.run)

    # Asking where to

    @property
    def run_here(self) -> Run | None:
        """The run."""
        return self.run

    def act_download(self, to: str | None = None) -> None:
        """Ask where to bring the file or folder, and bring it."""
        artifact = self.artifact
        if artifact is None:
            return
        if self._errand is not None:
            self.say(f"{safe(self._errand.artifact.path)} is on its way: esc stops it")
        elif to is not None:
            self._bring(artifact, Path(to).expanduser())
        else:
            name = artifact.path.rpartition("/")[2]
            hint = "where to, as a path here; folders are made"
            self.ask_line(SIGN, f"./{_own_name(name)}", hint=hint)

    def line_entered(self, prompt: Prompt, text: str) -> None:
        """A path was entered."""
        artifact = self.artifact
        if prompt.sign != SIGN or artifact is None:
            super().line_entered(prompt, text)
            return
        if not text.strip():
            prompt.complain("a path is needed: esc leaves", 0)
            return
        self.close_prompt()
        target = Path(text.strip()).expanduser()
        if text.rstrip().endswith("/") or target.is_dir():
            target /= _own_name(artifact.path.rpartition("/")[2])
        self._bring(artifact, target)

    def _bring(self, artifact: Artifact, target: Path) -> None:
        if not (target.exists() or target.is_symlink()):
            self._begin(artifact, target, force=False)
            return
        if target.is_dir() != artifact.is_dir:
            kind = "folder" if target.is_dir() else "file"
            self.say(f"{safe(str(target))} is a {kind} already: name another path")
            return
        words = "put it over that; what only the old folder has stays"
        choices = [
            Choice("leave", "leave it"),
            Choice("replace", words if artifact.is_dir else "replace the file"),
        ]

        def chosen(key: str | None) -> None:
            if key == "replace":
                self._begin(artifact, target, force=True)

        self.open(ChooseScreen(f"{target} is there already", choices), chosen)

    # Bringing

    def _begin(self, artifact: Artifact, target: Path, *, force: bool) -> None:
        errand = self._errand = _Errand(artifact, target, force=force)
        self._tell("begins")
        question = messages.FileQuestion("download", artifact.path)
        self.loader.ask(self, "download", question, lambda place: self._carry(place, errand))

    def _carry(self, connection: Connection, errand: _Errand) -> messages.Downloaded:
        path = errand.artifact.path

        def told(tally: Tally) -> None:
            words = errand.words(tally)
            if words:
                self.post_message(messages.DownloadWent(words))

        try:
            with closing(self.files(connection)) as place:
                errand.place = place
                target = download(place, path, errand.target, force=errand.force, told=told)
        except Stopped:
            return messages.Downloaded(path, None)
        except VenturiError as error:
            if errand.is_stopped.is_set():
                return messages.Downloaded(path, None)
            raise _in_keys(error) from error
        except OSError as error:
            raise StoreUnreachable(
                f"{errand.target} could not be written: {error.strerror or error}",
                hint="d again goes on from there",
            ) from error
        return messages.Downloaded(path, target)

    def on_download_went(self, event: messages.DownloadWent) -> None:
        """Say how far it is."""
        if self._errand is not None:
            self._tell(event.words)

    def on_downloaded(self, event: messages.Downloaded) -> None:
        """Say where it is."""
        self._errand = None
        self._tell("")
        if event.target is None:
            self.say(f"{safe(event.path)} was stopped: d goes on from there")
        else:
            self.say(str(event.target), f"{safe(event.path)} is here")

    def download_failed(self, event: messages.QuestionFailed) -> bool:
        """Say why it is not here; False when it was another question that failed."""
        asked = event.question
        if not isinstance(asked, messages.FileQuestion) or asked.kind != "download":
            return False
        self._errand = None
        self._tell("")
        self.say_error(event.error)
        return True

    def stop_download(self) -> bool:
        """End what is under way; False when nothing is."""
        if self._errand is None:
            return False
        self._errand.stop()
        self._tell("stopping …")
        return True

    def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        self.stop_download()

    def _tell(self, words: str) -> None:
        self.progress = words
        self.say_progress()


def _own_name(name: str) -> str:
    """The name a file gets here; one that could do harm gets a plain one."""
    try:
        clean = clean_name(name)
    except InvalidInput:
        return "artifact"
    return clean if clean.isprintable() and len(clean.encode()) < 200 else "artifact"


def _in_keys(error: VenturiError) -> VenturiError:
    """The same failure, with a way on that is a key and no flag."""
    if isinstance(error, Conflict) and "--" in error.hint:
        return Conflict(error.message, hint="d again, to another path")
    return error
