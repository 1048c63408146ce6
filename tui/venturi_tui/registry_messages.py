"""What workers tell screens of the model registry, each with the question it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from venturi.errors import VenturiError
from venturi.records import ModelVersion, RegisteredModel, Run

if TYPE_CHECKING:
    from venturi.mlmodel import MlModel
    from venturi.registry.gates import Check
    from venturi.registry.journal import Entry
    from venturi.registry.side_by_side import VersionDiff
    from venturi.registry.steps import Step


@dataclass(eq=False, repr=False)
class ModelsRead(Message, bubble=False):
    """All registered models by name."""

    models: tuple[RegisteredModel, ...]


@dataclass(eq=False, repr=False)
class VersionsCounted(Message, bubble=False):
    """Number of versions by model; None when there are too many to count."""

    counts: Mapping[str, int] | None


@dataclass(eq=False, repr=False)
class VersionsRead(Message, bubble=False):
    """All versions of a model."""

    name: str
    versions: tuple[ModelVersion, ...]


@dataclass(eq=False, repr=False)
class StepsPlanned(Message, bubble=False):
    """What a wish would change in the registry, as it is now; nothing when it is so already.

    `about` are lines that say what else to know, `checks` the conditions that were tried.
    """

    question: object
    steps: tuple[Step, ...]
    about: tuple[str, ...] = ()
    checks: tuple[Check, ...] = ()


@dataclass(eq=False, repr=False)
class GatesTried(Message, bubble=False):
    """Conditions tried on versions; `question` holds the versions and the conditions."""

    question: object
    checks: tuple[Check, ...]


@dataclass(eq=False, repr=False)
class JournalRead(Message, bubble=False):
    """The journal's writes to the registry, the oldest first."""

    entries: tuple[Entry, ...]


@dataclass(eq=False, repr=False)
class VersionsCompared(Message, bubble=False):
    """Model versions side by side."""

    diff: VersionDiff


@dataclass(eq=False, repr=False)
class ModelFileRead(Message, bubble=False):
    """What the MLmodel file of a version says."""

    version: ModelVersion
    model: MlModel


@dataclass(eq=False, repr=False)
class LoggedModelsFound(Message, bubble=False):
    """A run that a word names, and the folders in which it has models."""

    word: str
    run: Run
    paths: tuple[str, ...]


@dataclass(eq=False, repr=False)
class StepsWritten(Message, bubble=False):
    """What was written to the registry, also when a later step failed.

    `unnoted` says why the journal does not have it; empty when it does.
    """

    question: object
    steps: tuple[Step, ...]
    unnoted: str = ""
    failure: VenturiError | None = None
