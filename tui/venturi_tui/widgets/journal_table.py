"""The pane of the journal: registry writes, the last one first."""

from __future__ import annotations

from collections.abc import Sequence

from venturi.registry.history import taken_back, writes_to
from venturi.registry.journal import Entry
from venturi_tui.present.journal_rows import JOURNAL_COLUMNS, entry_text, journal_row
from venturi_tui.widgets.grid_lines import GridLines


class JournalTable(GridLines):
    """Writes, of one model or of all."""

    def __init__(self) -> None:
        super().__init__(JOURNAL_COLUMNS, id="journal")
        self.wanted = ""
        self.model = ""
        self.undone: dict[int, int] = {}
        self.now_ms = 0
        self._all: Sequence[Entry] = ()
        self._shown: Sequence[Entry] = ()

    @property
    def entry(self) -> Entry | None:
        """The write under the cursor."""
        return self._shown[self.cursor] if self.cursor < len(self._shown) else None

    @property
    def total(self) -> int:
        """How many writes there are, shown or not."""
        return len(self._all)

    def show(self, entries: Sequence[Entry], now_ms: int) -> None:
        """List these writes, given with the oldest first; the cursor stays on its write."""
        self._all, self.now_ms = entries, now_ms
        self.undone = taken_back(entries)
        self._list()

    def only(self, model: str) -> None:
        """List only writes to a model; of all when it is empty."""
        self.model = model
        self._list()

    def narrow(self, wanted: str) -> None:
        """List only writes that hold these letters."""
        self.wanted = wanted
        self._list()

    def _list(self) -> None:
        held = self.entry
        letters = self.wanted.casefold()
        chosen = writes_to(self._all, self.model) if self.model else self._all
        self._shown = [each for each in reversed(chosen) if letters in entry_text(each).casefold()]
        numbers = [each.number for each in self._shown]
        cursor = numbers.index(held.number) if held is not None and held.number in numbers else 0
        rows = [journal_row(each, self.undone, self.now_ms) for each in self._shown]
        self.show_cells(JOURNAL_COLUMNS, rows, cursor)
