"""The registry commands on played servers: one that lets nobody write, one with many models."""

from __future__ import annotations

import json
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from faults.server import error, fault_server, ok, page


def word(request):
    return request.path.partition("/mlflow/")[2]


def version(name, number, stage="None"):
    return {"name": name, "version": str(number), "source": "s3://b/m", "current_stage": stage}


def model(name):
    aliases = [{"alias": "champion", "version": "1"}, {"alias": "next", "version": "2"}]
    latest = [version(name, 1, "Production"), version(name, 2, "Staging")]
    return {"name": name, "aliases": aliases, "latest_versions": latest}


def read(request, names):
    """What a server with these models says to who only reads; None to who writes."""
    asks = {key: values[-1] for key, values in parse_qs(urlsplit(request.target).query).items()}
    endpoint, name = word(request), asks.get("name", "")
    wanted = asks.get("filter", "")
    if request.method != "GET":
        return None
    if endpoint == "registered-models/get":
        found = name in names
        return ok({"registered_model": model(name)}) if found else error(404, "NOT_FOUND")
    if endpoint == "model-versions/get":
        stage = "Production" if asks["version"] == "1" else "Staging"
        return ok({"model_version": version(name, asks["version"], stage)})
    if endpoint == "registered-models/search":
        found = [model(each) for each in names if not wanted or f"'{each}'" in wanted]
        return paged("registered_models", found, asks)
    stages = ((1, "Production"), (2, "Staging"))
    found = [
        version(each, *state)
        for each in names
        for state in stages
        if "name" not in wanted or f"'{each}'" in wanted
    ]
    return paged("model_versions", found, asks)


def paged(key, found, asks):
    start = int(asks.get("page_token", "0"))
    end = start + int(asks.get("max_results", "100"))
    more = {"next_page_token": str(end)} if end < len(found) else {}
    return ok({key: found[start:end], **more})


REFUSALS = {
    "MLflow's login": page("Permission denied", status=403),
    "in MLflow's JSON": error(403, "PERMISSION_DENIED", "ann may not EDIT churn"),
    "not logged in": error(401, "UNAUTHENTICATED", "no"),
}


@contextmanager
def refusing(reply, *allowed):
    """A server whose models anybody may read, and nobody write but by the allowed endpoints."""

    def route(request):
        known = read(request, ["churn"])
        return known or (ok({}) if word(request) in allowed else reply)

    with fault_server(route) as server:
        yield server


WRITES = [
    ("models", "create", "fresh"),
    ("models", "tag", "churn", "a=1"),
    ("models", "delete", "churn", "--yes"),
    ("versions", "create", "churn", "--source", "s3://b/m"),
    ("versions", "transition", "churn/2", "Production", "--archive-existing", "--reason", "x"),
    ("versions", "alias", "churn/2", "champion"),
    ("versions", "unalias", "churn@champion"),
    ("versions", "describe", "churn/2", "better"),
    ("versions", "delete", "churn/2", "--yes"),
]


@pytest.mark.parametrize("kind", REFUSALS)
def test_who_may_only_read_is_told_so_and_nothing_is_half_done(venturi, kind):
    with refusing(REFUSALS[kind]) as server:
        assert venturi("-s", server.url, "versions", "get", "churn@champion", "-q").code == 0
        for words in WRITES:
            server.requests.clear()
            answer = venturi("-s", server.url, *words)
            assert (answer.code, answer.out) == (4, ""), answer.err
            told = answer.err
            first = next(line for line in told.splitlines() if not line.startswith("not done: "))
            assert "does not allow this" in first or "asks for a login" in first, told
            assert len(told.splitlines()) <= 3
            assert sum(request.method != "GET" for request in server.requests) == 1, words
        log = venturi("-s", server.url, "registry", "log", "-o", "json").out
        assert json.loads(log) == []


def test_apply_stops_at_what_is_refused_and_says_what_was_done(venturi):
    stages = "versions: {2: {stage: None}}"
    wishes = f"models: {{churn: {{tags: {{a: '1'}}, aliases: {{champion: 2}}, {stages}}}}}"
    with refusing(REFUSALS["MLflow's login"], "registered-models/set-tag") as server:
        applied = venturi("-s", server.url, "registry", "apply", "-f", "-", stdin=wishes)
        assert (applied.code, applied.out) == (4, "+ churn  tag a: 1\n")
        assert applied.err.splitlines()[:2] == [
            "not done: churn@champion: 1 → 2 (1 of 3 writes were made before)",
            f"venturi: {server.authority} does not allow this “Permission denied”",
        ]
        sent = [word(each) for each in server.requests if each.method != "GET"]
        assert sent == ["registered-models/set-tag", "registered-models/alias"]
        (kept,) = json.loads(venturi("-s", server.url, "registry", "log", "-o", "json").out)
        assert [step["kind"] for step in kept["steps"]] == ["tag model"]


@pytest.mark.parametrize(
    ("words", "records", "most"),
    [
        (("models", "list"), 1000, 1),
        (("models", "list", "--filter", "alias = 'champion'"), 1000, 1),
        (("models", "list", "--order-by", "last_updated_time DESC"), 1000, 1),
        (("versions", "list"), 2000, 2 + 10),
        (("versions", "list", "--stage", "Production"), 1000, 2 + 10),
    ],
)
def test_a_thousand_models_with_stages_and_aliases_take_few_requests(venturi, words, records, most):
    names = [f"model-{number:04}" for number in range(1000)]
    with fault_server(lambda request: read(request, names)) as server:
        answer = venturi("-s", server.url, *words, "--all", "-o", "json")
        asked = [word(request) for request in server.requests]
    found = json.loads(answer.out)
    assert len(found) == records
    assert found[0]["aliases"]
    assert len(asked) <= most <= 3 * 10, asked
