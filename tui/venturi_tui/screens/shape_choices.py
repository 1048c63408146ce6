"""A picture over runs as somebody wants it: of which runs, which kind, metric and axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from venturi.records import Run
from venturi.stores.base import RunQuery
from venturi_tui.actions import Action
from venturi_tui.loading import Loading
from venturi_tui.present.cells import Moment
from venturi_tui.present.chart import SeriesStyle
from venturi_tui.present.run_columns import (
    RunColumn,
    likely_against,
    likely_axes,
    metrics_of,
)
from venturi_tui.present.run_picture import (
    KINDS,
    BarsSight,
    PictureKind,
    PictureWish,
    RunPicture,
    kind_named,
    kinds_named,
)
from venturi_tui.present.words import exact_count, safe
from venturi_tui.screens.base import VenturiScreen
from venturi_tui.screens.choose import Choice, ChooseScreen
from venturi_tui.widgets.bars import Header, Standing
from venturi_tui.widgets.curve_pane import CurvePane


@dataclass(frozen=True)
class Asked:
    """Which runs are drawn: those that are named, or else all that match.

    Args:
        query: Which ones match, in which order.
        filter_text: What its filter was typed as; may be empty.
        experiment: Name of the experiment; None for all.
        styles: Marked runs by id, with their signs.
        moment: Names of experiments.
        expected: How many runs match, where that is known.
    """

    query: RunQuery
    filter_text: str
    experiment: str | None
    styles: dict[str, SeriesStyle]
    moment: Moment
    expected: int | None = None

    @property
    def run_ids(self) -> tuple[str, ...]:
        """The runs that are named: those marked, when they are two or more."""
        return tuple(self.styles) if len(self.styles) > 1 else ()


class ShapeChoices(VenturiScreen[None]):
    """What is drawn; how runs come and are drawn is ShapesScreen's matter."""

    def __init__(
        self,
        loader: Loading,
        standing: Standing,
        asked: Asked,
        pane: CurvePane,
        key: str,
        kind: PictureKind,
    ) -> None:
        super().__init__()
        self.loader = loader
        self.standing = standing
        self.asked = asked
        self.header = Header(standing)
        self.pane = pane
        self.kind = kind
        self.key = key
        self.beside = ""
        self.axes: tuple[str, ...] | None = None
        self.log_wish: bool | None = None
        self.robust = False
        self.runs: tuple[Run, ...] = ()
        self.is_cut = False
        self.columns: list[RunColumn] = []
        self.picture: RunPicture | None = None
        self.sight = BarsSight()

    @property
    def metrics(self) -> list[str]:
        """Metrics of the runs."""
        return metrics_of(self.columns)

    @property
    def wish(self) -> PictureWish:
        """What is to be drawn."""
        against: tuple[str, ...] = ()
        if self.kind is PictureKind.SCATTER:
            held = self.beside or likely_against(self.columns, self.key)
            against = (held,) if held else ()
        elif self.kind is PictureKind.PARALLEL:
            against = likely_axes(self.columns) if self.axes is None else self.axes
        return PictureWish(self.kind, self.key, against, self.log_wish, self.robust)

    def draw(self) -> None:
        """Have it drawn as it is wished now; subclasses know how."""

    # Kinds

    def show_kind(self, kind: PictureKind) -> None:
        """Draw the same runs in another way."""
        self.kind = kind
        self.sight = BarsSight()
        self.draw()

    def act_picture(self, kind: str | None = None) -> None:
        """Another kind: that of a name, or the next one."""
        if kind is None:
            self.act_next_kind()
            return
        named = kind_named(kind)
        if named is None:
            self.say(f"no picture {kind!r}: there are {kinds_named()}")
        else:
            self.show_kind(named)

    def act_histogram(self) -> None:
        """How the metric is spread."""
        self.show_kind(PictureKind.HISTOGRAM)

    def act_bars(self) -> None:
        """The metric of each run."""
        self.show_kind(PictureKind.BARS)

    def act_scatter(self) -> None:
        """The metric against a param, metric or tag."""
        self.show_kind(PictureKind.SCATTER)

    def act_parallel(self) -> None:
        """Params and the metric on axes side by side."""
        self.show_kind(PictureKind.PARALLEL)

    def act_next_kind(self) -> None:
        """The next kind."""
        self.show_kind(KINDS[(KINDS.index(self.kind) + 1) % len(KINDS)])

    def act_previous_kind(self) -> None:
        """The kind before."""
        self.show_kind(KINDS[KINDS.index(self.kind) - 1])

    # What is drawn

    def arguments(self, action: Action) -> Sequence[str]:
        """Metrics and columns by name."""
        if action.id == "metric":
            return self.metrics
        if action.id == "against":
            return [column.name for column in self.columns]
        return super().arguments(action)

    def act_metric(self, key: str | None = None) -> None:
        """Choose the metric that is drawn."""
        known = self.metrics
        if key is None:
            held = {column.key: column for column in self.columns if column.group == "metric"}
            choices = [Choice(each, each, _of_runs(held[each])) for each in known]
            self.open(ChooseScreen("Metric", choices, self.key), self._metric_chosen)
        elif key in known:
            self._metric_chosen(key)
        else:
            self.say(f"no run here has a metric {key!r}{_near(key, known)}")

    def _metric_chosen(self, key: str | None) -> None:
        if key is not None and key != self.key:
            self.key = key
            self.log_wish = None
            self.sight = BarsSight()
            self.draw()

    def act_next_metric(self) -> None:
        """Draw the next metric."""
        self._step_metric(1)

    def act_previous_metric(self) -> None:
        """Draw the metric before."""
        self._step_metric(-1)

    def _step_metric(self, step: int) -> None:
        known = self.metrics
        at = known.index(self.key) if self.key in known else -max(step, 0)
        self._metric_chosen(known[(at + step) % len(known)])

    def act_against(self, name: str | None = None) -> None:
        """Choose what the metric is held against, or which axes stand beside its own."""
        others = [column for column in self.columns if column.name != f"metrics.{self.key}"]
        if name is not None:
            self._against_named(name, others)
        elif not others:
            self.say(f"these runs have nothing to hold {safe(self.key)} against")
        else:
            title = f"Hold {self.key} against"
            if self.kind is PictureKind.PARALLEL:
                title = "Add an axis, or take it away"
            shown = self.wish.against
            choices = [self._choice(column, shown) for column in others]
            current = shown[0] if shown else ""
            self.open(ChooseScreen(title, choices, current), self._against_chosen)

    def _choice(self, column: RunColumn, shown: Sequence[str]) -> Choice:
        count = f"{exact_count(column.values)} value{'' if column.values == 1 else 's'}"
        sign = ""
        if self.kind is PictureKind.PARALLEL:
            sign = "✓ " if column.name in shown else "  "
        return Choice(column.name, f"{sign}{column.key}", f"{column.group}, {count}")

    def _against_named(self, name: str, others: Sequence[RunColumn]) -> None:
        names = {each: column for column in reversed(others) for each in (column.key, column.name)}
        if name in names:
            self._against_chosen(names[name].name)
        else:
            self.say(f"no param, metric or tag {name!r} of the runs here{_near(name, names)}")

    def _against_chosen(self, name: str | None) -> None:
        if name is None:
            return
        if self.kind is PictureKind.PARALLEL:
            held = self.wish.against
            fewer = tuple(each for each in held if each != name)
            self.axes = fewer if name in held else (*held, name)
        else:
            self.beside = name
            self.kind = PictureKind.SCATTER
        self.draw()

    def act_log_axis(self) -> None:
        """Logarithmic axis of the metric on and off."""
        if self.kind is PictureKind.BARS:
            self.say("bars begin at zero, which no logarithmic axis has")
        elif self.kind is PictureKind.PARALLEL:
            self.say("an axis of numbers is logarithmic by itself where they span two decades")
        elif self.picture is not None:
            self.log_wish = not self.picture.is_log
            self.draw()

    def act_outliers(self) -> None:
        """Leave outliers of the metric out, or show everything."""
        self.robust = not self.robust
        self.sight = BarsSight()
        self.draw()


def _of_runs(column: RunColumn) -> str:
    return f"{exact_count(column.runs)} run{'' if column.runs == 1 else 's'}"


def _near(word: str, known: Sequence[str] | dict[str, RunColumn]) -> str:
    near = get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""
