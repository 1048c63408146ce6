"""MLflow stores in SQL databases, over SQLAlchemy Core."""

from venturi.stores.sql.opening import open_sql
from venturi.stores.sql.store import SqlStore

__all__ = ["SqlStore", "open_sql"]
