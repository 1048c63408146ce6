"""MLflow tracking servers as stores, over MLflow's REST API and httpx."""

from venturi.stores.rest.store import RestStore, open_rest

__all__ = ["RestStore", "open_rest"]
