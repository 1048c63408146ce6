"""A model registry that lives in memory, for stories about screens; it can fail on demand."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from stories.memory_store import START, MemoryStore, world
from venturi.connection import Connection
from venturi.errors import Conflict, NotFound, StoreUnreachable, VenturiError
from venturi.records import ModelVersion, Page, RegisteredModel
from venturi.settings import Place
from venturi.stores.base import StoreInfo
from venturi.stores.registry import ModelQuery, NewVersion, VersionQuery

PLACE = Place("memory://test", "--store")
HOUR = 3_600_000


@dataclass
class MemoryRegistry:
    """Keeps as much of the promise of a registry as the screens use."""

    models: dict[str, RegisteredModel]
    versions: list[ModelVersion]
    failure: VenturiError | None = None
    write_failure: VenturiError | None = None
    gate: threading.Event | None = None
    asked: list[str] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    @property
    def info(self) -> StoreInfo:
        return StoreInfo("memory", "memory://test")

    def _enter(self, what: str) -> None:
        self.asked.append(what)
        if self.gate is not None and not self.gate.wait(20):
            raise StoreUnreachable("the gate was never opened")
        if self.failure is not None:
            raise self.failure

    def _write(self, what: str) -> None:
        self._enter(what)
        if self.write_failure is not None:
            raise self.write_failure
        self.written.append(what)

    def search_models(
        self, query: ModelQuery, *, limit: int, token: str | None = None
    ) -> Page[RegisteredModel]:
        self._enter("models")
        start = int(token or 0)
        found = [self.get_model(name) for name in sorted(self.models)]
        more = start + limit < len(found)
        return Page(tuple(found[start : start + limit]), str(start + limit) if more else None)

    def get_model(self, name: str) -> RegisteredModel:
        if name not in self.models:
            raise NotFound(f"no model {name!r}")
        held = [each for each in self.versions if each.name == name]
        latest: dict[str, int] = {}
        for each in held:
            latest[each.stage] = max(each.version, latest.get(each.stage, 0))
        aliases = {alias: each.version for each in held for alias in each.aliases}
        return replace(self.models[name], latest_versions=latest, aliases=aliases)

    def search_versions(
        self, query: VersionQuery, *, limit: int, token: str | None = None
    ) -> Page[ModelVersion]:
        self._enter(f"versions of {query.name}")
        start = int(token or 0)
        found = [each for each in self.versions if query.name in (None, each.name)]
        more = start + limit < len(found)
        return Page(tuple(found[start : start + limit]), str(start + limit) if more else None)

    def get_version(self, name: str, version: int) -> ModelVersion:
        for each in self.versions:
            if (each.name, each.version) == (name, version):
                return each
        raise NotFound(f"no version {name}/{version}")

    def change(self, name: str, version: int, **changes: object) -> ModelVersion:
        """Change a version, as another process would."""
        held = self.get_version(name, version)
        at = self.versions.index(held)
        self.versions[at] = replace(held, **changes)
        return self.versions[at]

    def transition(
        self,
        name: str,
        version: int,
        stage: str,
        *,
        archive_existing: bool = False,
        expect: str | None = None,
    ) -> ModelVersion:
        self._write(f"{name}/{version} to {stage}")
        if expect is not None and self.get_version(name, version).stage != expect:
            raise Conflict(f"{name}/{version} is not in {expect}")
        for each in [*self.versions] if archive_existing else []:
            if each.name == name and each.stage == stage and each.version != version:
                self.change(name, each.version, stage="Archived")
        return self.change(name, version, stage=stage)

    def set_alias(self, name: str, alias: str, version: int) -> None:
        self._write(f"{name}@{alias} to {version}")
        for each in [*self.versions]:
            if each.name == name:
                held = {*each.aliases} - {alias} | ({alias} if each.version == version else set())
                self.change(name, each.version, aliases=tuple(sorted(held)))

    def delete_alias(self, name: str, alias: str) -> None:
        self._write(f"{name}@{alias} away")
        for each in [*self.versions]:
            if each.name == name and alias in each.aliases:
                rest = tuple(held for held in each.aliases if held != alias)
                self.change(name, each.version, aliases=rest)

    def describe_version(self, name: str, version: int, description: str) -> None:
        self._write(f"{name}/{version} described")
        self.change(name, version, description=description)

    def set_version_tag(self, name: str, version: int, key: str, value: str) -> None:
        self._write(f"{name}/{version} tag {key}={value}")
        held = self.get_version(name, version)
        self.change(name, version, tags={**held.tags, key: value})

    def delete_version_tag(self, name: str, version: int, key: str) -> None:
        self._write(f"{name}/{version} tag {key} away")
        held = dict(self.get_version(name, version).tags)
        held.pop(key, None)
        self.change(name, version, tags=held)

    def create_version(self, version: NewVersion) -> ModelVersion:
        self._write(f"{version.name} gets a version")
        numbers = [each.version for each in self.versions if each.name == version.name]
        made = ModelVersion(
            version.name,
            max(numbers, default=0) + 1,
            run_id=version.run_id,
            source=version.source,
            creation_time=START,
        )
        self.versions.append(made)
        return made

    def delete_version(self, name: str, version: int) -> None:
        self._write(f"{name}/{version} deleted")
        self.versions.remove(self.get_version(name, version))

    def create_model(
        self, name: str, *, description: str = "", tags: Mapping[str, str] | None = None
    ) -> RegisteredModel:
        self._write(f"{name} made")
        self.models[name] = RegisteredModel(name, description, START, START, dict(tags or {}))
        return self.models[name]

    def rename_model(self, name: str, new_name: str) -> None:
        self._write(f"{name} renamed to {new_name}")
        self.models[new_name] = replace(self.models.pop(name), name=new_name)
        self.versions = [
            replace(each, name=new_name) if each.name == name else each for each in self.versions
        ]

    def describe_model(self, name: str, description: str) -> None:
        self._write(f"{name} described")
        self.models[name] = replace(self.models[name], description=description)

    def delete_model(self, name: str) -> None:
        self._write(f"{name} deleted")
        del self.models[name]
        self.versions = [each for each in self.versions if each.name != name]

    def set_model_tag(self, name: str, key: str, value: str) -> None:
        self._write(f"{name} tag {key}={value}")
        held = self.models[name]
        self.models[name] = replace(held, tags={**held.tags, key: value})

    def delete_model_tag(self, name: str, key: str) -> None:
        self._write(f"{name} tag {key} away")
        held = dict(self.models[name].tags)
        held.pop(key, None)
        self.models[name] = replace(self.models[name], tags=held)

    def close(self) -> None:
        self.asked.append("close")


def registry() -> MemoryRegistry:
    """Two models with versions in all stages, of runs of the story's world, and one without."""
    models = {
        "churn": RegisteredModel("churn", "Who leaves us?", START, START, {"team": "growth"}),
        "vision": RegisteredModel("vision", "", START, START),
        "empty": RegisteredModel("empty", "Nothing in it.", START, START),
    }
    stages = ("Archived", "None", "Production", "Staging", "None")
    names = ((), (), ("champion",), ("challenger",), ())
    churn = [
        ModelVersion(
            "churn",
            number,
            stage=stage,
            aliases=aliases,
            description=f"attempt {number}",
            run_id=f"{number:032x}",
            source=f"s3://models/churn/{number}",
            storage_location=f"s3://stored/churn/{number}",
            user_id="bo",
            creation_time=START - (6 - number) * HOUR,
            last_updated_time=START,
            tags={"validated": "yes" if number > 2 else "no"},
        )
        for number, (stage, aliases) in enumerate(zip(stages, names, strict=True), start=1)
    ]
    vision = ModelVersion("vision", 1, creation_time=START, source="/models/vision")
    return MemoryRegistry(models, [*churn, vision])


def opener(held: MemoryRegistry, store: MemoryStore | None = None):
    """Opens a connection with this registry beside a store."""

    def opened() -> Connection:
        connection = Connection(PLACE, store or world())
        connection._registry = held
        return connection

    return opened
