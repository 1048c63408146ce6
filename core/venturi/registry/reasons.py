"""The tag that tells the team, on the versions themselves, why they were last written to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from venturi.errors import NotFound
from venturi.registry import changes
from venturi.registry.journal import Note, writer_name
from venturi.registry.steps import FINAL, Kind, Step
from venturi.stores.registry import RegistryStore


def reason_of(note: Note) -> str:
    """What the tag says of a write: its reason, or else the verb and who wrote."""
    return note.reason or f"{note.action} by {writer_name()}"


def with_reason(registry: RegistryStore, steps: Sequence[Step], text: str) -> list[Step]:
    """The steps, and those that put a reason on each version they write to.

    An alias writes to the version it comes to name, or that loses it when it goes. A version that
    is created has the tag from the start. Where a step writes the tag already, or deletes the
    version, nothing is added; neither for what is written to a model alone.

    Raises:
        InvalidInput: MLflow's rules refuse the text as the value of a tag.
    """
    told = [_created(step, text) for step in steps]
    for name, number in _written(steps):
        try:
            version = registry.get_version(name, number)
        except NotFound:
            continue  # the step that writes to it says so
        told += changes.tag(version, {changes.REASON_TAG: text})
    return told


def _created(step: Step, text: str) -> Step:
    if step.kind is not Kind.CREATE_VERSION:
        return step
    return replace(step, tags={changes.REASON_TAG: text, **step.tags})


def _written(steps: Sequence[Step]) -> list[tuple[str, int]]:
    """The versions that are written to and still there afterwards, each once."""
    found = {(step.model, _number(step)): None for step in steps}
    for step in steps:
        if step.kind in FINAL or step.key == changes.REASON_TAG:
            found.pop((step.model, step.version), None)
    return [place for place in found if place[1]]


def _number(step: Step) -> int:
    """The version that a step writes to; 0 for none."""
    if step.kind is Kind.ALIAS:
        return int(step.after or step.before or 0)
    return step.version
