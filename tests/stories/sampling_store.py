"""A store in memory that sums curves up itself, and waits in the middle when it is told to."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

from stories.memory_store import MemoryStore
from venturi.curves.buckets import Buckets, Partition
from venturi.curves.tally import Tally
from venturi.records import History
from venturi.stores.base import CurveExtent

SAMPLED = 16


@dataclass
class SamplingStore(MemoryStore):
    """A MemoryStore with the talent CurveSampler, to which every curve is a long one."""

    half_way: threading.Event = field(default_factory=threading.Event)

    def curve_extent(self, run_id: str, key: str) -> CurveExtent | None:
        """See CurveSampler."""
        points = self.points.get((run_id, key))
        return CurveExtent(points[0], points[-1], None) if points else None

    def curve_sample(self, run_id: str, key: str, cuts: Partition) -> Buckets | None:
        """Every sixteenth point."""
        self._enter(f"sample {key}")
        return self._summed(run_id, key, cuts, SAMPLED, is_exact=False, share=0.0)

    def curve_buckets(self, run_id: str, key: str, cuts: Partition) -> Iterator[Buckets]:
        """Half of the points, then all."""
        self._enter(f"buckets {key} {cuts.first} {cuts.last}")
        yield self._summed(run_id, key, cuts, 2, is_exact=False, share=0.5)
        assert self.half_way.wait(20)
        yield self._summed(run_id, key, cuts, 1, is_exact=True, share=1.0)

    def curve_points(self, run_id: str, key: str, first_step: int, last_step: int) -> History:
        """See CurveSampler."""
        self._enter(f"points {key} {first_step} {last_step}")
        points = [p for p in self.points[run_id, key] if first_step <= p.step <= last_step]
        return History(
            run_id,
            key,
            array("q", [point.step for point in points]),
            array("q", [point.timestamp for point in points]),
            array("d", [point.value for point in points]),
        )

    def _summed(
        self, run_id: str, key: str, cuts: Partition, every: int, *, is_exact: bool, share: float
    ) -> Buckets:
        points = self.points[run_id, key][::every]
        tally = Tally(cuts)
        tally.add(
            array("q", [point.step for point in points]),
            array("q", [point.timestamp for point in points]),
            array("d", [point.value for point in points]),
        )
        return tally.buckets(run_id, key, is_exact=is_exact, share=share)
