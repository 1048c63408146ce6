"""What can be searched: the fields of runs, experiments, models and versions; their operators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from venturi.filters.tokens import shorten
from venturi.filters.tree import Entity, Op


class Kind(Enum):
    """What the values of a field are."""

    TEXT = "a quoted text"
    NUMBER = "a number"
    TIME = "a time"


class Subject(str, Enum):
    """What a search is about."""

    RUNS = "runs"
    EXPERIMENTS = "experiments"
    MODELS = "models"
    VERSIONS = "versions"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a subject, by canonical key, with the operators that work on it.

    `mlflow_ops` are those that MLflow's own grammar knows for it; the others are answered locally.
    """

    entity: Entity
    key: str
    kind: Kind
    ops: frozenset[Op]
    mlflow_ops: frozenset[Op]

    @property
    def shown(self) -> str:
        """How a person writes it, for a message: `metrics.loss`, `status`."""
        prefix = PREFIXES[self.entity]
        return shorten(f"{prefix}.{self.key}" if prefix else self.key)


PREFIXES: Mapping[Entity, str] = {
    Entity.ATTRIBUTE: "",
    Entity.METRIC: "metrics",
    Entity.PARAM: "params",
    Entity.TAG: "tags",
    Entity.DATASET: "dataset",
}

_NUMERIC = frozenset((Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE))
_WORDS = frozenset((Op.EQ, Op.NE, Op.LIKE, Op.ILIKE))
_LISTS = frozenset((Op.IN, Op.NOT_IN))
_REGEX = frozenset((Op.MATCHES, Op.NOT_MATCHES))
_NULLS = frozenset((Op.IS_NULL, Op.IS_NOT_NULL))
_TEXT = _WORDS | _LISTS | _REGEX
_NOTHING: frozenset[Op] = frozenset()
_REGISTRY = (Subject.MODELS, Subject.VERSIONS)

_REGISTRY_ENTITIES = {
    "attribute": Entity.ATTRIBUTE,
    "attributes": Entity.ATTRIBUTE,
    "attr": Entity.ATTRIBUTE,
    "tag": Entity.TAG,
    "tags": Entity.TAG,
}

_ENTITIES: Mapping[Subject, Mapping[str, Entity]] = {
    Subject.RUNS: {
        "metric": Entity.METRIC,
        "metrics": Entity.METRIC,
        "param": Entity.PARAM,
        "params": Entity.PARAM,
        "parameter": Entity.PARAM,
        "parameters": Entity.PARAM,
        "tag": Entity.TAG,
        "tags": Entity.TAG,
        "attribute": Entity.ATTRIBUTE,
        "attributes": Entity.ATTRIBUTE,
        "attr": Entity.ATTRIBUTE,
        "run": Entity.ATTRIBUTE,
        "dataset": Entity.DATASET,
        "datasets": Entity.DATASET,
    },
    Subject.EXPERIMENTS: _REGISTRY_ENTITIES,
    Subject.MODELS: _REGISTRY_ENTITIES,
    Subject.VERSIONS: _REGISTRY_ENTITIES,
}

_REGISTRY_ALIASES = {
    "creation_timestamp": "creation_time",
    "last_updated_timestamp": "last_updated_time",
    "aliases": "alias",
}

_ALIASES: Mapping[Subject, Mapping[str, str]] = {
    Subject.RUNS: {
        "created": "start_time",
        "Created": "start_time",
        "run name": "run_name",
        "Run name": "run_name",
        "Run Name": "run_name",
    },
    Subject.EXPERIMENTS: {},
    Subject.MODELS: _REGISTRY_ALIASES,
    Subject.VERSIONS: {
        **_REGISTRY_ALIASES,
        "version": "version_number",
        "source": "source_path",
        "current_stage": "stage",
    },
}


def _attribute(key: str, kind: Kind, ops: frozenset[Op], mlflow_ops: frozenset[Op]) -> Field:
    return Field(Entity.ATTRIBUTE, key, kind, ops, mlflow_ops)


def _local_text(key: str) -> Field:
    """A text that may be missing, and that MLflow's filters do not know."""
    return _attribute(key, Kind.TEXT, _TEXT | _NULLS, _NOTHING)


def _local_time(key: str) -> Field:
    """A time that MLflow's filters do not know."""
    return _attribute(key, Kind.TIME, _NUMERIC, _NOTHING)


_ATTRIBUTES: Mapping[Subject, Mapping[str, Field]] = {
    Subject.RUNS: {
        "run_id": _attribute("run_id", Kind.TEXT, _TEXT, _WORDS | _LISTS),
        "run_name": _attribute("run_name", Kind.TEXT, _TEXT, _WORDS),
        "user_id": _attribute("user_id", Kind.TEXT, _TEXT, _WORDS),
        "status": _attribute("status", Kind.TEXT, _TEXT, _WORDS),
        "artifact_uri": _attribute("artifact_uri", Kind.TEXT, _TEXT, _WORDS),
        "start_time": _attribute("start_time", Kind.TIME, _NUMERIC, _NUMERIC),
        "end_time": _attribute("end_time", Kind.TIME, _NUMERIC, _NUMERIC),
    },
    Subject.EXPERIMENTS: {
        "name": _attribute("name", Kind.TEXT, _TEXT, _WORDS),
        "experiment_id": _attribute(
            "experiment_id",
            Kind.TEXT,
            frozenset((Op.EQ, Op.NE)) | _LISTS,
            frozenset((Op.EQ, Op.NE)) | _LISTS,
        ),
        "creation_time": _attribute("creation_time", Kind.TIME, _NUMERIC, _NUMERIC),
        "last_update_time": _attribute("last_update_time", Kind.TIME, _NUMERIC, _NUMERIC),
    },
    Subject.MODELS: {
        "name": _attribute("name", Kind.TEXT, _TEXT, _WORDS | _LISTS),
        "description": _local_text("description"),
        "alias": _local_text("alias"),
        "creation_time": _local_time("creation_time"),
        "last_updated_time": _local_time("last_updated_time"),
    },
    Subject.VERSIONS: {
        "name": _attribute("name", Kind.TEXT, _TEXT, _WORDS | _LISTS),
        "version_number": _attribute("version_number", Kind.NUMBER, _NUMERIC, _NUMERIC),
        "run_id": _attribute("run_id", Kind.TEXT, _TEXT | _NULLS, _WORDS | _LISTS),
        "source_path": _attribute("source_path", Kind.TEXT, _TEXT, _WORDS),
        "stage": _attribute("stage", Kind.TEXT, _TEXT, _NOTHING),
        "status": _attribute("status", Kind.TEXT, _TEXT, _NOTHING),
        "description": _local_text("description"),
        "user_id": _local_text("user_id"),
        "alias": _local_text("alias"),
        "creation_time": _local_time("creation_time"),
        "last_updated_time": _local_time("last_updated_time"),
    },
}

_DATASET_KEYS: Mapping[str, Field] = {
    key: Field(Entity.DATASET, key, Kind.TEXT, _TEXT, _WORDS | _LISTS)
    for key in ("name", "digest", "context")
}


def prefixes_of(subject: Subject) -> tuple[str, ...]:
    """The words that may stand before the first dot, all spellings."""
    return tuple(_ENTITIES[subject])


def entity_of(subject: Subject, prefix: str) -> Entity | None:
    """What a prefix names; None when the subject has no such prefix."""
    return _ENTITIES[subject].get(prefix)


def is_misread(subject: Subject, entity: Entity, key: str) -> bool:
    """Whether MLflow takes the key for another.

    It looks for `params.start_time` when asked for `params.created`: the alias of an attribute.
    """
    if subject is not Subject.RUNS or entity is Entity.ATTRIBUTE:
        return False
    return key in _ALIASES[subject]


def names_of(subject: Subject, entity: Entity) -> tuple[str, ...] | None:
    """The keys an entity has, canonical spellings; None when any key may be meant."""
    if entity is Entity.ATTRIBUTE:
        return tuple(_ATTRIBUTES[subject])
    if entity is Entity.DATASET:
        return tuple(_DATASET_KEYS)
    return None


def field_of(subject: Subject, entity: Entity, key: str) -> Field | None:
    """The field of that key or alias; None when the subject has no such field."""
    if entity not in _ENTITIES[subject].values():
        return None
    if entity is Entity.ATTRIBUTE:
        return _ATTRIBUTES[subject].get(_ALIASES[subject].get(key, key))
    if entity is Entity.DATASET:
        return _DATASET_KEYS.get(key)
    if entity is Entity.METRIC:
        return Field(entity, key, Kind.NUMBER, _NUMERIC, _NUMERIC)
    asked = _WORDS if subject in _REGISTRY else _WORDS | _NULLS
    return Field(entity, key, Kind.TEXT, _TEXT | _NULLS, asked)
