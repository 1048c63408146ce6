"""`venturi runs`: create, log and finish, which is what a training script does."""

from __future__ import annotations

import getpass
from dataclasses import replace
from typing import Annotated

import typer

from venturi.changes import metric_of, pairs_of
from venturi.changes.experiments import created_experiment
from venturi.changes.runs import created_run, finished_run, logged_run
from venturi.errors import NotFound, UsageError
from venturi.filters.times import EXAMPLES, parse_time
from venturi.lookup import find_experiment, find_run
from venturi.records import Experiment, RunStatus
from venturi.stores.base import TrackingStore
from venturi.stores.writing import Batch, NewRun
from venturi_tui.cli.bulk_logging import Lines, log_lines
from venturi_tui.cli.call import Call, call_of, is_alone
from venturi_tui.cli.creating import CreateOption, creating_place, store_to_create_in
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.run_writing import SEVERAL, WordsArgument, found_runs, run_deed
from venturi_tui.cli.searching import ExperimentOption
from venturi_tui.cli.write_options import DryRunOption, TagOption
from venturi_tui.cli.writing import (
    answer_records,
    carry_out,
    write_changes,
)
from venturi_tui.present.kinds import RUNS

app = noun("runs", "Log runs.")

_TIME = f"Milliseconds since 1970, or a time such as {EXAMPLES}."
_LINES = """JSON lines from a file, or from stdin with -. Each is an object: key, value, step and
timestamp are a metric point, as `metrics history -o jsonl` prints it; metrics, params and tags are
objects of keys and values, metrics with a step and a timestamp beside it."""
_ENDS = (RunStatus.FINISHED, RunStatus.FAILED, RunStatus.KILLED)


@app.command(
    "create",
    cls=Verb,
    epilog="""
    venturi runs create -e vision-sweep --name brave-otter --tag team=vision
    venturi runs create -e vision-sweep --parent 3fa91c2d --start-time '2h ago'
    venturi runs create -e first -s sqlite:///mlflow.db --create
    """,
)
def create(  # noqa: PLR0913, PLR0917 - one for each option
    context: typer.Context,
    experiment: Annotated[
        str,
        typer.Option("--experiment", "-e", metavar="NAME", help="Its experiment, by name or id."),
    ],
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="Its name; made up when left out.")
    ] = "",
    tag: TagOption = None,
    user: Annotated[
        str, typer.Option("--user", metavar="NAME", help="Whose run it is; yours when left out.")
    ] = "",
    start_time: Annotated[
        str, typer.Option("--start-time", metavar="TIME", help=f"When it began. {_TIME}")
    ] = "",
    parent: Annotated[
        str, typer.Option("--parent", metavar="RUN", help="The run that it is a part of.")
    ] = "",
    make_store: CreateOption = False,
    dry_run: DryRunOption = False,
) -> None:
    """Make a run, which is running from then on, and print its id alone.

    With --create the store and the experiment are made first, where they are missing.
    """
    call = call_of(context)
    tags = pairs_of(tag or ())
    began = _time(call, "--start-time", start_time)
    store = store_to_create_in(call, create=make_store, dry_run=dry_run)
    place = _experiment(store, experiment, create=make_store)
    if parent:
        tags["mlflow.parentRunId"] = _parent(store, parent)
    who = user or tags.get("mlflow.user") or _login_name()
    new = NewRun(
        place.experiment_id if place else experiment,
        name,
        who,
        began,
        {"mlflow.user": who, **tags},
    )
    changes = created_run(new, place)
    missing = [] if place else created_experiment(store, experiment, {})
    if dry_run:
        write_changes(call, [*creating_place(call, store), *missing, *changes])
        return
    writer = call.connection.writer
    if place is None:
        new = replace(new, experiment_id=writer.create_experiment(experiment))
    answer_records(call, RUNS, [writer.create_run(new)])


@app.command(
    "log",
    cls=Verb,
    epilog="""
    venturi runs log 3fa91c2d --param lr=0.1 --metric loss=0.5@3 --tag team=vision
    venturi runs log 3fa91c2d -m loss=0.4 -m val/acc=0.9 --step 4
    venturi runs log 3fa91c2d --from-jsonl points.jsonl
    venturi metrics history OLD -o jsonl | venturi runs log NEW --from-jsonl -
    """,
)
def log(  # noqa: PLR0913, PLR0917 - one for each option
    context: typer.Context,
    word: Annotated[str, typer.Argument(metavar="RUN", help=SEVERAL)],
    experiment: ExperimentOption = None,
    param: Annotated[
        list[str] | None,
        typer.Option("--param", "-p", metavar="KEY=VALUE", help="A param; repeatable."),
    ] = None,
    metric: Annotated[
        list[str] | None,
        typer.Option(
            "--metric", "-m", metavar="KEY=VALUE[@STEP]", help="A metric point; repeatable."
        ),
    ] = None,
    tag: TagOption = None,
    step: Annotated[
        int, typer.Option("--step", metavar="N", help="Step of the points that name none.")
    ] = 0,
    timestamp: Annotated[
        str, typer.Option("--timestamp", metavar="TIME", help=f"When that was; else now. {_TIME}")
    ] = "",
    from_jsonl: Annotated[str, typer.Option("--from-jsonl", metavar="FILE", help=_LINES)] = "",
    dry_run: DryRunOption = False,
) -> None:
    """Log params, metric points and tags to a run, all in one batch.

    What is there already is not logged twice. With --from-jsonl, 10,000 lines are one batch: of a
    batch with a line that is none, nothing is written.
    """
    call = call_of(context)
    now = _time(call, "--timestamp", timestamp)
    now = call.now_ms if now is None else now
    given = Batch(
        pairs_of(param or (), "param"),
        [metric_of(one, step=step, timestamp=now) for one in metric or ()],
        pairs_of(tag or ()),
    )
    has_words = bool(given.params or given.metrics or given.tags)
    if not (has_words or from_jsonl):
        raise UsageError("nothing to log", hint="give --param, --metric, --tag or --from-jsonl")
    if word == "-" == from_jsonl:
        raise UsageError("stdin cannot be both the ids and the lines", hint="name the run")
    runs = found_runs(call, [word], experiment)
    if from_jsonl:
        lines = Lines(from_jsonl, now, given if has_words else None)
        log_lines(call, runs, lines, alone=is_alone([word]), dry_run=dry_run)
        return
    plans = [logged_run(run, given) for run in runs]
    carry_out(call, plans, run_deed(call, "logged", [word], dry_run))


@app.command(
    "finish",
    cls=Verb,
    epilog="""
    venturi runs finish 3fa91c2d --status FINISHED
    venturi runs list -f "start_time < '2d ago'" -o name | venturi runs finish - --status killed
    """,
)
def finish(
    context: typer.Context,
    words: WordsArgument,
    experiment: ExperimentOption = None,
    status: Annotated[
        str, typer.Option("--status", metavar="STATUS", help="FINISHED, FAILED or KILLED.")
    ] = "FINISHED",
    end_time: Annotated[
        str, typer.Option("--end-time", metavar="TIME", help=f"When it ended; else now. {_TIME}")
    ] = "",
    dry_run: DryRunOption = False,
) -> None:
    """Say that runs are over, and how they ended."""
    call = call_of(context)
    how = next((one for one in _ENDS if one.value == status.upper()), None)
    if how is None:
        raise UsageError(
            f"--status must be one of {', '.join(one.value for one in _ENDS)}, not {status!r}"
        )
    end = _time(call, "--end-time", end_time)
    runs = found_runs(call, words, experiment)
    plans = [finished_run(run, how, end, call.now_ms) for run in runs]
    carry_out(call, plans, run_deed(call, how.value.lower(), words, dry_run))


def _time(call: Call, flag: str, text: str) -> int | None:
    """Milliseconds of a time that was given; None when none was."""
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return int(text)
    found = parse_time(text, call.now_ms)
    if found is None:
        raise UsageError(f"{flag} {text!r} is no time", hint=f"write milliseconds, {EXAMPLES}")
    return found


def _experiment(store: TrackingStore | None, word: str, *, create: bool) -> Experiment | None:
    """The experiment of a word; None when it is yet to be made."""
    if store is None:
        return None
    try:
        return find_experiment(store, word)
    except NotFound:
        if not create:
            raise
        return None


def _parent(store: TrackingStore | None, word: str) -> str:
    if store is None:
        raise NotFound(f"no run {word!r} in a store that is yet to be made")
    return find_run(store, word).run_id


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container whose user has no name
        return "unknown"
