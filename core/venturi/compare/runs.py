"""Runs side by side: params, metrics, tags and attributes, and which of them differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase

from venturi.compare.sameness import Row, Value, same
from venturi.compare.unfolding import unfolded
from venturi.records import Run

_ATTRIBUTES: Mapping[str, Callable[[Run], Value]] = {
    "run_name": lambda run: run.run_name,
    "experiment_id": lambda run: run.experiment_id,
    "status": lambda run: run.status,
    "start_time": lambda run: run.start_time,
    "end_time": lambda run: run.end_time,
    "lifecycle_stage": lambda run: run.lifecycle_stage.value,
    "user_id": lambda run: run.user_id,
}


@dataclass(frozen=True, slots=True)
class RunDiff:
    """Runs side by side: for each key one value a run, in the order of `run_ids`.

    A missing value is None. `baseline` is the position of the run that the others are compared
    with. Keys are in ascending order, attributes in that of a run. The run's id and its artifact
    URI, which holds the id, are no attributes here: they never agree. `datasets` (digests by name
    and context) and `environment` (versions of packages) are empty unless they were asked for.
    """

    run_ids: tuple[str, ...]
    run_names: tuple[str, ...]
    params: Mapping[str, Row]
    metrics: Mapping[str, Row]
    tags: Mapping[str, Row]
    attributes: Mapping[str, Row]
    baseline: int = 0
    datasets: Mapping[str, Row] = field(default_factory=dict[str, Row])
    environment: Mapping[str, Row] = field(default_factory=dict[str, Row])

    @property
    def sections(self) -> dict[str, Mapping[str, Row]]:
        """The kinds of rows by name, in the order to show: four always, two when there are any."""
        found = {
            "params": self.params,
            "metrics": self.metrics,
            "tags": self.tags,
            "attributes": self.attributes,
        }
        beside = {"datasets": self.datasets, "environment": self.environment}
        return found | {name: rows for name, rows in beside.items() if rows}

    @property
    def differs(self) -> bool:
        """True when some row's values are not all the same."""
        return any(row_differs(row) for rows in self.sections.values() for row in rows.values())

    def __len__(self) -> int:
        return sum(len(rows) for rows in self.sections.values())

    def unfolded(self) -> RunDiff:
        """The same with params that hold dictionaries or lists as a row for each leaf."""
        return replace(self, params=unfolded(self.params))

    def only_changed(self) -> RunDiff:
        """The rows whose values are not all the same."""
        return self._filtered(lambda _section, _key, row: row_differs(row))

    def only(self, fields: Iterable[str]) -> RunDiff:
        """The rows of these fields: a section (`params`), a key (`params.lr`) or a pattern.

        Attributes may be named alone: `status`.
        """
        wanted = tuple(fields)

        def asked(section: str, key: str, _row: Row) -> bool:
            names = (section, f"{section}.{key}", *([key] if section == "attributes" else ()))
            return any(fnmatchcase(name, field) for field in wanted for name in names)

        return self._filtered(asked)

    def _filtered(self, keep: Callable[[str, str, Row], bool]) -> RunDiff:
        kept = {
            section: {key: row for key, row in rows.items() if keep(section, key, row)}
            for section, rows in self.sections.items()
        }
        return replace(self, **kept)


def compare_runs(runs: Sequence[Run], baseline: int = 0) -> RunDiff:
    """The runs side by side.

    Args:
        runs: At least one run.
        baseline: Position of the run that the others are compared with.
    """
    return RunDiff(
        run_ids=tuple(run.run_id for run in runs),
        run_names=tuple(run.run_name for run in runs),
        params=_side_by_side([run.params for run in runs]),
        metrics=_side_by_side([run.metrics for run in runs]),
        tags=_side_by_side([run.tags for run in runs]),
        attributes={name: tuple(read(run) for run in runs) for name, read in _ATTRIBUTES.items()},
        baseline=baseline,
    )


def dataset_rows(runs: Sequence[Run]) -> dict[str, Row]:
    """Digests of the datasets that runs read, by name and context: `customers (train)`."""
    held = [
        {
            f"{each.name} ({each.context})" if each.context else each.name: each.digest
            for each in run.datasets
        }
        for run in runs
    ]
    return _side_by_side(held)


def _side_by_side(records: Sequence[Mapping[str, Value]]) -> dict[str, Row]:
    keys = sorted({key for record in records for key in record})
    return {key: tuple(record.get(key) for record in records) for key in keys}


def row_differs(row: Row) -> bool:
    """True when not all values of a row are the same, a missing one included."""
    return any(not same(row[0], value) for value in row[1:])
