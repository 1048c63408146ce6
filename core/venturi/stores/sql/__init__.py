"""MLflow stores in SQL databases, over SQLAlchemy Core."""

from venturi.stores.sql.creating import create_sqlite
from venturi.stores.sql.opening import open_sql, open_sql_registry
from venturi.stores.sql.store import SqlStore

__all__ = ["SqlStore", "create_sqlite", "open_sql", "open_sql_registry"]
