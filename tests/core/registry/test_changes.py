"""Wishes as steps: what is written, what is unchanged, what is refused before it is written."""

from __future__ import annotations

import pytest

from venturi.errors import Conflict, InvalidInput, NotFound, UsageError
from venturi.records import PROMPT_TAG
from venturi.registry import changes
from venturi.registry.journal import Note
from venturi.registry.steps import Kind, Step, do_step, step_from, step_shape
from venturi.registry.writing import write_steps
from venturi.stores.registry import NewVersion


def test_a_move_tells_which_versions_it_archives(registry):
    version = registry.get_version("churn", 3)
    (step,) = changes.move_version(registry, version, "production", archive_existing=True)
    assert (step.before, step.after, step.archives) == ("Staging", "Production", (2,))
    do_step(registry, step)
    assert registry.get_model("churn").latest_versions == {
        "Archived": 2,
        "Production": 3,
        "None": 4,
    }


def test_what_is_so_already_needs_no_step(registry):
    version, model = registry.get_version("churn", 2), registry.get_model("churn")
    assert changes.move_version(registry, version, "PRODUCTION", archive_existing=True) == []
    assert changes.set_alias(model, 2, "champion") == []
    assert changes.remove_alias(model, "nobody") == []
    assert changes.tag(model, {"team": "growth", "gone": None}) == []
    assert changes.describe(model, "who leaves") == []
    assert changes.rename_model(model, "churn") == []


def test_others_in_the_stage_are_archived_also_when_the_version_is_there(registry):
    registry.transition("churn", 4, "Production")
    version = registry.get_version("churn", 4)
    (step,) = changes.move_version(registry, version, "Production", archive_existing=True)
    do_step(registry, step)
    assert registry.get_version("churn", 2).stage == "Archived"


def test_refusals_before_anything_is_written(registry):
    version, model = registry.get_version("churn", 2), registry.get_model("churn")
    with pytest.raises(Conflict, match="is in Production, not in Staging"):
        changes.move_version(registry, version, "Archived", expect="staging")
    with pytest.raises(InvalidInput, match="'Live' is no stage"):
        changes.move_version(registry, version, "Live")
    with pytest.raises(UsageError, match="nothing is archived"):
        changes.move_version(registry, version, "Archived", archive_existing=True)
    for alias in ("latest", "V3", "", "a b"):
        with pytest.raises(InvalidInput, match="alias"):
            changes.set_alias(model, 2, alias)
    with pytest.raises(NotFound, match="churn has no tag 'x'"):
        changes.tag(model, {"x": None}, strict=True)
    with pytest.raises(InvalidInput):
        changes.create_model("a/b")


def test_a_version_makes_its_model(registry, journal):
    steps = changes.create_version(registry, NewVersion("new", "s3://b", tags={"a": "b"}))
    assert [step.kind for step in steps] == [Kind.CREATE_MODEL, Kind.CREATE_VERSION]
    written = write_steps(registry, steps, Note("versions create"), journal)
    assert [step.version for step in written.steps] == [0, 1]
    assert registry.get_version("new", 1).tags == {"a": "b"}
    (step,) = changes.create_version(registry, NewVersion("new", "s3://c"))
    assert step.kind is Kind.CREATE_VERSION


def test_a_version_moved_meanwhile_is_a_conflict(registry):
    version = registry.get_version("churn", 3)
    steps = changes.move_version(registry, version, "Production", archive_existing=True)
    registry.transition("churn", 3, "Archived")
    with pytest.raises(Conflict):
        do_step(registry, steps[0])
    assert registry.get_version("churn", 2).stage == "Production"


def test_a_prompt_has_no_stages_and_takes_no_models(registry):
    mark = {PROMPT_TAG: "true"}
    registry.create_model("reply", tags=mark)
    version = registry.create_version(NewVersion("reply", "dummy-source", tags=mark))
    with pytest.raises(InvalidInput, match="reply/1 is a prompt"):
        changes.move_version(registry, version, "Production")
    with pytest.raises(Conflict, match="'reply' is a prompt"):
        changes.create_version(registry, NewVersion("reply", "s3://b"))
    assert changes.set_alias(registry.get_model("reply"), 1, "live")


@pytest.mark.parametrize("kind", Kind)
def test_a_step_survives_its_json(kind):
    step = Step(kind, "m", 3, "k", None, "x", (1, 2), {"source": "s"}, {"a": "b"})
    assert step_from(step_shape(step)) == step
