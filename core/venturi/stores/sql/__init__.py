"""MLflow stores in SQL databases, over SQLAlchemy Core."""
