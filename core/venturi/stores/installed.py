"""Whether a package is there that not everybody installs."""

from __future__ import annotations

from importlib.util import find_spec


def is_installed(module: str) -> bool:
    """Whether a top-level module could be imported; False also where something keeps it away."""
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return False
