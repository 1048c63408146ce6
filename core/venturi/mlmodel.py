"""What the MLmodel file of a logged model says, whichever MLflow wrote it.

Source of the format: the files that MLflow 1.30 to 3.18 write. Nothing in a model is ever loaded:
the file is plain YAML, and what stands in it as JSON is plain JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import cast

import yaml

from venturi.errors import StoreBroken

MLMODEL = "MLmodel"
REQUIREMENTS = "requirements.txt"
LARGEST_MLMODEL = 4 << 20
"""Bytes: more than any model's signature needs."""

_LONGEST_TEXT = 10_000
_JSON_SCHEMA_KINDS = ("Array", "Map")


@dataclass(frozen=True, slots=True)
class Field:
    """One input, output or parameter of a model.

    `type` is a word such as `double`, `Array(string)` or `tensor(float32, (-1, 3))`. `name` is
    empty for the only, unnamed one. `default` is a parameter's, as JSON; None when it has none.
    """

    name: str
    type: str
    required: bool = True
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Signature:
    """What goes into a model and what comes out. None where the file says nothing of it."""

    inputs: tuple[Field, ...] | None = None
    outputs: tuple[Field, ...] | None = None
    params: tuple[Field, ...] | None = None


@dataclass(frozen=True, slots=True)
class MlModel:
    """A model as its MLmodel file describes it; texts are empty where the file is silent.

    `flavors` hold what stands under each flavor, flat texts by key. `requirements` are the lines of
    the requirements.txt beside it, without comments. `created` is in milliseconds since the epoch.
    """

    flavors: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    signature: Signature = Signature()
    requirements: tuple[str, ...] = ()
    model_id: str = ""
    model_uuid: str = ""
    run_id: str = ""
    artifact_path: str = ""
    mlflow_version: str = ""
    created: int | None = None
    size: int | None = None

    @property
    def loader(self) -> str:
        """The module that loads it as a Python function."""
        return self.flavors.get("python_function", {}).get("loader_module", "")


def read_mlmodel(data: bytes, requirements: bytes = b"") -> MlModel:
    """Read an MLmodel file, with the requirements.txt beside it.

    What a field should not be is as if the field were missing; unknown fields are passed over.

    Raises:
        StoreBroken: It is no YAML mapping, or larger than any such file is.
    """
    body = _mapping(_loaded(data))
    if not body:
        raise StoreBroken("this is no MLmodel file: it holds no fields")
    signature = _mapping(body.get("signature"))
    return MlModel(
        flavors={name: _flat(held) for name, held in _mapping(body.get("flavors")).items()},
        signature=Signature(
            inputs=_fields(signature.get("inputs")),
            outputs=_fields(signature.get("outputs")),
            params=_fields(signature.get("params")),
        ),
        requirements=_lines(requirements),
        model_id=_text(body.get("model_id")),
        model_uuid=_text(body.get("model_uuid")),
        run_id=_text(body.get("run_id")),
        artifact_path=_text(body.get("artifact_path")),
        mlflow_version=_text(body.get("mlflow_version")),
        created=_moment(body.get("utc_time_created")),
        size=_whole(body.get("model_size_bytes")),
    )


class _Plain(yaml.SafeLoader):
    """Reads plain values only. No MLflow writes merge keys, with which a few lines fill memory."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Leave them as they are, and so be refused as keys."""


def _loaded(data: bytes) -> object:
    if len(data) > LARGEST_MLMODEL:
        raise StoreBroken(f"this MLmodel file has {len(data):,} bytes, more than any should have")
    try:
        return cast("object", yaml.load(data.decode("utf-8", "replace"), _Plain))  # noqa: S506
    except RecursionError:
        raise StoreBroken("this MLmodel file is nested too deeply") from None
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise StoreBroken(f"this MLmodel file is no YAML{where}") from error


def _mapping(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        return {}
    return {str(key): held for key, held in cast("dict[object, object]", value).items()}


def _flat(value: object) -> dict[str, str]:
    """What stands under a flavor, as texts: what is nested in it as JSON."""
    return {key: _as_text(held) for key, held in _mapping(value).items() if held is not None}


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else _as_json(value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _moment(value: object) -> int | None:
    """A time without a zone, which is meant in UTC; YAML readers make a time of it themselves."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    zoned = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
    return round(zoned.timestamp() * 1000)


def _lines(data: bytes) -> tuple[str, ...]:
    lines = (line.strip() for line in data.decode("utf-8", "replace").splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


def _fields(value: object) -> tuple[Field, ...] | None:
    """Inputs, outputs or params, from their JSON text."""
    try:
        items = cast("object", json.loads(_text(value)))
    except (ValueError, RecursionError):
        return None
    if not isinstance(items, list):
        return None
    held = (_mapping(item) for item in cast("list[object]", items))
    return tuple(_field(item) for item in held if item)


def _field(item: Mapping[str, object]) -> Field:
    default = item.get("default")
    return Field(
        name=_text(item.get("name")),
        type=_type_with_shape(item),
        # Before 2.6 a column could be marked optional instead.
        required=item.get("required", not item.get("optional", False)) is not False,
        default=None if default is None else _as_json(default),
    )


def _as_json(value: object) -> str:
    """JSON, cut where it gets long: what YAML refers to twice may be endless when written out."""
    parts: list[str] = []
    length = 0
    try:
        for part in json.JSONEncoder(default=str, ensure_ascii=False).iterencode(value):
            parts.append(part)
            length += len(part)
            if length > _LONGEST_TEXT:
                break
    except (ValueError, TypeError, RecursionError):  # it holds itself, or has a key that is no text
        return "…"
    return "".join(parts)[:_LONGEST_TEXT]


def _type_with_shape(item: Mapping[str, object]) -> str:
    """A parameter's type and shape: `float(-1)`; those of others have no shape beside them."""
    word = _type(item, depth=0)
    return word if item.get("shape") is None else f"{word}{_shape(item['shape'])}"


def _type(item: Mapping[str, object], depth: int) -> str:
    kind = _text(item.get("type")) or "?"
    if depth > 20:
        return "…"
    if kind == "tensor":
        spec = _mapping(item.get("tensor-spec"))
        return f"tensor({_text(spec.get('dtype')) or '?'}, {_shape(spec.get('shape'))})"
    if kind.capitalize() in _JSON_SCHEMA_KINDS:
        inner = item.get("items", item.get("values"))
        return f"{kind.capitalize()}({_type(_mapping(inner), depth + 1)})"
    if kind.capitalize() == "Object":
        held = _mapping(item.get("properties"))
        inner = ", ".join(f"{key}: {_type(_mapping(of), depth + 1)}" for key, of in held.items())
        return f"Object({inner})"
    return kind


def _shape(value: object) -> str:
    sizes = cast("list[object]", value) if isinstance(value, list) else []
    return f"({', '.join(str(size) for size in sizes)})"
