"""The model registry in a SQL database: the promise of stores/registry.py, kept by statements."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Concatenate, ParamSpec, TypeVar

import sqlalchemy as sa

from venturi import rules
from venturi.records import ModelVersion, Page, RegisteredModel
from venturi.stores import registry_checks as checks
from venturi.stores.base import StoreInfo
from venturi.stores.registry import ModelQuery, NewVersion, VersionQuery
from venturi.stores.registry_pages import model_page, version_page
from venturi.stores.sql import registry_reading as reading
from venturi.stores.sql import registry_writing as writing
from venturi.stores.sql.database import Database, Reader
from venturi.stores.sql.registry_tables import RegistryTables
from venturi.stores.sql.registry_versions import create_version

P = ParamSpec("P")
T = TypeVar("T")

Change = Callable[Concatenate[sa.Connection, RegistryTables, P], T]


class SqlRegistry:
    """A RegistryStore.

    Args:
        database: Freshly opened; it is looked at now.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._info = database.look()
        database.ask(lambda _, reader: self._tables(reader))

    @property
    def info(self) -> StoreInfo:
        """See RegistryStore."""
        return self._info

    def search_models(
        self, query: ModelQuery, *, limit: int, token: str | None = None
    ) -> Page[RegisteredModel]:
        """See RegistryStore."""
        return model_page(self._ask(reading.read_models), query, limit, token)

    def get_model(self, name: str) -> RegisteredModel:
        """See RegistryStore."""
        found = self._ask(reading.read_model, name)
        if found is None:
            raise checks.no_model(name, self._info.address)
        return found

    def search_versions(
        self, query: VersionQuery, *, limit: int, token: str | None = None
    ) -> Page[ModelVersion]:
        """See RegistryStore."""
        versions, prompts = self._ask(_versions_and_prompts, query.name)
        return version_page(versions, prompts, query, limit, token)

    def get_version(self, name: str, version: int) -> ModelVersion:
        """See RegistryStore."""
        found = self._ask(reading.read_version, name, version)
        if found is None:
            raise checks.no_version(name, version, self._info.address)
        return found

    def create_model(
        self, name: str, *, description: str = "", tags: Mapping[str, str] | None = None
    ) -> RegisteredModel:
        """See RegistryStore."""
        checks.check_new_model(name, description, tags or {})
        return self._write(writing.create_model, name, description, tags or {})

    def rename_model(self, name: str, new_name: str) -> None:
        """See RegistryStore."""
        rules.check_model_name(new_name)
        self._write(writing.rename_model, name, new_name)

    def describe_model(self, name: str, description: str) -> None:
        """See RegistryStore."""
        rules.check_description(description)
        self._write_again(writing.describe_model, name, description)

    def delete_model(self, name: str) -> None:
        """See RegistryStore."""
        self._write(writing.delete_model, name)

    def set_model_tag(self, name: str, key: str, value: str) -> None:
        """See RegistryStore."""
        rules.check_registry_tag(key, value)
        self._write_again(writing.set_model_tag, name, key, value)

    def delete_model_tag(self, name: str, key: str) -> None:
        """See RegistryStore."""
        self._write_again(writing.delete_model_tag, name, key)

    def create_version(self, version: NewVersion) -> ModelVersion:
        """See RegistryStore."""
        checks.check_new_version(version)

        def change(connection: sa.Connection, reader: Reader) -> ModelVersion:
            return create_version(connection, reader, self._tables(reader), version)

        return self._database.write(change)

    def describe_version(self, name: str, version: int, description: str) -> None:
        """See RegistryStore."""
        rules.check_description(description)
        self._write_again(writing.describe_version, name, version, description)

    def delete_version(self, name: str, version: int) -> None:
        """See RegistryStore."""
        self._write(writing.delete_version, name, version)

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
        write = self._write_again if expect is None else self._write
        return write(
            writing.transition,
            name,
            version,
            goal,
            archive_existing=archive_existing,
            expect=expect,
        )

    def set_alias(self, name: str, alias: str, version: int) -> None:
        """See RegistryStore."""
        rules.check_alias(alias)
        self._write_again(writing.set_alias, name, alias, version)

    def delete_alias(self, name: str, alias: str) -> None:
        """See RegistryStore."""
        self._write_again(writing.delete_alias, name, alias)

    def set_version_tag(self, name: str, version: int, key: str, value: str) -> None:
        """See RegistryStore."""
        rules.check_registry_tag(key, value)
        self._write_again(writing.set_version_tag, name, version, key, value)

    def delete_version_tag(self, name: str, version: int, key: str) -> None:
        """See RegistryStore."""
        self._write_again(writing.delete_version_tag, name, version, key)

    def close(self) -> None:
        """See RegistryStore."""
        self._database.close()

    def _ask(self, question: Change[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return self._database.ask(
            lambda connection, reader: question(connection, self._tables(reader), *args, **kwargs)
        )

    def _write(self, change: Change[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Write what does not bear to be done twice."""
        return self._database.write(
            lambda connection, reader: change(connection, self._tables(reader), *args, **kwargs)
        )

    def _write_again(self, change: Change[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Write what does no harm when it is done twice."""
        return self._database.write(
            lambda connection, reader: change(connection, self._tables(reader), *args, **kwargs),
            repeatable=True,
        )

    def _tables(self, reader: Reader) -> RegistryTables:
        return RegistryTables(reader.layout, reader.dialect, self._info.address)


def _versions_and_prompts(
    connection: sa.Connection, tables: RegistryTables, name: str | None
) -> tuple[list[ModelVersion], list[str]]:
    versions = reading.read_versions(connection, tables, name)
    return versions, reading.read_prompts(connection, tables, name)
