"""The registry commands on played servers: one that lets nobody write, one with many models."""

from __future__ import annotations

import json
from contextlib import contextmanager

import pytest
from faults.registry import many, model, played, version, word
from faults.server import error, fault_server, ok, page


def churn(endpoint, asks):
    """A server with two versions of one model, the first in Production as the champion."""
    alias = {"alias": "champion", "version": "1"}
    if endpoint == "registered-models/get":
        found = {"registered_model": model("churn", aliases=[alias])}
        return found if asks["name"] == "churn" else error(404, "NOT_FOUND")
    versions = [
        version("churn", at, current_stage=stage)
        for at, stage in ((1, "Production"), (2, "Staging"))
    ]
    if endpoint == "model-versions/get":
        return {"model_version": versions[int(asks["version"]) - 1]}
    return {"model_versions": versions} if endpoint == "model-versions/search" else None


REFUSALS = {
    "MLflow's login": page("Permission denied", status=403),
    "in MLflow's JSON": error(403, "PERMISSION_DENIED", "ann may not EDIT churn"),
    "not logged in": error(401, "UNAUTHENTICATED", "no"),
}


@contextmanager
def refusing(reply, *allowed):
    """A server whose models anybody may read, and nobody write but by the allowed endpoints."""

    read = played(churn)

    def route(request):
        if request.method == "GET":
            return read(request)
        return ok({}) if word(request) in allowed else reply

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
    ("words", "records", "with_alias", "most"),
    [
        (("models", "list"), 1000, 1000, 1),
        (("models", "list", "--filter", "alias = 'a'"), 1000, 1000, 1),
        (("models", "list", "--order-by", "last_updated_time DESC"), 1000, 1000, 1),
        (("versions", "list"), 2000, 1000, 2 + 10),
        (("versions", "list", "--stage", "Production"), 1000, 0, 2 + 10),
    ],
)
def test_a_thousand_models_with_stages_and_aliases_take_few_requests(
    venturi, words, records, with_alias, most
):
    with fault_server(played(many(1000))) as server:
        answer = venturi("-s", server.url, *words, "--all", "-o", "json")
        asked = [word(request) for request in server.requests]
    found = json.loads(answer.out)
    assert len(found) == records
    assert sum(bool(each["aliases"]) for each in found) == with_alias
    assert len(asked) <= most <= 3 * 10, asked
