"""What one can do with curves on any screen that has them: choose, look closer, read values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar, cast

from venturi.records import Run
from venturi_tui.actions import Where
from venturi_tui.plotting import ALL, Plotting, ways_to_bundle
from venturi_tui.screens.base import VenturiScreen
from venturi_tui.screens.choose import Choice, ChooseScreen
from venturi_tui.screens.curves_pane import CurvesPane

R = TypeVar("R")

_ZOOM_STEP = 2.0
_PAN_STEP = 0.25
_NO_MEAN = "none"
_OTHER_BAND = "band"
_BANDS = "the whole range", "one standard deviation"


class Charts(Protocol):
    """One chart or many, at which one can look closer."""

    @property
    def plotting(self) -> Plotting:
        """The chart that is meant."""
        ...

    @property
    def is_drawn(self) -> bool:
        """Whether there is a curve to look at closer."""
        ...

    def turned(self) -> None:
        """The looks have changed."""

    def zoom(self, factor: float) -> None:
        """Show `factor` times as much of x."""

    def zoom_all(self) -> None:
        """Show the whole curves."""

    def pan(self, part: float) -> bool:
        """Move what is seen by a part of its width; False when all is seen."""
        ...

    def read_out(self, columns: int) -> None:
        """Move the cursor and read the values there."""


class Pixelled(Protocol):
    """What is asked of an app that can draw pixels."""

    def turn_pixels(self) -> None:
        """Pixels in place of dots, or dots again; says why not where it cannot be done."""


class CurveActions(VenturiScreen[R]):
    """A screen with a run in mind, and maybe with curves."""

    # What subclasses say

    @property
    def run_here(self) -> Run | None:
        """The run that is meant."""
        return None

    @property
    def curves(self) -> CurvesPane | None:
        """The pane of curves; None when there is none."""
        return None

    @property
    def charts(self) -> Charts | None:
        """What is looked at closer; None when there is nothing."""
        return self.curves

    def metrics_here(self) -> list[str]:
        """Metrics that could be drawn."""
        run = self.run_here
        return sorted(run.latest) if run is not None else []

    def curve_places(self) -> tuple[Where, ...]:
        """The place of curves, when they have the focus."""
        return (Where.CURVES,) if self.focused is self.curves and self.curves else ()

    def on_curves_pane_ready(self, event: CurvesPane.Ready) -> None:
        """More keys work now."""
        event.stop()
        self.update_footer()

    # Which metric

    def act_metric(self, key: str | None = None) -> None:
        """Choose the metric that is drawn."""
        if self.charts is None:
            return
        known = self.metrics_here()
        if key is not None:
            if key in known:
                self.show_metric(key)
            else:
                self.say(f"no run here has a metric {key!r}")
            return
        run = self.run_here
        values = {} if run is None else run.metrics
        choices = [Choice(each, each, _value(values.get(each))) for each in known]
        self.open(ChooseScreen("Metric", choices, self.metric_here), self._metric_chosen)

    @property
    def metric_here(self) -> str:
        """The metric that is drawn."""
        return self.charts.plotting.key if self.charts else ""

    def _metric_chosen(self, key: str | None) -> None:
        if key is not None:
            self.show_metric(key)

    def show_metric(self, key: str) -> None:
        """Draw another metric."""
        if self.curves is not None:
            self.curves.choose(key)

    def act_next_metric(self) -> None:
        """Draw the next metric."""
        self._step_metric(1)

    def act_previous_metric(self) -> None:
        """Draw the metric before."""
        self._step_metric(-1)

    def _step_metric(self, step: int) -> None:
        known = self.metrics_here()
        at = known.index(self.metric_here) if self.metric_here in known else -max(step, 0)
        self.show_metric(known[(at + step) % len(known)])

    # How it is drawn

    def act_log_axis(self) -> None:
        """Logarithmic y-axis on and off."""
        if self.charts:
            looks = self.charts.plotting.looks
            looks.log = not looks.log
            self.looks_turned()

    def act_log_x(self) -> None:
        """Logarithmic x-axis on and off; what is seen of it is the whole again."""
        if self.charts:
            plotting = self.charts.plotting
            plotting.looks.log_x = not plotting.looks.log_x
            plotting.sight.leave()
            self.looks_turned()

    def act_smoothing(self, weight: str | None = None) -> None:
        """More smoothing, or that much."""
        if self.charts is None:
            return
        looks = self.charts.plotting.looks
        if weight is None:
            looks.more_smoothing()
        else:
            try:
                looks.smoothing = max(0.0, min(float(weight), 0.999))
            except ValueError:
                self.say(f"smoothing is a number from 0 to 1, not {weight!r}")
                return
        self.looks_turned()

    def act_x_axis(self) -> None:
        """The next x-axis."""
        if self.charts:
            self.charts.plotting.next_axis()
            self.looks_turned()

    def act_outliers(self) -> None:
        """Fit the y-axis to what outliers do not stretch, or to everything."""
        if self.charts:
            looks = self.charts.plotting.looks
            looks.robust = not looks.robust
            self.looks_turned()

    def act_extremes(self) -> None:
        """Mark the lowest and the highest value, or not."""
        if self.charts:
            looks = self.charts.plotting.looks
            looks.extremes = not looks.extremes
            self.looks_turned()

    def act_pixels(self) -> None:
        """Draw the large chart in pixels, or in dots again."""
        if self.charts is self.curves:
            cast("Pixelled", self.host).turn_pixels()
        else:
            self.say("small charts are drawn in dots: enter makes one large")

    def runs_charted(self) -> list[Run]:
        """The runs that are drawn."""
        return [run for run, _ in self.curves.shown] if self.curves else []

    def act_mean(self, by: str | None = None) -> None:
        """Draw runs of the same param or tag as one mean with a band, or each by itself."""
        runs = self.runs_charted()
        ways = ways_to_bundle(runs)
        if self.charts is None:
            return
        looks = self.charts.plotting.looks
        if by is not None:
            self._mean_said(by, [name for name, _ in ways])
            return
        choices = [Choice(_NO_MEAN, "each run by itself")]
        choices.append(Choice(ALL, "all runs as one mean", f"{len(runs)} runs"))
        choices += [Choice(name, name, f"{count} groups") for name, count in ways]
        if looks.by:
            words = _BANDS if looks.std else _BANDS[::-1]
            choices.append(Choice(_OTHER_BAND, f"band: {words[0]}", f"now {words[1]}"))
        self.open(ChooseScreen("Mean and band of runs of the same", choices, looks.by or _NO_MEAN),
                  self._by_chosen)  # fmt: skip

    def _mean_said(self, said: str, ways: Sequence[str]) -> None:
        """`all`, `none` or a key, and behind it or alone `range` or `std`."""
        known = {"all": ALL, "none": _NO_MEAN} | {name: name for name in ways}
        known |= {name.partition(".")[2]: name for name in reversed(ways)}
        words = said.split()
        band = words[-1] if said not in known and words and words[-1] in ("range", "std") else ""
        by = said.removesuffix(band).strip()
        if by and by not in known:
            self.say(f"the runs drawn do not differ in {by!r}")
        elif self.charts:
            looks = self.charts.plotting.looks
            looks.std = band == "std" if band else looks.std
            self._by_chosen(known[by] if by else looks.by or ALL)

    def _by_chosen(self, by: str | None) -> None:
        if by is None or not self.charts:
            return
        looks = self.charts.plotting.looks
        if by == _OTHER_BAND:
            looks.std = not looks.std
        else:
            looks.by = "" if by == _NO_MEAN else by
        self.looks_turned()

    def looks_turned(self) -> None:
        """Draw curves as they are looked at now, and remember that."""
        if self.charts:
            self.charts.plotting.looks.keep()
            self.charts.turned()

    # Which part of it

    def act_zoom_in(self) -> None:
        """Look closer."""
        if self.charts:
            self.charts.zoom(1 / _ZOOM_STEP)

    def act_zoom_out(self) -> None:
        """Look from farther away."""
        if self.charts:
            self.charts.zoom(_ZOOM_STEP)

    def act_zoom_all(self) -> None:
        """The whole curve."""
        if self.charts:
            self.charts.zoom_all()

    def act_pan_left(self) -> None:
        """Earlier parts of the curve."""
        self._pan(-_PAN_STEP)

    def act_pan_right(self) -> None:
        """Later parts of the curve."""
        self._pan(_PAN_STEP)

    def _pan(self, part: float) -> None:
        if self.charts and not self.charts.pan(part):
            self.say("the whole curve is in sight: + looks closer")

    def act_read_left(self) -> None:
        """Read values to the left."""
        if self.charts:
            self.charts.read_out(-1)

    def act_read_right(self) -> None:
        """Read values to the right."""
        if self.charts:
            self.charts.read_out(1)


def _value(value: float | None) -> str:
    return "" if value is None else f"{value:.5g}"
