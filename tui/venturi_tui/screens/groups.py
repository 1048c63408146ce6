"""The screen of groups: runs summed up by a param or tag, from which one goes into a group."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.message import Message

from venturi.browse.groups import read_groups
from venturi.connection import Connection
from venturi.filters.tree import Entity
from venturi.filters.writing import CannotWrite, write_field, write_text
from venturi.stores.base import RunGroup, RunQuery
from venturi_tui import messages
from venturi_tui.actions import Need, Where
from venturi_tui.loading import Loading
from venturi_tui.present.notices import Look, Notice, failed, loading
from venturi_tui.present.words import exact_count, safe
from venturi_tui.screens.base import VenturiScreen
from venturi_tui.widgets.bars import Footer, Header, Standing
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.group_table import GroupTable
from venturi_tui.widgets.lines import Lines


@dataclass(frozen=True)
class Grouping:
    """What is summed up.

    Args:
        query: All these runs.
        filter_text: What its filter was typed as; may be empty.
        entity: PARAM or TAG.
        key: The runs' values of this are the groups.
        metrics: Metrics of which figures are shown.
    """

    query: RunQuery
    filter_text: str
    entity: Entity
    key: str
    metrics: tuple[str, ...]

    def filter_of(self, group: RunGroup) -> str:
        """The filter that leaves the runs of one group. Raises CannotWrite."""
        field = write_field(self.entity, self.key)
        same = f"{field} IS NULL" if group.value is None else f"{field} = {write_text(group.value)}"
        return f"({self.filter_text}) and {same}" if self.filter_text else same


class GroupsRead(Message, bubble=False):
    """Runs were summed up."""

    def __init__(self, groups: list[RunGroup]) -> None:
        super().__init__()
        self.groups = groups


class GroupsScreen(VenturiScreen[str]):
    """Gives the filter of the group that was opened; None when one just leaves."""

    def __init__(self, loader: Loading, standing: Standing, grouping: Grouping) -> None:
        super().__init__()
        self.loader = loader
        self.grouping = grouping
        self.header = Header(standing)
        self.table = GroupTable()

    def compose(self) -> ComposeResult:
        """The table between two bars."""
        yield self.header
        yield self.table
        yield Footer()

    def on_mount(self) -> None:
        """Ask."""
        self.set_focus(self.table)
        self._ask()

    def places(self) -> tuple[Where, ...]:
        """Among groups."""
        return (Where.GROUPS, *super().places())

    def facts(self) -> set[Need]:
        """There are columns to sort by."""
        return {Need.COLUMN}

    # Asking

    def _ask(self) -> None:
        asked = self.grouping
        if not self.table.count:
            self.table.set_notice(loading("runs"))
        set_frame(self.table, f"Runs by {asked.key}", "summing up …")

        def read(place: Connection) -> Message:
            def told(count: int) -> None:
                self.post_message(messages.ReadSoFar(asked.query, count))

            found = read_groups(
                place.tracking, asked.query, asked.entity, asked.key, asked.metrics, told
            )
            return GroupsRead(found)

        self.loader.ask(self, "groups", asked, read)

    def on_read_so_far(self, event: messages.ReadSoFar) -> None:
        """Say how far reading has come."""
        words = f"{exact_count(event.count)} runs summed up so far …"
        set_frame(self.table, f"Runs by {self.grouping.key}", words)

    def on_groups_read(self, event: GroupsRead) -> None:
        """Show them."""
        asked, groups = self.grouping, event.groups
        runs = sum(group.count for group in groups)
        self.table.set_notice(None if groups else Notice(Look.NONE, "no run matches"))
        self.table.show(safe(asked.key), groups, asked.metrics)
        only = f" ─ {asked.filter_text}" if asked.filter_text else ""
        below = f"{_counted(len(groups), 'group')} of {_counted(runs, 'run')}"
        set_frame(self.table, f"Runs by {asked.key}{only}", below)
        self.update_footer()

    def on_question_failed(self, event: messages.QuestionFailed) -> None:
        """It could not be read."""
        set_frame(self.table, f"Runs by {self.grouping.key}", "not read")
        if not self.table.count:
            self.table.set_notice(failed(event.error))
        else:
            self.say_error(event.error)

    # Actions

    def act_open(self) -> None:
        """Show the runs of the group."""
        group = self.table.group
        if group is None:
            return
        try:
            self.dismiss(self.grouping.filter_of(group))
        except CannotWrite as error:
            self.say(error.message)

    def on_lines_opened(self, event: Lines.Opened) -> None:
        """A line was opened with the mouse."""
        event.stop()
        self.act_open()

    def act_sort(self, text: str | None = None) -> None:
        """Sort by the cursor's column."""
        if text is not None:
            self.say("go to the column and press s")
            return
        self.table.turn()

    def act_left(self) -> None:
        """One column to the left."""
        self.table.move_column(-1)

    def act_right(self) -> None:
        """One column to the right."""
        self.table.move_column(1)

    def act_refresh(self) -> None:
        """Sum up again."""
        self._ask()

    def act_copy_value(self) -> None:
        """Copy the value of the group."""
        group = self.table.group
        if group is not None and group.value is not None:
            self.copy(group.value, safe(self.grouping.key))


def _counted(number: int, word: str) -> str:
    return f"{exact_count(number)} {word}{'' if number == 1 else 's'}"
