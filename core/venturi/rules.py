"""Which names, keys and values MLflow accepts; what it refuses is InvalidInput, before any write.

The limits are those of MLflow 3.18 (`mlflow/utils/validation.py`), where they differ over versions
the widest: a store that is narrower says so itself.
"""

from __future__ import annotations

import math
import posixpath
import re
from functools import lru_cache
from typing import Final

from venturi.errors import InvalidInput
from venturi.records import Metric, Stage

LONGEST_KEY: Final = 250
LONGEST_PARAM: Final = 6000
LONGEST_TAG: Final = 8000
LONGEST_EXPERIMENT_NAME: Final = 500
LONGEST_EXPERIMENT_TAG: Final = 20_000
LONGEST_REGISTRY_TAG: Final = 100_000
LONGEST_ALIAS: Final = 255
LONGEST_DESCRIPTION: Final = 5000
MOST_METRICS: Final = 1000
MOST_PARAMS: Final = 100
MOST_TAGS: Final = 100
"""What one request to a server may hold; all together at most MOST_METRICS."""

_INT64 = 1 << 63
_KEY = re.compile(r"[/\w.\- :]+\Z")
_ALIAS = re.compile(r"[\w\-]+\Z")
_VERSION_LIKE = re.compile(r"[vV]\d+\Z")
_KEY_LETTERS = "letters, digits, _ - . : / and blanks"


@lru_cache(maxsize=4096)
def check_key(kind: str, key: str) -> None:
    """A key of a `param`, `metric` or `tag`.

    Raises:
        InvalidInput: It is empty, too long, holds another character, or would be another path.
    """
    if not key:
        raise InvalidInput(f"the key of a {kind} is empty")
    if not _KEY.match(key):
        raise InvalidInput(f"the {kind} key {_quoted(key)} is refused", hint=f"use {_KEY_LETTERS}")
    _check_length(f"{kind} key {_quoted(key)}", key, LONGEST_KEY)
    if is_not_unique_path(key):
        raise InvalidInput(
            f"the {kind} key {_quoted(key)} is refused",
            hint="as a path it must not start with /, hold // or .., or end with /",
        )


def is_not_unique_path(key: str) -> bool:
    """Whether a name, read as a path, would be another one: `a//b`, `../a`, `/a`, `.`."""
    normal = posixpath.normpath(key)
    return normal != key or normal == "." or normal.startswith(("..", "/"))


def check_param(key: str, value: str) -> None:
    """A param of a run. Raises InvalidInput."""
    check_key("param", key)
    _check_length(f"value of the param {_quoted(key)}", value, LONGEST_PARAM)


def check_tag(key: str, value: str) -> None:
    """A tag of a run. Raises InvalidInput."""
    check_key("tag", key)
    _check_length(f"value of the tag {_quoted(key)}", value, LONGEST_TAG)


def check_metric(metric: Metric) -> None:
    """A metric point. Raises InvalidInput."""
    check_key("metric", metric.key)
    if not 0 <= metric.timestamp < _INT64:
        raise InvalidInput(
            f"the metric {_quoted(metric.key)} has the timestamp {metric.timestamp}",
            hint="milliseconds since 1970, not less",
        )
    if not -_INT64 <= metric.step < _INT64:
        raise InvalidInput(
            f"the metric {_quoted(metric.key)} has the step {metric.step}",
            hint="steps are 64-bit numbers",
        )


def check_experiment_name(name: str) -> None:
    """The name of an experiment. Raises InvalidInput."""
    if not name.strip():
        raise InvalidInput("the name of an experiment is empty")
    _check_length("name of the experiment", name, LONGEST_EXPERIMENT_NAME)


def check_experiment_tag(key: str, value: str) -> None:
    """A tag of an experiment. Raises InvalidInput."""
    check_key("tag", key)
    _check_length(f"value of the tag {_quoted(key)}", value, LONGEST_EXPERIMENT_TAG)


def check_run_name(name: str) -> None:
    """The name of a run, which is also a tag. Raises InvalidInput."""
    _check_length("name of the run", name, LONGEST_KEY)


def check_model_name(name: str) -> None:
    """The name of a registered model. Raises InvalidInput."""
    if not name.strip():
        raise InvalidInput("the name of a model is empty")
    if "/" in name or ":" in name or is_not_unique_path(name):
        raise InvalidInput(f"the model name {_quoted(name)} is refused", hint="use no / : or ..")
    _check_length("name of the model", name, LONGEST_KEY + 6)


def check_registry_tag(key: str, value: str) -> None:
    """A tag of a model or of a version. Raises InvalidInput."""
    check_key("tag", key)
    _check_length(f"value of the tag {_quoted(key)}", value, LONGEST_REGISTRY_TAG)


def check_alias(alias: str) -> None:
    """An alias of a model version. Raises InvalidInput; `latest` and `v3` are reserved."""
    if not alias or not _ALIAS.match(alias):
        raise InvalidInput(
            f"the alias {_quoted(alias)} is refused", hint="use letters, digits, _ and -"
        )
    _check_length("alias", alias, LONGEST_ALIAS)
    if alias.lower() == "latest" or _VERSION_LIKE.match(alias):
        raise InvalidInput(
            f"the alias {_quoted(alias)} is reserved", hint="`latest` and v1, v2 … name versions"
        )


def check_description(description: str) -> None:
    """The description of a model or version. Raises InvalidInput."""
    _check_length("description", description, LONGEST_DESCRIPTION)


def stage_of(word: str) -> Stage:
    """The stage that a word in any case names. Raises InvalidInput."""
    for stage in Stage:
        if stage.value.lower() == word.lower():
            return stage
    known = ", ".join(stage.value for stage in Stage)
    raise InvalidInput(f"{_quoted(word)} is no stage", hint=f"stages are {known}")


def finite_or_flag(value: float) -> tuple[float, bool]:
    """A metric value as MLflow's databases keep it, and whether it stands for NaN.

    NaN is 0 with the flag, an infinity the largest double of its sign.
    """
    if math.isnan(value):
        return 0.0, True
    largest = 1.7976931348623157e308
    return min(max(value, -largest), largest), False


def _check_length(what: str, text: str, longest: int) -> None:
    if len(text) > longest:
        raise InvalidInput(
            f"the {what} has {len(text):,} characters", hint=f"at most {longest:,} are accepted"
        )


def _quoted(text: str) -> str:
    shown = text if len(text) <= 60 else f"{text[:59]}…"
    return f"'{shown}'"
