"""`venturi versions download`: the files of a model version."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated

import typer

from venturi.registry.naming import find_version
from venturi_tui.cli.call import call_of, one_word
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.transfers import ForceOption, ToOption, bring, trimmed

app = noun("versions", "Bring the files of model versions here.")


@app.command(
    "download",
    cls=Verb,
    epilog="""
    venturi versions download churn/3
    venturi versions download churn@champion --to models
    venturi versions download churn/Production MLmodel
    """,
)
def download_version(
    context: typer.Context,
    word: Annotated[
        str,
        typer.Argument(
            metavar="VERSION", help="NAME/3, NAME@ALIAS, NAME/STAGE or NAME/latest; - reads it."
        ),
    ],
    path: Annotated[
        str, typer.Argument(metavar="PATH", help="A file or folder; all of them by default.")
    ] = "",
    to: ToOption = None,
    force: ForceOption = False,
) -> None:
    """Copy the files of a version here.

    Prints their path: without PATH, a folder NAME-VERSION. A download that was interrupted is
    gone on with when the same is asked again.
    """
    call = call_of(context)
    version = find_version(call.connection.registry, one_word(word, "version"))
    with closing(call.connection.version_files(version)) as place:
        name = f"{version.name}-{version.version}"
        bring(call, place, trimmed(path), name, to, force=force)
