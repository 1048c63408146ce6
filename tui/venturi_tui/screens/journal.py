"""The journal screen: who wrote what to the registry, when and why; any of it can be undone."""

from __future__ import annotations

from collections.abc import Sequence
from time import time as clock

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from venturi.registry.journal import Journal
from venturi.registry.steps import Step
from venturi.stores.registry import RegistryStore
from venturi_tui import messages, registry_messages
from venturi_tui.actions import Need, Where
from venturi_tui.loading import Loading
from venturi_tui.present.command_line import writing_command
from venturi_tui.present.journal_rows import entry_card, entry_text
from venturi_tui.present.notices import Look, Notice, failed, loading
from venturi_tui.present.words import exact_count, safe
from venturi_tui.screens.about_run import AboutRun
from venturi_tui.screens.confirming import Confirming
from venturi_tui.screens.registry_wishes import Agreed
from venturi_tui.screens.undo_wishes import undo_wish
from venturi_tui.widgets.bars import Footer, Standing
from venturi_tui.widgets.card_view import CardView
from venturi_tui.widgets.frame import set_frame
from venturi_tui.widgets.journal_table import JournalTable
from venturi_tui.widgets.lines import Lines
from venturi_tui.widgets.prompt import Prompt

_SHORT = 20
"""Lines below which the writes have the whole screen."""

_LIVE_EVERY = 5.0
"""Seconds between two looks at the journal while one follows it."""


class JournalScreen(Confirming[None], AboutRun[None]):
    """Writes above, and below them the one under the cursor.

    Args:
        loading: Asks the registry.
        standing: What the header says.
        model: Whose writes are shown; those of all models when it is empty.
    """

    CSS = """
    JournalScreen #log { height: 1fr; }
    JournalScreen #journal { height: 3fr; }
    JournalScreen #write { height: 2fr; }
    JournalScreen.-short #write { display: none; }
    JournalScreen.-zoomed #journal, JournalScreen.-zoomed #write { display: none; }
    JournalScreen.-zoomed #journal.zoomed, JournalScreen.-zoomed #write.zoomed {
        display: block; height: 100%;
    }
    """

    def __init__(self, loading: Loading, standing: Standing, model: str = "") -> None:
        super().__init__(loading, standing)
        self.model = model
        self.table = JournalTable()
        self.table.model = model
        self.detail = CardView(id="write")
        self.has_changed = False
        self.live = False

    def compose(self) -> ComposeResult:
        """Two panes between two bars."""
        yield self.header
        with Vertical(id="log"):
            yield self.table
            yield self.detail
        yield Footer()

    def places(self) -> tuple[Where, ...]:
        """One place."""
        return (Where.JOURNAL, Where.FILTERED, Where.PANES, *super().places())

    def panes(self) -> list[Widget]:
        """The two panes."""
        return [self.table, self.detail]

    def facts(self) -> set[Need]:
        """What is there."""
        known = super().facts() | {Need.REDO}
        if not self.loader.read_only:
            known.add(Need.WRITING)
        if self.table.entry is not None:
            known.update((Need.UNDO, Need.WRITE))
        return known

    def on_mount(self) -> None:
        """Read the journal."""
        set_frame(self.table, "Journal")
        set_frame(self.detail, "Write")
        self.table.set_notice(loading("the journal"))
        self.set_focus(self.table)
        self.set_interval(_LIVE_EVERY, self._look_at_live)
        self.read_again()

    def _look_at_live(self) -> None:
        """Ask for news while one follows and can see them."""
        if self.live and self.host.screen is self:
            self.read_again()

    # Reading

    def read_again(self) -> None:
        """Read the journal."""

        def read(registry: RegistryStore) -> registry_messages.JournalRead:
            return registry_messages.JournalRead(tuple(Journal().entries(registry.info.address)))

        self.loader.ask_registry(self, "journal", "journal", read)

    def on_journal_read(self, event: registry_messages.JournalRead) -> None:
        """List it."""
        self.table.show(event.entries, int(clock() * 1000))
        self._say()

    def on_question_failed(self, event: messages.QuestionFailed) -> None:
        """Say so where the answer would stand; what is shown stays."""
        if isinstance(event.question, Agreed):
            self.writing_failed(event)
        elif self.table.total:
            self.say_error(event.error)
        else:
            self.table.set_notice(failed(event.error))
            self.detail.set_notice(Notice(Look.NONE, "not read"))
        self.update_footer()

    def was_written(self, steps: Sequence[Step]) -> None:
        """Others have to look again when this screen is left."""
        self.has_changed = self.has_changed or bool(steps)

    def act_refresh(self) -> None:
        """Read it again."""
        self.read_again()

    def act_live(self) -> None:
        """Follow what others write, on and off."""
        self.live = not self.live
        self.say_standing()

    # What is shown

    def on_lines_cursor_moved(self, event: Lines.CursorMoved) -> None:
        """The details follow the cursor."""
        event.stop()
        if event.lines is self.table:
            self._show_detail()

    def on_lines_resized(self, event: Lines.Resized) -> None:
        """Details are laid out for the width there is."""
        event.stop()
        if event.lines is self.detail:
            self._show_detail()

    def _say(self) -> None:
        table = self.table
        of = table.model or "all models"
        wanted = f" ─ {table.wanted}" if table.wanted else ""
        shown = exact_count(table.count)
        set_frame(table, f"Journal ─ {of}, {shown} of {exact_count(table.total)} writes{wanted}")
        table.set_notice(None if table.count else self._nothing())
        self._show_detail()
        self.say_standing()
        self.update_footer()

    def say_standing(self) -> None:
        """Bring the header up to date."""
        number = exact_count(self.table.total)
        words = f"{number} write" if number == "1" else f"{number} writes"
        self.header.show(
            Standing(
                address=self.standing.address,
                context=self.standing.context,
                access=self.loader.access,
                experiment="journal",
                counts=words,
                live=f"live {_LIVE_EVERY:g}s" if self.live else "live off",
            )
        )

    def _nothing(self) -> Notice:
        if self.table.wanted:
            return Notice(Look.NONE, "no write holds these letters", "", (("esc", "show all"),))
        if self.table.model and self.table.total:
            told = f"nothing was written to {safe(self.table.model)} from here"
            return Notice(Look.NONE, told, "", (("a", "all models"), ("esc", "leave")))
        hint = "the journal keeps what this user writes on this machine, with Venturi"
        return Notice(Look.NONE, "nothing was written to this registry yet", hint)

    def _show_detail(self) -> None:
        entry = self.table.entry
        if entry is None:
            self.detail.set_notice(Notice(Look.NONE, "no write"))
            set_frame(self.detail, "Write")
            return
        set_frame(self.detail, f"write {entry.number}")
        width, now = self.detail.text_width, self.table.now_ms
        self.detail.show(entry_card(entry, self.table.undone, width, now), from_top=True)

    # Actions

    def act_open(self) -> None:
        """Go to the details; there, show a line whole."""
        if self.focused is self.detail:
            self.open_line(self.detail)
        elif self.table.entry is not None:
            self.go_to_pane(self.detail)

    def on_lines_opened(self, event: Lines.Opened) -> None:
        """A line was double-clicked."""
        event.stop()
        self.act_open()

    def act_all_models(self) -> None:
        """Writes to all models, or to the one again."""
        self.table.only("" if self.table.model else self.model)
        self._say()

    def act_undo(self) -> None:
        """Take back the write under the cursor."""
        entry = self.table.entry
        if entry is not None:
            self.confirm(undo_wish(entry.number))

    def act_filter(self, text: str | None = None) -> None:
        """Show only what holds these letters."""
        if text is None:
            hint = "a part of a name, a verb, a reason, who wrote it …"
            self.ask_line("/", self.table.wanted, hint=hint)
        else:
            self._narrow(text)

    def line_typed(self, prompt: Prompt, text: str) -> None:
        """Narrow as one types."""
        if prompt.sign == "/":
            self._narrow(text)

    def _narrow(self, text: str) -> None:
        self.table.narrow(text)
        self._say()

    def act_back(self) -> None:
        """Leave the pane, the search, then the screen."""
        if self.focused is self.detail:
            if self.has_class("-zoomed"):
                self.zoom_to(None)
            self.set_focus(self.table)
        elif self.table.wanted:
            self._narrow("")
        else:
            super().act_back()

    def act_copy_write(self) -> None:
        """Copy the write as a line."""
        entry = self.table.entry
        if entry is not None:
            self.copy(entry_text(entry), f"write {entry.number}")

    def act_copy_log(self) -> None:
        """Copy the command that lists the same."""
        connection = self.loader.connection
        if connection is not None:
            model = ["--model", self.table.model] if self.table.model else []
            command = writing_command(connection.place, ["registry", "log", *model])
            self.copy(command, "the command that lists these writes")
