"""Says once of a store that MLflow deprecates stages, with the alias beside it."""

from __future__ import annotations

import json
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import cast

import platformdirs

from venturi.records import ModelVersion
from venturi_tui.cli.call import Call
from venturi_tui.present.words import safe

_KEPT = 200


def note_file() -> Path:
    """Where it is remembered which stores were told of."""
    return platformdirs.user_state_path("venturi", appauthor=False) / "stages-noted.json"


def say_stages_are_old(call: Call, version: ModelVersion, stage: str) -> None:
    """Tell it on stderr, unless it was told of this store before; never with --quiet."""
    if call.settings.quiet:
        return
    path, address = note_file(), call.connection.registry.info.address
    told = _told(path)
    if address in told:
        return
    alias = {"production": "champion", "staging": "challenger"}.get(stage.lower(), stage.lower())
    call.report.say("note: MLflow deprecates stages; an alias does the same:")
    call.report.say(f"  venturi versions alias {safe(version.full_name)} {safe(alias)}")
    with suppress(OSError):
        _remember(path, [*told, address][-_KEPT:])


def _told(path: Path) -> list[str]:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return []
    if not isinstance(held, list):
        return []
    return [each for each in cast("list[object]", held) if isinstance(each, str)]


def _remember(path: Path, told: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, prefix=".noted-", delete=False
    ) as file:
        json.dump(told, file)
    Path(file.name).replace(path)
