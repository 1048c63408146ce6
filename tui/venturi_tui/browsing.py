"""What a table of runs shows: the question, the rows of its answer, columns and marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isnan
from typing import TYPE_CHECKING

from venturi.browse import RunRows
from venturi.compare import Direction, direction_of
from venturi.filters.tree import Entity, Node, OrderKey
from venturi.records import Experiment, Run
from venturi.stores.base import RunQuery
from venturi_tui.present.cells import Fit, Moment, fit
from venturi_tui.present.columns import (
    NAME,
    Column,
    Source,
    choose_columns,
    column_of,
    order_key,
    parse_column,
)
from venturi_tui.present.words import exact_count

if TYPE_CHECKING:
    from venturi_tui.present.chart.styles import SeriesStyle


class Marks:
    """Marked runs in the order they were marked, each with a style of its own."""

    def __init__(self) -> None:
        self._styles: dict[str, SeriesStyle] = {}

    def __len__(self) -> int:
        return len(self._styles)

    def __contains__(self, run_id: object) -> bool:
        return run_id in self._styles

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the marked runs."""
        return tuple(self._styles)

    @property
    def styles(self) -> Mapping[str, SeriesStyle]:
        """Style of each marked run, by id."""
        return self._styles

    def add(self, run_id: str) -> None:
        """Mark a run."""
        if run_id not in self._styles:
            self._styles[run_id] = self.style_of(run_id)

    def toggle(self, run_id: str) -> None:
        """Mark a run, or take its mark away."""
        if self._styles.pop(run_id, None) is None:
            self.add(run_id)

    def drop(self, run_id: str) -> None:
        """Take a mark away, when there is one."""
        self._styles.pop(run_id, None)

    def clear(self) -> None:
        """Take all marks away."""
        self._styles.clear()

    def style_of(self, run_id: str) -> SeriesStyle:
        """The style of a run, marked or not: none of the marked runs has the same."""
        from venturi_tui.present.chart.styles import series_style

        held = self._styles.get(run_id)
        return held or series_style(run_id, tuple(self._styles.values()))


class Browsing:
    """One view of a store's runs: which are asked for, in which order, with which columns."""

    def __init__(self) -> None:
        self.experiments: dict[str, Experiment] = {}
        self.experiment_id: str | None = None
        self.filter_text = ""
        self.order: tuple[Column, bool] | None = None
        self.columns: tuple[Column, ...] = (NAME,)
        self.chosen: list[str] = []
        self.marks = Marks()
        self.rows = RunRows(RunQuery(experiment_ids=()))
        self.coming: RunRows | None = None
        self.unfiltered: int | None = None
        self.best: dict[str, float | None] = {}
        self._filter: Node | None = None
        self._fits: dict[Column, Fit] = {}
        self.moment = Moment(0, {})

    # The question

    @property
    def query(self) -> RunQuery:
        """What is to be asked."""
        order: OrderKey | None = None
        if self.order is not None:
            column, ascending = self.order
            order = order_key(column, ascending=ascending)
        return RunQuery(
            experiment_ids=self._experiment_ids(),
            filter=self._filter,
            order=() if order is None else (order,),
        )

    def _experiment_ids(self) -> tuple[str, ...] | None:
        return None if self.experiment_id is None else (self.experiment_id,)

    @property
    def whole_query(self) -> RunQuery:
        """The question without its filter."""
        return RunQuery(experiment_ids=self._experiment_ids())

    @property
    def is_filtered(self) -> bool:
        """Whether a filter leaves runs out."""
        return self._filter is not None

    @property
    def experiment_name(self) -> str:
        """Name of the experiment that is shown."""
        if self.experiment_id is None:
            return "all experiments"
        held = self.experiments.get(self.experiment_id)
        return self.experiment_id if held is None else held.name

    def set_filter(self, text: str) -> None:
        """Leave out what does not match. Raises FilterError, and nothing has changed then."""
        words = text.strip()
        self._filter = _parsed(words) if words else None
        self.filter_text = words

    def turn(self, column: Column, first: bool) -> None:
        """Sort by a column; when it is sorted by already, the other way round.

        Args:
            column: What to sort by.
            first: Whether to ascend at first.
        """
        if self.order is not None and self.order[0] == column:
            self.order = (column, not self.order[1])
        else:
            self.order = (column, first)

    def start(self) -> RunRows:
        """Rows of a new question, which are shown as soon as the first of them are here."""
        self.coming = RunRows(self.query)
        return self.coming

    def arrive(self, now_ms: int) -> None:
        """Show the rows that were coming, with columns and layouts that suit them."""
        if self.coming is None:
            return
        before = self.rows.query
        self.rows, self.coming = self.coming, None
        names = {key: held.name for key, held in self.experiments.items()}
        self.moment = Moment(now_ms, names)
        only_order = replace(self.rows.query, order=()) == replace(before, order=())
        if not only_order or self.rows.query == before:
            self.best = {}
        moved = self.rows.query.experiment_ids != before.experiment_ids
        self.lay_out(afresh=moved)

    def lay_out(self, *, afresh: bool = False) -> None:
        """Choose columns, when that is to be done afresh or never was, and lay them out."""
        runs = self.rows.loaded
        if not runs:
            return
        if afresh or self.columns == (NAME,):
            self._fits.clear()
            self.columns = self._chosen_columns() or choose_columns(
                runs, experiments=self.experiment_id is None
            )
        self.refit(runs)

    def _chosen_columns(self) -> tuple[Column, ...]:
        return tuple(parse_column(name) for name in self.chosen)

    def refit(self, runs: Sequence[Run]) -> None:
        """Lay columns out so that these runs fit as well as those before; none gets narrower."""
        for column in self.columns:
            wanted = fit(column, runs, self.moment)
            self._fits[column] = _wider(self._fits.get(column), wanted)

    @property
    def fits(self) -> tuple[Fit, ...]:
        """Layouts of the columns."""
        return tuple(self._fits.get(column, Fit(8)) for column in self.columns)

    # Best values

    def next_best(self) -> OrderKey | None:
        """The next metric in the columns whose best value is to be asked for, best first.

        What can be told from the rows in memory, because they are all there are, is told first. A
        metric is asked for once; until the answer is here its best value is None.
        """
        for column in self.columns:
            order = _best_order(column)
            if order is None or column.key in self.best:
                continue
            if self.rows.total is None or len(self.rows.loaded) < self.rows.total:
                self.best[column.key] = None
                return order
            values = [
                run.latest[column.key].value for run in self.rows.loaded if column.key in run.latest
            ]
            known = [value for value in values if not isnan(value)]
            pick = min if order.ascending else max
            self.best[column.key] = pick(known) if known else None
        return None

    # What to say about it

    @property
    def shown_order(self) -> tuple[Column, bool] | None:
        """The column that the rows shown are ordered by, and whether it ascends."""
        order = self.rows.query.order
        return column_of(order[0]) if order else None

    @property
    def counts(self) -> str:
        """`312 of 4,106 runs`; `500+ runs` while the end is not known."""
        if not self.rows.begun:
            return ""
        total = self.rows.total
        shown = exact_count(len(self.rows)) + ("" if total is not None else "+")
        if self.rows.query.filter is not None and self.unfiltered is not None:
            shown = f"{shown} of {exact_count(self.unfiltered)}"
        return f"{shown} run" if shown == "1" else f"{shown} runs"

    @property
    def metrics(self) -> list[str]:
        """Metrics of the runs at hand: those in the columns first, then by name."""
        in_columns = [each.key for each in self.columns if each.source is Source.METRIC]
        others = {key for run in self.rows.loaded for key in run.latest}
        system = sorted(key for key in others if key.startswith("system/"))
        rest = sorted(others.difference(in_columns, system))
        return [*in_columns, *rest, *(key for key in system if key not in in_columns)]


def _wider(old: Fit | None, new: Fit) -> Fit:
    """A layout that holds what either holds."""
    if old is None or old == new:
        return new
    if old.point is None or new.point is None:
        return Fit(max(old.width, new.width), None, old.right)
    point = max(old.point, new.point)
    after = max(old.width - old.point, new.width - new.point)
    return Fit(point + after, point)


def _best_order(column: Column) -> OrderKey | None:
    """The order that brings a metric's best value to the top; None when nobody knows it."""
    direction = direction_of(column.key)
    if column.source is not Source.METRIC or direction is Direction.UNKNOWN:
        return None
    return OrderKey(Entity.METRIC, column.key, direction is Direction.LOWER)


def _parsed(text: str) -> Node | None:
    """What a filter means; the parser is loaded with the first one."""
    from venturi.filters.syntax import parse_filter

    return parse_filter(text)
