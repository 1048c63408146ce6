"""The tree of a run's files as lines: names left, sizes right, what is wrong in place."""

from __future__ import annotations

from rich.cells import cell_len
from textual.strip import Strip

from venturi.records import Artifact
from venturi_tui.present.artifact_tree import ArtifactTree, Kind, Row
from venturi_tui.present.kinds.artifacts import byte_count
from venturi_tui.present.notices import Look, Notice, failed, loading
from venturi_tui.present.pieces import Line, Role, line, spread
from venturi_tui.present.words import safe
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.palette import Ground

_LEADS = {Kind.OPEN: "▾ ", Kind.SHUT: "▸ "}
_SAID = {Kind.READING: "reading …", Kind.EMPTY: "empty"}


class ArtifactList(Lines):
    """Shows a tree; the cursor stays with its file when the tree grows around it."""

    def __init__(self) -> None:
        super().__init__(id="artifacts")
        self.files = ArtifactTree()
        self._rows: list[Row] = []

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self._rows[self.cursor] if self.cursor < len(self._rows) else None

    @property
    def artifact(self) -> Artifact | None:
        """The file or folder under the cursor."""
        return None if self.row is None or self.notice is not None else self.row.artifact

    def update(self) -> None:
        """The tree has changed."""
        held = self.row.key if self.row is not None else None
        self._rows = self.files.rows()
        keys = [row.key for row in self._rows]
        at = keys.index(held) if held in keys else None
        self.set_notice(self._notice())
        self.set_count(len(self._rows), cursor=at)

    def go_to(self, path: str) -> bool:
        """Put the cursor on a file or folder; False when it is not to be seen."""
        for at, row in enumerate(self._rows):
            if row.artifact is not None and row.artifact.path == path:
                self.go(at)
                return True
        return False

    def _notice(self) -> Notice | None:
        error = self.files.error()
        if error is not None:
            return failed(error)
        if not self.files.is_known(""):
            return loading("artifacts")
        if self.files.wanted and not self._rows:
            words = "no file that is known is called that"
            hint = "folders that were not opened are not looked into"
            return Notice(Look.NONE, words, hint, (("esc", "show all"),))
        if self._rows and self._rows[0].kind is Kind.EMPTY and not self._rows[0].folder:
            words = "this run has logged no artifacts"
            hint = "mlflow.log_artifact logs one, and so does: venturi artifacts upload"
            return Notice(Look.NONE, words, hint, (("r", "look again"),))
        return None

    def line_key(self, row: int) -> object:
        """What the line says, and whether the cursor is on it."""
        return self._rows[row], row == self.cursor

    def draw_line(self, row: int, width: int, ground: Ground) -> Strip:
        """A file or folder, or what is to be said of one."""
        held = self._rows[row]
        indent = " " * (1 + min(2 * held.depth, max(0, width // 2)))
        if ground is Ground.REST:
            ground = Ground.PLAIN if held.artifact is None else Ground.BAND
        return self.palette.strip(self._pieces(held, indent, width), width, ground)

    def _pieces(self, row: Row, indent: str, width: int) -> Line:
        if row.error is not None:
            return line((f"{indent}✗ {safe(row.error.message)}", Role.BAD))
        if row.artifact is None:
            return line((f"{indent}  {_SAID.get(row.kind, '')}", Role.DIM))
        path = row.artifact.path
        shown = path if self.files.wanted else path.rpartition("/")[2]
        name = _shortened(safe(shown), max(8, width - len(indent) - 12))
        slash = "/" if row.artifact.is_dir else ""
        left = line(
            (f"{indent}{_LEADS.get(row.kind, '  ')}", Role.ACCENT),
            (f"{name}{slash}", Role.STRONG if row.artifact.is_dir else Role.TEXT),
        )
        size = row.artifact.size
        right = line((f"{byte_count(size)} ", Role.DIM)) if size is not None else ()
        return spread(left, right, width)


def _shortened(name: str, room: int) -> str:
    """A long name in so many cells: its end is kept, for that tells what kind of file it is."""
    if cell_len(name) <= room:
        return name
    tail = name[-min(12, room // 3) :]
    head = name[: room - len(tail) - 1]
    while head and cell_len(head) + 1 + cell_len(tail) > room:
        head = head[:-1]
    return f"{head}…{tail}"
