"""Options of every verb that writes: the dry run, the yes, and tags of what is made."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

DryRunOption: TypeAlias = Annotated[
    bool, typer.Option("--dry-run", help="Print what would be written, and write nothing.")
]
YesOption: TypeAlias = Annotated[
    bool, typer.Option("--yes", "-y", help="Do not ask; needed where there is no terminal.")
]
TagOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--tag", "-t", metavar="KEY=VALUE", help="A tag; repeatable."),
]
