"""Reads the model registry of a file store: a folder a model, in it a folder a version."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

from venturi import rules
from venturi.errors import InvalidInput, StoreBroken
from venturi.records import PROMPT_TAG, ModelVersion, RegisteredModel
from venturi.stores.files.keys import TAGS, entries_of
from venturi.stores.files.meta import META
from venturi.stores.files.metas import Metas
from venturi.stores.files.place import REGISTRY, refused
from venturi.stores.files.registry_meta import (
    VERSION,
    ModelMeta,
    VersionMeta,
    model_meta,
    version_meta,
)
from venturi.stores.files.values import Values
from venturi.stores.registry_checks import is_possible, no_model, no_version
from venturi.stores.registry_pages import DELETED

ALIASES = "aliases"

_VERSION_FOLDER = re.compile(rf"{VERSION}([1-9][0-9]{{0,9}})\Z")
_NO_FOLDER = re.compile("[%\0\ud800-\udfff]")
_LONGEST_NAME = 255  # bytes, on nearly all file systems


class RegistryReader:
    """Reads models and versions. Links among their folders are not followed.

    Args:
        root: The store's folder.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self.folder = os.path.join(root, REGISTRY)
        self._values = Values(os.path.realpath(self.folder))
        self._models = Metas(model_meta, limit=20_000)
        self._versions = Metas(version_meta, limit=50_000)

    def models(self) -> list[RegisteredModel]:
        """All sound models, prompts too; damaged ones are noted in the log only."""
        paths = self._model_folders()
        return [self._model(path, meta) for path, meta in self._models.all_at(paths)]

    def model(self, name: str) -> RegisteredModel:
        """One model. Raises NotFound, StoreBroken, LoginRefused."""
        path = self.model_folder(name)
        try:
            return self._model(path, self._models.one_at(path))
        except FileNotFoundError:
            raise no_model(name, self.root) from None

    def versions(self, name: str | None) -> list[ModelVersion]:
        """All sound versions but the deleted ones, of one model or of all."""
        if name is None:
            paths = self._model_folders()
        else:
            paths = [path] if os.path.isdir(path := self._path(name) or "") else []
        return [version for path in paths for version in self._versions_in(path)]

    def version(self, name: str, version: int) -> ModelVersion:
        """One version. Raises NotFound, StoreBroken, LoginRefused."""
        path = self.version_folder(name, version)
        try:
            meta = self._versions.one_at(path)
        except FileNotFoundError:
            raise no_version(name, version, self.root) from None
        return self._version(path, meta, self._aliases(os.path.dirname(path)))

    def model_folder(self, name: str) -> str:
        """Where a model is. Raises NotFound, StoreBroken, LoginRefused."""
        path = self._path(name)
        if path is None or not _is_folder(path):
            raise no_model(name, self.root)
        try:
            self._models.one_at(path)
        except FileNotFoundError:
            raise StoreBroken(f"the model '{name}': {path} has no {META}") from None
        return path

    def version_folder(self, name: str, version: int) -> str:
        """Where a version is that is not deleted. Raises as `model_folder`."""
        path = os.path.join(self.model_folder(name), f"{VERSION}{version}")
        if not is_possible(version) or not _is_folder(path):
            raise no_version(name, version, self.root)
        try:
            meta = self._versions.one_at(path)
        except FileNotFoundError:
            raise StoreBroken(f"{name}/{version}: {path} has no {META}") from None
        if meta.stage == DELETED:
            raise no_version(name, version, self.root)
        return path

    def prompts(self, versions: Iterable[ModelVersion]) -> list[str]:
        """Those of the models of these versions that are prompts."""
        return [name for name in {version.name for version in versions} if self._is_prompt(name)]

    def _is_prompt(self, name: str) -> bool:
        path = os.path.join(self.folder, name)  # a version was found in it
        return (self._values.text(path, TAGS, PROMPT_TAG) or "").lower() == "true"

    def _model_folders(self) -> list[str]:
        try:
            entries = entries_of(self.folder)
        except PermissionError as error:
            raise refused(self.folder) from error
        return [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]

    def _path(self, name: str) -> str | None:
        """Where a model of that name would be; None when there can be none."""
        if name in ("", ".", "..") or os.sep in name or "\0" in name:
            return None
        return os.path.join(self.folder, name)

    def _model(self, path: str, meta: ModelMeta) -> RegisteredModel:
        latest: dict[str, int] = {}
        for version in self._metas_in(path):
            latest[version.stage] = max(version.version, latest.get(version.stage, 0))
        return RegisteredModel(
            name=meta.name,
            description=meta.description,
            creation_time=meta.creation_time,
            last_updated_time=meta.last_updated_time,
            tags=dict(self._values.texts(path, TAGS)),
            aliases=self._aliases(path),
            latest_versions=latest,
        )

    def _metas_in(self, path: str) -> list[VersionMeta]:
        found = self._versions.all_at(version_folders(path).values())
        return [meta for _, meta in found if meta.stage != DELETED]

    def _versions_in(self, path: str) -> list[ModelVersion]:
        aliases = self._aliases(path)
        found = self._versions.all_at(version_folders(path).values())
        return [self._version(path, meta, aliases) for path, meta in found if meta.stage != DELETED]

    def _version(self, path: str, meta: VersionMeta, aliases: dict[str, int]) -> ModelVersion:
        mine = sorted(alias for alias, version in aliases.items() if version == meta.version)
        return ModelVersion(
            **meta._asdict(), aliases=tuple(mine), tags=dict(self._values.texts(path, TAGS))
        )

    def _aliases(self, path: str) -> dict[str, int]:
        found = ((alias, text.strip()) for alias, text in self._values.texts(path, ALIASES))
        return {alias: int(text) for alias, text in found if text.isascii() and text.isdecimal()}


def version_folders(path: str) -> dict[int, str]:
    """The folders of a model's versions, also of deleted ones, by number."""
    found = ((_VERSION_FOLDER.match(entry.name), entry) for entry in entries_of(path))
    return {
        int(match[1]): entry.path
        for match, entry in found
        if match and entry.is_dir(follow_symlinks=False)
    }


def check_name(name: str) -> None:
    """The name of a model that is to be a folder. Raises InvalidInput."""
    rules.check_model_name(name)
    if os.sep in name or _NO_FOLDER.search(name):
        shown = name.encode("utf-8", "backslashreplace").decode()
        raise InvalidInput(
            f"the model name '{shown}' cannot be the name of a folder", hint="use no % in it"
        )
    if len(name.encode()) > _LONGEST_NAME:
        raise InvalidInput(
            f"the model name '{name[:40]}…' is too long to be the name of a folder",
            hint=f"at most {_LONGEST_NAME} bytes",
        )


def _is_folder(path: str) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)
