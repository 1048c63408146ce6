"""What screens share that lay things side by side: the table, its columns, letters that narrow."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from venturi_tui.loading import Loading
from venturi_tui.present.notices import Look, Notice
from venturi_tui.present.words import exact_count
from venturi_tui.screens.about_run import AboutRun
from venturi_tui.screens.value import ValueScreen
from venturi_tui.widgets.bars import Footer, Standing
from venturi_tui.widgets.compare_table import CompareTable
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.prompt import Prompt


class SideBySide(AboutRun[None]):
    """One table of what differs, a column for each thing, one of which is the baseline."""

    searched = "a part of a key"
    """What the letters of the filter are looked for in."""

    def __init__(self, loading: Loading, standing: Standing) -> None:
        super().__init__(loading, standing)
        self._only_changed = True
        self._wanted = ""
        self._table = CompareTable()

    def compose(self) -> ComposeResult:
        """One table."""
        yield self.header
        yield self._table
        yield Footer()

    # What subclasses say

    def _show(self) -> None:
        """Lay out what is known, as it is wanted now."""

    def _names(self) -> Sequence[str]:
        """What the columns are called, in their order."""
        return ()

    # What is shown

    def _say_shown(
        self, what: str, counted: tuple[int, int], baseline: str, *, is_empty: bool
    ) -> None:
        """Say in the frame what is compared with what, and how many rows differ of how many."""
        changed, whole = counted
        which = "differences only" if self._only_changed else "everything"
        count = f"{exact_count(changed)} of {exact_count(whole)} rows differ"
        about = f" ─ {self._wanted}" if self._wanted else ""
        title = f"Compare {what} ─ {which}, {count}{about}"
        set_frame(self._table, title, f"baseline {baseline}")
        if is_empty:
            self._table.set_notice(self._nothing())
        self.update_footer()

    def _nothing(self) -> Notice:
        if self._wanted:
            return Notice(Look.NONE, "no row is called that", "", (("esc", "show all"),))
        return Notice(Look.NONE, "nothing differs", "", (("x", "show everything"),))

    # Actions

    def act_left(self) -> None:
        """The column to the left."""
        self._table.choose(self._table.chosen - 1)

    def act_right(self) -> None:
        """The column to the right."""
        self._table.choose(self._table.chosen + 1)

    def act_differences(self) -> None:
        """Only what differs, or everything."""
        self._only_changed = not self._only_changed
        self._show()

    def act_open(self) -> None:
        """Show the values of a row whole."""
        row = self._table.row
        if row is None or not row.cells:
            self.say("this line has no values")
            return
        texts = [
            f"{name}: {'no value' if text is None else text}"
            for name, text in zip(self._names(), row.texts, strict=True)
        ]
        self.open(ValueScreen(row.key, "\n".join(texts)))

    def on_lines_opened(self, event: Lines.Opened) -> None:
        """A row was double-clicked."""
        event.stop()
        self.act_open()

    def act_filter(self, text: str | None = None) -> None:
        """Show only rows that hold these letters."""
        if text is None:
            self.ask_line("/", self._wanted, hint=self.searched)
        else:
            self._narrow(text)

    def line_typed(self, prompt: Prompt, text: str) -> None:
        """Narrow as one types."""
        if prompt.sign == "/":
            self._narrow(text)

    def _narrow(self, text: str) -> None:
        self._wanted = text
        self._show()

    def act_back(self) -> None:
        """First show all rows again, then leave."""
        if self._wanted:
            self._narrow("")
        else:
            super().act_back()
