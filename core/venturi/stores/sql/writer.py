"""The promise of stores/writing.py, kept by statements; the first write loads what writes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from functools import partial

from venturi import rules
from venturi.records import Run, RunStatus
from venturi.stores.new_runs import named, resolved_location
from venturi.stores.sql.database import Database
from venturi.stores.writing import Batch, NewRun


class SqlWriter:
    """A TrackingWriter. Each method is one transaction, but for large batches.

    Args:
        database: Open to be read; opened to be written to by the first write.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def create_experiment(
        self, name: str, *, artifact_location: str = "", tags: Mapping[str, str] | None = None
    ) -> str:
        """See TrackingWriter."""
        from venturi.stores.sql import experiment_writing as experiments

        rules.check_experiment_name(name)
        for key, value in (tags or {}).items():
            rules.check_experiment_tag(key, value)
        location = resolved_location(artifact_location) if artifact_location else ""
        create = partial(
            experiments.create_experiment, name=name, artifact_location=location, tags=tags or {}
        )
        return self._database.write(create)

    def rename_experiment(self, experiment_id: str, name: str) -> None:
        """See TrackingWriter."""
        from venturi.stores.sql import experiment_writing as experiments

        rules.check_experiment_name(name)
        rename = partial(experiments.rename_experiment, experiment_id=experiment_id, name=name)
        self._database.write(rename, repeatable=True)

    def delete_experiment(self, experiment_id: str) -> None:
        """See TrackingWriter."""
        from venturi.stores.sql import experiment_writing as experiments

        self._database.write(partial(experiments.delete_experiment, experiment_id=experiment_id))

    def restore_experiment(self, experiment_id: str) -> None:
        """See TrackingWriter."""
        from venturi.stores.sql import experiment_writing as experiments

        self._database.write(partial(experiments.restore_experiment, experiment_id=experiment_id))

    def set_experiment_tag(self, experiment_id: str, key: str, value: str) -> None:
        """See TrackingWriter."""
        from venturi.stores.sql import experiment_writing as experiments

        rules.check_experiment_tag(key, value)
        change = partial(experiments.set_tag, experiment_id=experiment_id, key=key, value=value)
        self._database.write(change, repeatable=True)

    def delete_experiment_tag(self, experiment_id: str, key: str) -> None:
        """See TrackingWriter."""
        from venturi.stores.sql import experiment_writing as experiments

        self._database.write(partial(experiments.delete_tag, experiment_id=experiment_id, key=key))

    def create_run(self, run: NewRun) -> Run:
        """See TrackingWriter."""
        from venturi.stores.sql import run_writing as runs

        create = partial(runs.create_run, run_id=uuid.uuid4().hex, run=named(run))
        return self._database.write(create, repeatable=True)

    def update_run(
        self,
        run_id: str,
        *,
        status: RunStatus | None = None,
        end_time: int | None = None,
        run_name: str | None = None,
    ) -> None:
        """See TrackingWriter."""
        from venturi.stores.sql import run_writing as runs

        rules.check_run_name(run_name or "")
        change = partial(
            runs.update_run, run_id=run_id, status=status, end_time=end_time, run_name=run_name
        )
        self._database.write(change, repeatable=True)

    def erase_end_time(self, run_id: str) -> None:
        """Take the end time of an active run (else InvalidInput) away."""
        from venturi.stores.sql import run_writing as runs

        self._database.write(partial(runs.erase_end_time, run_id=run_id), repeatable=True)

    def delete_run(self, run_id: str) -> None:
        """See TrackingWriter."""
        from venturi.stores.sql import run_writing as runs

        self._database.write(partial(runs.delete_run, run_id=run_id), repeatable=True)

    def restore_run(self, run_id: str) -> None:
        """See TrackingWriter."""
        from venturi.stores.sql import run_writing as runs

        self._database.write(partial(runs.restore_run, run_id=run_id), repeatable=True)

    def log_batch(self, run_id: str, batch: Batch) -> None:
        """See TrackingWriter."""
        from venturi.stores.sql.batches import check_batch, log_piece, pieces_of

        check_batch(batch)
        for piece in pieces_of(batch):
            log = partial(log_piece, run_id=run_id, piece=piece)
            self._database.write(log, repeatable=True)

    def delete_tag(self, run_id: str, key: str) -> None:
        """See TrackingWriter."""
        from venturi.stores.sql import run_writing as runs

        self._database.write(partial(runs.delete_tag, run_id=run_id, key=key))
