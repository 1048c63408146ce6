"""MLflow's file store: `./mlruns` and its like."""

from venturi.stores.files.creating import create_files
from venturi.stores.files.registry import FileRegistry, open_files_registry
from venturi.stores.files.store import FileStore, open_files

__all__ = ["FileRegistry", "FileStore", "create_files", "open_files", "open_files_registry"]
