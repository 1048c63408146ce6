"""What one can do to filter the table of runs, and to search in the panes beside it."""

from __future__ import annotations

from functools import cached_property

from textual.message import Message
from textual.widget import Widget

from venturi.connection import Connection
from venturi.errors import FilterError
from venturi.filters.tree import Entity
from venturi.stores.base import KeyIndex, ValueIndex
from venturi_tui.browsing.known import KnownRuns
from venturi_tui.messages import KeysRead, ValuesRead
from venturi_tui.screens.about_run import AboutRun
from venturi_tui.screens.live_runs import LiveRuns
from venturi_tui.state import Remembered
from venturi_tui.widgets.card_view import CardView
from venturi_tui.widgets.experiment_list import ExperimentList
from venturi_tui.widgets.prompt import Prompt

_MOST_VALUES = 200


class FilterActions(AboutRun[None]):
    """Actions that leave runs out, or find words in a pane."""

    table: LiveRuns
    experiments: ExperimentList
    detail: CardView
    remembered: Remembered
    _searched: Widget | None = None

    def act_filter(self, text: str | None = None) -> None:
        """Show only what matches."""
        if self.focused in (self.experiments, self.detail):
            self._search(text)
        elif text is not None:
            self._filter(text)
        else:
            hint = "metrics.loss < 0.2 and params.model ~ 'vit.*'   tab completes, enter shows"
            self._learn_keys()
            self.ask_line("/", self.table.browsing.filter_text, self.remembered.filters, hint)

    def _search(self, text: str | None) -> None:
        pane = self.focused
        if not isinstance(pane, (ExperimentList, CardView)):
            return
        self._searched = pane
        if text is None:
            self.ask_line("/", pane.wanted, hint="a part of what you look for")
        else:
            pane.narrow(text)

    def _filter(self, text: str) -> bool:
        try:
            self.table.filter(text)
        except FilterError as error:
            self.say_error(error)
            return False
        if text.strip():
            self.remembered.add_filter(text.strip())
        return True

    def show_filtered(self, text: str) -> None:
        """Show only the runs that match, as if that was typed."""
        self._filter(text)

    def ask_line(
        self, sign: str, text: str = "", past: list[str] | None = None, hint: str = ""
    ) -> None:
        """Open the prompt, and know what it is for."""
        searching = sign == "/" and self.focused in (self.experiments, self.detail)
        self._searched = self.focused if searching else None
        super().ask_line(sign, text, past, hint)

    def line_typed(self, prompt: Prompt, text: str) -> None:
        """Search as one types; say where a filter goes wrong."""
        if prompt.sign == ":":
            return
        if isinstance(self._searched, (ExperimentList, CardView)):
            self._searched.narrow(text)
            return
        error = _fault(text)
        self._suggest(prompt, text)
        if error is not None:
            at_end = error.position >= len(text.rstrip())
            prompt.complain("" if at_end and not error.expected else _said(error), error.position)
        else:
            prompt.approve()

    # Completion

    @cached_property
    def _known(self) -> KnownRuns:
        return KnownRuns(lambda: self.table.browsing.rows.loaded)

    def _learn_keys(self) -> None:
        """Ask the store which keys there are, where it can say."""

        def read(place: Connection) -> Message | None:
            store = place.tracking
            return KeysRead(store.run_keys()) if isinstance(store, KeyIndex) else None

        self.loader.ask(self, "keys", "keys", read)

    def on_keys_read(self, event: KeysRead) -> None:
        """More keys are known."""
        self._known.take_keys(event.keys)
        self._suggest_again()

    def _learn_values(self, entity: Entity, key: str) -> None:
        """Ask the store for values of a param or tag, where that costs little."""
        self._known.take_values((entity, key), ())

        def read(place: Connection) -> Message | None:
            store = place.tracking
            if not isinstance(store, ValueIndex):
                return None
            return ValuesRead(entity, key, tuple(store.run_values(entity, key, most=_MOST_VALUES)))

        self.loader.ask(self, "values", "values", read)

    def on_values_read(self, event: ValuesRead) -> None:
        """More values are known."""
        self._known.take_values((event.entity, event.key), event.values)
        self._suggest_again()

    def _suggest_again(self) -> None:
        prompt = self._prompt
        if prompt is not None and prompt.sign == "/" and self._searched is None:
            self._suggest(prompt, prompt.input.value)

    def _suggest(self, prompt: Prompt, text: str) -> None:
        """Offer what can stand where one types."""
        from venturi.filters.completing import complete

        prompt.suggest(complete(text, prompt.input.cursor_position, self._known))
        wanted, self._known.missing = self._known.missing, None
        if wanted is not None:
            self._learn_values(*wanted)

    def line_entered(self, prompt: Prompt, text: str) -> None:
        """Filter, when that can be meant; else stay and say where not."""
        if isinstance(self._searched, (ExperimentList, CardView)):
            self.close_prompt()
            return
        error = _fault(text)
        if error is not None:
            prompt.complain(_said(error), error.position)
            return
        self.close_prompt()
        self._filter(text)


def _fault(text: str) -> FilterError | None:
    """What is wrong with a filter; None when it can be meant."""
    from venturi.filters.syntax import parse_filter

    try:
        parse_filter(text)
    except FilterError as error:
        return error
    return None


def _said(error: FilterError) -> str:
    return f"{error.message}, expected {error.expected}" if error.expected else error.message
