"""Making an empty file store, whole or not at all."""

from __future__ import annotations

import errno
import os
from urllib.parse import unquote

from venturi.errors import ConfigError, NotFound, StoreBroken
from venturi.stores.files.atomic import TEMPORARY, failure_of, replace_file, sync_folder
from venturi.stores.files.experiment_changes import DEFAULT_ID, new_fields
from venturi.stores.files.meta import META
from venturi.stores.files.meta_text import meta_text
from venturi.stores.files.place import TRASH, find_root, local_path

_DEFAULT_NAME = "Default"
_TAKEN = (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR)


def create_files(uri: str) -> bool:
    """Make a store with the experiment `Default` where a path or file: URI names none yet.

    An empty folder becomes one too. Of several processes that try it at once one succeeds, and
    the others find its store.

    Returns:
        Whether it was made; False when there is a store already.

    Raises:
        ConfigError: The URI names no local folder.
        StoreBroken: Something else is there.
        LoginRefused: The place cannot be written to, or not be read.
        StoreUnreachable: The disk is full.
    """
    if _is_store(uri):
        return False
    named = local_path(uri)
    if not named:
        raise ConfigError(f"'{uri}' names no local folder")
    root = os.path.abspath(named)
    if not os.path.exists(root):
        root = unquote(root)  # as MLflow does, and who opens it
    try:
        made = _made(root)
    except OSError as error:
        raise failure_of(error, root) from error
    if not made:
        find_root(uri)  # says what else is there
    return made


def _is_store(uri: str) -> bool:
    try:
        find_root(uri)
    except NotFound:
        return False
    except StoreBroken:
        path = os.path.abspath(local_path(uri) or "")
        if os.path.isdir(path) and not os.listdir(path):
            return False
        raise
    return True


def _made(root: str) -> bool:
    """Whether it was made: beside its place, and moved there when all of it is on disk."""
    # Only here is it needed, and importing it takes longer than opening a store.
    import shutil

    parent = os.path.dirname(root)
    os.makedirs(parent, exist_ok=True)
    made = os.path.join(parent, f"{TEMPORARY}{os.urandom(8).hex()}")
    experiment = os.path.join(made, DEFAULT_ID)
    try:
        os.makedirs(experiment)
        os.mkdir(os.path.join(made, TRASH))
        text = meta_text(new_fields(root, DEFAULT_ID, _DEFAULT_NAME))
        replace_file(os.path.join(experiment, META), text, experiment)
        return _moved(made, root)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _moved(made: str, root: str) -> bool:
    """Whether the folder could take its place; not when another one holds anything there."""
    if os.name == "nt" and os.path.isdir(root):
        os.rmdir(root)  # elsewhere an empty folder is replaced
    try:
        os.rename(made, root)
    except OSError as error:
        if error.errno in _TAKEN and os.path.lexists(root):
            return False
        raise
    sync_folder(os.path.dirname(root))
    return True
