"""What the meta.yaml of registered models and of their versions say, and what new ones have to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

from venturi.records import Stage
from venturi.stores.files.meta import HalfWritten, fields_of, number_in, text_in
from venturi.stores.registry import NewVersion
from venturi.stores.registry_checks import model_id_in

VERSION = "version-"
"""How the folder of a version begins; its number follows."""


class ModelMeta(NamedTuple):
    """What a registered model's meta.yaml says."""

    name: str
    description: str
    creation_time: int | None
    last_updated_time: int | None

    def is_at(self, path: str) -> bool:
        """Whether the folder of that path is this model's."""
        return os.path.basename(path) == self.name


class VersionMeta(NamedTuple):
    """What a model version's meta.yaml says."""

    name: str
    version: int
    stage: str
    status: str
    status_message: str
    description: str
    run_id: str
    source: str
    storage_location: str
    run_link: str
    model_id: str
    user_id: str
    creation_time: int | None
    last_updated_time: int | None

    def is_at(self, path: str) -> bool:
        """Whether the folder of that path is this version's."""
        return path.endswith(f"{os.sep}{self.name}{os.sep}{VERSION}{self.version}")


def model_meta(data: bytes, *, as_it_is: bool = False) -> ModelMeta:
    """What the bytes of a model's meta.yaml say.

    Raises StoreBroken; HalfWritten for a last line without an end, unless taken as it is.
    """
    fields = fields_of(data, as_it_is=as_it_is)
    name = text_in(fields, "name")
    if name is None:
        raise HalfWritten("names no model")
    return ModelMeta(
        name=name,
        description=text_in(fields, "description") or "",
        creation_time=number_in(fields, "creation_timestamp"),
        last_updated_time=number_in(fields, "last_updated_timestamp"),
    )


def version_meta(data: bytes, *, as_it_is: bool = False) -> VersionMeta:
    """What the bytes of a version's meta.yaml say. Raises as `model_meta` does."""
    fields = fields_of(data, as_it_is=as_it_is)
    name, version = text_in(fields, "name"), number_in(fields, "version")
    if name is None or version is None:
        raise HalfWritten("names no model or no version")

    def text(key: str) -> str:
        return text_in(fields, key) or ""

    return VersionMeta(
        name=name,
        version=version,
        stage=text("current_stage") or Stage.NONE.value,
        status=text("status") or "READY",
        status_message=text("status_message"),
        description=text("description"),
        run_id=text("run_id"),
        source=text("source"),
        storage_location=text("storage_location"),
        run_link=text("run_link"),
        model_id=text("model_id") or model_id_in(text("source")),
        user_id=text("user_id"),
        creation_time=number_in(fields, "creation_timestamp"),
        last_updated_time=number_in(fields, "last_updated_timestamp"),
    )


def new_model_fields(name: str, description: str, now: int) -> Mapping[str, object]:
    """The fields of a new model, as every MLflow with a registry of files reads them."""
    return {
        "creation_timestamp": now,
        "description": description or None,
        "last_updated_timestamp": now,
        "name": name,
    }


def new_version_fields(
    wish: NewVersion, number: int, location: str, now: int
) -> Mapping[str, object]:
    """The fields of a new version, whose files are at `location`."""
    fields: dict[str, object] = {
        "creation_timestamp": now,
        "current_stage": Stage.NONE.value,
        "description": wish.description or None,
        "last_updated_timestamp": now,
        "name": wish.name,
        "run_id": wish.run_id or None,
        "run_link": wish.run_link or None,
        "source": wish.source,
        "status": "READY",
        "status_message": None,
        "storage_location": location,
        "user_id": wish.user_id or None,
        "version": number,
    }
    if wish.model_id:
        fields["model_id"] = wish.model_id
    return fields
