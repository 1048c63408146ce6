"""How models and versions are wished to be."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class VersionWish:
    """How a version is to be; None leaves as it is, a tag of None is to be removed."""

    stage: str | None = None
    description: str | None = None
    tags: dict[str, str | None] = field(default_factory=dict[str, "str | None"])


@dataclass(frozen=True, slots=True)
class ModelWish:
    """How a model is to be; what it does not name stays, an alias of None is to be removed."""

    description: str | None = None
    tags: dict[str, str | None] = field(default_factory=dict[str, "str | None"])
    aliases: dict[str, int | None] = field(default_factory=dict[str, "int | None"])
    versions: dict[int, VersionWish] = field(default_factory=dict[int, VersionWish])
