"""Marked runs: in the order they were marked, each with a style of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from venturi_tui.present.chart.styles import SeriesStyle

_TOLD_APART = 64
"""So many marked runs have a sign that no other has; further ones share signs."""


class Marks:
    """Marked runs in the order they were marked, each with a style of its own."""

    def __init__(self) -> None:
        self._styles: dict[str, SeriesStyle] = {}

    def __len__(self) -> int:
        return len(self._styles)

    def __contains__(self, run_id: object) -> bool:
        return run_id in self._styles

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of the marked runs."""
        return tuple(self._styles)

    @property
    def styles(self) -> Mapping[str, SeriesStyle]:
        """Style of each marked run, by id."""
        return self._styles

    def add(self, run_id: str) -> None:
        """Mark a run."""
        if run_id not in self._styles:
            self._styles[run_id] = self.style_of(run_id)

    def toggle(self, run_id: str) -> None:
        """Mark a run, or take its mark away."""
        if self._styles.pop(run_id, None) is None:
            self.add(run_id)

    def invert(self, run_ids: Iterable[str]) -> None:
        """Mark those of these runs that are not marked, and take the marks of the others away."""
        for run_id in run_ids:
            self.toggle(run_id)

    def drop(self, run_id: str) -> None:
        """Take a mark away, when there is one."""
        self._styles.pop(run_id, None)

    def clear(self) -> None:
        """Take all marks away."""
        self._styles.clear()

    def style_of(self, run_id: str) -> SeriesStyle:
        """The style of a run, marked or not: none of the marked runs has the same."""
        from venturi_tui.present.chart.styles import series_style

        held = self._styles.get(run_id)
        if held is not None:
            return held
        taken = self._styles.values() if len(self._styles) < _TOLD_APART else ()
        return series_style(run_id, tuple(taken))
