"""Everything about a run as lines to read, one thing a line, in sections."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from venturi.browse.kin import MOST_CHILDREN, Kin
from venturi.records import DatasetInput, Metric, Run
from venturi_tui.present.cells import Moment
from venturi_tui.present.metric_rows import (
    Sketch,
    Sketches,
    columns_for,
    metric_head,
    metric_line,
    metric_text,
)
from venturi_tui.present.pieces import Line, Role
from venturi_tui.present.run_card import (
    DESCRIPTION,
    CardLine,
    Way,
    cut_lines,
    grouped,
    live_lines,
    section,
    state_line,
    table,
    text_lines,
)
from venturi_tui.present.words import age, exact_count, safe, status_glyph, status_word, timestamp

_SOURCE = {
    "mlflow.source.name": "file",
    "mlflow.source.type": "kind",
    "mlflow.source.git.commit": "git commit",
    "mlflow.source.git.branch": "git branch",
    "mlflow.source.git.repoURL": "git repository",
    "mlflow.project.entryPoint": "entry point",
    "mlflow.project.env": "environment",
    "mlflow.project.backend": "backend",
    "mlflow.docker.image.uri": "image",
}
"""Tags that say what made the run, by the words for them."""

_OLD_NAMES = {
    "mlflow.source.git.branch": "mlflow.gitBranchName",
    "mlflow.source.git.repoURL": "mlflow.gitRepoURL",
}
_LOG_HISTORY = "mlflow.log-model.history"
_SHOWN_APART = {DESCRIPTION, _LOG_HISTORY, *_SOURCE, *_OLD_NAMES.values()}


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of a run besides its record, as far as it was read.

    Args:
        sketches: What the points of its metrics come to.
        note: Its description, laid out.
        kin: Its parent and children.
        models: Names of the models that it logged, by MLflow 3.
    """

    sketches: Sketches = field(default_factory=dict[str, Sketch])
    note: Sequence[Line] = ()
    kin: Kin = field(default_factory=Kin)
    models: Sequence[str] = ()


def full(run: Run, width: int, moment: Moment, around: Around | None = None) -> list[CardLine]:
    """Everything about a run, one thing a line, in sections."""
    around = around or Around()
    card = [CardLine(state_line(run, moment)), *live_lines(run, moment, width)]
    if note := run.tags.get(DESCRIPTION):
        card += section("description")
        laid = [CardLine(each, "description", note) for each in around.note]
        card += laid or text_lines(note, width, Role.TEXT)
    card += _all_metrics(run, width, around.sketches)
    card += [*section("params", len(run.params)), *table(dict(run.params), width)]
    tags = {key: value for key, value in run.tags.items() if not key.startswith("mlflow.")}
    card += [*section("tags", len(tags)), *table(tags, width)]
    card += _datasets(run.datasets, width)
    if run.artifact_uri:
        card += [CardLine(()), _opened("artifacts", run.artifact_uri, Way("files", ""))]
    card += _models(run, around.models)
    card += _kin(run, around.kin, moment)
    source = _source(run)
    card += [*section("source"), *table(source, width, in_order=True)] if source else []
    card += [*section("attributes"), *table(_attributes(run, moment), width, in_order=True)]
    kept = {
        key: value
        for key, value in run.tags.items()
        if key.startswith("mlflow.") and key not in _SHOWN_APART
    }
    card += [*section("kept by MLflow", len(kept)), *table(kept, width)]
    return cut_lines(card, width)


def _all_metrics(run: Run, width: int, sketches: Sketches) -> list[CardLine]:
    own, machine = grouped(run)
    card = _sketched("metrics", own, width, sketches)
    return card + _sketched("system metrics", machine, width, sketches) if machine else card


def _sketched(
    name: str, metrics: Sequence[Metric], width: int, sketches: Sketches
) -> list[CardLine]:
    columns = columns_for(metrics, width)
    blank, title = section(name, len(metrics))
    head = metric_head(title.pieces, columns) if metrics else title.pieces
    card = [blank, CardLine(head)]
    for each in metrics:
        sketch = sketches.get(each.key)
        pieces = metric_line(each, sketch, columns)
        card.append(CardLine(pieces, each.key, metric_text(each, sketch)))
    return card


def _datasets(datasets: Sequence[DatasetInput], width: int) -> list[CardLine]:
    if not datasets:
        return []
    held: dict[str, str] = {}
    for each in datasets:
        context = f" ({each.context})" if each.context else ""
        origin = _origin(each)
        held[f"{each.name}{context}"] = each.digest + (f"  {origin}" if origin else "")
    return [*section("datasets", len(datasets)), *table(held, width, in_order=True)]


def _origin(dataset: DatasetInput) -> str:
    """Where a dataset comes from: the address in its source, else the source as it is."""
    try:
        source: object = json.loads(dataset.source)
    except (ValueError, RecursionError):
        source = dataset.source
    if isinstance(source, dict):
        held = cast("dict[str, object]", source)
        named = [held.get(key) for key in ("uri", "url", "path", "table_name")]
        source = next((each for each in named if isinstance(each, str)), dataset.source)
    parts = (dataset.source_type, source if isinstance(source, str) else dataset.source)
    return " ".join(part for part in parts if part)


def _models(run: Run, models: Sequence[str]) -> list[CardLine]:
    """The models a run logged: those of MLflow 3, and those among its artifacts."""
    card = [_opened(name, "logged model", Way("model", name)) for name in models]
    card += [
        _opened(path or "(top)", "among the artifacts", Way("files", path))
        for path in noted_models(run)
    ]
    return [*section("models", len(card)), *card] if card else []


def noted_models(run: Run) -> list[str]:
    """Paths of the models that MLflow before 3 noted in a tag, the newest first."""
    try:
        held = json.loads(run.tags.get(_LOG_HISTORY, "[]"))
        return list(dict.fromkeys(str(each["artifact_path"]) for each in reversed(held)))
    except (ValueError, TypeError, KeyError, RecursionError):
        return []


def _kin(run: Run, kin: Kin, moment: Moment) -> list[CardLine]:
    card: list[CardLine] = []
    if kin.parent is not None:
        card += [*section("nested in"), _run_line(kin.parent, moment)]
    elif run.parent_id:
        card += [*section("nested in"), _opened(run.parent_id, "", Way("run", run.parent_id))]
    if kin.children:
        card += section("nested runs", len(kin.children))
        card += [_run_line(child, moment) for child in kin.children]
    if kin.has_more:
        words = f"… more than {exact_count(MOST_CHILDREN)}: the tree of runs shows all"
        card.append(CardLine(((words, Role.DIM),)))
    return card


def _run_line(run: Run, moment: Moment) -> CardLine:
    state = f"{status_glyph(run.status)} {status_word(run.status)}"
    about = state + (f"  {age(run.start_time, moment.now_ms)} ago" if run.start_time else "")
    return _opened(run.run_name or run.run_id, about, Way("run", run.run_id))


def _opened(name: str, about: str, way: Way) -> CardLine:
    """A line that leads somewhere."""
    pieces: Line = (
        ("▸ ", Role.ACCENT),
        (safe(name), Role.TEXT),
        (f"  {safe(about)}" if about else "", Role.DIM),
    )
    return CardLine(pieces, name, about, way)


def _source(run: Run) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag, word in _SOURCE.items():
        value = run.tags.get(tag) or run.tags.get(_OLD_NAMES.get(tag, ""))
        if value:
            found[word] = value
    return found


def _attributes(run: Run, moment: Moment) -> dict[str, str]:
    return {
        "run id": run.run_id,
        "name": run.run_name,
        "experiment": moment.experiments.get(run.experiment_id, run.experiment_id),
        "status": run.status,
        "start": timestamp(run.start_time),
        "end": timestamp(run.end_time),
        "user": run.user_id,
        "artifacts": run.artifact_uri,
        "stage": run.lifecycle_stage.value,
    }
