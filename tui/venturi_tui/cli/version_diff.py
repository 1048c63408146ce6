"""Writes model versions side by side in every format."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace

from venturi.compare import Row, RunDiff, compare_runs
from venturi.errors import NotFound, UsageError, VenturiError
from venturi.mlmodel import MlModel
from venturi.records import Lifecycle, Metric, ModelVersion, Run
from venturi.registry.evidence import Evidence
from venturi.registry.model_files import FACTS, model_facts, read_model
from venturi_tui.cli.call import Call
from venturi_tui.cli.comparing import write_diff_table
from venturi_tui.cli.formats.answer import TABLES, write_shape
from venturi_tui.cli.registry_reading import registry_of
from venturi_tui.present.diff import counted
from venturi_tui.present.shapes import Shape, diff_shape
from venturi_tui.present.words import safe

log = logging.getLogger("venturi.registry")


def write_version_diff(call: Call, versions: Sequence[ModelVersion], *, only_changed: bool) -> bool:
    """Print versions side by side; True when something differs among what was asked for."""
    whole = _compared(call, versions)
    fields = call.settings.columns
    asked = whole.only(fields) if fields else whole
    if fields and not len(asked):
        raise UsageError(
            f"these versions have no field {', '.join(fields)}",
            hint="name sections (params, metrics, tags, attributes) or keys such as metrics.auc",
        )
    shown = asked.only_changed() if only_changed else asked
    output = call.settings.output
    if output in TABLES:
        write_diff_table(call, shown)
        call.report.say(counted(asked, asked))
    elif output == "name":
        call.report.lines(
            f"{section}.{safe(key)}" for section, rows in shown.sections.items() for key in rows
        )
    elif output in ("csv", "tsv"):
        from venturi_tui.cli.formats.delimited import write_rows

        shape = _shape(shown)
        rows = ([name, key, *row] for name in shown.sections for key, row in shape[name].items())
        write_rows(call, ["section", "key", *shown.run_ids], rows)
    else:
        write_shape(call, _shape(shown))
    return asked.differs


def _compared(call: Call, versions: Sequence[ModelVersion]) -> RunDiff:
    """Params and metrics of what is behind versions; tags and attributes of the versions."""
    names = tuple(version.full_name for version in versions)
    evidence = Evidence(registry_of(call), call.store)
    runs = compare_runs([_run(call, version, evidence.own(version)) for version in versions])
    tags = sorted({key for version in versions for key in version.tags})
    return RunDiff(
        run_ids=names,
        run_names=names,
        params=runs.params,
        metrics=runs.metrics,
        tags={key: tuple(version.tags.get(key) for version in versions) for key in tags},
        attributes={
            "stage": tuple(version.stage for version in versions),
            "aliases": tuple(", ".join(version.aliases) or None for version in versions),
            "state": tuple(version.status for version in versions),
            "description": tuple(version.description or None for version in versions),
            "run_id": tuple(version.run_id or None for version in versions),
            "source": tuple(version.source or None for version in versions),
            "user_id": tuple(version.user_id or None for version in versions),
            **_model_rows(call, versions),
        },
    )


def _model_rows(call: Call, versions: Sequence[ModelVersion]) -> dict[str, Row]:
    """What the MLmodel files say, where one of them can be read."""
    known = [model_facts(_model(call, version)) for version in versions]
    rows: dict[str, Row] = {name: tuple(facts[name] for facts in known) for name in FACTS}
    return {name: row for name, row in rows.items() if any(value is not None for value in row)}


def _model(call: Call, version: ModelVersion) -> MlModel | None:
    try:
        with closing(call.connection.version_files(version)) as place:
            return read_model(place)
    except VenturiError as error:
        log.debug("the MLmodel file of %s cannot be read: %s", version.full_name, error)
        return None


def _run(call: Call, version: ModelVersion, own: Mapping[str, float]) -> Run:
    """The run behind a version, or an empty one where there is none.

    Metrics of the version's logged model stand in the place of the run's, as they do for gates.
    """
    run = Run("", "", "", "", None, None, Lifecycle.ACTIVE)
    if version.run_id:
        try:
            run = call.store.get_run(version.run_id)
        except NotFound:
            call.report.say(f"the run of {safe(version.full_name)} is gone: {version.run_id}")
    latest = {key: Metric(key, value, 0, 0) for key, value in own.items()}
    return replace(run, latest={**run.latest, **latest})


def _shape(diff: RunDiff) -> Shape:
    shape = diff_shape(diff)
    versions = shape.pop("runs")
    return {"versions": versions, **shape}
