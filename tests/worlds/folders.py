"""File stores written by hand, for trees that MLflow would not write, or not any more."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

START = 1_700_000_000_000
RUN_ID = "0123456789abcdef0123456789abcdef"


def write_experiment(
    root: Path, experiment_id: str = "1", *, name: str = "one", meta: str | None = None
) -> Path:
    """Make an experiment's folder; `meta` is the whole text of another meta.yaml."""
    folder = root / experiment_id
    folder.mkdir(parents=True)
    usual = (
        f"artifact_location: {folder.as_uri()}\ncreation_time: {START}\n"
        f"experiment_id: '{experiment_id}'\nlast_update_time: {START}\n"
        f"lifecycle_stage: active\nname: {name}\n"
    )
    (folder / "meta.yaml").write_text(usual if meta is None else meta)
    return folder


def write_run(
    experiment: Path,
    run_id: str = RUN_ID,
    *,
    changes: Mapping[str, str | None] | None = None,
    files: Mapping[str, bytes | str] | None = None,
) -> Path:
    """Make a run's folder.

    `changes` are other texts for fields of its meta.yaml, None to leave one out; `files` are
    contents by path, such as `params/lr`.
    """
    folder = experiment / run_id
    for name in ("metrics", "params", "tags", "artifacts"):
        (folder / name).mkdir(parents=True)
    (folder / "meta.yaml").write_text(run_meta_text(folder, changes or {}))
    for path, content in (files or {}).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def run_meta_text(folder: Path, changes: Mapping[str, str | None]) -> str:
    """A run's meta.yaml as MLflow writes it, but for the changes."""
    fields: dict[str, str | None] = {
        "artifact_uri": (folder / "artifacts").as_uri(),
        "end_time": "null",
        "entry_point_name": "''",
        "experiment_id": f"'{folder.parent.name}'",
        "lifecycle_stage": "active",
        "run_id": folder.name,
        "run_name": "able-mule-1",
        "source_name": "''",
        "source_type": "4",
        "source_version": "''",
        "start_time": str(START),
        "status": "1",
        "tags": "[]",
        "user_id": "ann",
    }
    fields.update(changes)
    return "".join(f"{key}: {text}\n" for key, text in fields.items() if text is not None)


def fingerprint(root: Path) -> dict[str, tuple[str, int, int]]:
    """Content, size and time of change of everything below a folder, links and folders too."""
    found: dict[str, tuple[str, int, int]] = {}
    for parent, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(parent, name)
            stat = path.lstat()
            plain = path.is_file() and not path.is_symlink()
            digest = hashlib.sha256(path.read_bytes()).hexdigest() if plain else ""
            found[str(path)] = (digest, stat.st_size, stat.st_mtime_ns)
    return found
