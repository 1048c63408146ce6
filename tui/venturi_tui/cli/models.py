"""`venturi models`: list and get."""

from __future__ import annotations

from typing import Annotated

import typer

from venturi.filters.subjects import Subject
from venturi.stores.registry import ModelQuery
from venturi_tui.cli.call import call_of
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.registry_reading import MODEL, registry_of
from venturi_tui.cli.searching import (
    AllOption,
    FilterOption,
    LimitOption,
    OrderOption,
    limit_of,
    parsed_filter,
    parsed_order,
)

app = noun("models", "List registered models, look at them, write them.")


@app.command(
    "list",
    cls=Verb,
    epilog="""
    venturi models list
    venturi models list --filter "name LIKE 'churn%' and tags.team = 'growth'"
    venturi models list --filter "alias = 'champion'" --order-by "last_updated_time DESC" -o json
    """,
)
def list_models(
    context: typer.Context,
    filter_text: FilterOption = "",
    order_by: OrderOption = None,
    limit: LimitOption = None,
    everything: AllOption = False,
) -> None:
    """List registered models by name, with the versions in each stage and of each alias."""
    call = call_of(context)
    query = ModelQuery(
        parsed_filter(call, filter_text, Subject.MODELS), parsed_order(order_by, Subject.MODELS)
    )
    MODEL.show_list(
        call,
        lambda room, token: registry_of(call).search_models(query, limit=room, token=token),
        limit_of(call, limit, everything),
    )


@app.command(
    "get",
    cls=Verb,
    epilog="""
    venturi models get churn
    venturi models get churn -o json
    venturi models list -o name | venturi models get - -o jsonl
    """,
)
def get_models(
    context: typer.Context,
    words: Annotated[
        list[str], typer.Argument(metavar="MODEL…", help="Names; - reads them from stdin.")
    ],
) -> None:
    """Show all that is known about models, and their versions."""
    MODEL.show(call_of(context), words)
