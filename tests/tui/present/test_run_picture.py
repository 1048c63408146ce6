"""Pictures over runs: which runs are in them, what is said of the others, how they are ordered."""

from __future__ import annotations

from math import inf, nan

import pytest

from venturi.records import Lifecycle, Metric, Run
from venturi_tui.present.chart import PLAIN, SeriesStyle
from venturi_tui.present.chart.bars import BarList, draw_bars
from venturi_tui.present.chart.fences import fences
from venturi_tui.present.chart.frame import RunValue, ShapeOptions
from venturi_tui.present.run_columns import columns_of, likely_against, likely_axes, metrics_of
from venturi_tui.present.run_picture import (
    MOST_LINES,
    BarsSight,
    PictureKind,
    PictureWish,
    draw_picture,
    run_picture,
)

OPTIONS = ShapeOptions(header=False, theme=PLAIN)


def run(at: int, loss: float | None = None, **params: str) -> Run:
    latest = {} if loss is None else {"loss": Metric("loss", loss, 1, 1)}
    return Run(f"{at:032x}", f"run-{at}", "1", "FINISHED", 0, 1, Lifecycle.ACTIVE,
               params=params, latest=latest)  # fmt: skip


LOSSES = (0.5, 0.2, nan, 0.4, None, inf, 0.3, 0.1, 0.6, 0.7, 90.0)
RUNS = [run(at, loss, lr=str(at % 3)) for at, loss in enumerate(LOSSES)]


def names(wish: PictureWish) -> list[int]:
    return [int(each.run_id, 16) for each in run_picture(RUNS, wish).runs]


def test_bars_stand_best_first_and_what_is_no_number_last() -> None:
    assert names(PictureWish(PictureKind.BARS, "loss")) == [7, 1, 6, 3, 0, 8, 9, 10, 2, 5]
    higher = [run(0, 0.1), run(1, 0.3)]
    higher = [
        Run(**{**{f: getattr(each, f) for f in each.__slots__},
               "latest": {"acc": Metric("acc", each.latest["loss"].value, 1, 1)}})
        for each in higher
    ]  # fmt: skip
    found = run_picture(higher, PictureWish(PictureKind.BARS, "acc")).runs
    assert [each.run_name for each in found] == ["run-1", "run-0"]


def test_what_is_not_drawn_is_counted() -> None:
    found = run_picture(RUNS, PictureWish(PictureKind.HISTOGRAM, "loss", robust=True))
    assert found.notes == ["1 without loss", "1 NaN", "1 ∞", "1 outlier left out"]
    assert 10 not in [int(each.run_id, 16) for each in found.runs]
    assert not found.is_log
    assert run_picture(RUNS, PictureWish(PictureKind.HISTOGRAM, "loss")).is_log
    assert run_picture(RUNS[:4], PictureWish(PictureKind.HISTOGRAM, "loss", robust=True)).notes == [
        "1 NaN",
        "no outliers of loss",
    ]


def test_a_scatter_needs_both_values() -> None:
    runs = [run(0, 0.5, lr="1"), run(1, 0.4), run(2, lr="2")]
    found = run_picture(runs, PictureWish(PictureKind.SCATTER, "loss", ("params.lr", "params.x")))
    assert (found.runs, found.title) == ((runs[0],), "loss against lr")
    assert found.notes == ["2 without loss or lr"]


def test_parallel_draws_runs_without_the_metric_but_not_without_end() -> None:
    many = [run(at, None if at % 2 else 0.5, lr=str(at)) for at in range(MOST_LINES + 3)]
    found = run_picture(many, PictureWish(PictureKind.PARALLEL, "loss", ("params.lr",)))
    assert len(found.runs) == MOST_LINES
    assert found.unlined == 3
    assert found.notes == ["1,001 without loss", "the first 2,000 drawn"]
    assert found.title == "loss and 1 other in parallel"


def test_params_that_differ_come_before_metrics_and_constants_last() -> None:
    runs = [
        run(
            at, at / 10, lr=str(at), model="ab"[at % 2], seed="7", note=f"words {at} and more words"
        )
        for at in range(40)
    ]
    columns = columns_of(runs)
    assert [column.name for column in columns] == [
        "params.lr", "params.model", "params.note", "params.seed", "metrics.loss",
    ]  # fmt: skip
    assert likely_against(columns, "loss") == "params.lr"
    assert likely_axes(columns) == ("params.lr", "params.model")
    assert metrics_of(columns) == ["loss"]
    assert likely_against(columns_of([run(0, 0.1)]), "loss") == ""


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([1.0, 2.0, 3.0, 1e9], (1.0, 1e9)),
        ([float(n) for n in range(20)] + [1e9, -1e9, nan, inf], (0.0, 19.0)),
        ([5.0] * 20 + [9.0], (5.0, 9.0)),
        ([nan, inf], (-inf, inf)),
        ([1e308, -1e308] * 6, (-1e308, 1e308)),
    ],
)
def test_outliers_lie_far_from_the_middle_half(values, found) -> None:
    assert fences(values) == found


def test_a_list_of_bars_is_moved_without_another_scale() -> None:
    values = [RunValue(f"run-{at}", 100.0 - at, SeriesStyle(1) if at == 3 else None)
              for at in range(50)]  # fmt: skip
    bars = BarList(values, 60, OPTIONS)
    top, low = bars.draw(10, 0, 2), bars.draw(10, 40, 49)
    assert [len(line) for line in (*top.lines, *low.lines)] == [60] * 20
    assert [line[0] for line in top.lines] == [" ", " ", "▸", *" " * 7]
    assert top.lines[3].startswith(" ● run-3")
    assert low.lines[9].startswith("▸")
    assert low.lines[9].count("█") == pytest.approx(51 / 100 * top.lines[0].count("█"), abs=1)
    assert bars.draw(4, 48, 49).lines[2:] == [" " * 60] * 2
    whole = draw_bars(values, 59, 50, OPTIONS).lines
    assert [line[1:] for line in (*top.lines, *low.lines)] == whole[:10] + whole[40:]


def test_the_sight_of_bars_keeps_the_cursor_in_view_and_no_row_empty() -> None:
    assert BarsSight(0, 99).within(30, 10) == BarsSight(20, 29)
    assert BarsSight(25, 3).within(30, 10) == BarsSight(3, 3)
    assert BarsSight(25, 27).within(30, 10) == BarsSight(20, 27)
    assert BarsSight(0, -1).within(5, 10) == BarsSight(0, 0)


@pytest.mark.parametrize("kind", list(PictureKind))
@pytest.mark.parametrize("size", [(80, 24), (9, 3), (1, 1)])
def test_every_kind_fills_exactly_its_cells(kind, size) -> None:
    picture = run_picture(RUNS, PictureWish(kind, "loss", ("params.lr",)))
    drawing = draw_picture(picture, {RUNS[0].run_id: SeriesStyle(2)}, size, OPTIONS)
    assert [len(line) for line in drawing.lines] == [size[0]] * size[1]
