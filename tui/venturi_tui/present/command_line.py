"""The command that shows on a command line what a screen shows."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from venturi.filters.order import order_text
from venturi.filters.tree import OrderKey
from venturi.records import View
from venturi.settings import Place
from venturi.stores.base import RunQuery
from venturi_tui.present.columns import AGE, DURATION, EXPERIMENT, Column, Source

_FIELDS = {AGE: "start_time", EXPERIMENT: "experiment_id"}


def list_command(
    place: Place,
    experiment: str | None,
    filter_text: str,
    order: Sequence[OrderKey],
    columns: Sequence[Column],
) -> str:
    """`venturi runs list …` for a table of runs.

    Args:
        place: The store.
        experiment: Name of the experiment; None for all.
        filter_text: The filter as it was typed; may be empty.
        order: What the table is ordered by.
        columns: Its columns.
    """
    words = ["venturi", "runs", "list", *store_words(place)]
    if experiment is not None:
        words += ["-e", experiment]
    if filter_text:
        words += ["--filter", filter_text]
    for key in order:
        words += ["--order-by", order_text(key)]
    told = [each for each in columns if each != DURATION and each.source is not Source.CURVE]
    fields = [_FIELDS.get(column, column.name) for column in told]
    return shlex.join([*words, "--columns", ",".join(fields)])


def get_command(place: Place, run_id: str) -> str:
    """`venturi runs get …` for one run."""
    return shlex.join(["venturi", "runs", "get", run_id, *store_words(place)])


def artifact_command(place: Place, verb: str, run_id: str, path: str, to: str = "") -> str:
    """`venturi artifacts cat|list|download …` for a file or folder of a run; `to` is a folder."""
    below = [path] if path else []
    where = ["--to", to] if to else []
    return shlex.join(["venturi", "artifacts", verb, run_id, *below, *where, *store_words(place)])


def diff_command(place: Place, run_ids: Sequence[str], baseline: str, *, only_changed: bool) -> str:
    """`venturi runs diff …` for a comparison."""
    words = ["venturi", "runs", "diff", *run_ids, *store_words(place)]
    if run_ids and baseline != run_ids[0]:
        words += ["--baseline", baseline]
    return shlex.join([*words, *(["--only-changed"] if only_changed else [])])


def plot_command(place: Place, run_ids: Sequence[str], key: str, looks: Sequence[str] = ()) -> str:
    """`venturi metrics plot …` for the curves of a metric, or of all when none is named."""
    which = ["-m", key] if key else ["--grid"]
    return shlex.join(["venturi", "metrics", "plot", *run_ids, *which, *looks, *store_words(place)])


def picture_command(place: Place, run_ids: Sequence[str], words: Sequence[str]) -> str:
    """`venturi metrics plot …` for a picture over runs; `words` say of what and as which kind."""
    return shlex.join(["venturi", "metrics", "plot", *run_ids, *words, *store_words(place)])


def listed_picture_command(
    place: Place,
    experiment: str | None,
    filter_text: str,
    query: RunQuery,
    limit: int,
    words: Sequence[str],
) -> str:
    """`venturi runs list … | venturi metrics plot - …` for a picture over all runs that match.

    Args:
        place: The store.
        experiment: Name of the experiment; None for all.
        filter_text: The filter as it was typed; may be empty.
        query: What was asked for.
        limit: How many runs are drawn; 0 for all of them.
        words: Of what it is a picture, and of which kind.
    """
    listing = ["venturi", "runs", "list", *store_words(place)]
    listing += ["-e", experiment] if experiment is not None else []
    listing += ["--filter", filter_text] if filter_text else []
    listing += ["--view", query.view.value] if query.view is not View.ACTIVE else []
    if limit:
        listing += [word for key in query.order for word in ("--order-by", order_text(key))]
    listing += ["--limit", str(limit)] if limit else ["--all"]
    listed = shlex.join([*listing, "-o", "name"])
    return f"{listed} | {picture_command(place, ['-'], words)}"


def models_command(place: Place) -> str:
    """`venturi models list …` for the registered models."""
    return shlex.join(["venturi", "models", "list", *store_words(place)])


def versions_command(place: Place, name: str) -> str:
    """`venturi versions list …` for the versions of a model."""
    return shlex.join(["venturi", "versions", "list", name, *store_words(place)])


def version_command(place: Place, full_name: str) -> str:
    """`venturi versions get …` for one version."""
    return shlex.join(["venturi", "versions", "get", full_name, *store_words(place)])


def writing_command(place: Place, words: Sequence[str]) -> str:
    """A command that writes, such as `venturi versions transition churn/3 Production`."""
    return shlex.join(["venturi", *words, *store_words(place)])


def store_words(place: Place) -> list[str]:
    """The words that name the store; none where it is found by itself.

    An address that holds a login is not written out.
    """
    if place.context is not None:
        return ["-c", place.context]
    if place.origin.startswith("./") or place.origin == "MLFLOW_TRACKING_URI":
        return []
    return ["-s", place.address]
