"""MLflow's JSON of registered models and their versions made into records.

Source of the format: the messages of MLflow's REST API, as its servers 1.30 to 3.18 write them.
"""

from __future__ import annotations

from venturi.records import ModelVersion, RegisteredModel, Stage
from venturi.stores.registry_checks import model_id_in
from venturi.stores.rest.answer import JsonObject
from venturi.stores.rest.fields import (
    Malformed,
    integer,
    objects,
    pairs,
    required,
    text,
    texts,
)
from venturi.stores.rest.wire import next_token

_STATUS_NUMBERS = {1: "PENDING_REGISTRATION", 2: "FAILED_REGISTRATION", 3: "READY"}


def models(body: JsonObject) -> tuple[list[RegisteredModel], str | None]:
    """The answer of registered-models/search: models and the token of the next page."""
    return [model(item) for item in objects(body, "registered_models")], next_token(body)


def versions(body: JsonObject) -> tuple[list[ModelVersion], str | None]:
    """The answer of model-versions/search: versions and the token of the next page."""
    return [version(item) for item in objects(body, "model_versions")], next_token(body)


def one_model(body: JsonObject) -> RegisteredModel:
    """The answer of registered-models/get and create."""
    return model(required(body, "registered_model"))


def one_version(body: JsonObject) -> ModelVersion:
    """The answer of model-versions/get, create and transition-stage."""
    return version(required(body, "model_version"))


def artifact_uri(body: JsonObject) -> str:
    """The answer of model-versions/get-download-uri."""
    return text(body, "artifact_uri")


def model(item: JsonObject) -> RegisteredModel:
    """One registered model; of its latest versions only the numbers."""
    latest: dict[str, int] = {}
    for each in objects(item, "latest_versions"):
        stage = _stage(each)
        latest[stage] = max(_number(each), latest.get(stage, 0))
    return RegisteredModel(
        name=_name(item),
        description=text(item, "description"),
        creation_time=integer(item, "creation_timestamp"),
        last_updated_time=integer(item, "last_updated_timestamp"),
        tags=pairs(item, "tags"),
        aliases={text(each, "alias"): _number(each) for each in objects(item, "aliases")},
        latest_versions=latest,
    )


def version(item: JsonObject) -> ModelVersion:
    """One model version. Where its files are, if not at its source, is another question."""
    source = text(item, "source")
    return ModelVersion(
        name=_name(item),
        version=_number(item),
        stage=_stage(item),
        aliases=tuple(sorted(texts(item, "aliases"))),
        status=_status(item),
        status_message=text(item, "status_message"),
        description=text(item, "description"),
        run_id=text(item, "run_id"),
        source=source,
        run_link=text(item, "run_link"),
        model_id=text(item, "model_id") or model_id_in(source),
        user_id=text(item, "user_id"),
        creation_time=integer(item, "creation_timestamp"),
        last_updated_time=integer(item, "last_updated_timestamp"),
        tags=pairs(item, "tags"),
    )


def _name(item: JsonObject) -> str:
    name = text(item, "name")
    if not name:
        raise Malformed("name is missing")
    return name


def _number(item: JsonObject) -> int:
    number = integer(item, "version")
    if number is None:
        raise Malformed("version is missing")
    return number


def _stage(item: JsonObject) -> str:
    return text(item, "current_stage") or Stage.NONE.value


def _status(item: JsonObject) -> str:
    """The word of a status, from the word or its number in the protocol."""
    value = item.get("status")
    if isinstance(value, int):
        return _STATUS_NUMBERS.get(value, str(value))
    return text(item, "status") or "READY"
