"""`venturi artifacts`: list, cat, download and upload."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from venturi.artifacts import ArtifactPlace, find, walk
from venturi.artifacts.upload import Sending, plan_upload, upload
from venturi.errors import UsageError
from venturi.lookup import find_run
from venturi.records import Artifact, Run
from venturi_tui.cli.call import Call, call_of, one_word
from venturi_tui.cli.formats import write_records
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.reading import write_bytes
from venturi_tui.cli.searching import ExperimentOption, experiment_ids
from venturi_tui.cli.transfers import ForceOption, ToOption, bring, progress, trimmed
from venturi_tui.present.kinds.artifacts import ARTIFACTS
from venturi_tui.present.listing import Moment
from venturi_tui.present.words import exact_count, safe

app = noun("artifacts", "List the files of a run, read them, bring them here or there.")

RunArgument = Annotated[
    str, typer.Argument(metavar="RUN", help="Id, beginning of an id, or name; - reads it.")
]


@app.command(
    "list",
    cls=Verb,
    epilog="""
    venturi artifacts list 3fa91c2d
    venturi artifacts list brave-otter-12 reports
    venturi artifacts list 3fa91c2d -r -o json
    """,
)
def list_artifacts(
    context: typer.Context,
    word: RunArgument,
    path: Annotated[str, typer.Argument(metavar="PATH", help="A folder, or a file.")] = "",
    recursive: Annotated[
        bool, typer.Option("--recursive", "-r", help="Also what is in the folders below.")
    ] = False,
    experiment: ExperimentOption = None,
) -> None:
    """List the files and folders of a run."""
    call = call_of(context)
    with closing(_place(call, word, experiment)) as place:
        found = _listed(place, trimmed(path), recursive=recursive)
        write_records(call, ARTIFACTS, found, lambda _shown: Moment(call.now_ms))


@app.command(
    "cat",
    cls=Verb,
    epilog="""
    venturi artifacts cat 3fa91c2d reports/summary.json
    venturi artifacts cat 3fa91c2d logs/train.log | tail
    """,
)
def cat(
    context: typer.Context,
    word: RunArgument,
    path: Annotated[str, typer.Argument(metavar="PATH", help="A file.")],
    experiment: ExperimentOption = None,
) -> None:
    """Write the bytes of a file to stdout."""
    call = call_of(context)
    with closing(_place(call, word, experiment)) as place:
        if find(place, path).is_dir:
            msg = f"{path!r} is a folder"
            raise UsageError(msg, hint=f"see what is in it: venturi artifacts list {word} {path}")
        with place.read(path) as reading:
            write_bytes(call.report, reading, path)


@app.command(
    "download",
    cls=Verb,
    epilog="""
    venturi artifacts download 3fa91c2d model --to models
    venturi artifacts download brave-otter-12 reports/summary.json
    venturi artifacts download 3fa91c2d
    """,
)
def download_artifacts(
    context: typer.Context,
    word: RunArgument,
    path: Annotated[
        str, typer.Argument(metavar="PATH", help="A file or folder; all of them by default.")
    ] = "",
    to: ToOption = None,
    force: ForceOption = False,
    experiment: ExperimentOption = None,
) -> None:
    """Copy a file or folder here, print its path.

    Without PATH, everything goes to a folder named by the run's id. A download that was
    interrupted is gone on with when the same is asked again.
    """
    call = call_of(context)
    run = _run(call, word, experiment)
    with closing(call.connection.artifacts(run)) as place:
        bring(call, place, trimmed(path), run.run_id, to, force=force)


@app.command(
    "upload",
    cls=Verb,
    epilog="""
    venturi artifacts upload 3fa91c2d report.md plots
    venturi artifacts upload 3fa91c2d weights.bin --path checkpoints/last
    venturi artifacts upload 3fa91c2d results --dry-run
    """,
)
def upload_artifacts(
    context: typer.Context,
    word: RunArgument,
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE|DIR…", help="Files, and folders with all below; . is what is in here."
        ),
    ],
    folder: Annotated[
        str, typer.Option("--path", metavar="SUB", help="The folder to put them in.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be written, and write nothing.")
    ] = False,
    experiment: ExperimentOption = None,
) -> None:
    """Copy files and folders to a run.

    Prints their paths there. Older files of the same paths are replaced.
    """
    call = call_of(context)
    sendings = plan_upload(sources, trimmed(folder))
    with closing(_place(call, word, experiment)) as place:
        if not dry_run:
            with progress(call) as told:
                upload(place, sendings, told=told)
        _tell_uploaded(call, sendings, dry_run=dry_run)


def _place(call: Call, word: str, experiment: list[str] | None) -> ArtifactPlace:
    return call.connection.artifacts(_run(call, word, experiment))


def _run(call: Call, word: str, experiment: list[str] | None) -> Run:
    return find_run(call.store, one_word(word, "run"), experiment_ids(call, experiment))


def _listed(place: ArtifactPlace, path: str, *, recursive: bool) -> Iterator[Artifact]:
    """What a path names: itself when it is a file, else what is in it."""
    found = find(place, path)
    if not found.is_dir:
        return iter([found])
    return walk(place, path) if recursive else iter(place.entries(path))


def _tell_uploaded(call: Call, sendings: list[Sending], *, dry_run: bool) -> None:
    if call.settings.output in ("table", "name"):
        call.report.lines(safe(sending.path) for sending in sendings)
    else:
        sent = (Artifact(sending.path, False, sending.size) for sending in sendings)
        write_records(call, ARTIFACTS, sent, lambda _shown: Moment(call.now_ms))
    files = f"{exact_count(len(sendings))} file{'' if len(sendings) == 1 else 's'}"
    call.report.say(f"{files} would be uploaded" if dry_run else f"{files} uploaded")
