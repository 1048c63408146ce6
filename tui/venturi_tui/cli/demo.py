"""`venturi demo`: the TUI on a freshly made sample store."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Annotated

import typer

from venturi.settings import Place
from venturi_tui.cli.call import Call, call_of
from venturi_tui.cli.grammar import Verb
from venturi_tui.cli.screen import open_place, require_terminal

app = typer.Typer(
    name="demo",
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command(
    "demo",
    cls=Verb,
    short_help="Open the TUI on a sample store.",
    epilog="""
    venturi demo
    venturi demo --path ./sample
    venturi -s "$(venturi demo --print-uri)" runs list
    """,
)
def demo(
    context: typer.Context,
    path: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep the store in this folder.")
    ] = None,
    print_uri: Annotated[
        bool, typer.Option("--print-uri", help="Only make the store, and print its address.")
    ] = False,
    readonly: Annotated[
        bool, typer.Option("--readonly", help="Never write, whatever key is pressed.")
    ] = False,
) -> None:
    """Open the TUI on a sample store, which is thrown away afterwards unless it has a --path."""
    call = call_of(context)
    if readonly:
        call.flags["readonly"] = True
    if print_uri:
        folder = Path(mkdtemp(prefix="venturi-demo-")) if path is None else path
        call.report.lines([_made(call, folder)])
        return
    require_terminal()
    if path is not None:
        _open(call, _made(call, path))
        return
    with TemporaryDirectory(prefix="venturi-demo-") as folder:
        _open(call, _made(call, Path(folder)))


def _made(call: Call, folder: Path) -> str:
    from venturi.demo import make_demo_store

    if not call.settings.quiet:
        call.report.say("making a sample store …")
    return make_demo_store(folder)


def _open(call: Call, uri: str) -> None:
    code = open_place(call, Place(uri, "venturi demo", registry_uri=uri))
    if code:
        raise typer.Exit(code)
