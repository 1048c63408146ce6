"""What a run's model needs to run: Python and packages, from the files logged with it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any, cast

from venturi.artifacts.base import ArtifactPlace
from venturi.errors import InvalidInput, NotFound
from venturi.records import Run

_HISTORY = "mlflow.log-model.history"
_LARGEST = 1 << 20
_REQUIREMENT = re.compile(
    r"\s*([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(?:===?\s*([^\s;#]+)|([^;#]*))"
)
_PYTHON = re.compile(r"^python:\s*['\"]?([\w.]+)", re.MULTILINE)


def environment_of(run: Run, open_place: Callable[[Run], ArtifactPlace]) -> dict[str, str]:
    """Versions by package, and that of Python as `python`, of the models that a run logged.

    Read from `requirements.txt` and `python_env.yaml`, as MLflow writes them, in the folders of its
    models and at the top of its artifacts. What is pinned is the bare version, other demands stand
    as they are written. Empty when nothing of that kind was logged.

    Args:
        run: Its tags say where its models are.
        open_place: Opens the place of the run's artifacts.

    Raises:
        VenturiError: The place cannot be reached.
    """
    found: dict[str, str] = {}
    with closing(open_place(run)) as place:
        for folder in _folders(run):
            found |= _packages(_text(place, f"{folder}requirements.txt"))
            python = _PYTHON.search(_text(place, f"{folder}python_env.yaml"))
            found |= {"python": python[1]} if python else {}
    return found


def _folders(run: Run) -> list[str]:
    """Folders of the models that a run logged, each with a slash at its end, and the top."""
    folders = [""]
    with suppress(ValueError, TypeError, AttributeError, RecursionError):
        entries = cast("list[Any]", json.loads(run.tags.get(_HISTORY, "[]")))
        folders += [f"{str(entry['artifact_path']).strip('/')}/" for entry in entries]
    return list(dict.fromkeys(folders))


def _text(place: ArtifactPlace, path: str) -> str:
    """The text of a small file; empty when there is none."""
    parts: list[bytes] = []
    length = 0
    with suppress(NotFound, InvalidInput), place.read(path) as reading:
        for part in reading:
            parts.append(part)
            length += len(part)
            if length > _LARGEST:
                break
    return b"".join(parts).decode("utf-8", "replace")


def _packages(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in text.splitlines():
        parts = _REQUIREMENT.match(line)
        if parts:
            name = re.sub(r"[-_.]+", "-", parts[1]).lower()
            found[name] = parts[2] or (parts[3] or "").strip() or "any"
    return found
