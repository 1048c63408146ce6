"""`venturi wait`: blocks until a condition on a run holds."""

from __future__ import annotations

from typing import Annotated

import typer

from venturi.errors import NotFound
from venturi.records import Run
from venturi.watching.condition import Condition, Verdict, why_never
from venturi_tui.cli.call import Call, call_of
from venturi_tui.cli.grammar import Verb
from venturi_tui.cli.pauses import EveryOption, clock, pause, seconds_of
from venturi_tui.cli.run_writing import one_run
from venturi_tui.cli.searching import ExperimentOption
from venturi_tui.cli.writing import answer_records
from venturi_tui.present.kinds import RUNS
from venturi_tui.present.words import duration, safe

TIMED_OUT = 124

app = typer.Typer(
    name="wait", rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False
)


@app.command(
    "wait",
    cls=Verb,
    short_help="Block until a condition on a run holds.",
    epilog="""
    venturi wait 3fa91c2d "metrics.loss < 0.2 or status = 'FAILED'" --timeout 2h --every 5s
    venturi wait brave-otter-12 "status != 'RUNNING'" -e vision-sweep
    """,
)
def wait(
    context: typer.Context,
    word: Annotated[
        str, typer.Argument(metavar="RUN", help="Id, beginning of an id, or name; - reads it.")
    ],
    text: Annotated[
        str, typer.Argument(metavar="FILTER", help="The condition, in MLflow's search language.")
    ],
    experiment: ExperimentOption = None,
    timeout: Annotated[
        str, typer.Option("--timeout", metavar="TIME", help="How long to wait; else for ever.")
    ] = "",
    every: EveryOption = "5s",
) -> None:
    """Block until a condition on a run holds, and print the id of the run.

    Exit code 0 when it holds, 124 when the time is up, 1 when the run is over and the condition
    cannot come true any more.
    """
    call = call_of(context)
    condition = Condition.of(text, call.now_ms)
    seconds = seconds_of("--every", every)
    deadline = clock() + seconds_of("--timeout", timeout) if timeout else None
    run = one_run(call, word, experiment)
    code = _await(call, run, condition, (seconds, deadline))
    if code:
        raise typer.Exit(code)


def _await(call: Call, run: Run, condition: Condition, times: tuple[float, float | None]) -> int:
    """Look until it is decided, and give the exit code."""
    seconds, deadline = times
    name = f"run {safe(run.run_name or run.run_id)}"
    began = clock()
    run, verdict = _judge(call, run, condition)
    while verdict is Verdict.NOT_YET:
        left = None if deadline is None else deadline - clock()
        if left is not None and left <= 0:
            call.report.complain(f"{name}: time is up, and the condition does not hold")
            return TIMED_OUT
        pause(seconds if left is None else min(seconds, left))
        run, verdict = _judge(call, _read(call, run), condition)
    if verdict is Verdict.NEVER:
        call.report.complain(f"{name}: {why_never(run)}, and the condition does not hold")
        return 1
    took = duration(round((clock() - began) * 1000))
    call.report.say(f"{name}: the condition holds, after {took}")
    answer_records(call, RUNS, [run])
    return 0


def _judge(call: Call, run: Run, condition: Condition) -> tuple[Run, Verdict]:
    """What a run makes of the condition; its last metrics may come while its end is being read."""
    verdict = condition.judge(run)
    if verdict is not Verdict.NEVER:
        return run, verdict
    again = _read(call, run)
    return again, condition.judge(again)


def _read(call: Call, run: Run) -> Run:
    try:
        return call.store.get_run(run.run_id)
    except NotFound:
        raise NotFound(f"run {run.run_name or run.run_id} is gone") from None
