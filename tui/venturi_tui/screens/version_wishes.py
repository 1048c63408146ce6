"""What one can wish for a model version: its stage, its aliases, and to be there no more."""

from __future__ import annotations

from collections.abc import Sequence

from venturi.records import ModelVersion, RegisteredModel
from venturi.registry import changes
from venturi.registry.steps import Step
from venturi.stores.registry import RegistryStore
from venturi_tui.present.words import safe
from venturi_tui.screens.registry_wishes import Plan, RegistryWish, Said

_ARCHIVING = ("Production", "Staging")
FINAL = "this cannot be undone"


def move_wish(version: ModelVersion, stage: str) -> RegistryWish:
    """Move a version to a stage."""

    def plan(registry: RegistryStore, archive: bool) -> Plan:
        now = registry.get_version(version.name, version.version)
        return plan_of(changes.move_version(registry, now, stage, archive_existing=archive))

    def command(said: Said) -> list[str]:
        words = ["versions", "transition", version.full_name, stage]
        return [*words, *(["--archive-existing"] if said.archive else []), *_gated_words(said)]

    return RegistryWish(
        f"Move {version.full_name} to {stage}?",
        version.full_name,
        "versions transition",
        plan,
        command,
        archives=stage in _ARCHIVING,
        gated=version,
        reasoned=True,
        kept_at=version,
    )


def alias_wish(version: ModelVersion, alias: str) -> RegistryWish:
    """Let an alias name a version. Raises InvalidInput when it may not be called that."""
    changes.set_alias(RegisteredModel(version.name), version.version, alias)

    def plan(registry: RegistryStore, archive: bool) -> Plan:
        del archive
        now = registry.get_version(version.name, version.version)
        return plan_of(changes.set_alias(registry.get_model(now.name), now.version, alias))

    return RegistryWish(
        f"Let {alias} name {version.full_name}?",
        version.full_name,
        "versions alias",
        plan,
        lambda said: ["versions", "alias", version.full_name, alias, *_gated_words(said)],
        gated=version,
        reasoned=True,
        kept_at=version,
    )


def unalias_wish(name: str, number: int, alias: str) -> RegistryWish:
    """Take an alias of a model away from the version it names."""

    def plan(registry: RegistryStore, archive: bool) -> Plan:
        del archive
        return plan_of(changes.remove_alias(registry.get_model(name), alias))

    return RegistryWish(
        f"Take {alias} away from {name}/{number}?",
        f"{name}/{number}",
        "versions unalias",
        plan,
        lambda _said: ["versions", "unalias", name, alias],
    )


def delete_version_wish(version: ModelVersion) -> RegistryWish:
    """Delete a version for good; one that serves only when its name is typed."""

    def plan(registry: RegistryStore, archive: bool) -> Plan:
        del archive
        now = registry.get_version(version.name, version.version)
        return Plan(tuple(changes.delete(now)), (*_lost(now), FINAL))

    serves = version.stage in _ARCHIVING or version.aliases
    return RegistryWish(
        f"Delete {version.full_name}?",
        version.full_name,
        "versions delete",
        plan,
        lambda _said: ["versions", "delete", version.full_name, "--yes"],
        typed=typable(version.full_name) if serves else "",
    )


def typable(name: str) -> str:
    """What has to be typed to agree to lose something of a name."""
    return name if safe(name) == name else "delete"


def _lost(version: ModelVersion) -> list[str]:
    """What goes with a version."""
    lines: list[str] = []
    if version.stage in _ARCHIVING:
        lines.append(f"it is in {version.stage}")
    if version.aliases:
        lines.append(f"its aliases go with it: {', '.join(version.aliases)}")
    return [*lines, "the files of the model stay where they are"]


def plan_of(steps: Sequence[Step]) -> Plan:
    """A plan of steps, of which there is nothing else to know."""
    return Plan(tuple(steps))


def _gated_words(said: Said) -> list[str]:
    words = ["--reason", said.reason] if said.reason else []
    for gate in said.gates:
        words += ["--require", gate]
    return [*words, *(["--force"] if said.forced and said.gates else [])]
