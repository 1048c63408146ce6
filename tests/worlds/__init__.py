"""Stores that tests run against, made by MLflow's own client."""
