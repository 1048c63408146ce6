"""What was written since a program began, to be taken back and written again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from venturi.browse import read_runs
from venturi.changes.backwards import (
    backwards,
    can_be_undone,
    can_write,
    expected_of,
    now_of,
    write_changes,
)
from venturi.changes.change import Change, Plan, label
from venturi.errors import Conflict, NotFound
from venturi.records import Experiment, Run, View
from venturi.stores.base import RunQuery, TrackingStore
from venturi.stores.writing import TrackingWriter

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Deed:
    """One wish that was granted.

    Args:
        words: What it was: `delete 12 runs`.
        changes: Everything it changed, in the order it was written.
        trashed: Runs that were in the trash already, by the experiment that was deleted or
            restored: MLflow brings back an experiment with all its runs.
    """

    words: str
    changes: tuple[Change, ...]
    trashed: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])

    @property
    def can_be_undone(self) -> bool:
        """Whether anything of it has a way back."""
        return any(can_be_undone(change) for change in self.changes)


@dataclass(frozen=True, slots=True)
class WayBack:
    """How a deed is taken back: a plan for each experiment or run, and what stays as it is."""

    plans: tuple[Plan, ...]
    stays: tuple[Change, ...] = ()


class Deeds:
    """What was done and can be undone, and what was undone and can be done again.

    Once something else is written, what was undone before cannot be written again: it may rest on
    things that are otherwise now.
    """

    def __init__(self) -> None:
        self._done: list[Deed] = []
        self._undone: list[Deed] = []

    @property
    def to_undo(self) -> Deed | None:
        """What an undo would take back."""
        return self._done[-1] if self._done else None

    @property
    def to_redo(self) -> Deed | None:
        """What takes the last undo back."""
        return self._undone[-1] if self._undone else None

    @property
    def further(self) -> tuple[str, ...]:
        """What can be undone after that, the latest first, in words."""
        return tuple(deed.words for deed in reversed(self._done[:-1]))

    def note(self, deed: Deed) -> None:
        """Something was written."""
        if deed.can_be_undone:
            self._done.append(deed)
            self._undone.clear()

    def took_back(self, written: Sequence[Change]) -> None:
        """The last deed was undone, or as much of it as was written."""
        _move(self._done, self._undone, written)

    def wrote_again(self, written: Sequence[Change]) -> None:
        """The last undone deed was written again, or as much of it as was written."""
        _move(self._undone, self._done, written)


def _move(source: list[Deed], target: list[Deed], written: Sequence[Change]) -> None:
    """Take a deed from one pile and put what took it back on the other; a rest stays."""
    if not written:
        return
    deed = source.pop()
    reached = {(change.kind, change.target) for change in written}
    rest = tuple(one for one in deed.changes if (one.kind, one.target) not in reached)
    if rest:
        source.append(replace(deed, changes=rest))
    target.append(replace(deed, changes=tuple(written)))


def deed_of(words: str, store: TrackingStore, changes: Sequence[Change]) -> Deed:
    """A deed that is about to be done; what undoing it needs to know is read now.

    Raises:
        VenturiError: The store could not be read.
    """
    ids = [one.target for one in changes if (one.kind, one.action) == ("experiment", "delete")]
    return Deed(words, tuple(changes), {each: tuple(_trashed(store, each)) for each in ids})


def _trashed(store: TrackingStore, experiment_id: str) -> Iterator[str]:
    token: str | None = None
    query = RunQuery(experiment_ids=(experiment_id,), view=View.DELETED)
    while True:
        page = store.search_runs(query, limit=_AT_ONCE, token=token)
        yield from (run.run_id for run in page)
        token = page.next_token
        if token is None:
            return


def way_back(store: TrackingStore, deed: Deed) -> WayBack:
    """How to take a deed back, where nobody changed since what it wrote.

    Raises:
        Conflict: Somebody did, or what it wrote to is gone.
    """
    changes = backwards(deed.changes)
    stays = tuple(change for change in changes if not can_write(change, store))
    subjects = _subjects(store, deed.changes)
    for change in deed.changes:
        if can_be_undone(change):
            _check(change, subjects)
    plans = [
        _plan(each, deed.trashed)
        for each in _by_subject(change for change in changes if change not in stays)
    ]
    return WayBack(tuple(plans), stays)


def _check(change: Change, subjects: Mapping[tuple[str, str], Experiment | Run]) -> None:
    subject = subjects.get((change.kind, change.target))
    name = change.name or change.target
    hint = "nothing is written; r reads it again"
    if subject is None:
        raise Conflict(f"the {change.kind} {name} is gone from the store", hint=hint)
    now, wanted = now_of(change, subject), expected_of(change)
    if now != wanted:
        what = f"tag {change.key}" if change.action in ("tag", "untag") else change.key
        name = label(subject)[1] or name
        raise Conflict(
            f"the {change.kind} {name} was changed by somebody since: "
            f"its {what or 'stage'} is {_short(now)}, not {_short(wanted)}",
            hint=hint,
        )


def _short(text: str | None) -> str:
    if text is None:
        return "not there"
    return repr(text if len(text) <= 60 else f"{text[:59]}…")


def _subjects(
    store: TrackingStore, changes: Iterable[Change]
) -> dict[tuple[str, str], Experiment | Run]:
    """What changes are about, as it now is; what is gone is left out."""
    found: dict[tuple[str, str], Experiment | Run] = {}
    run_ids = dict.fromkeys(one.target for one in changes if one.kind == "run")
    for run in read_runs(store, tuple(run_ids)):
        found["run", run.run_id] = run
    for identity in {one.target for one in changes if one.kind == "experiment"}:
        held = _experiment(store, identity)
        if held is not None:
            found["experiment", identity] = held
    return found


def _experiment(store: TrackingStore, identity: str) -> Experiment | None:
    try:
        return store.get_experiment(identity)
    except NotFound:
        return None


def _by_subject(changes: Iterable[Change]) -> list[tuple[Change, ...]]:
    """Changes of each experiment and run, those that come first first."""
    held: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        held.setdefault((change.kind, change.target), []).append(change)
    return [tuple(each) for each in held.values()]


def _plan(changes: tuple[Change, ...], trashed: Mapping[str, tuple[str, ...]]) -> Plan:
    first = changes[0]

    def write(writer: TrackingWriter) -> None:
        write_changes(writer, changes)
        if first.kind == "experiment" and any(one.action == "restore" for one in changes):
            for run_id in trashed.get(first.target, ()):
                writer.delete_run(run_id)

    return Plan(first.kind, first.target, first.name, changes, write)
