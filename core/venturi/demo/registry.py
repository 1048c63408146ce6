"""The registered models of the demo store: stages, aliases, a deleted version, a prompt."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from venturi.demo.world import (
    DAY,
    HOUR,
    MINUTE,
    DemoModel,
    DemoRun,
    DemoVersion,
)

PROMPT_TAG = "mlflow.prompt.is_prompt"
DELETED = "Deleted_Internal"

Source = Callable[[DemoRun, str], str]


def registered_models(
    vision: Sequence[DemoRun],
    language: Sequence[DemoRun],
    churn: Sequence[DemoRun],
    *,
    source: Source,
    now_ms: int,
) -> list[DemoModel]:
    """All registered models.

    Args:
        vision: Runs with a `model` folder, worst first.
        language: Finished runs with checkpoints.
        churn: Runs with a `model` folder, oldest first.
        source: Says where a path under a run's artifacts is.
        now_ms: Now.
    """
    return [
        _churn(churn, source),
        _classifier(vision, source),
        _small_model(language, source),
        _reply_prompt(now_ms),
    ]


def _churn(runs: Sequence[DemoRun], source: Source) -> DemoModel:
    stages = ["Archived"] * 3 + [DELETED] + ["None"] * 3 + ["Archived", "Production", "Staging"]
    made = [_after(run, 20 * MINUTE) for run in runs]
    promoted = made[8] + 3 * HOUR  # version 9 went to Production, version 8 to the archive
    changed = [*made[:7], promoted, promoted, made[9] + HOUR]
    versions = [
        _gone(number, born, then)
        if stage == DELETED
        else DemoVersion(
            version=number,
            creation_time=born,
            last_updated_time=then,
            stage=stage,
            run=run,
            source=source(run, "model"),
            description=f"{run.params['algorithm']}, AUC {run.last('auc'):.4f} on the test split.",
            tags={"validated": "yes" if number > 5 else "no", "auc": f"{run.last('auc'):.4f}"},
        )
        for number, (run, stage, born, then) in enumerate(
            zip(runs, stages, made, changed, strict=True), start=1
        )
    ]
    return DemoModel(
        name="churn",
        creation_time=made[0],
        description="Scores customers each night.\n\n* owner: **growth**\n* gate: AUC on the test "
        "split must not fall",
        versions=versions,
        tags={"team": "growth", "tier": "1"},
        aliases={"champion": 9, "challenger": 10, "last-year": 3},
    )


def _gone(number: int, born: int, then: int) -> DemoVersion:
    return DemoVersion(number, born, then, stage=DELETED)


def _classifier(runs: Sequence[DemoRun], source: Source) -> DemoModel:
    chosen = sorted(runs[-3:], key=lambda run: run.start_time)
    stages = ("Archived", "Production", "Staging")
    versions = [
        DemoVersion(
            version=number,
            creation_time=_after(run, HOUR),
            last_updated_time=_after(run, 2 * HOUR),
            stage=stage,
            run=run,
            source=source(run, "model"),
            description=f"{run.params['model']}, val/acc {run.last('val/acc'):.4f}",
            tags={"reviewed": "yes"} if stage == "Production" else {},
        )
        for number, (run, stage) in enumerate(zip(chosen, stages, strict=True), start=1)
    ]
    return DemoModel(
        name="bird-classifier",
        creation_time=versions[0].creation_time,
        description="Ten garden birds from one photo.",
        versions=versions,
        tags={"team": "vision"},
        aliases={"champion": 2},
    )


def _small_model(runs: Sequence[DemoRun], source: Source) -> DemoModel:
    versions = [
        DemoVersion(
            version=number,
            creation_time=_after(run, 5 * HOUR),
            last_updated_time=_after(run, 5 * HOUR),
            run=run,
            source=source(run, "checkpoints/step-03000"),
            tags={"size": run.params["model"]},
        )
        for number, run in enumerate(runs[-2:], start=1)
    ]
    return DemoModel(
        name="llm-small",
        creation_time=versions[0].creation_time,
        description="",
        versions=versions,
        tags={"team": "language"},
        aliases={"candidate": 2},
    )


def _reply_prompt(now_ms: int) -> DemoModel:
    texts = {
        "First try.": "Answer the customer: {{ question }}",
        "Say who we are.": "You work for the help desk of {{ company }}.\nAnswer: {{ question }}",
        "Shorter answers.": "You work for the help desk of {{ company }}. Be brief and kind.\n\n"
        "Question: {{ question }}",
    }
    born = now_ms - 6 * DAY
    versions = [
        DemoVersion(
            version=number,
            creation_time=born + number * 9 * HOUR,
            last_updated_time=born + number * 9 * HOUR,
            source="dummy-source",
            description=message,
            tags={
                PROMPT_TAG: "true",
                "mlflow.prompt.text": text,
                "_mlflow_prompt_type": "text",
            },
        )
        for number, (message, text) in enumerate(texts.items(), start=1)
    ]
    return DemoModel(
        name="support-reply",
        creation_time=born,
        description="",
        versions=versions,
        tags={PROMPT_TAG: "true"},
        aliases={"production": 2},
    )


def _after(run: DemoRun, milliseconds: int) -> int:
    return (run.end_time or run.start_time) + milliseconds
