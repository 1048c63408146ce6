"""A model registry in memory that keeps the promise of stores/registry.py, for tests of rules."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from venturi import rules
from venturi.errors import Conflict, NotFound
from venturi.filters.match import select
from venturi.filters.order import sort_models, sort_versions
from venturi.records import ModelVersion, Page, RegisteredModel
from venturi.stores.base import StoreInfo
from venturi.stores.registry import ModelQuery, NewVersion, VersionQuery


class MemoryRegistry:
    """A RegistryStore. `before_write` is called before each write, to let something happen."""

    def __init__(self) -> None:
        self.info = StoreInfo("memory", "memory")
        self.models: dict[str, dict[str, Any]] = {}
        self.before_write: Callable[[], None] = lambda: None
        self._lock = threading.RLock()

    def _model(self, name: str) -> dict[str, Any]:
        if name not in self.models:
            raise NotFound(f"no model {name!r}")
        return self.models[name]

    def _versions(self, name: str, version: int) -> dict[int, ModelVersion]:
        held: dict[int, ModelVersion] = self._model(name)["versions"]
        if version not in held:
            raise NotFound(f"no version {name}/{version}")
        return held

    def _change(self, name: str, version: int, **changed: Any) -> None:
        self.before_write()
        held = self._versions(name, version)
        held[version] = replace(held[version], **changed)

    def _shown(self, name: str, version: ModelVersion) -> ModelVersion:
        aliases = self.models[name]["aliases"]
        mine = sorted(alias for alias, named in aliases.items() if named == version.version)
        return replace(version, name=name, aliases=tuple(mine), tags=dict(version.tags))

    def get_model(self, name: str) -> RegisteredModel:
        model = self._model(name)
        latest: dict[str, int] = {}
        for number in sorted(model["versions"]):
            latest[model["versions"][number].stage] = number
        return RegisteredModel(
            name,
            model["description"],
            tags=dict(model["tags"]),
            aliases=dict(model["aliases"]),
            latest_versions=latest,
        )

    def get_version(self, name: str, version: int) -> ModelVersion:
        return self._shown(name, self._versions(name, version)[version])

    def search_models(
        self, query: ModelQuery, *, limit: int, token: str | None = None
    ) -> Page[RegisteredModel]:
        del token
        found = select(query.filter, map(self.get_model, self.models))
        return Page(tuple(sort_models(found, query.order)[:limit]))

    def search_versions(
        self, query: VersionQuery, *, limit: int, token: str | None = None
    ) -> Page[ModelVersion]:
        del token
        names = [name for name in self.models if query.name in (None, name)]
        versions = [
            self._shown(name, each)
            for name in names
            for each in self.models[name]["versions"].values()
        ]
        return Page(tuple(sort_versions(select(query.filter, versions), query.order)[:limit]))

    def create_model(
        self, name: str, *, description: str = "", tags: Mapping[str, str] | None = None
    ) -> RegisteredModel:
        self.before_write()
        rules.check_model_name(name)
        if name in self.models:
            raise Conflict(f"there is a model {name!r}")
        empty = {"description": description, "aliases": {}, "versions": {}, "last": 0}
        self.models[name] = {**empty, "tags": dict(tags or {})}
        return self.get_model(name)

    def rename_model(self, name: str, new_name: str) -> None:
        self.before_write()
        model = self._model(name)
        if new_name in self.models:
            raise Conflict(f"there is a model {new_name!r}")
        self.models[new_name] = model
        del self.models[name]

    def describe_model(self, name: str, description: str) -> None:
        self.before_write()
        self._model(name)["description"] = description

    def delete_model(self, name: str) -> None:
        self.before_write()
        self._model(name)
        del self.models[name]

    def set_model_tag(self, name: str, key: str, value: str) -> None:
        self.before_write()
        self._model(name)["tags"][key] = value

    def delete_model_tag(self, name: str, key: str) -> None:
        self.before_write()
        self._model(name)["tags"].pop(key, None)

    def create_version(self, version: NewVersion) -> ModelVersion:
        self.before_write()
        model = self._model(version.name)
        model["last"] += 1
        model["versions"][model["last"]] = ModelVersion(
            version.name,
            model["last"],
            description=version.description,
            run_id=version.run_id,
            source=version.source,
            tags=dict(version.tags),
        )
        return self.get_version(version.name, model["last"])

    def describe_version(self, name: str, version: int, description: str) -> None:
        self._change(name, version, description=description)

    def delete_version(self, name: str, version: int) -> None:
        self.before_write()
        del self._versions(name, version)[version]
        aliases = self.models[name]["aliases"]
        self.models[name]["aliases"] = {a: v for a, v in aliases.items() if v != version}

    def transition(
        self,
        name: str,
        version: int,
        stage: str,
        *,
        archive_existing: bool = False,
        expect: str | None = None,
    ) -> ModelVersion:
        self.before_write()
        with self._lock:
            held = self._versions(name, version)
            wished = rules.stage_of(stage).value
            if expect is not None and held[version].stage.lower() != expect.lower():
                raise Conflict(f"{name}/{version} is in {held[version].stage}")
            for number, other in held.items():
                if archive_existing and other.stage == wished and number != version:
                    held[number] = replace(other, stage="Archived")
            held[version] = replace(held[version], stage=wished)
            return self.get_version(name, version)

    def set_alias(self, name: str, alias: str, version: int) -> None:
        self.before_write()
        rules.check_alias(alias)
        self._versions(name, version)
        self.models[name]["aliases"][alias] = version

    def delete_alias(self, name: str, alias: str) -> None:
        self.before_write()
        self._model(name)["aliases"].pop(alias, None)

    def set_version_tag(self, name: str, version: int, key: str, value: str) -> None:
        tags = self._versions(name, version)[version].tags
        self._change(name, version, tags={**tags, key: value})

    def delete_version_tag(self, name: str, version: int, key: str) -> None:
        tags = self._versions(name, version)[version].tags
        self._change(name, version, tags={k: v for k, v in tags.items() if k != key})

    def close(self) -> None:
        pass


def filled() -> MemoryRegistry:
    """`churn` with versions 1 to 4: Archived, Production @champion, Staging, None; and `empty`."""
    registry = MemoryRegistry()
    registry.create_model("churn", description="who leaves", tags={"team": "growth"})
    for number, stage in enumerate(("Archived", "Production", "Staging", "None"), 1):
        registry.create_version(NewVersion("churn", f"s3://b/{number}", run_id=f"r{number}"))
        registry.transition("churn", number, stage)
    registry.set_alias("churn", "champion", 2)
    registry.create_model("empty")
    return registry
