"""MLflow's latest point of each metric, kept up to date when points are added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from venturi.errors import InvalidInput
from venturi.stores.sql.database import Reader

_CHUNK = 500


class Point(NamedTuple):
    """A point as databases keep it; see `venturi.rules.finite_or_flag`."""

    key: str
    value: float
    timestamp: int
    step: int
    is_nan: bool

    @property
    def rank(self) -> tuple[int, int, float]:
        """What makes one point later than another, whether it is NaN or not."""
        return self.step, self.timestamp, self.value


def latest_of(points: Iterable[Point]) -> dict[str, Point]:
    """The latest point of each key; of equals, the first."""
    found: dict[str, Point] = {}
    for point in points:
        known = found.get(point.key)
        if known is None or point.rank > known.rank:
            found[point.key] = point
    return found


def update_latest(
    connection: sa.Connection, reader: Reader, run_id: str, latest: Mapping[str, Point]
) -> None:
    """Insert what is new, and replace what is strictly earlier."""
    known = _known(connection, reader, run_id, sorted(latest))
    new = [point for key, point in latest.items() if key not in known]
    later = [
        point for key, point in latest.items() if key in known and point.rank > known[key].rank
    ]
    table = reader.tables.latest_metrics
    if new:
        connection.execute(
            sa.insert(table), [{"run_uuid": run_id, **point._asdict()} for point in new]
        )
    if later:
        here = [table.c.run_uuid == run_id, table.c.key == sa.bindparam("its_key")]
        connection.execute(sa.update(table).where(*here), [_change(point) for point in later])


def _change(point: Point) -> dict[str, object]:
    change: dict[str, object] = {**point._asdict(), "its_key": point.key}
    del change["key"]
    return change


def _known(
    connection: sa.Connection, reader: Reader, run_id: str, keys: Sequence[str]
) -> dict[str, Point]:
    """What the database has for the keys, locked in their order as MLflow locks them.

    Raises InvalidInput when the database takes two keys for one, as MySQL does with `a` and `A`.
    """
    columns = reader.tables.latest_metrics.c
    found: dict[str, Point] = {}
    for first in range(0, len(keys), _CHUNK):
        wanted = keys[first : first + _CHUNK]
        statement = (
            sa.select(columns.key, columns.value, columns.timestamp, columns.step, columns.is_nan)
            .where(columns.run_uuid == run_id, columns.key.in_(wanted))
            .order_by(columns.key)
            .with_for_update()
        )
        for key, value, timestamp, step, is_nan in connection.execute(statement):
            found[key] = Point(key, value or 0.0, timestamp or 0, step, bool(is_nan))
            if key not in wanted:
                raise InvalidInput(
                    f"the run has a metric '{key}', which this database takes for the same as one"
                    " of those to log",
                    hint="let them differ in more than upper and lower case",
                )
    return found
