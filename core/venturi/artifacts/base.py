"""The promise that every place with artifacts keeps: a few verbs over one folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol

from venturi.records import Artifact

UPLOADING = ".artifact.uploading."
"""How names begin of files that MLflow, and we, have not finished writing: nobody sees them."""

CHUNK = 1 << 20
"""Bytes that are read and written at a time."""

Moved = Callable[[int], None]
"""Hears how many more bytes came or went; fewer than none when some have to go again."""


class Reading(Protocol):
    """The bytes of a file, in parts. Close it, or use it with `with`.

    `start` is the first byte that comes. `size` is that of the whole file in bytes, None when the
    place does not say. `mark` tells one state of the file from another, empty when the place
    cannot.
    """

    start: int
    size: int | None
    mark: str

    def __iter__(self) -> Iterator[bytes]:
        """The parts; may raise what the place's questions raise, and Conflict for a change."""
        ...

    def close(self) -> None:
        """Let go of the file, also in the middle."""
        ...

    def __enter__(self) -> Reading: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...


class ArtifactPlace(Protocol):
    """One folder of files, most often that of a run.

    Paths are below it, with `/`, as `venturi.artifacts.paths.clean` allows them; any other, and
    one that a link leads elsewhere, is InvalidInput, and nothing is touched. Everything may be
    called from several threads at once. Every method raises StoreUnreachable when nobody answers
    and LoginRefused when it is not allowed. Names that a place tells are as safe as those it is
    asked for.
    """

    @property
    def address(self) -> str:
        """Where it is, to be shown: no password, no token."""
        ...

    def entries(self, folder: str = "") -> list[Artifact]:
        """What is directly in a folder, by path.

        Empty for a folder that is not there: object stores know no difference.
        """
        ...

    def read(self, path: str, *, start: int = 0, mark: str = "") -> Reading:
        """The bytes of a file.

        Args:
            path: The file; NotFound when there is none.
            start: The first byte wanted. Without a `mark`, or when the file is another by now or
                shorter, it starts at 0 instead.
            mark: The state of the file that `start` is about.
        """
        ...

    def write(self, path: str, file: Path, moved: Moved | None = None) -> None:
        """Put a local file there: whole or not at all, in the place of an older one.

        Folders above it are made. Raises InvalidInput when the place cannot hold it, and
        ConfigError when it can only be read.
        """
        ...

    def close(self) -> None:
        """Let go of connections. Calling it twice is fine."""
        ...
