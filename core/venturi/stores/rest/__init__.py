"""MLflow tracking servers as stores, over MLflow's REST API and httpx."""

from venturi.stores.rest.registry import RestRegistry, open_rest_registry
from venturi.stores.rest.store import RestStore, open_rest

__all__ = ["RestRegistry", "RestStore", "open_rest", "open_rest_registry"]
