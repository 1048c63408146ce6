"""Histories as the curves of a picture: over the axis that is wished, alone or in groups."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from venturi.curves.align import over_metric
from venturi.curves.buckets import Buckets
from venturi.curves.group import Group, group
from venturi.curves.outline import outline
from venturi.curves.sample import sample
from venturi.curves.series import Series, XAxis, series_from
from venturi.errors import NotFound
from venturi.records import History, Run
from venturi.settings.kinds import near
from venturi_tui.cli.metric_choice import name_of
from venturi_tui.cli.plot_wish import Grouping, Look, Ribbon
from venturi_tui.present.words import exact_count, safe

_SYSTEM = "system/"


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """A metric of a run, or of a group of runs; `name` is what the run or group is called.

    `band` is the group whose mean the series is.
    """

    name: str
    key: str
    runs: tuple[Run, ...]
    series: Series
    axis: XAxis
    band: Group | None = None

    @property
    def identity(self) -> str:
        """What gives the curve its colour, whatever else is drawn."""
        return self.name if self.band is not None else self.runs[0].run_id


def curves_of(held: Iterable[tuple[Run, History | Buckets]], look: Look) -> list[Curve]:
    """The curves of histories, without those of the metric that they run over."""
    pairs = list(held)
    x_key = look.over.metric
    whole = [(run, history) for run, history in pairs if isinstance(history, History)]
    over = {run.run_id: history for run, history in whole if history.key == x_key}
    made = [
        _over_metric(run, history, over.get(run.run_id), look)
        if x_key and isinstance(history, History)
        else _over_axis(run, history, look)
        for run, history in pairs
        if not x_key or history.key != x_key
    ]
    return made if look.grouping is None else _grouped(made, look.grouping, look.ribbon)


def may_be_summed(look: Look) -> bool:
    """Whether the picture is the same when long curves come in buckets."""
    return not look.over.metric and look.points is None and look.x_window == (None, None)


def _over_axis(run: Run, history: History | Buckets, look: Look) -> Curve:
    """Steps of system metrics count samples and say nothing, so these run over relative time."""
    by_samples = look.over.axis is XAxis.STEP and history.key.startswith(_SYSTEM)
    axis = XAxis.RELATIVE if by_samples else look.over.axis
    if isinstance(history, Buckets):
        series = outline(history, axis, run.start_time, name_of(run))
    else:
        series = series_from(_thinned(history, look), axis, run.start_time, name_of(run))
    return Curve(name_of(run), history.key, (run,), series, axis)


def _over_metric(run: Run, history: History, over: History | None, look: Look) -> Curve:
    xs = over or _nothing(run, look.over.metric)
    series = over_metric(_thinned(history, look), xs, name_of(run))
    return Curve(name_of(run), history.key, (run,), series, XAxis.STEP)


def _thinned(history: History, look: Look) -> History:
    return history if look.points is None else sample(history, look.points)


def _nothing(run: Run, key: str) -> History:
    return History(run.run_id, key, array("q"), array("q"), array("d"))


def _grouped(curves: Sequence[Curve], grouping: Grouping, ribbon: Ribbon) -> list[Curve]:
    """One curve for each metric and value, those of smaller values first."""
    words = {curve.runs[0].run_id: _value(curve.runs[0], grouping) for curve in curves}
    together: dict[tuple[str, str | None], list[Curve]] = {}
    for curve in curves:
        together.setdefault((curve.key, words[curve.runs[0].run_id]), []).append(curve)
    made: list[Curve] = []
    for key in dict.fromkeys(curve.key for curve in curves):
        values = [value for its, value in together if its == key]
        ordered = sorted(values, key=_order)
        made += [_one(together[key, value], value, grouping, ribbon) for value in ordered]
    return made


def _one(curves: Sequence[Curve], value: str | None, grouping: Grouping, ribbon: Ribbon) -> Curve:
    runs = tuple(curve.runs[0] for curve in curves)
    word = f"no {safe(grouping.key)}" if value is None else f"{safe(grouping.key)}={safe(value)}"
    name = f"{word} ({exact_count(len(runs))} {'run' if len(runs) == 1 else 'runs'})"
    band = group([curve.series for curve in curves], spread=ribbon.spread, label=name)
    return Curve(word, curves[0].key, runs, band.mean, curves[0].axis, band)


def _value(run: Run, grouping: Grouping) -> str | None:
    return (run.params if grouping.group == "params" else run.tags).get(grouping.key)


def _order(value: str | None) -> tuple[int, float, str]:
    """Numbers by their size, then words, then what has no value."""
    if value is None:
        return 2, 0.0, ""
    try:
        number = float(value)
    except ValueError:
        return 1, 0.0, value
    return (0, number, value) if number == number else (1, 0.0, value)  # noqa: PLR0124 - NaN


def check_grouping(runs: Sequence[Run], grouping: Grouping) -> None:
    """Raise NotFound when none of the runs has what they are to be grouped by."""
    if any(_value(run, grouping) is not None for run in runs):
        return
    held = [run.params if grouping.group == "params" else run.tags for run in runs]
    known = sorted({key for each in held for key in each if not key.startswith("mlflow.")})
    what = grouping.group.removesuffix("s")
    hint = near(grouping.key, known) or f"there are {', '.join(known[:12])}" if known else ""
    raise NotFound(f"none of the runs has a {what} {grouping.key!r}", hint=hint)
