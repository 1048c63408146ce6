"""A table of runs whose nested runs can stand under their parents, as a tree that folds."""

from __future__ import annotations

from collections.abc import Iterable

from textual.message import Message

from venturi.browse.forest import Forest
from venturi.compare import Direction, direction_of
from venturi.connection import Connection
from venturi.stores.base import RunQuery
from venturi_tui import messages
from venturi_tui.loading import Loading
from venturi_tui.present.columns import Column, Source
from venturi_tui.present.words import exact_count
from venturi_tui.screens.browsed import BrowsedTable
from venturi_tui.state import Remembered

_DEEPEST_WHOLE = 6
"""Names that are nested deeper are cut."""

_MOST_PARENTS = 100
_MOST_CHILDREN = 2_000
"""Children whose best values are asked for at once, by a store that has to read them."""


class NestedTable(BrowsedTable):
    """Runs with their children under them, when that is wanted."""

    def __init__(self, loading: Loading, remembered: Remembered) -> None:
        super().__init__(remembered)
        self._loading = loading
        self._asked_children: set[tuple[str, str]] = set()

    # What is drawn

    def lead(self, row: int) -> str:
        """Branches, and a sign for what can be folded."""
        forest = self.browsing.forest
        if forest is None or not forest.is_nested or row >= len(forest):
            return ""
        run_id = forest.id_at(row) or ""
        levels = forest.branches(row) if forest.depth_at(row) else ()
        lines = "".join("│ " if more else "  " for more in levels[:-1])
        branch = ("├ " if levels[-1] else "└ ") if levels else ""
        folds = forest.has_children(run_id)
        sign = ("▾ " if forest.is_open(row) else "▸ ") if folds else "" if levels else "  "
        return f"{lines}{branch}{sign}"

    def lent(self, run_id: str, column: Column) -> float | None:
        """The best value among the children of a run that has none itself."""
        if self.browsing.forest is None:
            return None
        return self.browsing.best_children.get(run_id, {}).get(column.key)

    def _show_rows(self, rows: Iterable[int]) -> None:
        """Leave room for the branches that are in view, and draw."""
        layout, forest = self.browsing.layout, self.browsing.forest
        if forest is None or not forest.is_nested:
            layout.lead_room = 0
        else:
            seen = range(self.first, min(self.last + 1, len(forest)))
            deepest = max((forest.depth_at(row) for row in seen), default=0)
            layout.lead_room = max(layout.lead_room, 2 + 2 * min(deepest, _DEEPEST_WHOLE))
        super()._show_rows(rows)

    # Folding

    @property
    def forest(self) -> Forest | None:
        """The tree; None while rows are those of the answer."""
        return self.browsing.forest

    def toggle_fold(self) -> str:
        """Show the children of the cursor's run, or fold them away. Why not, in words."""
        forest, row = self.forest, self.cursor
        if forest is None:
            return "nested runs are not shown as a tree: T turns that on"
        if not forest.has_children(self.run_id or ""):
            above = forest.parent_row(row) if row < len(forest) else None
            if above is None:
                return "no run is nested in this one"
            row = above
        if forest.is_open(row):
            forest.fold(row)
        else:
            forest.unfold(row)
        self._refolded(row)
        return ""

    def toggle_all_folds(self) -> str:
        """Show all children, or fold all away. Why not, in words."""
        forest, here = self.forest, self.run_id
        if forest is None:
            return "nested runs are not shown as a tree: T turns that on"
        if forest.unfolded:
            forest.fold_all()
        else:
            forest.unfold_all()
        self._refolded((here and forest.row_of(here)) or 0)
        return ""

    def step_in(self) -> bool:
        """Unfold what is under the cursor, when that is its name; False when there is nothing."""
        forest, row = self.forest, self.cursor
        if forest is None or self.column_cursor or row >= len(forest) or forest.is_open(row):
            return False
        if not forest.unfold(row):
            return False
        self._refolded(row)
        return True

    def step_out(self) -> bool:
        """Fold what is under the cursor, or go to its parent; False when there is nothing."""
        forest, row = self.forest, self.cursor
        if forest is None or self.column_cursor or row >= len(forest):
            return False
        if forest.is_open(row):
            forest.fold(row)
            self._refolded(row)
            return True
        above = forest.parent_row(row)
        if above is not None:
            self.go(above)
        return above is not None

    def _refolded(self, row: int) -> None:
        """Other rows are there; nothing above the cursor moved."""
        self.set_count(self.browsing.count, cursor=row)
        self._show()
        self.post_message(self.Scrolled(self))
        self.post_message(self.Changed(self))

    # Asking

    def ask_tree(self, query: RunQuery, unfolded: tuple[str, ...]) -> None:
        """Ask how the runs of an answer are nested."""

        def read(place: Connection) -> Message:
            from venturi.browse.nesting import read_forest

            def told(count: int) -> None:
                self.post_message(messages.ReadSoFar(query, count))

            ids, forest = read_forest(place.tracking, query, unfolded, told)
            return messages.TreeRead(query, ids, forest)

        self._loading.ask(self, "ids", ("tree", query), read)

    def on_read_so_far(self, event: messages.ReadSoFar) -> None:
        """Say how much was read of an answer that is read whole."""
        browsing = self.browsing
        if browsing.is_tree and browsing.forest is None and event.query == browsing.rows.query:
            browsing.progress = f"reading {exact_count(event.count)} runs for the tree …"
            self.post_message(self.Changed(self))

    def ask_children(self) -> None:
        """Ask for the best values among children, where runs in view have none themselves."""
        forest = self.forest
        if forest is None or not forest.is_nested:
            return
        metrics = {
            column.key: direction_of(column.key) is Direction.LOWER
            for column in self.columns_in_view
            if column.source is Source.METRIC and direction_of(column.key) is not Direction.UNKNOWN
        }
        families: dict[str, tuple[str, ...]] = {}
        for row in range(self.first, self.last + 1):
            run = self._run_at(row)
            if run is None or not forest.has_children(run.run_id):
                continue
            lacking = {key for key in metrics if key not in run.latest}
            if any((run.run_id, key) not in self._asked_children for key in lacking):
                families[run.run_id] = forest.children_of(run.run_id)[:_MOST_CHILDREN]
        if not metrics or not families:
            return
        few = dict(list(families.items())[:_MOST_PARENTS])
        self._asked_children |= {(run_id, key) for run_id in few for key in metrics}
        query = self.browsing.rows.query

        def read(place: Connection) -> Message:
            from venturi.browse.nesting import best_of_children

            return messages.BestChildrenRead(
                query, best_of_children(place.tracking, query, few, metrics)
            )

        self._loading.ask(self, f"children {min(few)}", ("children", query), read)

    def on_best_children_read(self, event: messages.BestChildrenRead) -> None:
        """Show the best values of children."""
        if event.query == self.browsing.rows.query:
            held = self.browsing.best_children
            for run_id, values in event.best.items():
                held[run_id] = {**held.get(run_id, {}), **values}
            self.redraw()
            self.ask_children()
