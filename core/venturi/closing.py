"""What can be closed, and used with `with` so that nobody has to remember."""

from __future__ import annotations

from types import TracebackType
from typing import TypeVar

C = TypeVar("C", bound="Closing")


class Closing:
    """Closed at the end of a `with` block, also when that ends by an error."""

    def close(self) -> None:
        """Let go of what is held. Calling it twice is fine."""

    def __enter__(self: C) -> C:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
