"""What can be wished of experiments: another name, other tags, the trash and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from venturi.changes.change import (
    Change,
    Plan,
    brought_back,
    change_of,
    changed_tags,
    must_be_active,
    plan_for,
    trashed,
    untagged,
)
from venturi.errors import Conflict, NotFound
from venturi.records import Experiment, Lifecycle
from venturi.rules import check_experiment_name, check_experiment_tag
from venturi.stores.base import TrackingStore
from venturi.stores.writing import TrackingWriter

_KIND = "experiment"


def created_experiment(
    store: TrackingStore | None, name: str, tags: Mapping[str, str]
) -> list[Change]:
    """What making an experiment would change.

    Args:
        store: Where it would be made; None when the store itself is yet to be made.
        name: Its name.
        tags: Its tags.

    Raises:
        Conflict: The name is taken, also when its experiment is deleted.
        InvalidInput: MLflow's rules refuse the name or a tag.
    """
    check_experiment_name(name)
    for key, value in tags.items():
        check_experiment_tag(key, value)
    if store is not None:
        _check_free(store, name)
    made = Change(_KIND, "create", "", name)
    return [made, *(Change(_KIND, "tag", "", name, key, None, tags[key]) for key in tags)]


def new_experiment(store: TrackingStore, name: str) -> Plan:
    """An experiment that is not there yet; what is written gives its id. As created_experiment."""
    changes = tuple(created_experiment(store, name, {}))
    return Plan(_KIND, "", name, changes, lambda writer: writer.create_experiment(name))


def renamed_experiment(store: TrackingStore, experiment: Experiment, name: str) -> Plan:
    """An experiment with another name. Raises Conflict when it is taken, else InvalidInput."""
    check_experiment_name(name)
    must_be_active(experiment)
    if name == experiment.name:
        return plan_for(experiment)
    _check_free(store, name)
    change = change_of(experiment, "rename", "name", experiment.name, name)
    identity = experiment.experiment_id
    return plan_for(
        experiment, change, write=lambda writer: writer.rename_experiment(identity, name)
    )


def deleted_experiment(experiment: Experiment) -> Plan:
    """An experiment in the trash, with its runs."""
    identity = experiment.experiment_id
    return trashed(experiment, lambda writer: writer.delete_experiment(identity))


def restored_experiment(experiment: Experiment) -> Plan:
    """An experiment back from the trash, with all its runs."""
    identity = experiment.experiment_id
    return brought_back(experiment, lambda writer: writer.restore_experiment(identity))


def tagged_experiment(experiment: Experiment, tags: Mapping[str, str]) -> Plan:
    """An experiment with these tags beside its others."""
    for key, value in tags.items():
        check_experiment_tag(key, value)
    must_be_active(experiment)
    wanted = changed_tags(experiment, tags)
    changes = [
        change_of(experiment, "tag", key, experiment.tags.get(key), value)
        for key, value in wanted.items()
    ]

    def write(writer: TrackingWriter) -> None:
        for key, value in wanted.items():
            writer.set_experiment_tag(experiment.experiment_id, key, value)

    return plan_for(experiment, *changes, write=write)


def untagged_experiment(experiment: Experiment, keys: Sequence[str]) -> Plan:
    """An experiment without the tags of these keys."""
    identity = experiment.experiment_id
    return untagged(
        experiment, keys, lambda writer, key: writer.delete_experiment_tag(identity, key)
    )


def _check_free(store: TrackingStore, name: str) -> None:
    try:
        other = store.get_experiment_by_name(name)
    except NotFound:
        return
    gone = other.lifecycle_stage is Lifecycle.DELETED
    way = f"it is deleted; venturi experiments restore {other.experiment_id}" if gone else ""
    raise Conflict(f"the name {name!r} is taken by the experiment {other.experiment_id}", hint=way)
