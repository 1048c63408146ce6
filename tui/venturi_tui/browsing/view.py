"""One view of a store's runs: the question, the rows of its answer, what to say about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import isnan

from venturi.browse import RunRows, Wish
from venturi.browse.forest import Forest
from venturi.browse.nesting import Best
from venturi.compare import Direction, direction_of
from venturi.filters.tree import Entity, Node, OrderKey
from venturi.records import Experiment, Run, View
from venturi.stores.base import RunQuery
from venturi_tui.browsing.layout import Layout, Plan
from venturi_tui.browsing.marks import Marks
from venturi_tui.present.cells import Moment
from venturi_tui.present.columns import Column, Source, column_of, order_key
from venturi_tui.present.words import exact_count

Order = tuple[tuple[Column, bool], ...]
"""Columns to sort by, the first counting most, each with whether it ascends."""


class Browsing:
    """One view of a store's runs: which are asked for, in which order, with which columns."""

    def __init__(self) -> None:
        self.experiments: dict[str, Experiment] = {}
        self.experiment_id: str | None = None
        self.view = View.ACTIVE
        self.filter_text = ""
        self.order: Order = ()
        self.layout = Layout()
        self.marks = Marks()
        self.rows = RunRows(RunQuery(experiment_ids=()))
        self.coming: RunRows | None = None
        self.is_tree = False
        """Whether nested runs are wanted under their parents."""
        self.forest: Forest | None = None
        self.coming_forest: Forest | None = None
        self.best_children: Best = {}
        self.progress = ""
        self.unfiltered: int | None = None
        self.best: dict[str, float | None] = {}
        self._filter: Node | None = None
        self._metrics: tuple[object, list[str]] = (None, [])

    # The question

    @property
    def query(self) -> RunQuery:
        """What is to be asked."""
        keys = [order_key(column, ascending=ascending) for column, ascending in self.order]
        return RunQuery(
            experiment_ids=self._experiment_ids(),
            filter=self._filter,
            order=tuple(key for key in keys if key is not None),
            view=self.view,
        )

    def _experiment_ids(self) -> tuple[str, ...] | None:
        return None if self.experiment_id is None else (self.experiment_id,)

    @property
    def whole_query(self) -> RunQuery:
        """The question without its filter."""
        return RunQuery(experiment_ids=self._experiment_ids(), view=self.view)

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

    def turn(self, column: Column, *, first: bool, further: bool = False) -> None:
        """Sort by a column; when it is sorted by already, the other way round.

        Args:
            column: What to sort by.
            first: Whether to ascend at first.
            further: Keep the other columns that are sorted by; a new one then counts least.
        """
        held = dict(self.order)
        if further and column in held:
            held[column] = not held[column]
            self.order = tuple(held.items())
            return
        ascending = not held[column] if self.order[:1] and column in held else first
        self.order = (*self.order, (column, ascending)) if further else ((column, ascending),)

    def start(self) -> RunRows:
        """Rows of a new question, which are shown as soon as the first of them are here."""
        self.coming, self.coming_forest = RunRows(self.query), None
        self.progress = ""
        return self.coming

    def arrive(self, now_ms: int) -> None:
        """Show the rows that were coming, with columns and layouts that suit them."""
        if self.coming is None:
            return
        before = self.rows.query
        self.rows, self.coming = self.coming, None
        self.forest, self.coming_forest = self.coming_forest, None
        self.best_children = {}
        names = {key: held.name for key, held in self.experiments.items()}
        held = self.layout.moment
        self.layout.moment = replace(held, now_ms=now_ms, experiments=names)
        only_order = replace(self.rows.query, order=()) == replace(before, order=())
        if not only_order or self.rows.query == before:
            self.best = {}
        moved = self.rows.query.experiment_ids != before.experiment_ids
        self.lay_out(afresh=moved)

    # Rows: those of the answer, or those of the tree of nested runs

    @property
    def count(self) -> int:
        """Rows of the table."""
        return len(self.rows if self.forest is None else self.forest)

    def id_at(self, row: int) -> str | None:
        """Run id of a row; None beyond the rows that are known."""
        return self.rows.id_at(row) if self.forest is None else self.forest.id_at(row)

    def run_at(self, row: int) -> Run | None:
        """Run of a row; None while it is not in memory."""
        run_id = self.id_at(row)
        return None if run_id is None else self.rows.run(run_id)

    def row_of(self, run_id: str) -> int | None:
        """Row of a run, or of the run it is folded away in; None for none."""
        return self.rows.row_of(run_id) if self.forest is None else self.forest.row_of(run_id)

    def wish(self, first: int, last: int) -> Wish | None:
        """What to read next so that these rows can be shown; None when all is here."""
        if self.forest is None:
            return self.rows.wish(first, last)
        return wish_of(self.rows, self.forest, first, last)

    # Columns

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the table."""
        return self.layout.columns

    @property
    def moment(self) -> Moment:
        """The time the rows came, and the names of experiments."""
        return self.layout.moment

    def plan(self, plan: Plan) -> None:
        """Show columns as somebody wants them."""
        self.layout.plan = plan
        self.lay_out(afresh=True)

    def lay_out(self, *, afresh: bool = False) -> None:
        """Choose columns, when that is to be done afresh or never was, and lay them out."""
        runs = self.rows.loaded
        if not runs:
            return
        if afresh or self.layout.is_empty:
            self.layout.choose(runs, experiments=self.experiment_id is None)
        else:
            self.layout.see(runs)

    # Best values

    def next_best(self, columns: Iterable[Column]) -> OrderKey | None:
        """The next metric of these columns whose best value is to be asked for, best first.

        What can be told from the rows in memory, because they are all there are, is told first. A
        metric is asked for once; until the answer is here its best value is None.
        """
        for column in columns:
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
    def shown_order(self) -> Order:
        """The columns that the rows shown are ordered by, and whether each ascends."""
        return tuple(column_of(key) for key in self.rows.query.order)

    @property
    def counts(self) -> str:
        """`312 of 4,106 runs`; `500+ runs` while the end is not known."""
        if not self.rows.begun:
            return ""
        total = self.rows.total
        if self.progress:
            return self.progress
        shown = exact_count(len(self.rows)) + ("" if total is not None else "+")
        if self.rows.query.filter is not None and self.unfiltered is not None:
            shown = f"{shown} of {exact_count(self.unfiltered)}"
        return f"{shown} run" if shown == "1" else f"{shown} runs"

    @property
    def metrics(self) -> list[str]:
        """Metrics of the runs at hand: those in the columns first, then by name."""
        state = (self.rows, self.rows.revision, self.columns)
        if self._metrics[0] != state:
            self._metrics = (state, self._all_metrics())
        return self._metrics[1]

    def _all_metrics(self) -> list[str]:
        in_columns = [each.key for each in self.columns if each.source is Source.METRIC]
        others = {key for run in self.rows.loaded for key in run.latest}
        system = sorted(key for key in others if key.startswith("system/"))
        rest = sorted(others.difference(in_columns, system))
        return [*in_columns, *rest, *(key for key in system if key not in in_columns)]


def wish_of(rows: RunRows, forest: Forest, first: int, last: int) -> Wish | None:
    """What to read next so that rows of a tree can be shown, and soon their neighbours."""
    around = last - first + 1
    near = range(max(0, first - around), min(last + around + 1, len(forest)))
    ordered = sorted(near, key=lambda row: abs(2 * row - first - last))
    ids = [run_id for row in ordered if (run_id := forest.id_at(row)) is not None]
    seen = range(max(0, first), min(last + 1, len(forest)))
    return rows.wish_for(ids, [run_id for row in seen if (run_id := forest.id_at(row)) is not None])


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
