"""Which experiments a search for runs looks at; servers want them named, each of them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from venturi.records import View
from venturi.stores.base import RunQuery

EXPERIMENTS_AT_ONCE = 900
"""Experiment ids in one question: databases behind servers allow about a thousand values."""
_LONGEST_NUMBER = 18  # digits in an experiment id of a file store; databases have fewer
_REMEMBERED = 8  # questions over all experiments, while their later pages are fetched

Ids = tuple[str, ...]


class Reach:
    """Finds the experiments of a query.

    Args:
        every_id: Lists the experiments of a view, in a lasting order.
    """

    def __init__(self, every_id: Callable[[View], Ids]) -> None:
        self._every_id = every_id
        self._known: OrderedDict[str, Ids] = OrderedDict()
        self._lock = threading.Lock()

    def ids(self, query: RunQuery, name: str, *, again: bool) -> Ids:
        """The experiments of a query, each once.

        Without any given these are all, but active runs are looked for in active ones only.

        Args:
            query: What is asked.
            name: Fingerprint of the query.
            again: Whether a later page is asked for: then the same as before, if still known.
        """
        if query.experiment_ids is not None:
            return tuple(filter(may_exist, dict.fromkeys(query.experiment_ids)))
        with self._lock:
            known = self._known.get(name) if again else None
        if known is not None:
            return known
        found = self._every_id(View.ACTIVE if query.view is View.ACTIVE else View.ALL)
        with self._lock:
            self._known[name] = found
            self._known.move_to_end(name)
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return found


def parts(ids: Ids) -> list[Ids]:
    """The experiments in as few questions as can be asked."""
    starts = range(0, len(ids), EXPERIMENTS_AT_ONCE)
    return [ids[start : start + EXPERIMENTS_AT_ONCE] for start in starts]


def may_exist(experiment_id: str) -> bool:
    """False for numbers that no store counts up to; servers fail on them instead of saying so."""
    return len(experiment_id) <= _LONGEST_NUMBER or not experiment_id.isdecimal()


def numbers(ids: Ids) -> Ids:
    """The ids that servers on a database take; they refuse a question with any other."""
    return tuple(each for each in ids if each.isascii() and each.isdecimal())
