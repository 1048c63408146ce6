"""Changes the model registry of a file store: one writer at a time, each file old or new.

Of those who write as we do, the one who holds the lock of the folder of all models looks and writes
in one step. MLflow takes no lock.
"""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress

from venturi.errors import InvalidInput, VenturiError
from venturi.records import ModelVersion, RegisteredModel, Stage
from venturi.stores.files.atomic import failure_of, make_folder, replace_file
from venturi.stores.files.key_places import make_way, places_of
from venturi.stores.files.keys import TAGS, key_file
from venturi.stores.files.locks import locked
from venturi.stores.files.meta import META
from venturi.stores.files.meta_text import changed_meta, meta_text
from venturi.stores.files.reading import read_file
from venturi.stores.files.registry_bench import bench_for, copy_folder
from venturi.stores.files.registry_meta import new_model_fields
from venturi.stores.files.registry_reading import (
    ALIASES,
    RegistryReader,
    check_name,
    version_folders,
)
from venturi.stores.registry_checks import check_expected, no_model, taken
from venturi.stores.registry_pages import DELETED


def now_ms() -> int:
    """Now, as MLflow writes it."""
    return time.time_ns() // 1_000_000


class RegistryWriter:
    """Writes models, their tags and aliases, and the stages of versions.

    Args:
        reader: Reads the same registry.
        patience_s: How long to wait for others who write.
    """

    def __init__(self, reader: RegistryReader, patience_s: float) -> None:
        self._reader = reader
        self._models = reader.folder
        self._patience_s = patience_s

    def create_model(self, name: str, description: str, tags: Mapping[str, str]) -> RegisteredModel:
        """Make the folder of a model, with its tags."""
        with self.locked(name, make=True):
            target = self._free(name)
            with bench_for(self._models) as bench:
                new = os.path.join(bench, "new")
                os.mkdir(new)
                write_meta(new, new_model_fields(name, description, now_ms()))
                write_tags(new, tags, os.path.realpath(bench))
                os.rename(new, target)
            return self._reader.model(name)

    def rename_model(self, name: str, new_name: str) -> None:
        """Move a model's folder, and let all in it say the new name."""
        with self.locked(name):
            folder = self._reader.model_folder(name)
            if name == new_name:
                return
            target = self._free(new_name)
            changes = {"name": new_name, "last_updated_timestamp": now_ms()}
            with bench_for(self._models) as bench:
                new = os.path.join(bench, "new")
                copy_folder(folder, new)
                for path in (new, *version_folders(new).values()):
                    change_meta(path, changes)
                os.rename(new, target)
                os.rename(folder, os.path.join(bench, "old"))

    def describe_model(self, name: str, description: str) -> None:
        """Set the description of a model."""
        with self.locked(name):
            change_meta(
                self._reader.model_folder(name),
                {"description": description or None, "last_updated_timestamp": now_ms()},
            )

    def delete_model(self, name: str) -> None:
        """Remove a model's folder with all that is in it."""
        with self.locked(name):
            folder = self._reader.model_folder(name)
            with bench_for(self._models) as bench:
                os.rename(folder, os.path.join(bench, "old"))

    def set_model_tag(self, name: str, key: str, value: str) -> None:
        """Set a tag of a model."""
        with self.locked(name):
            folder = self._reader.model_folder(name)
            write_tags(folder, {key: value}, self._real_models())
            touch(folder, now_ms())

    def delete_model_tag(self, name: str, key: str) -> None:
        """Remove a tag of a model, if it is there."""
        with self.locked(name):
            folder = self._reader.model_folder(name)
            if self._remove(folder, TAGS, key):
                touch(folder, now_ms())

    def describe_version(self, name: str, version: int, description: str) -> None:
        """Set the description of a version."""
        with self.locked(name):
            change_meta(
                self._reader.version_folder(name, version),
                {"description": description or None, "last_updated_timestamp": now_ms()},
            )

    def delete_version(self, name: str, version: int) -> None:
        """Mark a version as deleted, after its aliases are gone; all else stays."""
        with self.locked(name):
            found = self._reader.version(name, version)
            folder = self._reader.model_folder(name)
            for alias in found.aliases:
                self._remove(folder, ALIASES, alias)
            now = now_ms()
            changes = {"current_stage": DELETED, "last_updated_timestamp": now}
            change_meta(self._reader.version_folder(name, version), changes)
            touch(folder, now)

    def transition(
        self,
        name: str,
        version: int,
        goal: Stage,
        *,
        archive_existing: bool,
        expect: str | None,
    ) -> ModelVersion:
        """Move a version to a stage, and then others out of it when asked to.

        In this order a stage is never empty meanwhile.
        """
        with self.locked(name):
            check_expected(self._reader.version(name, version), expect)
            now = now_ms()
            moves = {version: goal}
            if archive_existing:
                there = (each for each in self._reader.versions(name) if each.stage == goal.value)
                moves |= {each.version: Stage.ARCHIVED for each in there if each.version != version}
            for number, stage in moves.items():
                changes = {"current_stage": stage.value, "last_updated_timestamp": now}
                change_meta(self._reader.version_folder(name, number), changes)
            touch(self._reader.model_folder(name), now)
            return self._reader.version(name, version)

    def set_alias(self, name: str, alias: str, version: int) -> None:
        """Let an alias name a version."""
        with self.locked(name):
            self._reader.version_folder(name, version)
            folder = self._reader.model_folder(name)
            path = key_file(os.path.join(folder, ALIASES), alias, self._real_models())
            if path is None:
                raise InvalidInput(f"the alias '{alias}' cannot be the name of a file")
            make_folder(os.path.dirname(path))
            replace_file(path, str(version).encode(), beside=folder)
            touch(folder, now_ms())

    def delete_alias(self, name: str, alias: str) -> None:
        """Remove an alias, if it is there."""
        with self.locked(name):
            folder = self._reader.model_folder(name)
            if self._remove(folder, ALIASES, alias):
                touch(folder, now_ms())

    def set_version_tag(self, name: str, version: int, key: str, value: str) -> None:
        """Set a tag of a version."""
        with self.locked(name):
            folder = self._reader.version_folder(name, version)
            write_tags(folder, {key: value}, self._real_models())
            touch(os.path.dirname(folder), now_ms())

    def delete_version_tag(self, name: str, version: int, key: str) -> None:
        """Remove a tag of a version, if it is there."""
        with self.locked(name):
            folder = self._reader.version_folder(name, version)
            if self._remove(folder, TAGS, key):
                touch(os.path.dirname(folder), now_ms())

    @contextmanager
    def locked(self, name: str, *, make: bool = False) -> Generator[None]:
        """Keep others from writing to the registry during the body.

        Args:
            name: The model that is written to.
            make: Whether to make the folder of all models, if it is not there.

        Raises:
            StoreUnreachable, LoginRefused, StoreBroken: It cannot be written to.
            NotFound: The model went away in the middle.
        """
        try:
            if make:
                make_folder(self._models)
            with locked(self._models, self._patience_s):
                yield
        except FileNotFoundError as error:
            raise no_model(name, self._reader.root) from error
        except UnicodeEncodeError as error:
            raise InvalidInput(f"no file can hold that: {error}") from error
        except OSError as error:
            raise failure_of(error, self._models) from error

    def _free(self, name: str) -> str:
        """Where a model of that name is to be. Raises Conflict when something is there."""
        check_name(name)
        path = os.path.join(self._models, name)
        if os.path.lexists(path):
            tags: Mapping[str, str] = {}
            with suppress(VenturiError):
                tags = self._reader.model(name).tags
            raise taken(name, tags, self._reader.root)
        return path

    def _real_models(self) -> str:
        return os.path.realpath(self._models)

    def _remove(self, folder: str, kind: str, key: str) -> bool:
        """Remove the file of a key; whether it was there."""
        path = key_file(os.path.join(folder, kind), key, self._real_models())
        if path is None or not os.path.lexists(path) or os.path.isdir(path):
            return False
        os.unlink(path)
        return True


def write_meta(folder: str, fields: Mapping[str, object]) -> None:
    """Put a new meta.yaml in a folder. Raises OSError."""
    _check_texts(fields)
    replace_file(os.path.join(folder, META), meta_text(fields), beside=folder)


def change_meta(folder: str, changes: Mapping[str, object]) -> None:
    """Change fields of the meta.yaml in a folder; others stay. Raises OSError, StoreBroken."""
    _check_texts(changes)
    path = os.path.join(folder, META)
    replace_file(path, changed_meta(read_file(path)[0], changes), beside=folder)


def touch(folder: str, now: int) -> None:
    """Let a model say that it was changed. Raises as `change_meta`."""
    change_meta(folder, {"last_updated_timestamp": now})


def write_tags(folder: str, tags: Mapping[str, str], root: str) -> None:
    """Write tags of a model, version or logged model.

    Args:
        folder: The folder of that.
        tags: By keys that MLflow's rules accept.
        root: The real path of a folder that no link may lead out of.

    Raises:
        OSError, InvalidInput, StoreBroken: They cannot be written.
    """
    for key, path in places_of(folder, TAGS, tags, root).items():
        make_way(folder, TAGS, key, path)
        replace_file(path, tags[key].encode(), beside=folder)


def _check_texts(fields: Mapping[str, object]) -> None:
    """Raise UnicodeEncodeError for what YAML would write and not read again."""
    for value in fields.values():
        if isinstance(value, str):
            value.encode()
