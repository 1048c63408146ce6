"""What one can do with the table of runs itself: sort, arrange columns, mark."""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches

from venturi.errors import FilterError
from venturi.filters.tree import Entity
from venturi_tui.actions import Need
from venturi_tui.browsing import Plan
from venturi_tui.present.columns import Column, Source, all_columns, parse_column
from venturi_tui.present.words import safe
from venturi_tui.screens.choose import Choice, ChooseScreen
from venturi_tui.screens.filter_actions import FilterActions
from venturi_tui.screens.live_runs import LiveRuns
from venturi_tui.widgets.run_table import RunTable

_STEP = 2
"""Cells by which a column gets wider with one key."""


class TableActions(FilterActions):
    """Actions of the table of runs; what its rows are is asked for elsewhere."""

    table: LiveRuns

    # Columns

    def act_left(self) -> None:
        """One column to the left; on a name in a tree, fold it."""
        if not self.table.step_out():
            self.table.move_column(-1)

    def act_right(self) -> None:
        """One column to the right; on a name in a tree, unfold it."""
        if not self.table.step_in():
            self.table.move_column(1)

    def act_columns_left(self) -> None:
        """A screen of columns to the left."""
        self.table.page_columns(-1)

    def act_columns_right(self) -> None:
        """A screen of columns to the right."""
        self.table.page_columns(1)

    def act_columns(self) -> None:
        """Choose and order the columns."""
        from venturi_tui.screens.columns import ColumnsScreen

        browsing = self.table.browsing
        every = [column.name for column in all_columns(browsing.rows.loaded)]
        self.open(ColumnsScreen(every, browsing.layout), self._columns_chosen)

    def _columns_chosen(self, plan: Plan | None) -> None:
        if plan is not None:
            self.table.choose_columns(plan)

    def act_pin(self) -> None:
        """Let the cursor's column stay at the left, or go again."""
        self.say(self.table.pin())

    def act_hide(self) -> None:
        """Take the cursor's column away."""
        self.say(self.table.hide())

    def act_wider(self) -> None:
        """Make the cursor's column wider."""
        self.table.widen(_STEP)

    def act_narrower(self) -> None:
        """Make the cursor's column narrower."""
        self.table.widen(-_STEP)

    def act_little_curve(self) -> None:
        """Show the cursor's metric as a little curve too, or not."""
        words = self.table.toggle_curve()
        if words:
            self.say(words)

    # Groups

    def act_group(self, text: str | None = None) -> None:
        """Sum runs up by a param or tag that is named, or chosen."""
        found = self._groupable()
        if text is None:
            choices = [
                Choice(column.name, safe(column.key), self._beside(column)) for column in found
            ]
            self.open(ChooseScreen("Group runs by", choices), self._group_by)
            return
        names = {name: column for column in found for name in (column.key, column.name)}
        near = get_close_matches(text, names, n=1)
        if text in names:
            self._group_by(names[text].name)
        else:
            also = f"; did you mean {near[0]}?" if near else ""
            self.say(f"no param or tag {text!r} of the runs here{also}")

    def _groupable(self) -> list[Column]:
        """Params and tags of the runs at hand, the cursor's first, then those in the table."""
        every = all_columns(self.table.browsing.rows.loaded)
        fitting = [each for each in every if each.source in (Source.PARAM, Source.TAG)]
        shown = (self.table.cursor_column, *self.table.browsing.columns)
        first = [column for column in shown if column in fitting]
        return list(dict.fromkeys((*first, *fitting)))

    def _beside(self, column: Column) -> str:
        """Of what kind it is, and how many values the runs at hand have."""
        runs = self.table.browsing.rows.loaded
        values = {
            (run.params if column.source is Source.PARAM else run.tags).get(column.key)
            for run in runs
        }
        return f"{column.source.value}, {len(values)} value{'' if len(values) == 1 else 's'} here"

    def _group_by(self, name: str | None) -> None:
        if name is None:
            return
        from venturi_tui.screens.groups import Grouping, GroupsScreen

        browsing, column = self.table.browsing, parse_column(name)
        grouping = Grouping(
            replace(browsing.rows.query, order=()),
            browsing.filter_text,
            Entity.PARAM if column.source is Source.PARAM else Entity.TAG,
            column.key,
            tuple(dict.fromkeys(each.key for each in browsing.columns if each.is_measured)),
        )
        self.open(GroupsScreen(self.loader, self.standing, grouping), self._group_opened)

    def _group_opened(self, text: str | None) -> None:
        if text is not None:
            self.show_filtered(text)

    # Pictures

    def act_picture(self, kind: str | None = None) -> None:
        """Draw a metric over the marked runs, or over all that match."""
        from venturi_tui.present.run_picture import PictureKind, kind_named, kinds_named
        from venturi_tui.screens.shape_choices import Asked
        from venturi_tui.screens.shapes import ShapesScreen

        named = PictureKind.HISTOGRAM if kind is None else kind_named(kind)
        if named is None:
            self.say(f"no picture {kind!r}: there are {kinds_named()}")
            return
        browsing, column = self.table.browsing, self.table.sortable_here
        asked = Asked(
            browsing.rows.query,
            browsing.filter_text,
            None if browsing.experiment_id is None else browsing.experiment_name,
            dict(browsing.marks.styles),
            browsing.moment,
            browsing.rows.total,
        )
        drawn = "" if self.curves is None else self.curves.plotting.key
        key = column.key if column.source is Source.METRIC else drawn
        self.open(ShapesScreen(self.loader, self.standing, asked, key, named))

    # Nested runs

    def act_tree(self) -> None:
        """Show nested runs under their parents, or all in one list."""
        self.table.show_tree(wanted=not self.table.browsing.is_tree)

    def act_fold(self) -> None:
        """Show the children of the run, or fold them away."""
        words = self.table.toggle_fold()
        if words:
            self.say(words)

    def act_fold_all(self) -> None:
        """Show all children, or fold all away."""
        words = self.table.toggle_all_folds()
        if words:
            self.say(words)

    # Sorting

    def act_sort(self, text: str | None = None) -> None:
        """Sort by the cursor's column, or by those that are named."""
        if text is None:
            self.table.sort()
            return
        from venturi_tui.browsing.orders import read_order

        try:
            order = read_order(text)
        except FilterError as error:
            self.say_error(error)
            return
        if len(order) == 1 and order[0].ascending is None:
            self.table.sort(order[0].column)
        else:
            self.table.sort_by(tuple(each.settled for each in order))

    def act_sort_further(self) -> None:
        """Sort by the cursor's column where those before are equal."""
        self.table.sort(further=True)

    def on_run_table_head_picked(self, event: RunTable.HeadPicked) -> None:
        """A title was clicked: sort by it."""
        event.stop()
        self.table.go_column(event.column)
        if self.table.can_sort:
            self.table.sort()
        else:
            self.say(Need.COLUMN.value)

    # Marks

    def act_mark(self) -> None:
        """Mark the run, or take its mark away."""
        self.table.mark()

    def act_mark_range(self) -> None:
        """Begin or end a range of marks."""
        self.say(self.table.mark_range())

    def act_mark_all(self) -> None:
        """Mark every run that matches."""
        if not self.table.when_all_read(lambda: self.say(self.table.mark_all())):
            self.say("reading on to the last run first")

    def act_invert_marks(self) -> None:
        """Mark what is not marked, and the other way round."""
        if not self.table.when_all_read(lambda: self.say(self.table.invert_marks())):
            self.say("reading on to the last run first")

    def act_unmark_all(self) -> None:
        """Take all marks away."""
        self.table.unmark_all()

    def act_next_mark(self) -> None:
        """Go to the next marked run."""
        self.table.go_to_mark(1)

    def act_previous_mark(self) -> None:
        """Go to the marked run before."""
        self.table.go_to_mark(-1)
