"""MLflow's file store: `./mlruns` and its like."""

from venturi.stores.files.store import FileStore, open_files

__all__ = ["FileStore", "open_files"]
