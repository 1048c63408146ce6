"""Runs of several stores in one command line: `CONTEXT:RUN` names one of another context."""

from __future__ import annotations

from collections.abc import Sequence

from venturi.connection import connect
from venturi.errors import NotFound
from venturi.lookup import find_run, find_runs
from venturi.records import Run
from venturi.settings import place_of_context
from venturi_tui.cli.call import Call


def runs_anywhere(call: Call, words: Sequence[str], scope: Sequence[str] | None) -> list[Run]:
    """The runs that words name, in their order.

    A word whose beginning up to a colon is the name of a context is looked for in that context's
    store, unless a run of the open store is called so.

    Args:
        call: The command line.
        words: Ids, unique beginnings of ids, names, or any of these after a context and a colon.
        scope: Experiments to look in, in the open store; None for all.

    Raises:
        NotFound: A word names no run.
        UsageError: A word names several.
    """
    far = {word: run for word in words if (run := _far(call, word, scope)) is not None}
    here = find_runs(call.store, [word for word in words if word not in far], scope)
    rest = iter(here)
    return [far[word] if word in far else next(rest) for word in words]


def _far(call: Call, word: str, scope: Sequence[str] | None) -> Run | None:
    """The run of another context; None when the word is about the open store."""
    context, _, rest = word.partition(":")
    if not rest or context not in call.settings.contexts:
        return None
    try:
        find_run(call.store, word, scope)
    except NotFound:
        return _run_of(call, context, rest)
    return None


def _run_of(call: Call, context: str, word: str) -> Run:
    with connect(place_of_context(call.settings, context), call.settings) as connection:
        return find_run(connection.tracking, word, None)
