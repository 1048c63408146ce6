"""How fast 10,000,000 points of one metric are drawn: sampled, exact, zoomed and as they grow.

    python tests/benchmarks/bench_curves.py [--turns 3]

The store is made once (about a minute) and kept. Beside each time stands the least that SQLite
itself takes for the same points, measured in the same turn. Exit 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import resource
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[2] / "tui"))
sys.path.insert(0, str(Path(__file__).parents[2] / "core"))

from benchmarks.large_curve import KEY, LIVE_POINTS, LIVE_RUN, POINTS, RUN, SPIKE, curve_store
from venturi.browse.curves import Curve, read_closer, read_curve, with_news
from venturi.curves.buckets import Buckets
from venturi.curves.outline import outline
from venturi.curves.series import Series
from venturi.stores import open_tracking
from venturi.stores.base import TrackingStore
from venturi_tui.present.chart import ChartLine, ChartOptions, draw_chart, series_style

SIZE = 200, 50
MOST_MB = 150
RAW = (
    "SELECT min(value), max(value), avg(value), count(*) FROM metrics"
    " INDEXED BY index_metrics_run_uuid_key_step"
    " WHERE run_uuid = ? AND key = ? AND step BETWEEN ? AND ?"
)
_missed: list[str] = []


def say(name: str, took_s: float, goal_s: float, beside: str = "") -> None:
    """One line; remembers a goal that was missed."""
    verdict = "ok" if took_s <= goal_s else "MISSED"
    if took_s > goal_s:
        _missed.append(name)
    print(
        f"{name:<44} {took_s * 1000:9.1f} ms   goal {goal_s * 1000:6.0f} ms  {verdict:<6}  {beside}"
    )


def raw_limit(path: Path, parts: int) -> float:
    """Seconds that SQLite takes for lowest, highest, mean and count of the same buckets."""
    width = POINTS // parts
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as db:
        began = time.perf_counter()
        for part in range(parts):
            db.execute(RAW, (RUN, KEY, part * width, (part + 1) * width - 1)).fetchone()
        return time.perf_counter() - began


def drawn(series: Series, options: ChartOptions | None = None) -> None:
    """Draw a curve alone."""
    line = ChartLine("run", series, series_style(series.run_id, []))
    draw_chart([line], *SIZE, options)


class Pulse:
    """A thread that wants to run every 5 ms, as a screen does: how long it was kept waiting."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat)

    def __enter__(self) -> Pulse:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        before = time.perf_counter()
        while not self._over.wait(0.005):
            now = time.perf_counter()
            self.longest = max(self.longest, now - before - 0.005)
            before = now


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def best(turns: int, work: Callable[[], object]) -> float:
    return min(timed(work) for _ in range(turns))


def first_picture(store: TrackingStore) -> None:
    """From asking to a drawing of the sample."""
    form = next(iter(read_curve(store, RUN, KEY)))
    assert isinstance(form, Buckets)
    assert not form.is_exact
    drawn(outline(form), ChartOptions(notes=("~ sampled",)))


def last_of(forms: Iterable[Curve]) -> Buckets:
    *_, form = forms
    assert isinstance(form, Buckets)
    assert form.is_exact
    return form


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--turns", type=int, default=3)
    turns = parser.parse_args().turns
    path = curve_store()
    with closing(open_tracking(f"sqlite:///{path}")) as store:
        drawn(outline(last_of(read_curve(store, LIVE_RUN, KEY))))  # loads what draws
        first = best(turns, lambda: first_picture(store))
        say("first chart of 10M points, marked as sampled", first, 0.1)
        exact, limit, waited, whole = exact_turns(store, path, turns)
        beside = f"{exact / limit:.2f}x of the {limit:.2f} s SQLite takes for these sums"
        say("exact, 1,001 buckets", exact, 2.2, beside)
        say("longest wait of another thread meanwhile", waited, 0.05)
        look_closer(store, whole, turns)
        live_tick(store, turns)
    unit = 2**20 if sys.platform == "darwin" else 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    verdict = "ok" if peak < MOST_MB else "MISSED"
    print(f"{'peak memory of this process':<44} {peak:9.1f} MB   goal {MOST_MB:6} MB  {verdict}")
    return 1 if _missed or peak >= MOST_MB else 0


def exact_turns(
    store: TrackingStore, path: Path, turns: int
) -> tuple[float, float, float, Buckets]:
    """The best turn of ours and of SQLite alone, the longest wait in the best turn, the curve."""
    found: list[tuple[float, float, Buckets]] = []
    limits: list[float] = []
    for _ in range(turns):
        limits.append(raw_limit(path, 1000))
        with Pulse() as pulse:
            began = time.perf_counter()
            whole = last_of(read_curve(store, RUN, KEY))
            took = time.perf_counter() - began
        found.append((took, pulse.longest, whole))
    took, waited, whole = min(found, key=lambda turn: turn[0])
    assert (whole.total, max(whole.high)) == (POINTS, SPIKE), "a point was lost"
    series = outline(whole)
    assert max(series.ys) == SPIKE, "the spike was lost"
    return took, min(limits), waited, whole


def look_closer(store: TrackingStore, whole: Buckets, turns: int) -> None:
    """Zoom and pan from memory, then what is read for the window."""
    series = outline(whole)
    windows = [(at * 1e6, at * 1e6 + 2e6) for at in range(8)]
    for smoothing in (0.0, 0.97):
        options = [ChartOptions(smoothing=smoothing, x_window=window) for window in windows]
        each = [best(turns, lambda one=one: drawn(series, one)) for one in options]
        say(f"zoom and pan from memory, smoothing {smoothing:g}", max(each), 0.05)

    def closer() -> Buckets:
        return last_of(read_closer(store, whole, 7_650_000, 7_660_000))

    say("10,000 of 10M points read for a window", best(turns, closer), 0.25)
    fine = outline(closer())
    options = ChartOptions(x_window=(7.65e6, 7.66e6))
    say("that drawn", best(turns, lambda: drawn(fine, options)), 0.05)


def live_tick(store: TrackingStore, turns: int) -> None:
    """What is new of a run with a million points: nothing is read again but the last step."""
    known = last_of(read_curve(store, LIVE_RUN, KEY))
    assert known.total == LIVE_POINTS

    def tick() -> None:
        news = store.metric_history(LIVE_RUN, KEY, from_step=known.first_step[-1])
        outline(with_news(known, news))

    say("a live tick on 1M points", best(max(turns, 5), tick), 0.02)


if __name__ == "__main__":
    raise SystemExit(main())
