"""Stories on the home screen, told by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from stories.driver import story, using
from stories.memory_store import sweep, world

from venturi.records import Experiment, Lifecycle

SIZES = [(160, 45), (80, 24)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("indexed", [True, False])
@story
async def test_the_first_look_shows_runs_counts_and_a_curve(size, indexed) -> None:
    async with using(world(indexed=indexed), size) as user:
        await user.sees("venturi", "memory://test", "40 runs", "brave-otter-00", "val/acc")
        await user.sees("enter open", "⠤")
        assert "▸  brave-otter-00  ✓ done" in user.line_of_cursor()
        assert ("Experiments 2" in user.text) is (size == (160, 45))


@story
async def test_the_cursor_moves_and_the_details_follow() -> None:
    async with using(world()) as user:
        await user.press("j", "j")
        assert "dull-heron-02" in user.line_of_cursor()
        await user.sees("─ dull-heron-02 ─", "✗ failed  3h ago")
        await user.press("G")
        assert "wry-stoat-39" in user.line_of_cursor()
        await user.press("g", "g")
        assert "brave-otter-00" in user.line_of_cursor()
        await user.press("ctrl+d", "k")
        await user.rest()
        assert "brave-otter-10" in user.line_of_cursor()
        await user.press("pagedown", "pageup", "up")
        await user.rest()
        assert "wry-stoat-09" in user.line_of_cursor()


@story
async def test_columns_go_by_and_the_name_stays() -> None:
    async with using(world(), (60, 20)) as user:
        assert "model" not in user.text
        for _ in range(8):
            await user.press("l")
        await user.sees("model")
        assert "brave-otter-00" in user.line_of_cursor()
        assert "status" not in user.text
        for _ in range(8):
            await user.press("left")
        await user.sees("status")


@story
async def test_sorting_is_done_by_the_store_best_first_then_turned() -> None:
    async with using(world(100)) as user:
        await user.press("l", "l", "l", "l", "s")
        await user.sees("by val/loss ▲")
        await user.rest()
        assert "brave-otter-00" in user.line_of_cursor()
        await user.press("s")
        await user.sees("by val/loss ▼")
        await user.rest()
        assert "wry-stoat-99" in user.line_of_cursor()


@story
async def test_a_sort_can_be_named() -> None:
    async with using(world()) as user:
        await user.enter(":", "sort metrics.val/acc asc")
        await user.sees("by val/acc ▲")
        await user.rest()
        assert "wry-stoat-39" in user.line_of_cursor()


@story
async def test_a_key_that_cannot_work_says_why() -> None:
    async with using(world()) as user:
        await user.press("c")
        await user.hears("mark two runs first: space marks one")
        await user.press("u")
        await user.hears("no run is marked")
        await user.enter(":", "experiment baselines")
        await user.rest()
        await user.enter(":", "nonsense")
        await user.hears("no command 'nonsense'")
        await user.enter(":", "refrsh")
        await user.hears("did you mean :refresh?")
        await user.enter(":", "help me")
        await user.hears(":help takes nothing after it")


@story
async def test_another_experiment_is_opened_from_its_pane() -> None:
    async with using(world()) as user:
        await user.press("1")
        await user.press("j", "enter")
        await user.sees("3 runs", "brave-otter-100000")
        await user.rest()
        assert "baselines" in user.lines[0]
        await user.press("1", "g", "g", "enter")
        await user.sees("all experiments", "43 runs", "experiment")


@story
async def test_on_a_narrow_screen_a_hidden_pane_takes_all_of_it() -> None:
    async with using(world(), (80, 24)) as user:
        assert "Experiments" not in user.text
        await user.press("1")
        await user.sees("Experiments 2", "vision-sweep         ")
        await user.sees_no("brave-otter-00  ✓")
        await user.press("escape")
        await user.sees("brave-otter-00  ✓")
        await user.press("4")
        await user.sees("lr 0.001   model vit-b")
        await user.press("tab")
        await user.press("escape")
        await user.sees("brave-otter-00  ✓")


@story
async def test_a_pane_has_the_whole_screen_and_gives_it_back() -> None:
    async with using(world()) as user:
        await user.press("f")
        await user.sees_no("Experiments 2")
        await user.sees("wry-stoat-39")
        await user.press("f")
        await user.sees("Experiments 2")
        await user.press("tab")
        await user.rest()
        await user.press("f")
        await user.sees_no("brave-otter-01")
        await user.press("escape")
        await user.sees("brave-otter-00  ✓")


@story
async def test_panes_are_gone_through_by_tab_and_by_number() -> None:
    async with using(world()) as user:
        order = []
        for key in ("tab", "tab", "tab", "tab", "shift+tab", "3", "2"):
            await user.press(key)
            await user.rest()
            order.append(user.app.focused.id)
        assert order == [
            "curves", "detail", "experiments", "runs", "experiments", "curves", "runs",
        ]  # fmt: skip


@story
async def test_the_id_and_more_can_be_copied() -> None:
    async with using(world()) as user:
        await user.press("y")
        await user.hears("copied the id of brave-otter-00")
        assert user.copied == ["0" * 32]
        await user.press("Y")
        await user.sees("the command that lists these runs", "the row, with tabs between")
        await user.press("enter")
        await user.until(lambda: len(user.copied) == 2, "the copy")
        assert user.copied[1] == (
            "venturi runs list -s memory://test -e vision-sweep --columns "
            "run_name,status,start_time,metrics.val/acc,metrics.val/loss,metrics.epoch,"
            "params.lr,params.model"
        )
        await user.press("Y")
        await user.sees("the row, with tabs between")
        await user.type("row")
        await user.press("enter")
        await user.until(lambda: len(user.copied) == 3, "the copy")
        assert user.copied[2].startswith("brave-otter-00\t✓ done\t1h\t0.95")


@story
async def test_columns_are_chosen_ordered_and_remembered(tmp_path: Path) -> None:
    state = tmp_path / "tui.json"
    async with using(world(), state=state) as user:
        await user.press("C")
        await user.sees("Columns", "✓ val/acc", "· team")
        await user.press("slash")
        await user.type("team")
        await user.press("enter")
        await user.press("space", "enter")
        await user.sees("team")
        await user.press("C")
        await user.sees("Columns")
        await user.press("j", "space", "J", "enter")
        await user.sees_no("status ")
        names = [column.name for column in user.app.screen.table.browsing.columns]
        assert names[:4] == ["run_name", "metrics.val/acc", "age", "metrics.val/loss"]
        assert names[-1] == "tags.team"
        await user.enter(":", "sort metrics.val/loss desc")
        await user.rest()
        user.app.remembered.save()
    async with using(world(), state=state) as user:
        await user.sees("by val/loss ▼")
        assert names == [column.name for column in user.app.screen.table.browsing.columns]
        await user.press("C")
        await user.sees("Columns")
        await user.press("a")
        await user.sees("status ")


@story
async def test_help_shows_all_keys_and_finds_one() -> None:
    async with using(world(), (100, 40)) as user:
        await user.press("question_mark")
        await user.sees("Keys", "mark the run, or take its mark away")
        await user.press("slash")
        await user.until(lambda: bool(user.app.screen.query("#prompt")), "the prompt")
        await user.type("log ax")
        await user.sees("logarithmic y-axis on and off")
        await user.sees_no("mark the run")
        await user.press("enter", "escape")
        await user.sees("mark the run, or take its mark away")
        await user.press("escape")
        await user.sees("brave-otter-00")


@story
async def test_the_palette_does_what_is_chosen() -> None:
    async with using(world()) as user:
        await user.press("ctrl+p")
        await user.sees("sort: sort by the cursor's column")
        await user.type("sort")
        await user.press("enter")
        await user.sees("by run_name ▲")


@story
async def test_the_theme_turns_light_and_is_remembered(tmp_path: Path) -> None:
    async with using(world(), state=tmp_path / "s.json") as user:
        await user.enter(":", "theme")
        await user.until(lambda: user.app.theme == "venturi-light", "the light")
        await user.enter(":", "theme nord")
        await user.until(lambda: user.app.theme == "nord", "another theme")
        await user.enter(":", "theme nonsense")
        await user.hears("no theme 'nonsense'")
        user.app.remembered.save()
    async with using(world(), state=tmp_path / "s.json") as user:
        assert user.app.theme == "nord"
        await user.sees("brave-otter-00")


@story
async def test_the_last_experiment_is_opened_again(tmp_path: Path) -> None:
    async with using(world(), state=tmp_path / "s.json") as user:
        await user.enter(":", "experiment baselines")
        await user.sees("3 runs")
        user.app.remembered.save()
    async with using(world(), state=tmp_path / "s.json") as user:
        await user.sees("3 runs", "brave-otter-100000")


@story
async def test_an_empty_store_says_how_to_go_on() -> None:
    store = world()
    store.experiments.clear()
    store.runs.clear()
    async with using(store) as user:
        await user.sees("no experiments in this store yet", "venturi demo", "r look again")
        store.experiments.append(Experiment("1", "first", Lifecycle.ACTIVE))
        store.runs += sweep(2)
        await user.press("r")
        await user.sees("brave-otter-00", "2 runs")


@story
async def test_an_empty_experiment_says_so_and_nobody_starts_in_one() -> None:
    store = world()
    store.experiments.insert(0, Experiment("9", "fresh", Lifecycle.ACTIVE))
    async with using(store) as user:
        await user.sees("brave-otter-00")
        await user.enter(":", "experiment fresh")
        await user.sees("no runs in fresh yet", "r look again")
        assert "0 runs" in user.lines[0]


@story
async def test_experiments_can_be_searched() -> None:
    async with using(world()) as user:
        await user.press("1", "slash")
        await user.until(lambda: bool(user.app.screen.query("#prompt")), "the prompt")
        await user.type("base")
        await user.sees_no("vision-sweep         40")
        await user.press("enter", "enter")
        await user.sees("3 runs")
        await user.press("1", "escape")
        await user.sees("all experiments")


@story
async def test_details_show_a_value_whole() -> None:
    async with using(world()) as user:
        await user.press("enter")
        await user.sees("extra.eps")
        await user.press("slash")
        await user.until(lambda: bool(user.app.screen.query("#prompt")), "the prompt")
        await user.type("optim")
        await user.press("enter", "enter")
        await user.sees('"betas": [', "y copies")
        await user.press("y")
        await user.until(lambda: bool(user.copied), "the copy")
        assert user.copied[0].startswith('{"name": "adam"')
        await user.press("escape", "escape", "escape")
        await user.sees("Experiments 2")


@story
async def test_the_mouse_moves_sorts_and_opens() -> None:
    async with using(world()) as user:
        await user.pilot.click("#runs", offset=(20, 4))
        await user.rest()
        assert "dull-heron-02" in user.line_of_cursor()
        head = next(line for line in user.lines if "val/loss" in line and "status" in line)
        table = user.app.screen.table
        await user.pilot.click("#runs", offset=(head.index("val/loss") + 2 - table.region.x, 1))
        await user.sees("by val/loss ▲")
        await user.rest()
        await user.pilot.click("#runs", offset=(20, 3), times=2)
        await user.sees("attributes", "kept by MLflow")
