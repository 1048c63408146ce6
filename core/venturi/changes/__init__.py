"""What a wish would change in a store, worked out before anything is written."""

from __future__ import annotations

from venturi.changes.change import Change, Plan
from venturi.changes.lines import read_batches
from venturi.changes.words import metric_of, pairs_of

__all__ = ["Change", "Plan", "metric_of", "pairs_of", "read_batches"]
