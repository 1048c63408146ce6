"""Fixtures for all stores: model registries of every kind."""

from __future__ import annotations

from worlds.registries import registry

__all__ = ["registry"]
