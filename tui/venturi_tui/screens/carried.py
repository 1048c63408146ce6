"""Marked runs that are taken along when another store is opened, to be compared there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from venturi.records import Run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from venturi_tui.present.chart import SeriesStyle


@dataclass(frozen=True)
class Carried:
    """A run of a store that is no longer open, as it was then.

    Args:
        run: The run; its experiment is told by name.
        address: Address of the store, without secrets.
        context: Name of the context it was opened by; empty for none.
        style: The sign and colour it was marked with.
    """

    run: Run
    address: str
    context: str
    style: SeriesStyle

    @property
    def place(self) -> str:
        """What the store is called."""
        return self.context or self.address

    @property
    def name(self) -> str:
        """What the run is called beside runs of other stores."""
        return f"{self.context or '…'}:{self.run.run_name or self.run.run_id[:8]}"


def carried(
    runs: Sequence[Run],
    address: str,
    context: str,
    styles: Mapping[str, SeriesStyle],
    experiments: Mapping[str, str],
) -> list[Carried]:
    """Runs made ready to be taken along."""
    return [
        Carried(
            replace(run, experiment_id=experiments.get(run.experiment_id, run.experiment_id)),
            address,
            context,
            styles[run.run_id],
        )
        for run in runs
        if run.run_id in styles
    ]
