"""Stories on the home screen, told by keys."""

from __future__ import annotations

import pytest
from stories.driver import story, using
from stories.memory_store import world

SIZES = [(160, 45), (80, 24)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("indexed", [True, False])
@story
async def test_the_first_look_shows_runs_counts_and_a_curve(size, indexed) -> None:
    async with using(world(indexed=indexed), size) as user:
        await user.sees("venturi", "memory://test", "40 runs", "brave-otter-00", "val/acc")
        await user.sees("enter open", "⠤")
        assert "▸  brave-otter-00  ✓ done" in user.line_with("▸  ")
        assert ("Experiments 2" in user.text) is (size == (160, 45))


@story
async def test_the_cursor_moves_and_the_details_follow() -> None:
    async with using(world()) as user:
        await user.press("j", "j")
        assert "dull-heron-02" in user.line_with("▸  ")
        await user.sees("─ dull-heron-02 ─", "✗ failed  3h ago")
        await user.press("G")
        assert "wry-stoat-39" in user.line_with("▸  ")
        await user.press("g", "g")
        assert "brave-otter-00" in user.line_with("▸  ")
        await user.press("ctrl+d", "k")
        await user.rest()
        assert "brave-otter-10" in user.line_with("▸  ")
