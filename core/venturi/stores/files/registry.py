"""The model registry of a file store: the promise of stores/registry.py, kept in a folder tree."""

from __future__ import annotations

from collections.abc import Mapping

from venturi import rules
from venturi.records import ModelVersion, Page, RegisteredModel
from venturi.stores import registry_checks as checks
from venturi.stores.base import StoreInfo, StoreOptions
from venturi.stores.files.place import find_root
from venturi.stores.files.registry_reading import RegistryReader, check_name
from venturi.stores.files.registry_versions import create_version
from venturi.stores.files.registry_writing import RegistryWriter
from venturi.stores.registry import ModelQuery, NewVersion, VersionQuery
from venturi.stores.registry_pages import model_page, version_page

_LONGEST_WAIT_S = 20.0


def open_files_registry(uri: str, options: StoreOptions) -> FileRegistry:
    """Open the model registry in the file store at a path or file: URI.

    Raises ConfigError for a URI that names no local folder, NotFound when nothing is there,
    StoreBroken when it is not MLflow's, and LoginRefused when it may not be read.
    """
    return FileRegistry(find_root(uri), min(options.timeout_s, _LONGEST_WAIT_S))


class FileRegistry:
    """A RegistryStore.

    Damaged models and versions are left out of lists, with a note to the logger "venturi.files";
    asked for by name they raise StoreBroken.

    Args:
        root: Absolute path of the store's folder.
        patience_s: How long to wait for others who write.
    """

    def __init__(self, root: str, patience_s: float) -> None:
        self._root = root
        self._reader = RegistryReader(root)
        self._writer = RegistryWriter(self._reader, patience_s)

    @property
    def info(self) -> StoreInfo:
        """See RegistryStore."""
        return StoreInfo("file", self._root)

    def search_models(
        self, query: ModelQuery, *, limit: int, token: str | None = None
    ) -> Page[RegisteredModel]:
        """See RegistryStore."""
        return model_page(self._reader.models(), query, limit, token)

    def get_model(self, name: str) -> RegisteredModel:
        """See RegistryStore."""
        return self._reader.model(name)

    def search_versions(
        self, query: VersionQuery, *, limit: int, token: str | None = None
    ) -> Page[ModelVersion]:
        """See RegistryStore."""
        versions = self._reader.versions(query.name)
        return version_page(versions, self._reader.prompts(versions), query, limit, token)

    def get_version(self, name: str, version: int) -> ModelVersion:
        """See RegistryStore."""
        return self._reader.version(name, version)

    def create_model(
        self, name: str, *, description: str = "", tags: Mapping[str, str] | None = None
    ) -> RegisteredModel:
        """See RegistryStore."""
        checks.check_new_model(name, description, tags or {})
        check_name(name)
        return self._writer.create_model(name, description, tags or {})

    def rename_model(self, name: str, new_name: str) -> None:
        """See RegistryStore."""
        check_name(new_name)
        self._writer.rename_model(name, new_name)

    def describe_model(self, name: str, description: str) -> None:
        """See RegistryStore."""
        rules.check_description(description)
        self._writer.describe_model(name, description)

    def delete_model(self, name: str) -> None:
        """See RegistryStore."""
        self._writer.delete_model(name)

    def set_model_tag(self, name: str, key: str, value: str) -> None:
        """See RegistryStore."""
        rules.check_registry_tag(key, value)
        self._writer.set_model_tag(name, key, value)

    def delete_model_tag(self, name: str, key: str) -> None:
        """See RegistryStore."""
        self._writer.delete_model_tag(name, key)

    def create_version(self, version: NewVersion) -> ModelVersion:
        """See RegistryStore."""
        checks.check_new_version(version)
        return create_version(self._reader, self._writer, version)

    def describe_version(self, name: str, version: int, description: str) -> None:
        """See RegistryStore."""
        rules.check_description(description)
        self._writer.describe_version(name, version, description)

    def delete_version(self, name: str, version: int) -> None:
        """See RegistryStore."""
        self._writer.delete_version(name, version)

    def transition(
        self,
        name: str,
        version: int,
        stage: str,
        *,
        archive_existing: bool = False,
        expect: str | None = None,
    ) -> ModelVersion:
        """See RegistryStore."""
        goal = checks.goal_of(stage, archive_existing=archive_existing)
        return self._writer.transition(
            name, version, goal, archive_existing=archive_existing, expect=expect
        )

    def set_alias(self, name: str, alias: str, version: int) -> None:
        """See RegistryStore."""
        rules.check_alias(alias)
        self._writer.set_alias(name, alias, version)

    def delete_alias(self, name: str, alias: str) -> None:
        """See RegistryStore."""
        self._writer.delete_alias(name, alias)

    def set_version_tag(self, name: str, version: int, key: str, value: str) -> None:
        """See RegistryStore."""
        rules.check_registry_tag(key, value)
        self._writer.set_version_tag(name, version, key, value)

    def delete_version_tag(self, name: str, version: int, key: str) -> None:
        """See RegistryStore."""
        self._writer.delete_version_tag(name, version, key)

    def close(self) -> None:
        """See RegistryStore: no file stays open between questions."""
