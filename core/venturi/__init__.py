"""The headless half: MLflow stores as a library that never prints and knows no terminal."""

__version__ = "0.1.0"
