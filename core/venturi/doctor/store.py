"""Checks of the store itself: can it be opened, read, written to, and what is beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from venturi.connection import connect
from venturi.doctor.finding import Finding, failed, ok, warn
from venturi.doctor.server import server_findings
from venturi.doctor.versions import revision_finding
from venturi.errors import VenturiError
from venturi.records import View
from venturi.settings import Place, Settings
from venturi.stores.base import ExperimentQuery, KnowsServer, RunQuery, TrackingStore

PATIENCE_S = 10.0
"""How long a check waits for a silent server or a lock, whatever the settings say."""

_SOME = 1000


def store_findings(
    place: Place, settings: Settings, environ: Mapping[str, str] | None = None
) -> Iterator[Finding]:
    """How the store of a place is. Nothing in it is changed.

    Args:
        place: The store.
        settings: Its login; how patient to be only where that is less than PATIENCE_S.
        environ: Variables that MLflow looks at; this process's own when None.
    """
    environ = os.environ if environ is None else environ
    yield ok("store", f"{place.address}, by {place.origin}")
    hasty = replace(settings, retries=0, timeout=min(settings.timeout, PATIENCE_S))
    try:
        with connect(place, hasty, environ=environ) as connection:
            yield from _opened(connection.tracking, environ)
    except VenturiError as error:
        yield failed("reading", error)


def _opened(store: TrackingStore, environ: Mapping[str, str]) -> Iterator[Finding]:
    yield _reading(store)
    if isinstance(store, KnowsServer):
        yield from server_findings(store.server_version())
    kind, address = store.info.kind, store.info.address
    if kind == "file":
        yield _writing(Path(address), Path(address))
        yield from _file_store(environ)
        return
    if kind == "sqlite":
        yield _writing(Path(address), Path(address).parent)
        yield from _beside(Path(address))
    else:
        yield ok("writing", "not tried: nothing is changed here")
    if kind != "http":
        yield revision_finding(store.info.revision)


def _reading(store: TrackingStore) -> Finding:
    experiments = store.search_experiments(ExperimentQuery(view=View.ALL), limit=_SOME)
    runs = store.search_runs(RunQuery(view=View.ALL), limit=1)
    more = "or more " if experiments.next_token else ""
    newest = f", the newest run is {runs.items[0].run_id}" if runs.items else ", no run"
    count = len(experiments)
    noun = "experiment" if count == 1 else "experiments"
    return ok("reading", f"{count:,} {more}{noun}{newest}")


def _writing(what: Path, folder: Path) -> Finding:
    for path in (what, folder):
        if not os.access(path, os.W_OK):
            return warn(
                "writing", f"{path} cannot be written to", "change its permissions, if you need to"
            )
    return ok("writing", f"{what} can be written to")


def _beside(path: Path) -> Iterator[Finding]:
    """What stands beside a SQLite file, which tells how the last writer left it."""
    wal, shm, journal = (
        path.with_name(f"{path.name}{side}") for side in ("-wal", "-shm", "-journal")
    )
    if _size(wal) and not shm.exists():
        yield warn(
            "files",
            f"{wal.name} stands there without {shm.name}: its writer died, or the file was copied",
            "open it once with a program that writes; never remove the -wal, which holds data",
        )
    if _size(journal):
        yield warn(
            "files",
            f"{journal.name} stands there: a writer is at work, or died in the middle",
            "the next program that writes rolls it back; never remove it by hand",
        )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _file_store(environ: Mapping[str, str]) -> Iterator[Finding]:
    if environ.get("MLFLOW_ALLOW_FILE_STORE", "").lower() in ("true", "1"):
        return
    yield warn(
        "schema",
        "MLflow 3.13 and newer do not open a file store by themselves; Venturi does",
        "set MLFLOW_ALLOW_FILE_STORE=true for MLflow",
    )
