"""Model versions side by side: what marks them, their signatures, needs, params and metrics."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from venturi.artifacts.base import ArtifactPlace
from venturi.compare import Row, Value, row_differs
from venturi.errors import NotFound, VenturiError
from venturi.mlmodel import Field, MlModel
from venturi.records import ModelVersion, Run
from venturi.registry.evidence import Evidence
from venturi.registry.model_files import read_model
from venturi.stores.base import TrackingStore
from venturi.stores.registry import RegistryStore

UNREAD = "MLmodel file"
"""The row that says why a version's files could not be read."""

_REQUIREMENT = re.compile(r"([\w.-]+(?:\[[^\]]*\])?)\s*(.*)")


@dataclass(frozen=True, slots=True)
class VersionDiff:
    """Versions side by side: in each section one value a version for each key.

    A missing value is None. `baseline` is the place of the version that others are compared with.
    """

    names: tuple[str, ...]
    sections: Mapping[str, Mapping[str, Row]]
    baseline: int = 0

    def counted(self) -> tuple[int, int]:
        """How many rows differ, of how many."""
        rows = [row for held in self.sections.values() for row in held.values()]
        return sum(map(row_differs, rows)), len(rows)

    def against(self, baseline: int) -> VersionDiff:
        """The same, compared with another version."""
        return replace(self, baseline=baseline)


@dataclass(frozen=True, slots=True)
class _Side:
    """What is known of a version. `problem` says why its files could not be read."""

    version: ModelVersion
    run: Run | None
    metrics: Mapping[str, float]
    model: MlModel | None
    problem: str = ""


def compare_versions(
    versions: Sequence[ModelVersion],
    registry: RegistryStore,
    tracking: TrackingStore,
    files: Callable[[ModelVersion], ArtifactPlace],
    baseline: int = 0,
) -> VersionDiff:
    """Versions side by side, with what their runs and MLmodel files say.

    What cannot be read of one of them is missing, and a row says why. As for gates, metrics of the
    logged model (MLflow 3) that a version is made of count before those of its run.

    Args:
        versions: At least one.
        registry: Where they are, and what they may be copies of.
        tracking: Where their runs and logged models are.
        files: Opens the place of a version's files.
        baseline: Place of the version that the others are compared with.
    """
    evidence = Evidence(registry, tracking)
    sides = [_side(version, evidence, tracking, files) for version in versions]
    readers: dict[str, Callable[[_Side], Mapping[str, Value]]] = {
        "version": _marks,
        "inputs": lambda side: _fields(side.model and side.model.signature.inputs),
        "outputs": lambda side: _fields(side.model and side.model.signature.outputs),
        "model params": lambda side: _fields(side.model and side.model.signature.params),
        "flavors": _flavors,
        "requirements": _requirements,
        "metrics": lambda side: side.metrics,
        "params": lambda side: {} if side.run is None else side.run.params,
        "tags": lambda side: side.version.tags,
    }
    sections = {name: _rows([read(side) for side in sides]) for name, read in readers.items()}
    return VersionDiff(
        tuple(version.full_name for version in versions),
        {name: rows for name, rows in sections.items() if rows},
        baseline,
    )


def _side(
    version: ModelVersion,
    evidence: Evidence,
    tracking: TrackingStore,
    files: Callable[[ModelVersion], ArtifactPlace],
) -> _Side:
    run: Run | None = None
    if version.run_id:
        try:
            run = tracking.get_run(version.run_id)
        except NotFound:
            run = None
    metrics = {**({} if run is None else run.metrics), **evidence.own(version)}
    try:
        with closing(files(version)) as place:
            return _Side(version, run, metrics, read_model(place))
    except VenturiError as error:
        return _Side(version, run, metrics, None, error.message)


def _rows(held: Sequence[Mapping[str, Value]]) -> dict[str, Row]:
    keys = dict.fromkeys(key for each in held for key in each)
    return {key: tuple(each.get(key) for each in held) for key in keys}


def _marks(side: _Side) -> dict[str, Value]:
    version = side.version
    run = version.run_id if side.run is None else side.run.run_name or version.run_id
    known: dict[str, Value] = {
        "stage": version.stage,
        "aliases": ", ".join(version.aliases) or None,
        "status": version.status,
        "description": version.description or None,
        "run": run or None,
        "source": version.source or None,
        "by": version.user_id or None,
        "MLflow": None if side.model is None else side.model.mlflow_version or None,
        "size": None if side.model is None else side.model.size,
        UNREAD: side.problem or None,
    }
    return {key: value for key, value in known.items() if value is not None}


def _fields(fields: Sequence[Field] | None) -> dict[str, Value]:
    """What each input, output or parameter is, by its name, or its place when it has none."""
    return {each.name or f"#{at}": _field(each) for at, each in enumerate(fields or (), start=1)}


def _field(field: Field) -> str:
    optional = "" if field.required else ", optional"
    default = "" if field.default is None else f" = {field.default}"
    return f"{field.type}{optional}{default}"


def _flavors(side: _Side) -> dict[str, Value]:
    if side.model is None:
        return {}
    return {name: _flavor(name, facts) for name, facts in sorted(side.model.flavors.items())}


def _flavor(name: str, facts: Mapping[str, str]) -> str:
    """Which version of its library a flavor was made with, or what loads it."""
    for key in (f"{name}_version", "loader_module", "version"):
        if facts.get(key):
            return facts[key]
    return "yes"


def _requirements(side: _Side) -> dict[str, Value]:
    held: dict[str, Value] = {}
    for each in () if side.model is None else side.model.requirements:
        found = _REQUIREMENT.fullmatch(each)
        name, wanted = (found[1].lower(), found[2]) if found else (each, "")
        held[name] = wanted.removeprefix("==") or "any"
    return dict(sorted(held.items()))
