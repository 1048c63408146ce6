"""Small curves of the metrics in view: their points read a few at a time, drawn aside, kept."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from textual.message import Message
from textual.widget import Widget

from venturi.browse.curves import Curve
from venturi.curves.buckets import Buckets
from venturi.curves.outline import outline
from venturi.curves.series import series_from
from venturi.records import Run
from venturi.stores.base import MOST_COUNTED, CurveSampler
from venturi_tui import messages
from venturi_tui.loading import Loading
from venturi_tui.plotting import Histories
from venturi_tui.present.chart.sparkline import sparkline_text
from venturi_tui.present.metric_rows import SPARK_WIDTH, Sketch, extremes
from venturi_tui.screens.curve_reading import CurveReading

_MOST_SENT = 10_000
"""Steps of a metric whose points are asked of a server only to be drawn small."""

_GROWN = 0.02
"""The part by which a curve that was sampled has to grow to be sampled anew."""


class MetricSketches:
    """What is known of the points of a run's metrics.

    Points are shared with the chart: what it has read is here at once. A metric with so many
    points that they can only be read one by one, from a store that cannot sample, is left to the
    chart.

    Args:
        loading: Who asks.
        asker: The widget that gets the answers, and passes them on.
        histories: Where points are kept.
    """

    def __init__(self, loading: Loading, asker: Widget, histories: Histories) -> None:
        self._loading = loading
        self._asker = asker
        self._histories = histories
        self._reading = CurveReading(loading, asker, histories)
        self._drawn_of: dict[str, Curve] = {}
        self.known: dict[str, Sketch] = {}

    def want(self, run: Run, keys: Iterable[str]) -> None:
        """Read the points of these metrics that are not here, and what is new of the others."""
        wanted = [key for key in keys if key in run.latest and self._is_cheap(run, key)]
        wishes: list[messages.CurveWish] = []
        for key in wanted:
            if self._is_missing(run, key):
                wishes.append(messages.CurveWish(run.run_id, key))
            else:
                wishes += self._histories.late([run], key)
            self._draw(run.run_id, key)
        self._reading.want(wishes)

    def _is_missing(self, run: Run, key: str) -> bool:
        """Whether a curve is not here, or is a sample of one that has grown by much since."""
        place = run.run_id, key
        sample = self._histories.buckets(place)
        if sample is None or sample.is_exact or not len(sample):
            return self._histories.get(*place) is None
        begin, end = sample.first_step[0], sample.last_step[-1]
        return run.latest[key].step - end > (end - begin) * _GROWN

    def _is_cheap(self, run: Run, key: str) -> bool:
        connection = self._loading.connection
        if connection is None:
            return False
        store = connection.tracking
        if isinstance(store, CurveSampler) or self._histories.get(run.run_id, key) is not None:
            return True
        most = _MOST_SENT if store.info.kind == "http" else MOST_COUNTED
        return run.latest[key].step <= most

    def took(self, event: messages.HistoryRead) -> None:
        """Points are here."""
        self._reading.took(event)
        self._draw(event.wish.run_id, event.wish.key)

    def failed(self, event: messages.QuestionFailed) -> bool:
        """Whether it was points that could not be read; the metric stays without a curve."""
        return self._reading.failed(event) is not None

    def _draw(self, run_id: str, key: str) -> None:
        """Have the curve drawn, in a thread, when it is another one than was drawn last."""
        place = run_id, key
        curve = self._histories.buckets(place) or self._histories.get(*place)
        if curve is None or self._drawn_of.get(key) is curve:
            return
        self._drawn_of[key] = curve
        job = partial(_sketched, key, curve)
        self._loading.work(self._asker, f"sketch {key}", ("sketch", key), job)

    def took_sketch(self, event: messages.MetricSketched) -> bool:
        """Keep it; whether that changes anything."""
        changed = self.known.get(event.key) != event.sketch
        self.known[event.key] = event.sketch
        return changed

    def forget(self) -> None:
        """Read everything again."""
        self._drawn_of.clear()
        self._reading.try_again()


def _sketched(key: str, curve: Curve) -> Message:
    return messages.MetricSketched(key, sketch_of(curve))


def sketch_of(curve: Curve) -> Sketch:
    """What a curve comes to in a few cells."""
    long = isinstance(curve, Buckets)
    series = outline(curve) if isinstance(curve, Buckets) else series_from(curve)
    low, high, odd = extremes(curve)
    return Sketch(
        spark=sparkline_text(series, SPARK_WIDTH),
        low=low,
        high=high,
        points=curve.total if isinstance(curve, Buckets) else len(curve),
        odd=odd,
        is_exact=curve.is_exact if long else True,
    )
