"""Where stories of the registry begin: the cursor on a version of a model."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from stories.driver import User, using
from stories.memory_registry import MemoryRegistry, opener
from stories.memory_store import world


@asynccontextmanager
async def on_version(
    held: MemoryRegistry, number: int, size: tuple[int, int] = (160, 45), *, read_only: bool = False
) -> AsyncIterator[User]:
    """The cursor on a version of `churn`."""
    async with using(world(), size, opener=opener(held), read_only=read_only) as user:
        await user.press("M")
        await user.until(lambda: user.app.screen.models.count > 0, "the models")
        await user.rest()
        await user.press("enter", *["j"] * (5 - number))
        await user.rest()
        yield user
