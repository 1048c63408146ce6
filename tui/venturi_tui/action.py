"""What an action is: something a user can do, by a key, a command or the palette."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum


class Where(str, Enum):
    """Where an action works; the value is how help calls the place."""

    ANYWHERE = "everywhere"
    LIST = "lists and tables"
    HOME = "home screen"
    PANES = "screens with panes"
    EXPERIMENTS = "experiments"
    RUNS = "runs"
    CURVES = "curves"
    GRID = "all metrics"
    GROUPS = "groups of runs"
    PICTURE = "picture of runs"
    DETAIL = "run"
    COMPARE = "compare"
    REGISTRY = "models screen"
    MODELS = "models"
    VERSIONS = "model versions"
    JOURNAL = "journal"
    VERSION_DIFF = "versions side by side"
    VALUE = "a value shown whole"
    ARTIFACTS = "artifacts"
    FILTERED = "what can be filtered"


class Need(str, Enum):
    """What must be there for an action to work; the value says why it cannot."""

    STORE = "no store is open"
    RUN = "there is no run under the cursor"
    ROWS = "there are no runs here"
    MARKS = "no run is marked: space marks one"
    PAIR = "mark two runs first: space marks one"
    COLUMN = "stores cannot sort by this column"
    METRICS = "no metric was logged by the runs here"
    CURVE = "no curve is drawn yet"
    MODEL = "there is no model under the cursor"
    VERSION = "there is no version under the cursor"
    VERSION_MARKS = "no version is marked: space marks one"
    WRITE = "there is no write under the cursor"
    WRITING = "opened with --readonly: nothing is written"
    SUBJECT = "there is nothing under the cursor to write to"
    UNDO = "nothing was written since Venturi was opened that can be undone"
    REDO = "nothing was undone"
    ARTIFACT = "there is no file or folder under the cursor"


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a user can do.

    Args:
        id: Its name in code and in a keymap.
        keys: Keys that do it; a sequence is written with a space, `g g`.
        words: One or two words for the footer and the palette.
        help: What it does, as half a sentence.
        where: The places where it works.
        needs: What must be there.
        footer: Its order in the footer; 0 keeps it out.
        command: Its name on the command line; empty when it has none.
        argument: What the command takes, as a placeholder; empty for nothing.
    """

    id: str
    keys: tuple[str, ...]
    words: str
    help: str
    where: tuple[Where, ...]
    needs: tuple[Need, ...] = ()
    footer: int = 0
    command: str = ""
    argument: str = ""

    def why_not(self, facts: Collection[Need]) -> str:
        """Why it cannot be done now; empty when it can."""
        return next((need.value for need in self.needs if need not in facts), "")
