"""What one can do to filter the table of runs, and to search in the panes beside it."""

from __future__ import annotations

from textual.widget import Widget

from venturi.errors import FilterError
from venturi_tui.screens.about_run import AboutRun
from venturi_tui.screens.runs_pane import RunsPane
from venturi_tui.state import Remembered
from venturi_tui.widgets.card_view import CardView
from venturi_tui.widgets.experiment_list import ExperimentList
from venturi_tui.widgets.prompt import Prompt


class FilterActions(AboutRun[None]):
    """Actions that leave runs out, or find words in a pane."""

    table: RunsPane
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
            hint = "metrics.loss < 0.2 and params.model ~ 'vit.*'   enter shows, esc leaves"
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
        if error is not None:
            at_end = error.position >= len(text.rstrip())
            prompt.complain("" if at_end and not error.expected else _said(error), error.position)
        else:
            prompt.approve()

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
