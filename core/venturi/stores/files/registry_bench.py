"""A folder aside in which folders of the registry are made ready, or taken to pieces.

MLflow takes every folder among the models for a model, and stops at one that is not whole. So what
is made or removed there is moved in or out by one rename.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager

from venturi.stores.files.atomic import TEMPORARY, make_folder
from venturi.stores.files.place import TRASH


@contextmanager
def bench_for(models: str) -> Generator[str]:
    """The path of a new folder on the file system of the models; removed after the body.

    It lies in the trash, where a reader finds no whole experiment in it and passes by.

    Args:
        models: The folder of all models.
    """
    trash = os.path.join(os.path.dirname(os.path.realpath(models)), TRASH)
    make_folder(trash)
    bench = os.path.join(trash, f"{TEMPORARY}{os.urandom(8).hex()}")
    os.mkdir(bench)
    try:
        yield bench
    finally:
        shutil.rmtree(bench, ignore_errors=True)


def copy_folder(source: str, target: str) -> None:
    """Copy a model's folder: links as links, without files that somebody is just writing."""
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns(f"{TEMPORARY}*"))
