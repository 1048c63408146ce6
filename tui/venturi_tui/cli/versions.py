"""`venturi versions`: list, get and diff."""

from __future__ import annotations

from typing import Annotated

import typer

from venturi.errors import UsageError
from venturi.filters.subjects import Subject
from venturi.filters.tree import And, Comparison, Entity, Node, Op
from venturi.registry.naming import find_model, find_version
from venturi.stores.registry import VersionQuery
from venturi_tui.cli.call import call_of, words_of
from venturi_tui.cli.grammar import Verb, noun
from venturi_tui.cli.registry_reading import VERSION, registry_of, stage_named
from venturi_tui.cli.searching import (
    AllOption,
    FilterOption,
    LimitOption,
    OrderOption,
    limit_of,
    parsed_filter,
    parsed_order,
)

app = noun("versions", "List model versions, compare, register and move them.")

_WORDS = "NAME/3, NAME@ALIAS, NAME/STAGE or NAME/latest; - reads them from stdin."


@app.command(
    "list",
    cls=Verb,
    epilog="""
    venturi versions list churn
    venturi versions list --stage Production -o name
    venturi versions list --filter "alias = 'champion' and creation_time > '7d ago'"
    """,
)
def list_versions(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="[MODEL]", help="Of this model; else of all.")
    ] = None,
    stage: Annotated[
        str | None, typer.Option("--stage", metavar="STAGE", help="Only those in this stage.")
    ] = None,
    filter_text: FilterOption = "",
    order_by: OrderOption = None,
    limit: LimitOption = None,
    everything: AllOption = False,
) -> None:
    """List model versions with stage and aliases, the last changed first."""
    call = call_of(context)
    registry = registry_of(call)
    condition = _with_stage(parsed_filter(call, filter_text, Subject.VERSIONS), stage)
    if name is not None:
        name = find_model(registry, name).name
    query = VersionQuery(name, condition, parsed_order(order_by, Subject.VERSIONS))
    VERSION.show_list(
        call,
        lambda room, token: registry.search_versions(query, limit=room, token=token),
        limit_of(call, limit, everything),
    )


@app.command(
    "get",
    cls=Verb,
    epilog="""
    venturi versions get churn/9
    venturi versions get churn@champion -o json
    venturi versions get models:/churn/Production
    """,
)
def get_versions(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="VERSION…", help=_WORDS)],
) -> None:
    """Show all that is known about model versions."""
    VERSION.show(call_of(context), words)


@app.command(
    "diff",
    cls=Verb,
    epilog="""
    venturi versions diff churn@champion churn/10
    venturi versions diff churn/8 churn/9 --only-changed -o json
    """,
)
def diff_versions(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="VERSION VERSION…", help=_WORDS)],
    only_changed: Annotated[
        bool, typer.Option("--only-changed", "-x", help="Leave out what is the same in all.")
    ] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 1 when something differs, else with 0.")
    ] = False,
) -> None:
    """Show versions side by side: the params and metrics of their runs, tags, stage, source."""
    call = call_of(context)
    versions = [find_version(registry_of(call), word) for word in words_of(words)]
    if len(versions) < 2:
        raise UsageError("one version alone has nothing to differ from", hint="name two or more")
    from venturi_tui.cli.version_diff import write_version_diff

    if write_version_diff(call, versions, only_changed=only_changed) and exit_code:
        raise typer.Exit(1)


def _with_stage(condition: Node | None, stage: str | None) -> Node | None:
    if stage is None:
        return condition
    asked = Comparison(Entity.ATTRIBUTE, "stage", Op.EQ, stage_named(stage))
    if condition is None:
        return asked
    terms = condition.terms if isinstance(condition, And) else (condition,)
    return And((*terms, asked))
