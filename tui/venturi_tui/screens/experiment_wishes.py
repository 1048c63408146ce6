"""What one can wish for experiments: how it is planned, and said as a command."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from venturi.changes import Plan
from venturi.changes.change import joined
from venturi.changes.experiments import (
    deleted_experiment,
    new_experiment,
    renamed_experiment,
    restored_experiment,
    tagged_experiment,
    untagged_experiment,
)
from venturi.records import Experiment
from venturi.stores.base import TrackingStore
from venturi_tui.screens.run_wishes import Planned, RunWish, counted, needed

_NOUN = "experiment"


def create_experiment_wish(name: str) -> RunWish:
    """Make an experiment."""
    return RunWish(
        f"Make the experiment {name}?",
        f"make the experiment {name}",
        "made",
        lambda store: needed([new_experiment(store, name)]),
        ["experiments", "create", name],
        _NOUN,
    )


def rename_experiment_wish(experiment: Experiment, name: str) -> RunWish:
    """Give an experiment another name."""
    return _wish(
        experiment,
        "Rename",
        f"renamed to {name}",
        lambda store, now: renamed_experiment(store, now, name),
        ["rename", experiment.experiment_id, name],
    )


def delete_experiment_wish(experiment: Experiment, runs: int | None) -> RunWish:
    """Put an experiment into the trash, with so many runs; None when nobody counted them."""
    about = "its runs go into the trash with it"
    if runs is not None:
        about = f"{counted(runs, 'run')} of it {'goes' if runs == 1 else 'go'} into the trash too"
    return _wish(
        experiment,
        "Delete",
        "deleted",
        lambda _store, now: deleted_experiment(now),
        ["delete", experiment.experiment_id, "--yes"],
        about,
    )


def restore_experiment_wish(experiment: Experiment) -> RunWish:
    """Bring an experiment back from the trash, with all its runs."""
    return _wish(
        experiment,
        "Restore",
        "restored",
        lambda _store, now: restored_experiment(now),
        ["restore", experiment.experiment_id],
        "all its runs come back with it, also those that were deleted before it",
    )


def tag_experiment_wish(experiment: Experiment, tags: Mapping[str, str | None]) -> RunWish:
    """Set tags of an experiment, and remove those whose value is None."""
    wanted = {key: value for key, value in tags.items() if value is not None}
    unwanted = [key for key, value in tags.items() if value is None]

    def plan(_store: TrackingStore, now: Experiment) -> Plan:
        return joined(tagged_experiment(now, wanted), untagged_experiment(now, unwanted))

    words: list[str] = []
    if not (wanted and unwanted):
        pairs = [f"{key}={value}" for key, value in wanted.items()] or unwanted
        words = ["tag" if wanted else "untag", experiment.experiment_id, *pairs]
    return _wish(experiment, "Tag", "tagged", plan, words)


def _wish(
    experiment: Experiment,
    verb: str,
    done: str,
    plan: Callable[[TrackingStore, Experiment], Plan],
    command: Sequence[str],
    about: str = "",
) -> RunWish:
    def planned(store: TrackingStore) -> Planned:
        now = store.get_experiment(experiment.experiment_id)
        return needed([plan(store, now)], [about] if about else [])

    words = f"{verb.lower()} the experiment {experiment.name}"
    return RunWish(
        f"{verb} the experiment {experiment.name}?",
        words,
        done,
        planned,
        [f"{_NOUN}s", *command] if command else [],
        _NOUN,
    )
