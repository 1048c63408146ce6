"""Stories of pictures over runs: histogram, bars, scatter and parallel coordinates by keys."""

from __future__ import annotations

import shlex
import threading

import pytest
from stories.driver import User, story, using
from stories.memory_store import world

from venturi.errors import StoreUnreachable
from venturi.records import Metric
from venturi.settings import Place, Settings
from venturi_tui.application import VenturiApp
from venturi_tui.screens import shapes


@pytest.mark.parametrize("size", [(80, 24), (160, 45), (40, 12)])
@story
async def test_all_runs_are_drawn_in_four_ways(size) -> None:
    async with using(world(), size) as user:
        await user.press("w")
        await user.sees("val/acc histogram ─ 40 ru", "█")
        await user.press("tab")
        await user.sees("val/acc bars ─ 40 runs", "▸  brave-ott", "of 40")
        await user.press("3")
        await user.sees("val/acc against lr ─ 40", "•")
        await user.press("tab")
        await user.sees("val/acc and 2 others in parall", "model", "│")
        await user.press("shift+tab", "1")
        await user.sees("val/acc histogram")
        await user.press("escape")
        await user.sees("Runs")


@story
async def test_marked_runs_alone_are_drawn_with_their_signs() -> None:
    store = world()
    async with using(store, (120, 30)) as user:
        await user.press("space", "j", "space", "w")
        await user.sees("val/acc histogram ─ 2 marked runs", "brave-otter-00 0.95")
        styles = user.app.screen.asked.styles
        line = user.line_with("brave-otter-00 0.95")
        for style in styles.values():
            assert style.mark in line
        await user.press("3")
        await user.sees("val/acc against lr ─ 2 marked runs")
        assert all(user.text.count(style.mark) == 2 for style in styles.values())


@story
async def test_one_mark_stands_out_among_all_runs() -> None:
    async with using(world(), (120, 30)) as user:
        await user.press("space", "w")
        await user.sees("val/acc histogram ─ 40 runs", "brave-otter-00 0.95")
        assert "calm-finch-01" not in user.text


@story
async def test_what_is_not_seen_is_counted() -> None:
    store = world(40)
    store.change(f"{4:032x}", latest={})
    latest = {"val/loss": Metric("val/loss", 900.0, 1, 1), "val/acc": Metric("val/acc", 0.5, 1, 1)}
    store.change(f"{5:032x}", latest=latest)
    async with using(store, (120, 30)) as user:
        await user.enter("/", "params.model = 'vit-b' or params.lr = '0.01'")
        await user.rest()
        await user.enter(":", "picture hist")
        await user.enter(":", "metric val/loss")
        await user.sees("val/loss histogram, log ─ 26 runs, 1 without val/loss, 4 NaN")
        await user.sees("─ params.model = 'vit-b' or")
        await user.press("o")
        await user.sees("1 outlier left out", "val/loss histogram ─ 26 runs")
        await user.press("L")
        await user.sees("val/loss histogram, log")
        await user.press("2", "L")
        await user.hears("bars begin at zero")
        await user.press("G")
        await user.sees("NaN", "▸")
        assert "NaN" in user.line_with("▸")


@story
async def test_the_cursor_opens_the_run_of_a_bar() -> None:
    async with using(world(), (100, 20)) as user:
        await user.enter(":", "picture bars")
        await user.sees("1 to 16 of 40")
        await user.press("G")
        await user.sees("25 to 40 of 40")
        await user.press("g", "g", "j")
        await user.sees("1 to 16 of 40", "▸  calm-finch-01")
        await user.press("y")
        await user.hears("copied the id of calm-finch-01")
        assert user.copied == [f"{1:032x}"]
        await user.press("enter")
        await user.sees("calm-finch-01", "running  for 2h 30m")
        await user.press("escape")
        await user.sees("val/acc bars")


@story
async def test_the_metric_and_what_it_is_held_against_are_chosen() -> None:
    async with using(world(), (120, 30)) as user:
        await user.press("w")
        await user.sees("histogram", "40 runs")
        await user.press("m")
        await user.sees("Metric")
        await user.type("epoch")
        await user.press("enter")
        await user.sees("epoch histogram")
        await user.press("p")
        await user.sees("Hold epoch against", "param, 3 values", "param, 2 values")
        await user.type("model")
        await user.press("enter")
        await user.sees("epoch against model ─ 40 runs", "vit-b", "vit-l")
        await user.enter(":", "against modle")
        await user.hears("no param, metric or tag 'modle' of the runs here; did you mean model?")
        await user.enter(":", "against metrics.val/acc")
        await user.sees("epoch against val/acc")
        await user.press("4", "p")
        await user.sees("Add an axis, or take it away", "✓ lr")
        await user.type("seed")
        await user.press("enter")
        await user.sees("epoch and 3 others in parallel", "seed")
        await user.enter(":", "against lr")
        await user.sees("epoch and 2 others in parallel")
        await user.enter(":", "picture circle")
        await user.hears("no picture 'circle': there are histogram, bars, scatter, parallel")


@story
async def test_the_command_line_that_draws_the_same_is_copied() -> None:
    async with using(world(), (120, 30)) as user:
        await user.enter("/", "params.lr = '0.01'")
        await user.rest()
        await user.enter(":", "picture scatter")
        await user.sees("val/acc against")
        await user.press("Y")
        await user.sees("venturi metrics plot", "its values, with tabs between")
        await user.press("enter")
        assert shlex.split(user.copied[0]) == shlex.split(
            "venturi runs list -s memory://test -e vision-sweep --filter \"params.lr = '0.01'\""
            " --all -o name | venturi metrics plot - -m val/acc --kind scatter"
            " --against params.model -s memory://test"
        )
        await user.press("Y")
        await user.type("values")
        await user.press("enter")
        head, first = user.copied[1].splitlines()[:2]
        assert head == "run_id\trun_name\tparams.model\tmetrics.val/acc"
        assert first.split("\t")[1:3] == ["dull-heron-02", "vit-b"]
        await user.press("y")
        assert "vit-b" in user.copied[2]


@story
async def test_of_too_many_runs_the_first_are_drawn_and_that_is_said(monkeypatch) -> None:
    monkeypatch.setattr(shapes, "MOST_READ", 1_000)
    async with using(world(2_400), (120, 30)) as user:
        await user.press("w")
        await user.sees("val/acc histogram ─ first 1,000 of 2,400 runs")
        await user.press("Y", "enter")
        assert " --limit 1000 -o name | " in user.copied[0]


@story
async def test_reading_says_how_far_it_is_and_what_is_drawn_stays() -> None:
    store = world(2_400)
    async with using(store, (120, 30)) as user:
        store.gate = threading.Event()
        await user.press("w")
        await user.sees("reading runs …", "0 of 2,400 runs read")
        store.gate.set()
        await user.sees("val/acc histogram ─ 2,400 runs")
        store.failure = StoreUnreachable("nobody answers")
        await user.press("r")
        await user.hears("nobody answers")
        await user.sees("val/acc histogram ─ 2,400 runs")


@story
async def test_a_failure_can_be_tried_again() -> None:
    store = world()
    async with using(store, (120, 30)) as user:
        store.failure = StoreUnreachable("nobody answers")
        await user.press("w")
        await user.sees("✗ nobody answers", "r try again")
        store.failure = None
        await user.press("r")
        await user.sees("val/acc histogram ─ 40 runs")


@story
async def test_runs_with_nothing_to_draw_say_what_to_press() -> None:
    store = world(3)
    for at in range(3):
        store.change(f"{at:032x}", latest={}, params={}, tags={})
    async with using(store, (120, 30)) as user:
        await user.press("w")
        await user.sees("no metric was logged by these runs", "r look again", "esc back")
        nan = {"loss": Metric("loss", float("nan"), 1, 1)}
        store.change(f"{1:032x}", latest=nan)
        await user.press("r")
        await user.sees("loss is not a finite number in any run", "m another metric")
        await user.press("3")
        await user.sees("these runs have nothing to hold loss against")
        await user.press("2")
        await user.sees("loss bars ─ 3 runs, 2 without loss, 1 NaN", "calm-finch-01")


@story
async def test_a_picture_follows_the_size_and_the_theme_and_rests_otherwise() -> None:
    async with using(world(), (120, 30)) as user:
        await user.press("w")
        await user.sees("val/acc histogram")
        await user.rest()
        pane = user.app.screen.pane
        drawn = pane.drawing
        await user.resize(60, 16)
        await user.until(lambda: pane.drawing.width == pane.room[0] == 56, "the smaller one")
        await user.rest()
        small = pane.drawing
        await user.enter(":", "theme light")
        await user.until(lambda: pane.drawing.rows != small.rows, "other colours")
        await user.rest()
        assert (pane.drawing.lines, drawn.width) == (small.lines, 116)


@story
async def test_the_demo_store_is_drawn(demo_folder) -> None:
    app = VenturiApp(Place(f"sqlite:///{demo_folder / 'mlflow.db'}", "--store"), Settings(), None)
    async with app.run_test(size=(80, 24)) as pilot:
        user = User(app, pilot, None)
        await user.sees("vision-sweep")
        await user.rest()
        await user.enter(":", "picture scatter")
        await user.sees("val/acc against lr ─ 32 runs", "1e-4", "0.01")
        await user.press("4")
        await user.sees("in parallel ─ 32 runs", "dropout", "■")
