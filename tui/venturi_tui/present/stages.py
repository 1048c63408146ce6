"""Stages of model versions by glyph and word, and aliases, so that both read alike everywhere."""

from __future__ import annotations

from collections.abc import Mapping

from venturi.records import RegisteredModel
from venturi_tui.present.words import safe

_GLYPHS = {"production": "●", "staging": "○", "archived": "□", "none": "·"}
_SHORT = {"production": "prod", "staging": "stag"}


def stage_glyph(stage: str) -> str:
    """One character for a stage, telling without colour: `● ○ □ ·`, else `?`."""
    return _GLYPHS.get(stage.lower(), "?")


def stage_words(stage: str) -> str:
    """`● Production`; a stage unknown here keeps its word."""
    return f"{stage_glyph(stage)} {safe(stage)}"


def aliases_words(aliases: Mapping[str, int]) -> str:
    """`champion→9 challenger→10`: which version each alias names, the highest version first."""
    order = sorted(aliases, key=lambda alias: (-aliases[alias], alias))
    return "  ".join(f"{safe(alias)}→{aliases[alias]}" for alias in order)


def serving_words(model: RegisteredModel) -> str:
    """`●9 prod  ○10 stag`: the newest version in each stage that serves, Production first."""
    held = {stage.lower(): version for stage, version in model.latest_versions.items()}
    return "  ".join(
        f"{_GLYPHS[stage]}{held[stage]} {short}" for stage, short in _SHORT.items() if stage in held
    )
