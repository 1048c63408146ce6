"""Pictures of the app: cells as terminals have them, letters without seams, scenes that play."""

from __future__ import annotations

import asyncio
from pathlib import Path

import draw
import pytest
from cells import row_cells, screen_cells
from picture import CELL_HEIGHT, CELL_WIDTH
from picture import draw as draw_cells
from PIL import Image
from rich.style import Style
from rich.text import Text
from strokes import mask
from textual.app import App, ComposeResult
from textual.widgets import Static
from worlds.demo import DEMO_NOW

from venturi_tui.screens import runs_pane

WIDTH, HEIGHT = 12, 25


def _edge(letter: str, side: str) -> list[int]:
    """Where a letter is inked along one side of its cell."""
    picture = mask(letter, WIDTH, HEIGHT)
    assert picture is not None
    places = {
        "left": [(0, y) for y in range(HEIGHT)],
        "right": [(WIDTH - 1, y) for y in range(HEIGHT)],
        "top": [(x, 0) for x in range(WIDTH)],
        "bottom": [(x, HEIGHT - 1) for x in range(WIDTH)],
    }[side]
    return [n for n, place in enumerate(places) if picture.getpixel(place)]


@pytest.mark.parametrize("letter", "─├┤┬┴┼╭╮╰╯┌┐└┘")
def test_lines_meet_without_a_seam(letter: str) -> None:
    for side in ("left", "right"):
        assert _edge(letter, side) in ([], _edge("─", side))
    for side in ("top", "bottom"):
        assert _edge(letter, side) in ([], _edge("│", side))
    ends = sum(bool(_edge(letter, side)) for side in ("left", "right", "top", "bottom"))
    assert ends == {"┼": 4, "─": 2}.get(letter, 3 if letter in "├┤┬┴" else 2)


@pytest.mark.parametrize("letter", "━┃┏┛╋┝┰")
def test_heavy_lines_are_thicker(letter: str) -> None:
    heavy, light = mask(letter, WIDTH, HEIGHT), mask("─", WIDTH, HEIGHT)
    assert heavy is not None
    assert light is not None
    assert heavy.histogram()[255] > light.histogram()[255]


def test_braille_dots_stand_where_their_bits_say() -> None:
    for bit, (column, row) in enumerate(
        [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
    ):
        picture = mask(chr(0x2800 + (1 << bit)), WIDTH, HEIGHT)
        assert picture is not None
        left, top, right, bottom = picture.getbbox()
        assert (left + right) / 2 // (WIDTH / 2) == column
        assert (top + bottom) / 2 // (HEIGHT / 4) == row


@pytest.mark.parametrize(
    ("letter", "share"),
    [("█", 1), ("▀", 0.5), ("▌", 0.5), ("▂", 0.25), ("▗", 0.25), ("▟", 0.75), ("🬀", 1 / 6)],
)
def test_blocks_fill_their_share(letter: str, share: float) -> None:
    picture = mask(letter, 24, 48)
    assert picture is not None
    assert picture.histogram()[255] / (24 * 48) == pytest.approx(share, abs=0.01)


def test_other_letters_are_left_to_a_font() -> None:
    assert mask("a", WIDTH, HEIGHT) is None
    assert mask("✓", WIDTH, HEIGHT) is None


def test_dim_and_reverse_are_worked_into_the_colours() -> None:
    plain, reverse, dim = row_cells(
        [
            ("a", Style(color="#ffffff", bgcolor="#000000")),
            ("b", Style(color="#ffffff", bgcolor="#000000", reverse=True)),
            ("c", Style(color="#ffffff", bgcolor="#000000", dim=True)),
        ]
    )
    assert (plain.look.ink, plain.look.paper) == ((255, 255, 255), (0, 0, 0))
    assert (reverse.look.ink, reverse.look.paper) == ((0, 0, 0), (255, 255, 255))
    assert 100 < dim.look.ink[0] < 200


def test_wide_and_joining_letters_keep_the_grid() -> None:
    cells = row_cells([("日e\u0301x", Style())])
    assert [(cell.text, cell.width) for cell in cells] == [
        ("日", 2),
        ("", 1),
        ("e\u0301", 1),
        ("x", 1),
    ]


class Sample(App[None]):
    """A screen with a bit of everything."""

    def compose(self) -> ComposeResult:
        yield Static(Text("╭─ ✓ ● ─╮\n│ ⠢⡀▇▅ │", style="bold #56b6c2 on #101317"))


def test_a_screen_is_drawn_cell_by_cell_and_the_same_each_time() -> None:
    async def drawn() -> tuple[list[str], Image.Image]:
        app = Sample()
        async with app.run_test(size=(30, 5)) as pilot:
            await pilot.pause()
            cells = screen_cells(app)
            return ["".join(cell.text for cell in row) for row in cells], draw_cells(cells)

    (lines, first), (_, second) = asyncio.run(drawn()), asyncio.run(drawn())
    assert [line.rstrip() for line in lines] == ["╭─ ✓ ● ─╮", "│ ⠢⡀▇▅ │", "", "", ""]
    assert all(len(line) == 30 for line in lines)
    assert first.tobytes() == second.tobytes()
    margin = (first.width - 30 * CELL_WIDTH) // 2
    assert first.height == 5 * CELL_HEIGHT + 2 * margin
    ink = first.convert("RGB").getpixel((margin + CELL_WIDTH * 3 // 2, margin + CELL_HEIGHT // 2))
    assert ink == (0x56, 0xB6, 0xC2), "the line of the frame has exactly its colour"


@pytest.mark.parametrize("scene", draw.SCENES, ids=lambda scene: scene.name)
def test_scenes_still_play(
    scene: draw.Scene, demo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs_pane, "clock", lambda: DEMO_NOW / 1000)
    address = f"sqlite:///{demo_folder}/mlflow.db"
    asyncio.run(draw.take(scene, (80, 24), address, tmp_path))
    shown = (
        (tmp_path / f"{scene.name}-80x24.svg").read_text(encoding="utf-8").replace("&#160;", " ")
    )
    for words in {
        "runs": ["gentle-skink-220", "3 marked"],
        "curves": ["train/loss", "rapid-mole-980", "log"],
        "compare": ["Compare 3 runs", "params", "baseline"],
        "metrics": ["metrics of 4 runs", "train/"],
        "run": ["gentle-skink-220", "train/loss"],
        "models": ["bird-classifier", "champion→9", "Production"],
    }[scene.name]:
        assert words in shown
    with Image.open(tmp_path / f"{scene.name}-80x24.png") as picture:
        assert picture.width > 80 * CELL_WIDTH
