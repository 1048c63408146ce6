"""Creates a version of a registered model in a file store, and lets its logged model know."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace

from venturi.errors import Conflict, NotFound
from venturi.records import ModelVersion
from venturi.stores.files.atomic import TEMPORARY
from venturi.stores.files.keys import TAGS
from venturi.stores.files.logged_models import LoggedModel, logged_model
from venturi.stores.files.registry_meta import VERSION, new_version_fields
from venturi.stores.files.registry_reading import RegistryReader, version_folders
from venturi.stores.files.registry_writing import (
    RegistryWriter,
    now_ms,
    touch,
    write_meta,
    write_tags,
)
from venturi.stores.files.values import Values
from venturi.stores.registry import NewVersion
from venturi.stores.registry_checks import MODEL_VERSIONS_TAG, origin_of, versions_made

_ATTEMPTS = 3


def create_version(
    reader: RegistryReader, writer: RegistryWriter, wish: NewVersion
) -> ModelVersion:
    """Make the next version of a model, with its tags.

    Raises:
        NotFound: The model is not there, or the version or logged model it is to be made of.
        Conflict: Others make versions of the model all the time.
    """
    with writer.locked(wish.name):
        folder = reader.model_folder(wish.name)
        logged, location = _origin(reader, wish)
        if logged is not None:
            run_id = wish.run_id or logged.run_id
            wish = replace(wish, run_id=run_id, model_id=logged.model_id)
        now = now_ms()
        number = _make(folder, wish, location, now)
        touch(folder, now)
        if logged is not None:
            _tell(logged, wish.name, number, reader.root)
        return reader.version(wish.name, number)


def _make(folder: str, wish: NewVersion, location: str, now: int) -> int:
    """Make the folder of the next version; its number."""
    for _ in range(_ATTEMPTS):
        number = max(version_folders(folder), default=0) + 1
        new = os.path.join(folder, f"{TEMPORARY}{os.urandom(8).hex()}")
        os.mkdir(new)
        try:
            write_meta(new, new_version_fields(wish, number, location, now))
            write_tags(new, wish.tags, os.path.realpath(folder))
            os.rename(new, os.path.join(folder, f"{VERSION}{number}"))
        except OSError:
            shutil.rmtree(new, ignore_errors=True)
            if number not in version_folders(folder):  # nobody was faster: something else
                raise
        except BaseException:
            shutil.rmtree(new, ignore_errors=True)
            raise
        else:
            return number
    raise Conflict(f"others make versions of '{wish.name}' all the time", hint="try again")


def _origin(reader: RegistryReader, wish: NewVersion) -> tuple[LoggedModel | None, str]:
    """The logged model it is made of, if it is, and where the files are."""
    origin = origin_of(wish.source)
    model_id = wish.model_id or (origin.model_id if origin else "")
    logged = logged_model(reader.root, model_id) if model_id else None
    is_needed = not wish.run_id or (origin is not None and bool(origin.model_id))
    if model_id and logged is None and is_needed:
        raise NotFound(f"there is no logged model '{model_id}' in {reader.root}")
    if origin is None:
        return logged, wish.source
    if origin.model_id:
        return logged, logged.location if logged else wish.source
    found = reader.version(origin.name, origin.version)
    return logged, found.storage_location or found.source


def _tell(logged: LoggedModel, name: str, number: int, root: str) -> None:
    """Add the version to the list that the logged model carries in a tag, as servers do."""
    real = os.path.realpath(root)
    old = Values(real).text(logged.folder, TAGS, MODEL_VERSIONS_TAG)
    write_tags(logged.folder, {MODEL_VERSIONS_TAG: versions_made(old, name, number)}, real)
