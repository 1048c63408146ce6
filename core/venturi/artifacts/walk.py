"""Looks for one artifact, or at all of them below a folder."""

from __future__ import annotations

from collections.abc import Iterator

from venturi.artifacts.base import ArtifactPlace
from venturi.artifacts.paths import clean
from venturi.errors import NotFound, StoreBroken
from venturi.records import Artifact

_DEEPEST = 64
_MOST = 1_000_000


def find(place: ArtifactPlace, path: str) -> Artifact:
    """The file or folder of a path; the empty path is the whole place, which is always there.

    Raises:
        InvalidInput: The path is refused.
        NotFound: There is none.
    """
    if not clean(path):
        return Artifact("", is_dir=True)
    folder = path.rpartition("/")[0]
    for artifact in place.entries(folder):
        if artifact.path == path:
            return artifact
    raise NotFound(
        f"there is no artifact {path!r} in {place.address}",
        hint="list them with: venturi artifacts list RUN -r",
    )


def walk(place: ArtifactPlace, folder: str = "") -> Iterator[Artifact]:
    """Everything below a folder, each folder before what is in it.

    Raises:
        StoreBroken: It never ends, as when links lead in circles.
    """
    count = 0
    waiting = [iter(place.entries(folder))]
    while waiting:
        artifact = next(waiting[-1], None)
        if artifact is None:
            waiting.pop()
            continue
        yield artifact
        count += 1
        if count > _MOST or len(waiting) > _DEEPEST:
            msg = f"{place.address} has folders without end at {artifact.path[:80]!r}"
            raise StoreBroken(msg)
        if artifact.is_dir:
            waiting.append(iter(place.entries(artifact.path)))
