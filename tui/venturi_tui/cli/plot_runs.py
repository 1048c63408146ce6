"""Pictures over runs, which have one value each: histogram, bars, scatter, parallel coordinates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from venturi.compare import compare_runs
from venturi.errors import NotFound, UsageError
from venturi.records import Run
from venturi.settings.kinds import near
from venturi_tui.cli.call import Call
from venturi_tui.cli.metric_choice import chosen, no_key
from venturi_tui.cli.plot_data import write_data
from venturi_tui.cli.plot_wish import Form, Kind, Look
from venturi_tui.cli.plotting import document, dots_of, theme_of
from venturi_tui.cli.sizes import LOWEST
from venturi_tui.present.chart import Drawing
from venturi_tui.present.chart.frame import ShapeOptions
from venturi_tui.present.run_columns import key_of, value_of
from venturi_tui.present.run_picture import PictureKind, PictureWish, draw_picture, run_picture
from venturi_tui.present.shapes import Shape, json_number
from venturi_tui.present.words import exact_count, safe

_MOST_AXES = 6
_LONGEST = 16
"""How many params are shown unasked, and how long the values of such a param may be."""

_GROUPS = ("params", "metrics", "tags")


@dataclass(frozen=True, slots=True)
class Asked:
    """What to draw over runs.

    `keys` are metrics; the last of them is what the others explain. `against` are further columns,
    each `params.KEY`, `metrics.KEY` or `tags.KEY`.
    """

    kind: Kind
    runs: Sequence[Run]
    keys: Sequence[str]
    against: Sequence[str]

    @property
    def columns(self) -> list[str]:
        """Names of all columns, those of the metrics last."""
        return [*self.against, *(f"metrics.{key}" for key in self.keys)]

    @property
    def wish(self) -> PictureWish:
        """The same, as both faces draw it."""
        others = (*self.against, *(f"metrics.{key}" for key in self.keys[:-1]))
        return PictureWish(PictureKind(self.kind.value), self.keys[-1], others)

    @property
    def title(self) -> str:
        """What is seen, in words."""
        keys = ", ".join(self.keys)
        return f"{keys} against {key_of(self.against[0])}" if self.kind is Kind.SCATTER else keys


def asked_of(
    call: Call, kind: Kind, runs: Sequence[Run], keys: Sequence[str], against: Sequence[str]
) -> Asked:
    """What is to be drawn, with the runs that have it; those that lack something are told.

    Raises:
        UsageError: A kind wants more or fewer metrics or columns than are named.
        NotFound: A metric or column that none of the runs has.
    """
    _check_numbers(kind, keys, against)
    if not keys:
        raise no_key(runs)
    found = chosen(call, runs, keys)
    wanted = list(dict.fromkeys(against))
    for name in wanted:
        _check_column(runs, name)
    if kind is Kind.PARALLEL:
        return Asked(kind, runs, list(dict.fromkeys(keys)), wanted or _varied(call, runs))
    having = {run.run_id for run, _ in found}
    kept = [run for run in runs if run.run_id in having]
    for name in wanted:
        lacking = sum(value_of(run, name) is None for run in kept)
        kept = [run for run in kept if value_of(run, name) is not None]
        if lacking:
            runs_have = "run has" if lacking == 1 else "runs have"
            call.report.say(f"{exact_count(lacking)} {runs_have} no {safe(name)}")
    if not kept:
        raise NotFound(f"none of the runs has both {keys[0]} and {wanted[0]}")
    return Asked(kind, kept, keys, wanted)


def answer_run_picture(call: Call, asked: Asked, look: Look, form: Form) -> None:
    """Write the picture, or the values that are seen in it."""
    if form is Form.JSON:
        write_data(call, _shapes(asked))
        return
    report = call.report
    _ = call.settings  # which say whether there is colour
    theme = theme_of(look, form, report)
    options = ShapeOptions(title=asked.title, dots=dots_of(look, report), theme=theme)
    width, height = look.cells(report, form)
    if asked.kind is Kind.BARS and look.size is None:
        height = max(len(asked.runs) + 1, LOWEST)
    picture = run_picture(asked.runs, asked.wish)
    if picture.unlined:
        drawn, of = exact_count(len(picture.runs)), exact_count(len(asked.runs))
        report.say(f"the first {drawn} of {of} runs are drawn")
    drawing = draw_picture(picture, {}, (width, height), options)
    if look.size is None:
        drawing = _without_empty_end(drawing)
    report.data(document(drawing, form, theme, asked.title))


def _without_empty_end(drawing: Drawing) -> Drawing:
    rows = list(drawing.rows)
    while rows and not "".join(span.text for span in rows[-1]).strip():
        rows.pop()
    return replace(drawing, rows=tuple(rows), height=len(rows))


def _shapes(asked: Asked) -> Iterator[Shape]:
    """`{"run_id", "run_name", "params.lr": …, "metrics.loss": …}` of each run."""
    for run in asked.runs:
        shape: Shape = {"run_id": run.run_id, "run_name": run.run_name}
        for column in asked.columns:
            value = value_of(run, column)
            shape[column] = json_number(value) if isinstance(value, float) else value
        yield shape


def _check_numbers(kind: Kind, keys: Sequence[str], against: Sequence[str]) -> None:
    if kind is not Kind.PARALLEL and len(set(keys)) > 1:
        raise UsageError(f"--kind {kind.value} draws one metric, not {len(set(keys))}")
    if kind is Kind.SCATTER and len(set(against)) != 1:
        raise UsageError(
            "--kind scatter draws a metric against one thing", hint="--against params.KEY"
        )
    if kind in (Kind.HISTOGRAM, Kind.BARS) and against:
        raise UsageError(f"--kind {kind.value} has nothing to draw --against")


def _check_column(runs: Sequence[Run], name: str) -> None:
    group, dot, key = name.partition(".")
    known = sorted(
        {f"{each}.{its}" for run in runs for each in _GROUPS for its in _held(run, each)}
    )
    if group not in _GROUPS or not dot or not key:
        meant = near(f"params.{name}", known) or "params.KEY, metrics.KEY or tags.KEY"
        raise UsageError(f"--against {name!r} is no column", hint=meant)
    if name not in known:
        hint = near(name, known) or "venturi runs get RUN shows what a run has"
        raise NotFound(f"none of the runs has {name!r}", hint=hint)


def _varied(call: Call, runs: Sequence[Run]) -> list[str]:
    """Some params that are not the same in all runs, and of which every value is short."""
    if len(runs) < 2:
        return []
    changed = compare_runs(runs).only_changed().params
    short = [
        key
        for key, row in changed.items()
        if all(len(str(value)) <= _LONGEST for value in row if value is not None)
    ]
    if len(changed) > len(short[:_MOST_AXES]):
        left = exact_count(len(changed) - len(short[:_MOST_AXES]))
        call.report.say(f"{left} more params differ: --against params.KEY chooses")
    return [f"params.{key}" for key in short[:_MOST_AXES]]


def _held(run: Run, group: str) -> Mapping[str, object]:
    return {"params": run.params, "metrics": run.latest, "tags": run.tags}[group]
