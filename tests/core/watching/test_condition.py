"""A condition holds, holds not yet, or never will."""

from __future__ import annotations

from dataclasses import replace

import pytest
from stories.memory_store import sweep

from venturi.errors import FilterError, UsageError
from venturi.records import Lifecycle
from venturi.watching.condition import Condition, Verdict

FINISHED = sweep(1)[0]
RUNNING = replace(FINISHED, status="RUNNING", end_time=None)


def judge(text, run):
    return Condition.of(text, now_ms=0).judge(run)


@pytest.mark.parametrize(
    ("text", "running", "over"),
    [
        ("status = 'FINISHED'", Verdict.NOT_YET, Verdict.HOLDS),
        ("metrics.`val/acc` > 0.9", Verdict.HOLDS, Verdict.HOLDS),
        ("metrics.`val/acc` > 0.99 or status = 'FAILED'", Verdict.NOT_YET, Verdict.NEVER),
        ("metrics.never < 1", Verdict.NOT_YET, Verdict.NEVER),
        ("tags.reviewed = 'yes'", Verdict.NOT_YET, Verdict.NOT_YET),
        ("tags.reviewed = 'yes' and status = 'FAILED'", Verdict.NOT_YET, Verdict.NEVER),
        ("tags.reviewed = 'yes' or status = 'FAILED'", Verdict.NOT_YET, Verdict.NOT_YET),
        ("not tags.team = 'vision'", Verdict.NOT_YET, Verdict.NOT_YET),
        ("not (tags.team = 'vision' or status = 'FINISHED')", Verdict.NOT_YET, Verdict.NEVER),
        ("not (tags.team = 'vision' and params.seed = '7')", Verdict.NOT_YET, Verdict.NOT_YET),
        ("run_name = 'other'", Verdict.NOT_YET, Verdict.NOT_YET),
    ],
)
def test_what_can_still_become_true(text, running, over):
    assert judge(text, RUNNING) is running
    assert judge(text, FINISHED) is over


def test_a_deleted_run_is_over():
    gone = replace(RUNNING, lifecycle_stage=Lifecycle.DELETED)
    assert judge("status = 'FINISHED'", gone) is Verdict.NEVER
    assert judge("tags.reviewed = 'yes'", gone) is Verdict.NEVER


def test_an_unknown_status_is_not_over():
    assert judge("metrics.never < 1", replace(RUNNING, status="PAUSED")) is Verdict.NOT_YET


def test_what_is_no_condition():
    with pytest.raises(UsageError, match="empty condition"):
        judge("  ", RUNNING)
    with pytest.raises(FilterError):
        judge("metrics.loss <", RUNNING)
