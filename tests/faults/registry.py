"""Servers whose model registry is played: few words of MLflow's, enough to be asked for models."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from faults.server import FaultServer, Reply, Request, Route, error, ok, page

Play = Callable[[str, dict[str, str]], object]
"""What a server answers to an endpoint and its parameters; None for what it does not know."""


def word(request: Request) -> str:
    """The endpoint that was asked."""
    return request.path.partition("/mlflow/")[2]


def parameters(request: Request) -> dict[str, str]:
    """What stood behind the question mark."""
    return {key: values[-1] for key, values in parse_qs(urlsplit(request.target).query).items()}


def played(play: Play) -> Route:
    """A server that answers as a function says."""

    def route(request: Request) -> Reply:
        found = play(word(request), parameters(request))
        if found is None:
            return page("404 Not Found", status=404)
        return found if callable(found) else ok(found)  # type: ignore[return-value]

    return route


def asked(server: FaultServer, endpoint: str) -> int:
    """How often an endpoint was asked."""
    return sum(word(request) == endpoint for request in server.requests)


def model(name: str, **more: object) -> dict[str, object]:
    """A model in MLflow's JSON."""
    return {"name": name, **more}


def version(name: str, number: int = 1, **more: object) -> dict[str, object]:
    """A version in MLflow's JSON."""
    return {"name": name, "version": str(number), "source": "s3://b/m", **more}


def pages(items: list[dict[str, object]], key: str, asks: dict[str, str]) -> dict[str, object]:
    """One page of a server's answer."""
    start, size = int(asks.get("page_token", "0")), int(asks.get("max_results", "100"))
    more = {"next_page_token": str(start + size)} if start + size < len(items) else {}
    return {key: items[start : start + size], **more}


def many(count: int) -> Play:
    """A server with so many models, each of two versions; the first has the aliases `a` and `b`."""
    names = [f"model-{at:04}" for at in range(count)]
    alias = [{"alias": "a", "version": "1"}, {"alias": "b", "version": "1"}]
    stages = {2: "Production", 1: "None"}
    latest = [version("x", at, current_stage=stage) for at, stage in stages.items()]
    models = [model(each, aliases=alias, latest_versions=latest) for each in names]
    versions = [
        version(each, at, current_stage=stage) for each in names for at, stage in stages.items()
    ]

    def play(endpoint: str, asks: dict[str, str]) -> object:
        if endpoint == "registered-models/search":
            found = models
            if "filter" in asks:
                found = [each for each in models if f"'{each['name']}'" in asks["filter"]]
            return pages(found, "registered_models", asks)
        if endpoint == "registered-models/get":
            found = [each for each in models if each["name"] == asks["name"]]
            return (
                {"registered_model": found[0]} if found else error(404, "RESOURCE_DOES_NOT_EXIST")
            )
        return pages(versions, "model_versions", asks)

    return play
