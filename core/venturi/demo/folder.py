"""Makes the folder of a demo store, whole or not at all."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from venturi.demo.churn import churn_baselines
from venturi.demo.pretrain import llm_pretrain
from venturi.demo.registry import registered_models
from venturi.demo.rows import artifact_uri, write_rows
from venturi.demo.vision import vision_sweep
from venturi.demo.world import DemoRun, DemoWorld
from venturi.errors import Conflict, UsageError, VenturiError

DATABASE = "mlflow.db"
ARTIFACTS = "mlruns"
MARK = "venturi-demo.json"

_NOT_IN_A_URI = frozenset("?%")


def make_demo_store(folder: Path, now_ms: int | None = None) -> str:
    """Make a sample store in a folder, or find the one made there before.

    The folder appears with everything in it or not at all: the store is made under another name
    beside it. The same `now_ms` gives the same runs, ids, values and files.

    Args:
        folder: A new or empty folder, or one with a demo store, which is left as it is.
        now_ms: What the store takes for now, in milliseconds since the epoch; the clock's if None.

    Returns:
        The URI of the store: `sqlite:///…/mlflow.db`.

    Raises:
        Conflict: When something else is in the folder.
        UsageError: When the name cannot be a folder of a store.
        VenturiError: When the files cannot be written.
    """
    folder = Path(folder).expanduser().absolute()
    if _NOT_IN_A_URI & set(str(folder)):
        # A '?' ends the path in a URI, and database libraries disagree about a '%'.
        raise UsageError(
            f"{folder} cannot be a store: '?' and '%' have another meaning in its URI",
            hint="name another folder",
        )
    try:
        if not _is_made(folder):
            _make(folder, round(time.time() * 1000) if now_ms is None else now_ms)
    except OSError as error:
        raise _failed(folder, error.strerror or str(error)) from error
    except SQLAlchemyError as error:
        raise _failed(folder, str(getattr(error, "orig", None) or error)) from error
    return f"sqlite:///{folder / DATABASE}"


def demo_world(now_ms: int, artifact_root: str) -> DemoWorld:
    """Everything a demo store holds, for a now and a place of its artifacts."""
    vision, language, churn = vision_sweep(now_ms), llm_pretrain(now_ms), churn_baselines(now_ms)
    number = {
        run.run_id: experiment.experiment_id
        for experiment in (vision, language, churn)
        for run in experiment.runs
    }

    def source(run: DemoRun, path: str) -> str:
        return f"{artifact_uri(artifact_root, number[run.run_id], run.run_id)}/{path}"

    best = [run for run in vision.runs if "model/MLmodel" in run.files]
    models = registered_models(
        vision=sorted(best, key=lambda run: run.last("val/acc")),
        language=[run for run in language.runs if run.status == "FINISHED"],
        churn=[run for run in churn.runs if "model/MLmodel" in run.files],
        source=source,
        now_ms=now_ms,
    )
    return DemoWorld(now_ms, (vision, language, churn), models)


def _is_made(folder: Path) -> bool:
    """Whether a demo store is there already. Raises Conflict when something else is."""
    if not folder.exists():
        return False
    if not folder.is_dir():
        raise Conflict(f"{folder} is a file", hint="name a new or an empty folder")
    if (folder / MARK).is_file() and (folder / DATABASE).is_file():
        return True
    if any(folder.iterdir()):
        raise Conflict(
            f"{folder} holds something that is not a demo store",
            hint="name a new or an empty folder",
        )
    return False


def _make(folder: Path, now_ms: int) -> None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        root = str(folder / ARTIFACTS)
        world = demo_world(now_ms, root)
        write_rows(making / DATABASE, world, root)
        _write_files(making / ARTIFACTS, world)
        mark = {"made_by": "venturi demo", "made_at": now_ms}
        (making / MARK).write_text(json.dumps(mark) + "\n", encoding="utf-8")
        making.chmod(0o755)
        _put(making, folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _put(making: Path, folder: Path) -> None:
    """Give what was made its name, unless another process was faster with the same."""
    try:
        making.replace(folder)
    except OSError:
        if not _is_made(folder):
            raise


def _write_files(root: Path, world: DemoWorld) -> None:
    for experiment in world.experiments:
        for run in experiment.runs:
            artifacts = Path(artifact_uri(str(root), experiment.experiment_id, run.run_id))
            for folder in sorted({(artifacts / name).parent for name in run.files}):
                folder.mkdir(parents=True, exist_ok=True)
            for name, content in run.files.items():
                (artifacts / name).write_bytes(content)


def _failed(folder: Path, reason: str) -> VenturiError:
    return VenturiError(
        f"the demo store could not be made in {folder}: {reason}", hint="name another folder"
    )
