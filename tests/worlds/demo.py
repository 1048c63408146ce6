"""The moment that the tests' demo store takes for now."""

DEMO_NOW = 1_795_000_000_000
"""2026-11-18 11:06:40 UTC."""
