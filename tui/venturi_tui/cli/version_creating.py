"""`venturi versions create`: registers a version from a run or from a URI."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from venturi.errors import StoreBroken, StoreUnreachable, UsageError
from venturi.lookup import find_run
from venturi.records import ModelVersion
from venturi.registry import changes
from venturi.registry.journal import Note
from venturi.registry.naming import find_model
from venturi.registry.sources import version_from_run, version_from_source
from venturi.registry.steps import Kind
from venturi.stores.registry import NewVersion
from venturi_tui.cli.call import Call, call_of, one_word
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.registry_reading import registry_of
from venturi_tui.cli.registry_writing import (
    Wish,
    answer,
    carry_out,
    pairs,
)
from venturi_tui.cli.searching import ExperimentOption, experiment_ids
from venturi_tui.cli.write_options import DryRunOption, TagOption
from venturi_tui.present.kinds.versions import VERSIONS
from venturi_tui.present.words import safe

app = noun("versions", "Register model versions.")

_PATIENCE_S = 300
_PAUSE_S = 0.2
_LONGEST_PAUSE_S = 3.0


@app.command(
    "create",
    cls=Verb,
    epilog="""
    venturi versions create churn --run 3fa91c2d --path model
    venturi versions create churn --source s3://bucket/models/7 --alias challenger
    """,
)
def create(  # noqa: PLR0913, PLR0917 - one for each option
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="MODEL", help="Its model; made if there is none.")],
    run: Annotated[
        str | None, typer.Option("--run", metavar="RUN", help="The run it comes from; - reads it.")
    ] = None,
    path: Annotated[
        str, typer.Option("--path", metavar="PATH", help="Its folder among the run's artifacts.")
    ] = "model",
    source: Annotated[
        str | None, typer.Option("--source", metavar="URI", help="Where its files are.")
    ] = None,
    description: Annotated[
        str, typer.Option("--description", metavar="TEXT", help="What it is.")
    ] = "",
    tag: TagOption = None,
    alias: Annotated[
        list[str] | None, typer.Option("--alias", metavar="ALIAS", help="An alias; repeatable.")
    ] = None,
    wait: Annotated[
        float, typer.Option("--wait", min=0, metavar="SECONDS", help="How long to wait for READY.")
    ] = _PATIENCE_S,
    experiment: ExperimentOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Register a version, and print it as NAME/VERSION once it is READY."""
    call = call_of(context)
    made = _origin(call, name, run, path, source, experiment)
    version = NewVersion(
        name,
        made.source,
        run_id=made.run_id,
        model_id=made.model_id,
        description=description,
        tags=pairs(tag or ()),
    )
    steps = changes.create_version(registry_of(call), version, alias or ())
    note = Note("versions create")
    done = carry_out(call, [Wish(name, steps)], note, dry_run=dry_run)
    if dry_run:
        return
    number = next(step.version for step in done if step.kind is Kind.CREATE_VERSION)
    ready = _await_ready(call, name, number, wait)
    if alias:
        model = find_model(registry_of(call), name)
        wishes = [Wish(f"{name}@{one}", changes.set_alias(model, number, one)) for one in alias]
        carry_out(call, wishes, note, dry_run=False)
        ready = registry_of(call).get_version(name, number)
    answer(call, VERSIONS, [ready], alone=True)


def _origin(
    call: Call,
    name: str,
    run: str | None,
    path: str,
    source: str | None,
    experiment: list[str] | None,
) -> NewVersion:
    if (run is None) == (source is None):
        raise UsageError("name where the version comes from", hint="--run RUN or --source URI")
    if source is not None:
        return version_from_source(name, source, call.store)
    found = find_run(call.store, one_word(run or "", "run"), experiment_ids(call, experiment))
    return version_from_run(name, found, path, call.store)


def _await_ready(call: Call, name: str, number: int, patience: float) -> ModelVersion:
    """The version once the store says READY.

    Raises:
        StoreBroken: The store gave up on it.
        StoreUnreachable: It is not ready in time.
    """
    give_up = time.monotonic() + patience
    pause = _PAUSE_S
    while True:
        version = registry_of(call).get_version(name, number)
        if version.status == "READY" or not patience:
            return version
        if version.status.startswith("FAILED"):
            why = version.status_message or version.status
            raise StoreBroken(f"version {version.full_name} was not made: {why}")
        if time.monotonic() >= give_up:
            message = f"version {version.full_name} is still {version.status}"
            hint = f"look again with: venturi versions get {safe(version.full_name)}"
            raise StoreUnreachable(message, hint=hint)
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE_S)
