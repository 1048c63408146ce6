"""Where a tracking server keeps the files of logged models, by id or by the run they come from."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from typing import TypeVar
from urllib.parse import quote

from venturi.artifacts import Server
from venturi.records import Run
from venturi.stores.rest.answer import JsonObject
from venturi.stores.rest.courier import open_courier
from venturi.stores.rest.exchange import Call
from venturi.stores.rest.fields import Malformed, objects, required, text
from venturi.stores.rest.refusals import NoEndpoint

T = TypeVar("T")

_MOST = 50
"""Models that one run is looked through for; the newest come first."""


def location_of_model(model_id: str, server: Server) -> str:
    """The artifact URI of a logged model. Raises NotFound when the server has none of that id."""
    call = Call("GET", f"logged-models/{quote(model_id)}")
    return _ask(server, call, lambda body: _location(required(body, "model")))


def location_by_run(run: Run, name: str, server: Server) -> str | None:
    """The artifact URI of the newest model of that name that a run logged; None without one."""
    question = {
        "experiment_ids": [run.experiment_id],
        "filter": f"source_run_id = '{run.run_id}'",
        "max_results": _MOST,
    }
    call = Call("POST", "logged-models/search", body=json.dumps(question).encode())

    def read(body: JsonObject) -> str | None:
        for model in objects(body, "models"):
            info = required(model, "info")
            if (text(info, "name"), text(info, "source_run_id")) == (name, run.run_id):
                return _location(model)
        return None

    try:
        return _ask(server, call, read)
    except NoEndpoint:  # MLflow 2 has no logged models
        return None


def _ask(server: Server, call: Call, read: Callable[[JsonObject], T]) -> T:
    with closing(open_courier(server.uri, server.options)) as courier:
        return courier.ask(call, read)


def _location(model: JsonObject) -> str:
    found = text(required(model, "info"), "artifact_uri")
    if not found:
        raise Malformed("artifact_uri is missing")
    return found
