"""Servers that misbehave on purpose, and time that passes without waiting."""
