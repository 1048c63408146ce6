"""What charts show: windows and cursors, choices that are kept, points that are kept, means."""

from __future__ import annotations

from array import array
from dataclasses import replace

import pytest
from stories.memory_store import sweep

from venturi.curves.series import XAxis
from venturi.records import History, Metric
from venturi_tui.messages import CurveWish
from venturi_tui.plotting import (
    ALL,
    Histories,
    Looks,
    Plotting,
    Sight,
    bundles_of,
    histories,
    ways_to_bundle,
)
from venturi_tui.plotting.alignment import seconds_at, shared_time, step_at
from venturi_tui.present.chart import series_style

WHOLE = (0.0, 100.0)
STEP = XAxis.STEP
RUNS = sweep(6)
STYLED = [(run, series_style(run.run_id)) for run in RUNS]


def history(run_id: str, key: str, steps: range, start: int = 0) -> History:
    steps_ = list(steps)
    times = [start + step * 1000 for step in steps_]
    return History(
        run_id, key, array("q", steps_), array("q", times), array("d", map(float, steps_))
    )


def test_zooming_keeps_the_cursor_in_the_middle_and_the_pointer_in_its_place() -> None:
    sight = Sight()
    sight.zoom(STEP, 0.5, WHOLE)
    assert sight.window(STEP) == (25.0, 75.0)
    sight.point(STEP, 60.0)
    sight.zoom(STEP, 0.5, WHOLE)
    assert sight.window(STEP) == (47.5, 72.5)
    sight.zoom(STEP, 0.8, WHOLE, about=47.5)
    assert sight.window(STEP) == (47.5, 67.5)
    sight.zoom(STEP, 100.0, WHOLE)
    assert sight.window(STEP) is None


def test_panning_stops_at_the_ends() -> None:
    sight = Sight()
    assert not sight.pan(STEP, 0.5, WHOLE)
    sight.zoom(STEP, 0.2, WHOLE)
    assert sight.pan(STEP, 0.5, WHOLE)
    assert sight.window(STEP) == (50.0, 70.0)
    sight.pan(STEP, 9.0, WHOLE)
    assert sight.window(STEP) == (80.0, 100.0)
    sight.pan(STEP, -99.0, WHOLE)
    assert sight.window(STEP) == (0.0, 20.0)


@pytest.mark.parametrize("whole", [(5.0, 5.0), (0.0, 1e308), (-1e308, 1e308), (0.0, 1e-300)])
def test_zooming_never_leaves_what_there_is(whole: tuple[float, float]) -> None:
    sight = Sight()
    for _ in range(80):
        sight.zoom(STEP, 0.5, whole)
        window = sight.window(STEP)
        assert window is None or whole[0] <= window[0] < window[1] <= whole[1]


def test_a_window_at_the_end_follows_growth_and_others_stay() -> None:
    sight = Sight()
    sight.zoom(STEP, 0.5, WHOLE)
    sight.reach(STEP, 200.0)
    assert sight.window(STEP) == (25.0, 75.0)
    sight.pan(STEP, 1.0, WHOLE)
    sight.reach(STEP, 130.0)
    assert sight.window(STEP) == (80.0, 130.0)
    assert sight.window(XAxis.TIME) is None
    assert sight.leave()
    assert not sight.leave()


def test_a_logarithmic_axis_is_looked_at_closer_by_its_decades() -> None:
    sight, whole = Sight(), (1.0, 10_000.0)
    sight.zoom(STEP, 0.5, whole, log=True)
    assert sight.window(STEP) == pytest.approx((10, 1000))
    sight.pan(STEP, 0.25, whole, log=True)
    assert sight.window(STEP) == pytest.approx((10**1.5, 10**3.5))
    sight.zoom(STEP, 0.5, whole, about=10**1.5, log=True)
    assert sight.window(STEP) == pytest.approx((10**1.5, 10**2.5))
    sight.point(STEP, 100.0)
    sight.zoom(STEP, 2.0, whole, log=True)
    assert sight.window(STEP) == pytest.approx((10, 1000))
    sight.pan(STEP, 9.0, whole, log=True)
    sight.reach(STEP, 20_000.0, log=True)
    assert sight.window(STEP) == pytest.approx((200, 20_000))


def test_moments_of_time_have_no_logarithms() -> None:
    looks = Looks(log_x=True)
    assert (looks.words, looks.command_words(STEP)) == (["log x"], ["--log-x"])
    looks.axis = XAxis.TIME
    assert (looks.words, looks.command_words(XAxis.TIME)) == ([], ["--x", "time"])


def test_choices_are_kept_and_what_is_none_is_left_out() -> None:
    kept: list[dict[str, object]] = []
    looks = Looks(keeper=kept.append)
    looks.axis, looks.smoothing, looks.by = XAxis.TIME, 0.6, "params.lr"
    looks.keep()
    again = Looks()
    again.adopt(kept[0])
    assert replace(again, keeper=None) == replace(looks, keeper=None)
    again.adopt({"axis": "nonsense", "smoothing": "much", "log": 1, "by": None, "robust": True})
    assert again == Looks(robust=True)


def test_the_command_line_draws_the_same() -> None:
    plotting = Plotting(looks=Looks(XAxis.STEP, log=True, smoothing=0.6, by="params.lr"))
    plotting.choose("loss")
    plotting.sight.zoom(STEP, 0.5, WHOLE)
    words = "--smooth 0.6 --log-y --group-by param:lr --window=25:75"
    assert plotting.command_words == words.split()
    assert Looks(robust=True, by=ALL).command_words(XAxis.TIME) == ["--x", "time", "--robust"]


def test_system_metrics_are_never_over_steps() -> None:
    looks = Looks()
    assert looks.axis_of("system/gpu") is XAxis.RELATIVE
    looks.next_axis("system/gpu")
    assert looks.axis is XAxis.TIME
    looks.next_axis("system/gpu")
    assert looks.axis is XAxis.RELATIVE
    looks.next_axis("loss")
    assert looks.axis is XAxis.STEP


def test_what_is_wanted_is_never_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(histories, "POINTS_KEPT", 25)
    held = Histories()
    held.want([("a", "m"), ("b", "m")])
    for run_id in ("a", "b", "c", "d"):
        held.take(CurveWish(run_id, "m"), history(run_id, "m", range(10)))
    assert [run_id for run_id in "abcd" if held.get(run_id, "m")] == ["a", "b", "d"]
    held.want([])
    held.take(CurveWish("e", "m"), history("e", "m", range(10)))
    assert [run_id for run_id in "abcde" if held.get(run_id, "m")] == ["d", "e"]


def test_only_runs_that_went_on_are_asked_for_news() -> None:
    held, run = Histories(), RUNS[0]
    place = CurveWish(run.run_id, "loss")
    points = history(run.run_id, "loss", range(10))
    same = replace(run, latest={"loss": Metric("loss", 9.0, 9000, 9)})
    later = replace(run, latest={"loss": Metric("loss", 0.1, 10_000, 10)})
    assert held.late([later], "loss") == []
    held.take(place, points)
    assert held.late([same], "loss") == []
    assert held.late([later], "loss") == [CurveWish(run.run_id, "loss", 9)]
    assert not held.take(
        CurveWish(run.run_id, "loss", 9), history(run.run_id, "loss", range(9, 10))
    )
    assert held.take(CurveWish(run.run_id, "loss", 9), history(run.run_id, "loss", range(9, 12)))
    assert list(held.get(run.run_id, "loss").steps) == list(range(12))


def test_runs_of_one_value_are_one_line() -> None:
    alone = bundles_of(STYLED)
    assert [each.runs for each in alone] == [(run,) for run in RUNS]
    by = bundles_of(STYLED, "params.model")
    assert [each.label for each in by] == ["vit-b (3)", "vit-l (3)"]
    assert len({each.style for each in by}) == 2
    assert [each.label for each in bundles_of(STYLED, ALL)] == ["all (6)"]
    assert [each.label for each in bundles_of(STYLED, "tags.gone")] == ["· (6)"]
    assert ways_to_bundle(RUNS) == [("params.lr", 3), ("params.model", 2)]


def test_a_mean_lies_between_its_runs_and_is_made_once() -> None:
    plotting = Plotting()
    plotting.choose("loss")
    plotting.looks.by = ALL
    for at, run in enumerate(RUNS[:3]):
        wish = CurveWish(run.run_id, "loss")
        points = history(run.run_id, "loss", range(5))
        points.values[4] = float(at)
        plotting.take(wish, points)
    (line,) = plotting.lines(STYLED[:3])
    assert list(line.series.ys) == [0.0, 1.0, 2.0, 3.0, 1.0]
    assert line.edges is not None
    assert (line.edges[0].ys[4], line.edges[1].ys[4]) == (0.0, 2.0)
    assert plotting.line_of(RUNS[1].run_id) == 0
    assert plotting.lines(STYLED[:3])[0].series is line.series


def test_charts_over_time_share_what_the_runs_took() -> None:
    run = replace(RUNS[0], start_time=1000, latest={"a": Metric("a", 1.0, 61_000, 5)})
    assert shared_time([run], XAxis.STEP, []) is None
    assert shared_time([run], XAxis.TIME, []) == (1000, 61_000)
    assert shared_time([run], XAxis.RELATIVE, [(-3.0, 5.0)]) == (-3.0, 60.0)
    assert shared_time([replace(run, start_time=None)], XAxis.TIME, []) is None


def test_a_step_is_a_moment_and_back() -> None:
    run = replace(RUNS[0], start_time=500)
    points = history(run.run_id, "loss", range(0, 100, 10), start=500)
    assert seconds_at(run, points, 32) == 30.0
    assert step_at(run, points, 36.0) == 40.0
    assert step_at(run, points, 1e9) == 90.0
    assert seconds_at(replace(run, start_time=None), points, 3) is None
    assert seconds_at(run, history(run.run_id, "loss", range(0)), 3) is None
