"""`venturi runs list --group-by`: runs summed up by the values of a param or tag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from venturi.browse.groups import read_groups
from venturi.errors import NotFound, UsageError
from venturi.filters.tree import Entity, OrderKey
from venturi.settings.kinds import near
from venturi.stores.base import KeyIndex, RunGroup, RunQuery
from venturi_tui.cli.call import Call
from venturi_tui.cli.fields import Fields
from venturi_tui.cli.formats.answer import TABLES, write_records, write_shapes
from venturi_tui.present.columns import Source, choose_columns
from venturi_tui.present.group_cells import GroupColumn, Part, sorted_groups
from venturi_tui.present.kinds.groups import (
    PLAIN,
    flat_figure_names,
    flat_group_shape,
    group_kind,
)
from venturi_tui.present.listing import Moment
from venturi_tui.present.words import exact_count, safe

_NEWEST = 100
"""Runs that say which metrics are usual."""

_ENTITIES = {"params": Entity.PARAM, "tags": Entity.TAG}


@dataclass(frozen=True)
class Grouping:
    """What runs are grouped by: a param or tag of this key."""

    entity: Entity
    key: str

    @property
    def name(self) -> str:
        """As it is written: `params.model`."""
        return f"{self.noun}s.{self.key}"

    @property
    def noun(self) -> str:
        """What it is: a param or a tag."""
        return "param" if self.entity is Entity.PARAM else "tag"


def parse_grouping(text: str) -> Grouping:
    """What a text says to group by.

    Raises:
        UsageError: It is neither a param nor a tag.
    """
    group, _, key = text.partition(".")
    if len(key) > 2 and key[0] == key[-1] and key[0] in '`"':
        key = key[1:-1]
    if group not in _ENTITIES or not key:
        raise UsageError(
            f"runs are not grouped by {text!r}", hint="say params.KEY or tags.KEY: params.model"
        )
    return Grouping(_ENTITIES[group], key)


def write_groups(call: Call, query: RunQuery, grouping: Grouping, limit: int) -> None:
    """Print the groups of all runs that match.

    Args:
        call: The command line.
        query: Which runs; its order is that of the groups.
        grouping: What they are grouped by.
        limit: Groups to print at most; 0 means all.

    Raises:
        UsageError: A field or an order that groups do not have.
        NotFound: None of the runs has that param or tag.
    """
    column = _order(query.order, grouping)
    fields = Fields(call.settings.columns, group_kind(grouping.name, (), PLAIN))
    metrics = _metrics(call, query, fields)
    asked = list(dict.fromkeys((*metrics, *filter(None, [column.metric]))))
    groups = _read(call, replace(query, order=()), grouping, asked)
    ascending = not query.order or query.order[0].ascending
    groups = sorted_groups(groups, column, ascending=ascending)
    shown = groups[:limit] if limit else groups
    if not fields.is_exact:
        metrics = [key for key in metrics if any(key in group.metrics for group in shown)]
    plain = [name for name in fields.asked if name in PLAIN] if fields else list(PLAIN)
    _write(call, grouping, shown, metrics, plain)
    if len(shown) < len(groups):
        total, rest = exact_count(len(groups)), exact_count(len(groups) - len(shown))
        call.report.say(f"{len(shown)} of {total} groups, {rest} more: --limit N or --all")


def _read(
    call: Call, query: RunQuery, grouping: Grouping, metrics: Sequence[str]
) -> list[RunGroup]:
    def told(count: int) -> None:
        call.report.passing(f"{exact_count(count)} runs read …")

    try:
        groups = read_groups(call.store, query, grouping.entity, grouping.key, metrics, told)
    finally:
        call.report.passing("")
    if groups and all(group.value is None for group in groups):
        words = f"no run here has a {grouping.noun} {grouping.key!r}"
        raise NotFound(words, hint=_near(call, grouping))
    return groups


def _near(call: Call, grouping: Grouping) -> str:
    if not isinstance(call.store, KeyIndex):
        return ""
    keys = call.store.run_keys()
    known = sorted(keys.params if grouping.entity is Entity.PARAM else keys.tags)
    shown = ", ".join(safe(key) for key in known[:12])
    return near(grouping.key, known) or (f"there are {shown}" if known else "")


def _order(order: Sequence[OrderKey], grouping: Grouping) -> GroupColumn:
    """The column that groups are ordered by: their values, or the mean of a metric."""
    if not order:
        return GroupColumn(Part.VALUE)
    first = order[0]
    if len(order) == 1 and first.entity is Entity.METRIC:
        return GroupColumn(Part.MEAN, first.key)
    if len(order) == 1 and (first.entity, first.key) == (grouping.entity, grouping.key):
        return GroupColumn(Part.VALUE)
    raise UsageError(
        "groups are ordered by one key only, their value or a metric's mean",
        hint=f"such as --order-by {grouping.name} or --order-by metrics.loss",
    )


def _metrics(call: Call, query: RunQuery, fields: Fields) -> list[str]:
    """Metrics that were asked for, else those of the newest runs: for people the usual ones."""
    if fields.is_exact:
        return [name.partition(".")[2] for name in fields.asked if name.startswith("metrics.")]
    newest = call.store.search_runs(replace(query, order=()), limit=_NEWEST).items
    if not fields and call.settings.output in ("table", "md"):
        return [each.key for each in choose_columns(newest) if each.source is Source.METRIC]
    known = sorted({key for run in newest for key in run.latest})
    if isinstance(call.store, KeyIndex):
        known = sorted({*known, *call.store.run_keys().metrics})
    if not fields:
        return known
    named = [f"metrics.{key}" for key in known]
    asked = [name if name not in ("metrics", "*") else "metrics.*" for name in fields.asked]
    found = (one for name in asked for one in _meant(name, named))
    return list(dict.fromkeys(one.partition(".")[2] for one in found))


def _meant(name: str, named: Sequence[str]) -> list[str]:
    if name.startswith("metrics.") and not any(sign in name for sign in "*?["):
        return [name]
    return [one for one in named if fnmatchcase(one, name)]


def _write(
    call: Call,
    grouping: Grouping,
    groups: Sequence[RunGroup],
    metrics: Sequence[str],
    plain: Sequence[str],
) -> None:
    kind = group_kind(grouping.name, metrics, plain)
    output = call.settings.output
    if output in TABLES or output == "name":
        call.settings = replace(call.settings, columns=())
        write_records(call, kind, groups, lambda _: Moment(call.now_ms))
        return
    shapes = (kind.shape(group) for group in groups)
    if output in ("csv", "tsv"):
        names = (*plain, *flat_figure_names(metrics))
        write_shapes(call, map(flat_group_shape, shapes), Fields(names, kind))
    else:
        write_shapes(call, shapes, Fields((), kind))
