"""Runs watched while they go on: new metric points as they come, conditions that come true."""

from __future__ import annotations

from venturi.watching.condition import Condition, Verdict
from venturi.watching.growth import GrowingHistories
from venturi.watching.tail import MetricTail

__all__ = ["Condition", "GrowingHistories", "MetricTail", "Verdict"]
