"""Which MLflow wrote the tables of a database, by the revision that is stamped in them."""

from __future__ import annotations

from venturi.doctor.finding import Finding, ok, warn

_HEADS = {
    "c48cb773bb87": "1.20 to 1.29",
    "97727af70f4d": "1.30 to 2.2",
    "3500859a5d39": "2.3",
    "7f2a7d5fae7d": "2.4 to 2.7",
    "acf3f17fdcc7": "2.8 to 2.12",
    "867495a8f9d4": "2.13.0",
    "5b0e9adcef9c": "2.13.1 to 2.14",
    "4465047574b1": "2.15 and 2.16",
    "f5a4f2784254": "2.17",
    "0584bdc529eb": "2.18 to 2.22",
    "6953534de441": "3.0.0 and 3.1.0",
    "bda7b8c39065": "3.0.1 and 3.1.1 to 3.1.4",
    "770bee3ae1dd": "3.2",
    "1a0cddfcaa16": "3.3",
    "71994744cf8e": "3.4",
    "bf29a5ff90ea": "3.5 to 3.7",
    "1bd49d398cd23": "3.8",
    "d3e4f5a6b7c8": "3.9",
    "1b5f0d9ad7c1": "3.10",
    "c3d6457b6d8a": "3.11",
    "7d34483879f0": "3.12",
    "da6fb0208061": "3.13",
    "b7e4c1a90f23": "3.14",
    "6f8d9c3b2a1e": "3.15",
    "b7e2c1a4d9f3": "3.16",
    "dc11669786a5": "3.17",
    "f4a9b2c7d1e6": "3.18",
}
"""The revision that each MLflow ends at, as its migrations say, the oldest first."""

_NEWEST = "f4a9b2c7d1e6"


def revision_finding(revision: str) -> Finding:
    """What the tables of a revision mean to whoever opens them with MLflow."""
    if not revision:
        return warn("schema", "no revision is stamped in it, so that MLflow refuses to open it")
    version = _HEADS.get(revision)
    if version is None:
        return warn(
            "schema",
            f"revision {revision} is none that an MLflow up to 3.18 ends at",
            "if a newer MLflow made it, older ones refuse it; `mlflow db upgrade URI` ends an "
            "upgrade that was broken off",
        )
    message = f"revision {revision}: the tables of MLflow {version}"
    if revision == _NEWEST:
        return ok("schema", message)
    return warn(
        "schema",
        f"{message}; 3.12 and newer upgrade them without asking, and then {version} refuses them",
        "make a copy before a newer MLflow opens it; Venturi leaves the tables as they are",
    )
