"""A model version as a row of cells, with a metric or two of its run beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from venturi.compare import Direction, best_positions, direction_of
from venturi.records import ModelVersion, Run
from venturi_tui.present.cells import Fit, Moment, fit, lay, shown
from venturi_tui.present.columns import Column, Source
from venturi_tui.present.grid import GridColumn
from venturi_tui.present.pieces import Line, Role, fitted
from venturi_tui.present.stages import stage_words
from venturi_tui.present.words import MISSING, age, safe

_MOST_METRICS = 2
_MOST_WORDS = 28

_FIRST = (
    GridColumn("v", least=6, right=True),
    GridColumn("stage", least=12),
    GridColumn("aliases", least=10, spare=1),
    GridColumn("created", least=7, spare=3, right=True),
    GridColumn("by", least=6, spare=5),
    GridColumn("run", least=10, spare=4),
)


@dataclass(frozen=True, slots=True)
class MetricColumn:
    """A metric of the versions' runs: how it is laid out, and its best value."""

    column: Column
    layout: Fit
    best: float | None


def version_columns(metrics: Sequence[MetricColumn]) -> list[GridColumn]:
    """The columns of a table of versions."""
    return [
        *_FIRST,
        *(
            GridColumn(
                safe(each.column.key), least=each.layout.width, spare=2 if not at else 6, right=True
            )
            for at, each in enumerate(metrics)
        ),
    ]


def metric_columns(
    versions: Sequence[ModelVersion], runs: Mapping[str, Run], moment: Moment
) -> list[MetricColumn]:
    """The metrics that tell most about these versions: those of most runs, scores first."""
    held = [runs[each.run_id] for each in versions if each.run_id in runs]
    counts = Counter(key for run in held for key in run.latest if not key.startswith("system/"))
    chosen = sorted(counts, key=lambda key: (-counts[key], _rank(key), key))[:_MOST_METRICS]
    return [_metric_column(key, held, moment) for key in chosen]


def _rank(key: str) -> int:
    order = (Direction.HIGHER, Direction.LOWER, Direction.UNKNOWN)
    told = order.index(direction_of(key))
    return told if "train" not in key.lower() else told + len(order)


def _metric_column(key: str, runs: Sequence[Run], moment: Moment) -> MetricColumn:
    column = Column(Source.METRIC, key)
    values = [run.latest[key].value if key in run.latest else None for run in runs]
    best = best_positions(values, direction_of(key))
    return MetricColumn(column, fit(column, runs, moment), values[best[0]] if best else None)


def version_row(
    version: ModelVersion,
    runs: Mapping[str, Run],
    metrics: Sequence[MetricColumn],
    moment: Moment,
    *,
    marked: bool = False,
) -> list[Line]:
    """The cells of a version, with a sign before its number when it is marked."""
    run = runs.get(version.run_id)
    aliases = " ".join(safe(each) for each in version.aliases)
    made = version.creation_time
    serves = version.stage.lower() == "production"
    return [
        (("◆ " if marked else "  ", Role.ACCENT), (str(version.version), Role.TEXT)),
        _stage(version, strong=serves),
        _words(aliases, Role.ACCENT),
        _words("" if made is None else age(made, moment.now_ms), Role.DIM),
        _words(safe(version.user_id), Role.DIM),
        _words(run_words(version, run), Role.TEXT),
        *(_value(each, run, moment) for each in metrics),
    ]


def run_words(version: ModelVersion, run: Run | None) -> str:
    """The name of a version's run, or its id while the name is not known."""
    return safe(run.run_name) if run is not None and run.run_name else safe(version.run_id[:8])


def searched(version: ModelVersion, runs: Mapping[str, Run]) -> str:
    """The words in which a version is searched for letters."""
    tags = (f"{key} {value}" for key, value in version.tags.items())
    run = run_words(version, runs.get(version.run_id))
    parts = (
        str(version.version), version.stage, *version.aliases, version.user_id, run,
        version.run_id, version.description, *tags,
    )  # fmt: skip
    return " ".join(parts).casefold()


def _stage(version: ModelVersion, *, strong: bool) -> Line:
    quiet = version.stage.lower() in ("none", "archived")
    tone = Role.STRONG if strong else Role.DIM if quiet else Role.TEXT
    words: Line = ((stage_words(version.stage), tone),)
    if version.status != "READY":
        words = (*words, (f" {safe(version.status).lower().replace('_', ' ')}", Role.BAD))
    return words


def _words(text: str, tone: Role) -> Line:
    return fitted(((text or MISSING, tone if text else Role.FAINT),), _MOST_WORDS)


def _value(metric: MetricColumn, run: Run | None, moment: Moment) -> Line:
    text = None if run is None else shown(metric.column, run, moment)
    if run is None or text is None:
        return ((lay(None, metric.layout), Role.FAINT),)
    is_best = metric.best is not None and run.latest[metric.column.key].value == metric.best
    return ((lay(text, metric.layout), Role.STRONG if is_best else Role.TEXT),)
