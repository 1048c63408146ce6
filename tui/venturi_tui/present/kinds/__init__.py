"""How experiments, runs and metric points are printed: one record kind each."""

from __future__ import annotations

from venturi_tui.present.kinds.experiments import EXPERIMENTS
from venturi_tui.present.kinds.points import POINTS, Point
from venturi_tui.present.kinds.runs import RUNS

__all__ = ["EXPERIMENTS", "POINTS", "RUNS", "Point"]
