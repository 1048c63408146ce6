"""Making a store on the way to its first experiment or run."""

from __future__ import annotations

from typing import Annotated, TypeAlias

import typer

from venturi.changes import Change
from venturi.errors import NotFound
from venturi.settings import hide_login, resolve_place
from venturi.stores.base import TrackingStore
from venturi_tui.cli.call import Call

CreateOption: TypeAlias = Annotated[
    bool,
    typer.Option("--create", help="Make the SQLite or file store first, if there is none."),
]


def store_to_create_in(call: Call, *, create: bool, dry_run: bool) -> TrackingStore | None:
    """The store, made first when it is missing and `create`; None when a dry run leaves it so."""
    try:
        return call.connect(create=create and not dry_run).tracking
    except NotFound:
        if not (create and dry_run):
            raise
        return None


def creating_place(call: Call, store: TrackingStore | None) -> list[Change]:
    """The making of the store, where it is missing."""
    if store is not None:
        return []
    return [Change("store", "create", "", hide_login(resolve_place(call.settings).uri))]
