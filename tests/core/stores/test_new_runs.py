"""New runs are named, and their artifacts placed, as MLflow does it."""

from __future__ import annotations

from pathlib import Path

import pytest
from mlflow.utils.uri import append_to_uri_path, resolve_uri_if_local  # noqa: TID251

from venturi.errors import InvalidInput
from venturi.stores.new_runs import (
    NAME_TAG,
    USER_TAG,
    below,
    made_up_name,
    named,
    resolved_location,
)
from venturi.stores.writing import NewRun

PLACES = (
    "file:///a/b",
    "s3://b/p?x=1",
    "s3://b",
    "s3://b/",
    "s3://b?x=1",
    "/a/b",
    "/a/b/",
    "/a?b#c",
    "./x",
    "file:a/b",
    "mlflow-artifacts:/x",
    "mlflow-artifacts://host/x",
    "hdfs://host:1/x#f",
    "dbfs:/a b",
    "http://host/a//b/",
)


@pytest.mark.parametrize("place", PLACES)
def test_artifacts_go_where_mlflow_puts_them(place: str) -> None:
    assert below(place, "id", "artifacts") == append_to_uri_path(place, "id", "artifacts")


@pytest.mark.parametrize("place", ["/a/b", "a/b c", "./x%20y", "file:///a/b", "s3://b/p", "x:y"])
def test_relative_places_are_those_of_mlflow(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    theirs = resolve_uri_if_local(place)
    assert Path(resolved_location(place)) == Path(theirs)


def test_a_location_may_not_be_too_long() -> None:
    with pytest.raises(InvalidInput):
        resolved_location("s3://" + "x" * 2048)


def test_names_are_made_up_short_and_different() -> None:
    names = {made_up_name() for _ in range(500)}
    assert len(names) > 450
    assert max(map(len, names)) <= 20


def test_a_name_is_in_the_tags_and_the_other_way_round() -> None:
    assert named(NewRun("0", run_name="a")).tags == {NAME_TAG: "a"}
    assert named(NewRun("0", tags={NAME_TAG: "b"})).run_name == "b"
    made_up = named(NewRun("0", tags={NAME_TAG: ""}))
    assert made_up.run_name
    assert made_up.tags == {NAME_TAG: made_up.run_name}
    with pytest.raises(InvalidInput, match="give the name once"):
        named(NewRun("0", run_name="a", tags={NAME_TAG: "b"}))


def test_the_user_is_the_one_given_else_tagged_else_unknown() -> None:
    tags = {USER_TAG: "ann"}
    users = [
        named(run).user_id
        for run in (NewRun("0", user_id="bo", tags=tags), NewRun("0", tags=tags), NewRun("0"))
    ]
    assert users == ["bo", "ann", "unknown"]
