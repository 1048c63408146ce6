"""Makes a new SQLite store: whole at once, or not at all."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import exc

from venturi.errors import LoginRefused
from venturi.stores.base import StoreOptions
from venturi.stores.sql.failures import said
from venturi.stores.sql.opening import open_sql
from venturi.stores.sql.rows import now_ms
from venturi.stores.sql.sqlite_door import sqlite_path


def create_sqlite(uri: str) -> bool:
    """Make the store that a `sqlite:` URI names, if there is none; whether it was made.

    Its artifacts go into the folder `mlruns` beside the file. Raises as
    `venturi.stores.create_store` says.
    """
    path = _path_to_make(uri)
    try:
        if not path.exists() and _make(path):
            return True
    except (OSError, ValueError, exc.DBAPIError) as error:
        why = getattr(error, "strerror", None) or said(error)
        raise LoginRefused(
            f"no store can be made at {path}: {why}", hint="choose a folder that can be written"
        ) from error
    open_sql(uri, StoreOptions()).close()
    return False


def _make(path: Path) -> bool:
    """Build the store beside its place, then put it there; False when somebody was faster."""
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = path.with_name(f".{uuid.uuid4().hex}.venturi-new")
    try:
        _build(whole, str(path.parent / "mlruns"))
        return _put(whole, path)
    finally:
        whole.unlink(missing_ok=True)


def _path_to_make(uri: str) -> Path:
    """As `sqlite_path`; percent signs in a new name are read as SQLAlchemy does for MLflow."""
    path = sqlite_path(uri)
    database = sa.make_url(uri).database or ""
    if "%" not in path.name or database.startswith("file:") or path.exists():
        return path
    return Path.cwd() / database


def _build(path: Path, artifact_root: str) -> None:
    from venturi.stores.sql.schema import create_schema

    engine = sa.create_engine(sa.URL.create("sqlite", database=str(path)), poolclass=sa.NullPool)
    with engine.begin() as connection:
        create_schema(connection, artifact_root=artifact_root, now_ms=now_ms())


def _put(whole: Path, path: Path) -> bool:
    """Give a whole file its name; False when another file has got it meanwhile."""
    try:
        os.link(whole, path)
    except FileExistsError:
        return False
    except OSError:
        return _put_without_links(whole, path)
    return True


def _put_without_links(whole: Path, path: Path) -> bool:
    """As `_put`, where files cannot have two names: takes the name first, with an empty file."""
    try:
        path.touch(exist_ok=False)
    except FileExistsError:
        return False
    whole.replace(path)
    return True
