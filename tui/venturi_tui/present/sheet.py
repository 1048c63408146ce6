"""One run or experiment as a readable sheet with sections."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from venturi.records import DatasetInput, Experiment, Lifecycle, Metric, Run
from venturi_tui.present.kinds.runs import run_time
from venturi_tui.present.kinds.single import status_cell, text_cell
from venturi_tui.present.listing import Moment
from venturi_tui.present.table import NOTHING, Cell, Paint, Tone, plain_paint
from venturi_tui.present.width import cells, clip, left
from venturi_tui.present.words import (
    age,
    duration,
    exact_count,
    exact_number,
    safe,
    timestamp,
)

_OWN = "mlflow."
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Section:
    """Names and values under a heading."""

    heading: str
    lines: Sequence[tuple[str, Cell]]


def run_sections(run: Run, moment: Moment) -> list[Section]:
    """Everything a run holds."""
    name = safe(run.run_name) or safe(run.run_id)
    keyed = (
        ("params", [(safe(key), text_cell(run.params[key])) for key in sorted(run.params)]),
        ("metrics", _metrics(run.latest)),
        ("tags", _tags(run.tags)),
        ("datasets", [_dataset(dataset) for dataset in run.datasets]),
    )
    return [
        Section(name, _run_facts(run, moment)),
        *(Section(f"{title} {exact_count(len(lines))}", lines) for title, lines in keyed if lines),
    ]


def experiment_sections(experiment: Experiment, moment: Moment) -> list[Section]:
    """Everything an experiment holds."""
    facts = [
        ("id", text_cell(experiment.experiment_id)),
        ("stage", _stage(experiment.lifecycle_stage)),
        ("created", _moment_cell(experiment.creation_time, moment)),
        ("updated", _moment_cell(experiment.last_update_time, moment)),
        ("artifacts", text_cell(experiment.artifact_location)),
    ]
    if moment.run_counts is not None:
        count = moment.run_counts.get(experiment.experiment_id, 0)
        facts.insert(2, ("runs", Cell(exact_count(count))))
    tags = _tags(experiment.tags)
    sections = [Section(safe(experiment.name), facts)]
    return [*sections, Section(f"tags {exact_count(len(tags))}", tags)] if tags else sections


def draw_sections(
    sections: Sequence[Section], *, width: int | None = None, paint: Paint = plain_paint
) -> Iterator[str]:
    """Sections as lines; long values are cut to `width` where there is one."""
    names = [cells(name) for section in sections for name, _ in section.lines]
    column = min(max(names, default=0), _LONGEST_NAME)
    for section in sections:
        yield paint(section.heading, Tone.STRONG)
        for name, cell in section.lines:
            lead = f"  {left(clip(name, column) if width else name, column)}  "
            room = max(width - cells(lead), 1) if width else None
            text = clip(cell.text, room) if room else cell.text
            yield f"{lead}{paint(text, cell.tone)}"


def _run_facts(run: Run, moment: Moment) -> list[tuple[str, Cell]]:
    experiment = text_cell(run.experiment_id)
    name = moment.experiments.get(run.experiment_id)
    if name is not None:
        experiment = Cell(f"{safe(name)} ({safe(run.experiment_id)})")
    took = run_time(run, moment.now_ms)
    return [
        ("id", text_cell(run.run_id)),
        ("status", status_cell(run.status)),
        ("stage", _stage(run.lifecycle_stage)),
        ("experiment", experiment),
        ("user", text_cell(run.user_id)),
        ("started", _moment_cell(run.start_time, moment)),
        ("ended", _moment_cell(run.end_time, moment)),
        ("duration", NOTHING if took is None else Cell(duration(took))),
        ("artifacts", text_cell(run.artifact_uri)),
    ]


def _stage(stage: Lifecycle) -> Cell:
    return Cell(stage.value, Tone.STRONG if stage is Lifecycle.DELETED else Tone.NORMAL)


def _moment_cell(ms: int | None, moment: Moment) -> Cell:
    if ms is None:
        return NOTHING
    ago = age(ms, moment.now_ms)
    return Cell(
        f"{timestamp(ms)} ({ago})" if ago.startswith("in ") else f"{timestamp(ms)} ({ago} ago)"
    )


def _metrics(latest: Mapping[str, Metric]) -> list[tuple[str, Cell]]:
    shown = [exact_number(latest[key].value) for key in sorted(latest)]
    column = max(map(cells, shown), default=0)
    return [
        (safe(key), Cell(f"{left(value, column)}  at step {exact_count(latest[key].step)}"))
        for key, value in zip(sorted(latest), shown, strict=True)
    ]


def _tags(tags: Mapping[str, str]) -> list[tuple[str, Cell]]:
    """Tags, those that MLflow makes itself last."""
    order = sorted(tags, key=lambda key: (key.startswith(_OWN), key))
    return [(safe(key), text_cell(tags[key])) for key in order]


def _dataset(dataset: DatasetInput) -> tuple[str, Cell]:
    parts = [f"digest {dataset.digest}", dataset.source_type, dataset.context or ""]
    return safe(dataset.name), Cell(safe(", ".join(part for part in parts if part)))
