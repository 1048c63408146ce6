"""What one can wish for in the registry: how it is planned, written, and said as a command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from venturi.errors import Conflict, VenturiError
from venturi.records import ModelVersion, RegisteredModel
from venturi.registry import changes
from venturi.registry.journal import Journal, Note
from venturi.registry.steps import Step
from venturi.registry.writing import write_steps
from venturi.stores.registry import RegistryStore
from venturi_tui import messages

_ARCHIVING = ("Production", "Staging")


@dataclass(frozen=True, slots=True)
class RegistryWish:
    """A wish for a model or version.

    Args:
        title: What is asked, as a question.
        thing: Name of the model or version.
        action: The verb of the command line that does the same.
        plan: The steps it takes as things are now; told whether others are archived.
        command: Words of the command that does the same; told the same, and the reason.
        archives: Whether others in the stage can be archived along.
        reasoned: The version that keeps the reason as a tag; None when no reason is asked for.
    """

    title: str
    thing: str
    action: str
    plan: Callable[[RegistryStore, bool], list[Step]]
    command: Callable[[bool, str], Sequence[str]]
    archives: bool = False
    reasoned: ModelVersion | None = None

    def reason_steps(self, reason: str) -> list[Step]:
        """The steps that keep a reason beside the version."""
        if self.reasoned is None or not reason:
            return []
        return changes.tag(self.reasoned, {changes.REASON_TAG: reason})


@dataclass(frozen=True, slots=True)
class Agreed:
    """A wish that was confirmed: the steps that were shown, and what was said to it."""

    wish: RegistryWish
    steps: tuple[Step, ...]
    archive: bool
    reason: str


def move_wish(version: ModelVersion, stage: str) -> RegistryWish:
    """Move a version to a stage."""

    def plan(registry: RegistryStore, archive: bool) -> list[Step]:
        now = registry.get_version(version.name, version.version)
        return changes.move_version(registry, now, stage, archive_existing=archive)

    def command(archive: bool, reason: str) -> list[str]:
        words = ["versions", "transition", version.full_name, stage]
        return [*words, *(["--archive-existing"] if archive else []), *_reason_words(reason)]

    return RegistryWish(
        f"Move {version.full_name} to {stage}?",
        version.full_name,
        "versions transition",
        plan,
        command,
        archives=stage in _ARCHIVING,
        reasoned=version,
    )


def alias_wish(version: ModelVersion, alias: str) -> RegistryWish:
    """Let an alias name a version. Raises InvalidInput when it may not be called that."""
    changes.set_alias(RegisteredModel(version.name), version.version, alias)

    def plan(registry: RegistryStore, archive: bool) -> list[Step]:
        del archive
        now = registry.get_version(version.name, version.version)
        return changes.set_alias(registry.get_model(now.name), now.version, alias)

    def command(archive: bool, reason: str) -> list[str]:
        del archive
        return ["versions", "alias", version.full_name, alias, *_reason_words(reason)]

    return RegistryWish(
        f"Let {alias} name {version.full_name}?",
        version.full_name,
        "versions alias",
        plan,
        command,
        reasoned=version,
    )


def unalias_wish(version: ModelVersion, alias: str) -> RegistryWish:
    """Take an alias away from the version it names."""

    def plan(registry: RegistryStore, archive: bool) -> list[Step]:
        del archive
        return changes.remove_alias(registry.get_model(version.name), alias)

    return RegistryWish(
        f"Take {alias} away from {version.full_name}?",
        version.full_name,
        "versions unalias",
        plan,
        lambda _archive, _reason: ["versions", "unalias", version.name, alias],
    )


def describe_wish(thing: RegisteredModel | ModelVersion, text: str) -> RegistryWish:
    """Describe a model or version. Raises InvalidInput when the text is too long."""
    changes.describe(thing, text)
    name = changes.name_of(thing)
    noun = "versions" if isinstance(thing, ModelVersion) else "models"

    def plan(registry: RegistryStore, archive: bool) -> list[Step]:
        del archive
        if isinstance(thing, ModelVersion):
            return changes.describe(registry.get_version(thing.name, thing.version), text)
        return changes.describe(registry.get_model(thing.name), text)

    return RegistryWish(
        f"Describe {name} anew?",
        name,
        f"{noun} describe",
        plan,
        lambda _archive, _reason: [noun, "describe", name, text],
    )


def planned(wish: RegistryWish, archive: bool, registry: RegistryStore) -> messages.StepsPlanned:
    """What a wish would change as things are now."""
    return messages.StepsPlanned((wish, archive), tuple(wish.plan(registry, archive)))


def written(agreed: Agreed, registry: RegistryStore) -> messages.StepsWritten:
    """Write exactly the steps that were agreed to.

    Raises:
        Conflict: Things are not as they were shown; nothing is written.
        VenturiError: The first step could not be written.
    """
    wish, done = agreed.wish, list[Step]()
    if tuple(wish.plan(registry, agreed.archive)) != agreed.steps:
        raise Conflict(
            f"{wish.thing} was changed by somebody meanwhile: nothing is written",
            hint="look at it again, and then try again",
        )
    steps = [*agreed.steps, *wish.reason_steps(agreed.reason)]
    note = Note(wish.action, agreed.reason)
    try:
        held = write_steps(registry, steps, note, Journal(), done.append)
    except VenturiError as error:
        if not done:
            raise
        return messages.StepsWritten(agreed, tuple(done), failure=error)
    return messages.StepsWritten(agreed, held.steps, held.unnoted)


def _reason_words(reason: str) -> list[str]:
    return ["--reason", reason] if reason else []
