"""A believable MLflow store, the same every time: for trying Venturi, for tests and pictures."""

from venturi.demo.folder import make_demo_store

__all__ = ["make_demo_store"]
