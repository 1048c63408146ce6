"""Runs watched while they go on: new metric points as they come, conditions that come true."""
