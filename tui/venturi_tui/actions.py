"""Every action: its keys, its words, where it works and what it needs. All else is made from it.

The footer, the help, the palette, the command line and the README table read this one table, so
they cannot disagree. A screen handles an action in its method `act_<id>`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
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


_EVERYWHERE = (Where.ANYWHERE,)
_LIST = (Where.LIST,)
_HOME = (Where.HOME,)
_PANES = (Where.PANES,)
_RUNS = (Where.RUNS,)
_CURVES = (Where.CURVES,)
_GRID = (Where.GRID,)
_REGISTRY = (Where.REGISTRY,)
_SIDE_BY_SIDE = (Where.COMPARE, Where.VERSION_DIFF)
_TABLES = (Where.RUNS, *_SIDE_BY_SIDE, Where.GROUPS)
_ABOUT_RUN = (Where.RUNS, Where.DETAIL, Where.CURVES)
_WRITTEN = (Where.RUNS, Where.EXPERIMENTS, Where.REGISTRY)

ACTIONS: tuple[Action, ...] = (
    # Going about
    Action("down", ("j", "down"), "down", "one line down", _LIST),
    Action("up", ("k", "up"), "up", "one line up", _LIST),
    Action("left", ("h", "left"), "left", "one column to the left", _TABLES),
    Action("right", ("l", "right"), "right", "one column to the right", _TABLES),
    Action("top", ("g g", "home"), "top", "first line", _LIST),
    Action("bottom", ("G", "end"), "bottom", "last line", _LIST),
    Action("half_down", ("ctrl+d",), "half page down", "half a page down", _LIST),
    Action("half_up", ("ctrl+u",), "half page up", "half a page up", _LIST),
    Action("page_down", ("pagedown",), "page down", "a page down", _LIST),
    Action("page_up", ("pageup",), "page up", "a page up", _LIST),
    Action("open", ("enter",), "open", "open what is under the cursor", _LIST, footer=1),
    Action("back", ("escape",), "back", "leave: the zoom, the filter, the screen", _EVERYWHERE),
    Action("next_pane", ("tab",), "next pane", "go to the next pane", _PANES),
    Action("previous_pane", ("shift+tab",), "previous pane", "go to the pane before", _PANES),
    Action("pane_1", ("1",), "experiments", "go to the experiments", _HOME),
    Action("pane_2", ("2",), "runs", "go to the runs", _HOME, command="runs"),
    Action("pane_3", ("3",), "curves", "go to the curves", _HOME, command="curves"),
    Action("pane_4", ("4",), "run", "go to the run's details", _HOME, command="run"),
    Action("zoom", ("f",), "full screen", "give the pane the whole screen, and back", _PANES),
    # Runs
    Action("mark", ("space",), "mark", "mark the run, or take its mark away", _RUNS,
           (Need.RUN,), footer=2),
    Action("mark_range", ("v",), "mark range", "mark all from here to where v is pressed again",
           _RUNS, (Need.RUN,)),
    Action("tree", ("T",), "tree", "show nested runs under their parents, or all in one list",
           _RUNS, (Need.ROWS,), command="tree"),
    Action("fold", ("o",), "fold", "show the runs nested in this one, or fold them away", _RUNS,
           (Need.ROWS,)),
    Action("fold_all", ("O",), "fold all", "show all nested runs, or fold all away", _RUNS,
           (Need.ROWS,)),
    Action("group", ("b",), "group by", "sum runs up by a param or tag: mean, min, max of metrics",
           _RUNS, (Need.ROWS,), command="group", argument="KEY"),
    Action("mark_all", ("A",), "mark all", "mark every run that matches", _RUNS, (Need.ROWS,),
           command="mark"),
    Action("invert_marks", ("!",), "invert marks", "mark what is not marked, and the other way"
           " round", _RUNS, (Need.ROWS,)),
    Action("unmark_all", ("u",), "unmark all", "take all marks away", _RUNS + _CURVES,
           (Need.MARKS,)),
    Action("next_mark", ("n",), "next mark", "go to the next marked run", _RUNS, (Need.MARKS,)),
    Action("previous_mark", ("N",), "previous mark", "go to the marked run before", _RUNS,
           (Need.MARKS,)),
    Action("compare", ("c",), "compare", "compare the marked runs", _ABOUT_RUN, (Need.PAIR,),
           footer=3, command="compare"),
    Action("filter", ("/",), "filter", "show only what matches", (Where.FILTERED,), footer=4,
           command="filter", argument="TEXT"),
    Action("sort", ("s",), "sort", "sort by the cursor's column; again: the other way round",
           (*_RUNS, Where.GROUPS), (Need.COLUMN,), footer=5, command="sort",
           argument="COLUMN [asc|desc], …"),
    Action("columns", ("C",), "columns", "choose and order the columns", _RUNS, (Need.ROWS,),
           footer=6, command="columns"),
    Action("sort_further", ("S",), "sort further", "sort by the cursor's column where the others"
           " are equal; again: the other way round", _RUNS, (Need.COLUMN,)),
    Action("columns_left", ("shift+left",), "columns left", "a screen of columns to the left",
           _RUNS),
    Action("columns_right", ("shift+right",), "columns right", "a screen of columns to the right",
           _RUNS),
    Action("pin", ("p",), "pin", "let the cursor's column stay at the left, or move again", _RUNS,
           (Need.ROWS,), command="pin"),
    Action("hide", ("-",), "hide column", "take the cursor's column away", _RUNS, (Need.ROWS,),
           command="hide"),
    Action("wider", (">",), "wider", "make the cursor's column wider", _RUNS, (Need.ROWS,)),
    Action("narrower", ("<",), "narrower", "make the cursor's column narrower", _RUNS,
           (Need.ROWS,)),
    Action("little_curve", ("~",), "little curve", "show the cursor's metric as a little curve"
           " too, or not", _RUNS, (Need.ROWS,), command="spark"),
    Action("experiment", (), "experiment", "show the runs of an experiment", _HOME,
           (Need.STORE,), command="experiment", argument="NAME"),
    Action("models", ("M",), "models", "show the registered models", _HOME, (Need.STORE,),
           footer=13, command="models", argument="[NAME]"),
    # Curves
    Action("metric", ("m",), "metric", "choose the metric that is drawn", _ABOUT_RUN,
           (Need.METRICS,), footer=7, command="metric", argument="KEY"),
    Action("log_axis", ("L",), "log axis", "logarithmic y-axis on and off", _CURVES,
           (Need.CURVE,), footer=10),
    Action("smoothing", ("S",), "smooth", "more smoothing; after the most, none", _CURVES,
           (Need.CURVE,), footer=11, command="smooth", argument="WEIGHT"),
    Action("x_axis", ("X",), "x-axis", "x-axis: step, time, relative time", _CURVES,
           (Need.CURVE,), footer=12),
    Action("outliers", ("o",), "outliers", "leave outliers out of sight, or show everything",
           _CURVES, (Need.CURVE,)),
    Action("extremes", ("e",), "extremes", "mark the lowest and the highest value, or not",
           _CURVES, (Need.CURVE,)),
    Action("pixels", ("p",), "pixels", "draw the large chart in pixels where the terminal can, or"
           " in dots", _CURVES, (Need.CURVE,), command="pixels"),
    Action("mean", ("B",), "mean", "draw runs of the same param or tag as a mean and a range",
           _CURVES, (Need.CURVE,), command="mean", argument="all|none|KEY"),
    Action("zoom_in", ("+", "="), "zoom in",
           "zoom in around the cursor; at the end of a curve that grows, follow it", _CURVES,
           (Need.CURVE,)),
    Action("zoom_out", ("-",), "zoom out", "zoom out", _CURVES, (Need.CURVE,)),
    Action("zoom_all", ("0",), "whole curve", "show the whole curve again", _CURVES, (Need.CURVE,)),
    Action("pan_left", ("<", "shift+left"), "pan", "show what is left of it", _CURVES,
           (Need.CURVE,)),
    Action("pan_right", (">", "shift+right"), "pan", "show what is right of it", _CURVES,
           (Need.CURVE,)),
    Action("read_left", ("left", "h", ","), "read out",
           "move the cursor to the left and read values", _CURVES, (Need.CURVE,)),
    Action("read_right", ("right", "l", "."), "read out", "move the cursor to the right", _CURVES,
           (Need.CURVE,)),
    Action("next_metric", ("]",), "next metric", "draw the next metric", _CURVES,
           (Need.METRICS,), footer=14),
    Action("previous_metric", ("[",), "previous metric", "draw the metric before", _CURVES,
           (Need.METRICS,)),
    # All metrics
    Action("all_metrics", ("a",), "all metrics", "show all metrics of the marked runs at once",
           _ABOUT_RUN, (Need.METRICS,), footer=7, command="metrics"),
    Action("enlarge", ("enter",), "enlarge", "give the chart the whole screen", _GRID,
           (Need.METRICS,), footer=1),
    Action("next_page", ("]", "pagedown"), "next page", "turn to the next page", _GRID, footer=2),
    Action("previous_page", ("[", "pageup"), "page before", "turn to the page before", _GRID),
    Action("chart_left", ("h", "left"), "left", "go to the chart on the left", _GRID),
    Action("chart_right", ("l", "right"), "right", "go to the chart on the right", _GRID),
    Action("chart_up", ("k", "up"), "up", "go to the chart above", _GRID),
    Action("chart_down", ("j", "down"), "down", "go to the chart below", _GRID),
    Action("first_chart", ("g g", "home"), "first", "go to the first chart", _GRID),
    Action("last_chart", ("G", "end"), "last", "go to the last chart", _GRID),
    # Artifacts
    Action("artifacts", ("A",), "artifacts", "look through the files of the run",
           (Where.DETAIL, Where.CURVES), (Need.RUN,), footer=8, command="artifacts"),
    Action("unfold", ("l", "right"), "unfold", "open the folder, or go to what the file holds",
           (Where.ARTIFACTS,), (Need.ARTIFACT,)),
    Action("fold_up", ("h", "left"), "fold up", "shut the folder, or go to the one around it",
           (Where.ARTIFACTS,)),
    Action("download", ("d",), "download", "bring the file or folder here", (Where.ARTIFACTS,),
           (Need.ARTIFACT,), footer=2, command="download", argument="PATH"),
    Action("copy_path", ("y",), "copy path", "copy the path of the file or folder",
           (Where.ARTIFACTS,), (Need.ARTIFACT,), footer=8),
    Action("copy_file", ("Y",), "copy more", "copy the URI, or the commands that show and"
           " bring it here", (Where.ARTIFACTS,), (Need.ARTIFACT,)),
    Action("files_pane", ("1",), "files", "go to the files", (Where.ARTIFACTS,)),
    Action("preview_pane", ("2",), "preview", "go to what the file holds", (Where.ARTIFACTS,)),
    # Compare
    Action("differences", ("x",), "differences", "only what differs, or everything",
           _SIDE_BY_SIDE, footer=1),
    Action("baseline", ("b",), "baseline", "make the cursor's run, or version, the baseline",
           _SIDE_BY_SIDE, footer=2),
    # Registered models
    Action("models_pane", ("1",), "models", "go to the models", _REGISTRY),
    Action("versions_pane", ("2",), "versions", "go to the versions", _REGISTRY),
    Action("version_pane", ("3",), "version", "go to the version's details", _REGISTRY),
    Action("transition", ("T",), "transition", "move the version to another stage", _REGISTRY,
           (Need.VERSION, Need.WRITING), footer=3, command="transition", argument="STAGE"),
    Action("alias", ("a",), "alias", "let an alias name the version, or take it away", _REGISTRY,
           (Need.VERSION, Need.WRITING), footer=5, command="alias", argument="NAME"),
    Action("mark_version", ("space",), "mark", "mark the version, or take its mark away",
           (Where.VERSIONS,), (Need.VERSION,)),
    Action("unmark_versions", ("u",), "unmark all", "take all marks away", (Where.VERSIONS,),
           (Need.VERSION_MARKS,)),
    Action("gate", ("g",), "gate", "try conditions on the version, or the marked ones",
           (Where.VERSIONS,), (Need.VERSION,), footer=7, command="gate",
           argument="metrics.KEY >= champion"),
    Action("version_diff", ("d",), "diff", "compare the marked versions, or this one with the"
           " champion", _REGISTRY, (Need.VERSION,), footer=8, command="vdiff"),
    Action("inputs", ("i",), "inputs/outputs", "show signature, flavors and requirements, or the"
           " version again", _REGISTRY, (Need.VERSION,), footer=9, command="inputs"),
    Action("register", ("n",), "register", "register a version from a run", _REGISTRY,
           (Need.STORE, Need.WRITING), footer=10, command="register"),
    Action("journal", ("J",), "journal", "who wrote what to the registry, and when", _REGISTRY,
           (Need.STORE,), footer=11, command="journal"),
    Action("all_models", ("a",), "all models", "writes to all models, or to the one again",
           (Where.JOURNAL,), footer=3),
    Action("copy_write", ("y",), "copy", "copy the write as a line", (Where.JOURNAL,),
           (Need.WRITE,), footer=8),
    Action("copy_log", ("Y",), "copy command", "copy the command that lists the same",
           (Where.JOURNAL,), (Need.STORE,)),
    Action("register_run", ("P",), "register", "register a model of the run",
           (Where.RUNS, Where.DETAIL), (Need.RUN, Need.WRITING)),
    Action("unalias", ("A",), "take alias away", "take an alias of the model away", _REGISTRY,
           (Need.MODEL, Need.WRITING), command="unalias", argument="NAME"),
    Action("describe", ("e",), "describe", "write what the model, version or run is",
           (*_REGISTRY, Where.RUNS), (Need.SUBJECT, Need.WRITING), footer=6, command="describe",
           argument="TEXT"),
    # Writing to runs and experiments
    Action("tag", ("t",), "tag", "set tags, or remove them: team=nlp -draft", _WRITTEN,
           (Need.SUBJECT, Need.WRITING), footer=14, command="tag", argument="KEY=VALUE -KEY"),
    Action("rename", ("E",), "rename", "give another name", _WRITTEN,
           (Need.SUBJECT, Need.WRITING), command="rename", argument="NAME"),
    Action("delete", ("D",), "delete", "put into the trash; models and versions for good",
           _WRITTEN, (Need.SUBJECT, Need.WRITING), footer=15, command="delete"),
    Action("restore", ("U",), "restore", "bring back from the trash",
           (Where.RUNS, Where.EXPERIMENTS), (Need.SUBJECT, Need.WRITING), command="restore"),
    Action("finish", ("F",), "finish", "say that runs are over, and how they ended",
           (Where.RUNS,), (Need.SUBJECT, Need.WRITING), command="finish",
           argument="[FINISHED|FAILED|KILLED]"),
    Action("end_stale", ("K",), "end stale runs",
           "mark runs that nobody writes to any more as failed or killed", _HOME,
           (Need.STORE, Need.WRITING), command="stale", argument="[FAILED|KILLED]"),
    Action("create_experiment", ("a",), "new experiment", "make an experiment",
           (Where.EXPERIMENTS,), (Need.STORE, Need.WRITING), command="create", argument="NAME"),
    Action("undo", ("z",), "undo", "take the last write back",
           (Where.HOME, Where.REGISTRY, Where.JOURNAL), (Need.WRITING, Need.UNDO),
           footer=16, command="undo"),
    Action("redo", ("Z",), "redo", "write again what was undone",
           (Where.HOME, Where.REGISTRY, Where.JOURNAL), (Need.WRITING, Need.REDO), command="redo"),
    Action("view", ("V",), "deleted runs", "show active runs, deleted ones, or both", _HOME,
           (Need.STORE,), command="view", argument="[active|deleted|all]"),
    # Taking along
    Action("copy_id", ("y",), "copy id", "copy the run's id", (*_ABOUT_RUN, Where.COMPARE),
           (Need.RUN,), footer=8),
    Action("copy_more", ("Y",), "copy more", "copy the name, the row, the command line …",
           (*_ABOUT_RUN, Where.COMPARE), (Need.RUN,)),
    Action("copy_name", ("y",), "copy name", "copy the name of the model or version",
           (*_REGISTRY, Where.VERSION_DIFF),
           (Need.MODEL,), footer=8),
    Action("copy_address", ("Y",), "copy more", "copy the URI, the aliases, the command line …",
           (*_REGISTRY, Where.VERSION_DIFF), (Need.MODEL,)),
    Action("copy_value", ("y",), "copy", "copy the value", (Where.VALUE, Where.GROUPS), footer=1),
    # The app
    Action("refresh", ("r",), "refresh", "read again what is shown", _EVERYWHERE,
           command="refresh"),
    Action("live", ("R",), "live", "follow what is running, on and off", _PANES, (Need.STORE,),
           footer=9, command="live", argument="[SECONDS]"),
    Action("help", ("?",), "help", "all keys", _EVERYWHERE, command="help"),
    Action("command", (":",), "command", "type a command", _EVERYWHERE),
    Action("palette", ("ctrl+p",), "palette", "find an action by its name", _EVERYWHERE),
    Action("theme", (), "light or dark", "change between dark and light", _EVERYWHERE,
           command="theme", argument="NAME"),
    Action("context", (), "context", "open the store of another context", _EVERYWHERE,
           command="context", argument="[NAME]"),
    Action("redraw", ("ctrl+l",), "redraw", "draw the screen again", _EVERYWHERE),
    Action("suspend", ("ctrl+z",), "suspend", "back to the shell; fg returns", _EVERYWHERE),
    Action("quit", ("q",), "quit", "leave Venturi", _EVERYWHERE, command="q"),
)  # fmt: skip

BY_ID = {action.id: action for action in ACTIONS}
BY_COMMAND = {action.command: action for action in ACTIONS if action.command}

_SHOWN = {
    "escape": "esc",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "home": "Home",
    "end": "End",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "g g": "gg",
    "shift+left": "shift+←",
    "shift+right": "shift+→",
}


@dataclass
class Keyboard:
    """Finds the action of the keys pressed, also of sequences.

    Args:
        actions: The table to look in; the first action that fits a place wins.
    """

    actions: tuple[Action, ...] = ACTIONS
    _held: str = field(default="", init=False)

    def press(self, key: str, places: Iterable[Where]) -> Action | None:
        """The action of a key in these places, the most special first; None for none (yet)."""
        order = tuple(places)
        keys, self._held = f"{self._held} {key}".strip(), ""
        for pressed in dict.fromkeys((keys, key)):
            found = find(pressed, order, self.actions)
            if found is not None:
                return found
        if any(held.startswith(f"{key} ") for action in self.actions for held in action.keys):
            self._held = key
        return None


def find(key: str, places: Iterable[Where], actions: Iterable[Action]) -> Action | None:
    """The action of a key, or key sequence, in the first of these places that has one."""
    bound = [action for action in actions if key in action.keys]
    for place in places:
        for action in bound:
            if place in action.where:
                return action
    return None


def working(places: Collection[Where], actions: Iterable[Action] = ACTIONS) -> Iterator[Action]:
    """The actions that work in these places, in the order of the table."""
    return (action for action in actions if any(place in places for place in action.where))


def shown_key(key: str) -> str:
    """A key as it is written on a screen: `esc`, `gg`, `PgDn`."""
    return _SHOWN.get(key, key)


def shown_keys(action: Action) -> str:
    """All keys of an action: `j ↓`."""
    return " ".join(shown_key(key) for key in action.keys)


def footer_line(
    places: Collection[Where], facts: Collection[Need], actions: Iterable[Action] = ACTIONS
) -> list[tuple[str, str]]:
    """Key and words of what can be done here now, in the footer's order."""
    listed = [action for action in working(places, actions) if action.footer and action.keys]
    ready = [action for action in listed if not action.why_not(facts)]
    ready.sort(key=lambda action: action.footer)
    return [(shown_key(action.keys[0]), action.words) for action in ready]


def key_table() -> str:
    """The README's table of keys, as Markdown."""
    lines = ["| key | does | where |", "|---|---|---|"]
    for action in ACTIONS:
        keys = " ".join(f"`{shown_key(key)}`" for key in action.keys)
        if action.command:
            words = f":{action.command} {action.argument}".strip()
            keys = f"{keys} `{words}`".strip().replace("|", "\\|")
        places = ", ".join(place.value for place in action.where)
        lines.append(f"| {keys} | {action.help} | {places} |")
    return "\n".join(lines) + "\n"
