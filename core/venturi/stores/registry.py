"""The promise of every model registry: registered models, their versions, what marks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from venturi.filters.tree import Node, OrderKey
from venturi.records import ModelVersion, Page, RegisteredModel
from venturi.stores.base import StoreInfo


@dataclass(frozen=True, slots=True)
class ModelQuery:
    """Which registered models, in which order; prompts are never among them.

    Without `order`: by name. Ties of a given order are broken by ascending name.
    """

    filter: Node | None = None
    order: tuple[OrderKey, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionQuery:
    """Which model versions, in which order; neither deleted ones nor those of prompts.

    Without `order`: last updated first, then ascending name, then descending version. `name` None
    means those of all models.
    """

    name: str | None = None
    filter: Node | None = None
    order: tuple[OrderKey, ...] = ()


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A model version to create. `source` is where its files are, as a URI or path."""

    name: str
    source: str
    run_id: str = ""
    run_link: str = ""
    description: str = ""
    model_id: str = ""
    user_id: str = ""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


class RegistryStore(Protocol):
    """Registered models of one place, read and written so that MLflow agrees.

    Everything may be called from several threads and processes at once. Every method raises
    StoreUnreachable, LoginRefused and StoreBroken as a TrackingStore does; NotFound when there is
    no such model, version, alias (or tag to remove); InvalidInput when MLflow's rules refuse a
    value, before anything is written; Conflict when a name is taken or a version is not as
    expected. A deleted version does not exist. Reading changes no byte.
    """

    @property
    def info(self) -> StoreInfo:
        """What this store is; costs nothing."""
        ...

    def search_models(
        self, query: ModelQuery, *, limit: int, token: str | None = None
    ) -> Page[RegisteredModel]:
        """Models that match, at most `limit` (>= 1) of them, after those of earlier pages."""
        ...

    def get_model(self, name: str) -> RegisteredModel:
        """The model of exactly that name, also a prompt."""
        ...

    def search_versions(
        self, query: VersionQuery, *, limit: int, token: str | None = None
    ) -> Page[ModelVersion]:
        """Versions that match, aliases and all, at most `limit` (>= 1), after earlier pages'."""
        ...

    def get_version(self, name: str, version: int) -> ModelVersion:
        """One version."""
        ...

    def create_model(
        self, name: str, *, description: str = "", tags: Mapping[str, str] | None = None
    ) -> RegisteredModel:
        """Register a name. Raises Conflict when a model or prompt has it."""
        ...

    def rename_model(self, name: str, new_name: str) -> None:
        """Rename a model with its versions, tags and aliases. Raises Conflict when taken."""
        ...

    def describe_model(self, name: str, description: str) -> None:
        """Set the description of a model."""
        ...

    def delete_model(self, name: str) -> None:
        """Remove a model and all its versions, for good."""
        ...

    def set_model_tag(self, name: str, key: str, value: str) -> None:
        """Set a tag of a model."""
        ...

    def delete_model_tag(self, name: str, key: str) -> None:
        """Remove a tag of a model; one that is not there is fine."""
        ...

    def create_version(self, version: NewVersion) -> ModelVersion:
        """Create the next version of a model, in the stage `None`; numbers are never used again."""
        ...

    def describe_version(self, name: str, version: int, description: str) -> None:
        """Set the description of a version."""
        ...

    def delete_version(self, name: str, version: int) -> None:
        """Remove a version for good, with its aliases."""
        ...

    def transition(
        self,
        name: str,
        version: int,
        stage: str,
        *,
        archive_existing: bool = False,
        expect: str | None = None,
    ) -> ModelVersion:
        """Move a version to a stage; the version as it is then.

        Args:
            name: The model.
            version: Its version.
            stage: None, Staging, Production or Archived, in any case.
            archive_existing: Also move the others in that stage to Archived; InvalidInput for
                the stages None and Archived.
            expect: The stage it has to be in now; Conflict when it is not, and nothing is
                written. Databases and file stores look and write in one step, so of several at
                once one wins. Over REST the look comes just before, and another one right after:
                who was overtaken gets a Conflict, but of two at the same moment who comes last
                may not notice.
        """
        ...

    def set_alias(self, name: str, alias: str, version: int) -> None:
        """Let an alias name a version; it is taken from the version it named before."""
        ...

    def delete_alias(self, name: str, alias: str) -> None:
        """Remove an alias; one that is not there is fine."""
        ...

    def set_version_tag(self, name: str, version: int, key: str, value: str) -> None:
        """Set a tag of a version."""
        ...

    def delete_version_tag(self, name: str, version: int, key: str) -> None:
        """Remove a tag of a version; one that is not there is fine."""
        ...

    def close(self) -> None:
        """Let go of files and connections. Calling it twice is fine."""
        ...
