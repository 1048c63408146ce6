"""MLflow stores behind one promise: SQL databases, tracking servers, folders."""
