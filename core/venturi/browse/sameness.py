"""Whether two readings of a run say the same: NaN is no news."""

from __future__ import annotations

from dataclasses import replace

from venturi.records import Metric, Run


def same_run(old: Run, new: Run) -> bool:
    """Whether nothing changed from one reading to the next.

    Records that hold NaN are never equal in newer Pythons, and only sometimes in older ones.
    """
    if old is new or old == new:
        return True
    if old.latest.keys() != new.latest.keys():
        return False
    if not all(_same_point(point, new.latest[key]) for key, point in old.latest.items()):
        return False
    return replace(old, latest={}) == replace(new, latest={})


def _same_point(old: Metric, new: Metric) -> bool:
    both_nan = old.value != old.value and new.value != new.value
    same_value = both_nan or old.value == new.value
    return same_value and (old.step, old.timestamp) == (new.step, new.timestamp)
