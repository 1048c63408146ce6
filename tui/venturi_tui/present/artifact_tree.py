"""The tree of a run's files: what is known of its folders, which are open, and what that shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum

from venturi.errors import VenturiError
from venturi.records import Artifact


class Kind(Enum):
    """What a row of the tree is."""

    OPEN = "open"
    SHUT = "shut"
    FILE = "file"
    READING = "reading"
    EMPTY = "empty"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the tree.

    `folder` is the folder that the row is in, or says something of. `artifact` is None for rows
    that only say that a folder is being read, is empty or could not be read, for which `error`
    says why.
    """

    kind: Kind
    depth: int
    folder: str
    artifact: Artifact | None = None
    error: VenturiError | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What makes it the same row after the tree has changed."""
        return (self.folder, "" if self.artifact is None else self.artifact.path)


@dataclass
class ArtifactTree:
    """Folders that were read, and those that are open. The empty path is the top, always open."""

    _known: dict[str, Sequence[Artifact]] = field(default_factory=dict[str, "Sequence[Artifact]"])
    _failed: dict[str, VenturiError] = field(default_factory=dict[str, VenturiError])
    _open: set[str] = field(default_factory=lambda: {""})
    wanted: str = ""

    def took(self, folder: str, entries: Sequence[Artifact]) -> None:
        """A folder was read."""
        self._failed.pop(folder, None)
        self._known[folder] = sorted(entries, key=lambda each: (not each.is_dir, each.path))

    def failed(self, folder: str, error: VenturiError) -> None:
        """A folder could not be read; what was known of it before stays."""
        if folder not in self._known:
            self._failed[folder] = error

    def error(self, folder: str = "") -> VenturiError | None:
        """Why a folder could not be read."""
        return self._failed.get(folder)

    def is_known(self, folder: str) -> bool:
        """Whether a folder was read."""
        return folder in self._known

    def turn(self, folder: str) -> bool:
        """Open a folder or shut it; whether it is open now."""
        (self._open.discard if folder in self._open else self._open.add)(folder)
        return folder in self._open

    def open_to(self, path: str) -> list[str]:
        """Open all folders above a path; those that have to be read for that, the outer first."""
        parts = path.split("/")[:-1]
        above = ["/".join(parts[: at + 1]) for at in range(len(parts))]
        self._open.update(above)
        return [each for each in ("", *above) if each not in self._known]

    @property
    def open_folders(self) -> list[str]:
        """Folders that are open and in sight, the outer ones first."""
        seen = [
            row.artifact.path for row in self._unfolded() if row.kind is Kind.OPEN and row.artifact
        ]
        return ["", *seen]

    def rows(self) -> list[Row]:
        """What is to be seen, from the top: the open folders, or all that is known and wanted."""
        return self._narrowed() if self.wanted else self._unfolded()

    def count_known(self) -> int:
        """How many files and folders are known."""
        return sum(map(len, self._known.values()))

    def _narrowed(self) -> list[Row]:
        letters = self.wanted.casefold()
        found = [
            (each, folder)
            for folder, entries in self._known.items()
            for each in entries
            if letters in each.path.casefold()
        ]
        found.sort(key=lambda pair: pair[0].path)
        return [
            Row(Kind.SHUT if each.is_dir else Kind.FILE, 0, folder, each) for each, folder in found
        ]

    def _unfolded(self) -> list[Row]:
        rows: list[Row] = []
        waiting: list[Row] = self._inside("", 0)[::-1]
        while waiting:
            row = waiting.pop()
            rows.append(row)
            if row.kind is Kind.OPEN and row.artifact is not None:
                waiting += self._inside(row.artifact.path, row.depth + 1)[::-1]
        return rows

    def _inside(self, folder: str, depth: int) -> list[Row]:
        """The rows directly in an open folder."""
        if folder in self._failed:
            return [Row(Kind.FAILED, depth, folder, error=self._failed[folder])]
        entries = self._known.get(folder)
        if entries is None:
            return [Row(Kind.READING, depth, folder)]
        rows = [Row(self._kind(each), depth, folder, each) for each in entries]
        return rows or [Row(Kind.EMPTY, depth, folder)]

    def _kind(self, artifact: Artifact) -> Kind:
        if not artifact.is_dir:
            return Kind.FILE
        return Kind.OPEN if artifact.path in self._open else Kind.SHUT
