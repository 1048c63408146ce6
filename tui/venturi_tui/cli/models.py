"""`venturi models`: list and get."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from venturi.filters.subjects import Subject
from venturi.records import RegisteredModel
from venturi.registry.naming import find_model, versions_in
from venturi.stores.registry import ModelQuery
from venturi_tui.cli.call import Call, call_of, words_of
from venturi_tui.cli.formats import write_one, write_records
from venturi_tui.cli.formats.answer import TABLES
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.pages import Pages, say_what_is_left
from venturi_tui.cli.searching import (
    AllOption,
    FilterOption,
    LimitOption,
    OrderOption,
    limit_of,
    parsed_filter,
    parsed_order,
)
from venturi_tui.present.kinds.models import MODELS
from venturi_tui.present.listing import Moment

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
    registry = call.connection.registry
    pages = Pages(
        lambda room, token: registry.search_models(query, limit=room, token=token),
        limit_of(call, limit, everything),
    )
    write_records(call, MODELS, pages, lambda _shown: Moment(call.now_ms))
    say_what_is_left(call, pages, "models", None)


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
    call = call_of(context)
    found = (find_model(call.connection.registry, name) for name in words_of(words))
    if call.settings.output == "table" and not call.settings.columns:
        _write_sheets(call, list(found))
    elif len(words) == 1 and words[0] != "-" and call.settings.output not in TABLES:
        write_one(call, MODELS, next(found))
    else:
        write_records(call, MODELS, found, lambda _shown: Moment(call.now_ms))


def _write_sheets(call: Call, models: Sequence[RegisteredModel]) -> None:
    from venturi_tui.present.registry_sheet import model_sections
    from venturi_tui.present.sheet import draw_sections

    moment = Moment(call.now_ms)
    for place, model in enumerate(models):
        if place:
            call.report.data("\n")
        versions = versions_in(call.connection.registry, model.name)
        sections = model_sections(model, versions, moment)
        paint = call.report.paint
        call.report.lines(draw_sections(sections, width=call.report.width, paint=paint))
