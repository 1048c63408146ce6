"""`venturi metrics tail`: new points of a run as they come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

import typer

from venturi.records import Metric
from venturi.watching.tail import MetricTail
from venturi_tui.cli.call import Call, call_of
from venturi_tui.cli.formats import write_records
from venturi_tui.cli.formats.answer import TABLES
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.pauses import EveryOption, Patience, pause, seconds_of
from venturi_tui.cli.run_writing import one_run
from venturi_tui.cli.searching import ExperimentOption
from venturi_tui.present.kinds import POINTS, Point
from venturi_tui.present.listing import Moment
from venturi_tui.present.words import exact_number, safe, timestamp

app = noun("metrics", "Follow metrics.")


@app.command(
    "tail",
    cls=Verb,
    epilog="""
    venturi metrics tail 3fa91c2d
    venturi metrics tail 3fa91c2d -m loss -m val/acc --every 5s --lines 100
    venturi metrics tail brave-otter-12 -o csv
    """,
)
def tail_metrics(
    context: typer.Context,
    word: Annotated[
        str, typer.Argument(metavar="RUN", help="Id, beginning of an id, or name; - reads it.")
    ],
    keys: Annotated[
        list[str] | None,
        typer.Option(
            "--metric", "-m", metavar="KEY", help="Which metrics; all when left out; repeatable."
        ),
    ] = None,
    experiment: ExperimentOption = None,
    every: EveryOption = "2s",
    lines: Annotated[
        int,
        typer.Option("--lines", "-n", min=0, metavar="N", help="Earlier points to begin with."),
    ] = 10,
) -> None:
    """Print new points of the metrics of a run as they come, until it is over.

    In a pipe they are JSON lines, on a terminal plain lines. A point that is logged late, at a step
    before the last one, is not seen. A server that does not answer is asked again for ten minutes.
    """
    call = call_of(context)
    seconds = seconds_of("--every", every)
    run = one_run(call, word, experiment)
    tail = MetricTail(call.store, run.run_id, keys or ())
    points = _followed(call, tail, lines, seconds)
    if call.settings.output not in TABLES:
        _write(call, run.run_id, points)
    elif call.report.on_terminal:
        call.report.lines(_line(point) for point in points)
    else:
        call.settings = replace(call.settings, output="jsonl")
        _write(call, run.run_id, points)


def _followed(call: Call, tail: MetricTail, lines: int, seconds: float) -> Iterator[Metric]:
    """Points as they come; what was printed is handed over before each pause."""
    yield from tail.last(lines)
    patience = Patience(call.report.say)
    while not tail.is_over:
        call.report.flush()
        pause(seconds)
        yield from patience.ask(tail.more) or ()


def _write(call: Call, run_id: str, points: Iterator[Metric]) -> None:
    records = (Point(run_id, metric) for metric in points)
    write_records(call, POINTS, records, lambda _shown: Moment(call.now_ms))


def _line(point: Metric) -> str:
    when = timestamp(point.timestamp)
    return f"{when}  {safe(point.key)}  step {point.step}  {exact_number(point.value)}"
