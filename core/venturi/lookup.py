"""What a person's word means in a store: an experiment or run by id, prefix or name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches

from venturi.errors import AmbiguousName, NotFound, UsageError
from venturi.filters.tree import Comparison, Entity, Op
from venturi.records import Experiment, Lifecycle, Run, View
from venturi.stores.base import ExperimentQuery, RunIndex, RunQuery, TrackingStore

SHORTEST_PREFIX = 4
"""Characters of a run id that are enough when no other run's id begins with them."""

_CANDIDATES = 12
_SEARCH_PAGE = 200
_NEAR_AMONG = 1000
_ID = re.compile(r"[A-Za-z0-9][\w-]{0,255}", re.ASCII)
_FULL_ID = re.compile(r"[0-9a-f]{32}")


def find_experiment(store: TrackingStore, word: str) -> Experiment:
    """The experiment that a word names, also a deleted one.

    A word of digits is an id first and a name only when no experiment has that id; any other word
    is a name first. So an id always means the same experiment, whatever others are called.

    Raises:
        NotFound: No experiment has that id or name; the hint offers names that are near.
    """
    by_id_first = word.isascii() and word.isdigit()
    tries = [store.get_experiment, store.get_experiment_by_name]
    for find in tries if by_id_first else reversed(tries):
        if find == store.get_experiment and not _ID.fullmatch(word):
            continue
        try:
            return find(word)
        except NotFound:
            continue
    raise NotFound(f"no experiment {word!r} in {store.info.address}", hint=_near_names(store, word))


def find_run(store: TrackingStore, word: str, experiment_ids: Sequence[str] | None = None) -> Run:
    """The run that a word names, also a deleted one.

    A run's whole id always wins. Otherwise the word is the beginning of an id, of at least four
    characters, or a name; either has to fit one run only. Among runs of one name those that are
    not deleted count first.

    Args:
        store: Where to look.
        word: Id, beginning of an id, or name.
        experiment_ids: Where beginnings and names are looked up; None means everywhere.

    Raises:
        AmbiguousName: The word fits several runs; `candidates` lists them.
        NotFound: It fits none; the hint offers names that are near.
    """
    found = _by_id(store, word)
    if found:
        return found
    scope = tuple(experiment_ids) if experiment_ids is not None else None
    matches = {run.run_id: run for run in _by_prefix(store, word, scope)}
    matches.update((run.run_id, run) for run in _by_name(store, word, scope))
    if len(matches) == 1:
        return next(iter(matches.values()))
    if matches:
        raise _ambiguous(store, word, list(matches.values()), scope)
    where = store.info.address if scope is None else "these experiments"
    raise NotFound(f"no run {word!r} in {where}", hint=_near_runs(store, word, scope))


def find_runs(
    store: TrackingStore, words: Iterable[str], experiment_ids: Sequence[str] | None = None
) -> list[Run]:
    """The runs that words name, in their order, as find_run finds each.

    Whole ids are read together where the store can, so that thousands of them are no trouble.
    """
    wanted = list(words)
    known: dict[str, Run] = {}
    if isinstance(store, RunIndex):
        whole = [word for word in dict.fromkeys(wanted) if _FULL_ID.fullmatch(word)]
        known = {run.run_id: run for run in store.get_runs(whole)} if len(whole) > 1 else {}
    for word in wanted:
        if word not in known:
            known[word] = find_run(store, word, experiment_ids)
    return [known[word] for word in wanted]


def _by_id(store: TrackingStore, word: str) -> Run | None:
    if not word:
        raise UsageError("an empty word names no run")
    if not _ID.fullmatch(word):
        return None
    try:
        return store.get_run(word)
    except NotFound:
        return None


def _by_prefix(store: TrackingStore, word: str, scope: tuple[str, ...] | None) -> list[Run]:
    """Runs whose id begins with a word; the search language has no way to mean `_` itself."""
    if len(word) < SHORTEST_PREFIX or not _ID.fullmatch(word):
        return []
    like = Comparison(Entity.ATTRIBUTE, "run_id", Op.LIKE, f"{word}%")
    found = (run for run in _search(store, like, scope) if run.run_id.startswith(word))
    return _first(found)


def _by_name(store: TrackingStore, word: str, scope: tuple[str, ...] | None) -> list[Run]:
    same = Comparison(Entity.ATTRIBUTE, "run_name", Op.EQ, word)
    exact = (run for run in _search(store, same, scope, View.ACTIVE) if run.run_name == word)
    found = _first(exact)
    if not found:
        gone = _search(store, same, scope, View.DELETED)
        found = _first(run for run in gone if run.run_name == word)
    return found


def _search(
    store: TrackingStore,
    condition: Comparison,
    scope: tuple[str, ...] | None,
    view: View = View.ALL,
) -> Iterator[Run]:
    query = RunQuery(scope, condition, view=view)
    token: str | None = None
    while True:
        page = store.search_runs(query, limit=_SEARCH_PAGE, token=token)
        yield from page
        token = page.next_token
        if token is None:
            return


def _first(runs: Iterable[Run]) -> list[Run]:
    """As many runs as a message can list, and one more."""
    return [run for _, run in zip(range(_CANDIDATES + 1), runs, strict=False)]


def _ambiguous(
    store: TrackingStore, word: str, runs: list[Run], scope: tuple[str, ...] | None
) -> AmbiguousName:
    names = _experiment_names(store, runs[:_CANDIDATES])
    lines = [
        f"{run.run_id}  {run.run_name}  {names[run.experiment_id]}"
        + ("  (deleted)" if run.lifecycle_stage is Lifecycle.DELETED else "")
        for run in runs[:_CANDIDATES]
    ]
    many = f"{_CANDIDATES} or more" if len(runs) > _CANDIDATES else str(len(runs))
    hint = "give more of the id" if scope else "give more of the id, or the experiment too"
    return AmbiguousName(f"{word!r} fits {many} runs", lines, hint=hint)


def _experiment_names(store: TrackingStore, runs: list[Run]) -> dict[str, str]:
    ids = dict.fromkeys(run.experiment_id for run in runs)
    return {experiment_id: _experiment_name(store, experiment_id) for experiment_id in ids}


def _experiment_name(store: TrackingStore, experiment_id: str) -> str:
    try:
        return store.get_experiment(experiment_id).name
    except NotFound:
        return experiment_id


def _near_names(store: TrackingStore, word: str) -> str:
    page = store.search_experiments(ExperimentQuery(view=View.ALL), limit=_NEAR_AMONG)
    near = get_close_matches(word, [experiment.name for experiment in page], n=3)
    return _offer(near) or "list them with: venturi experiments list"


def _near_runs(store: TrackingStore, word: str, scope: tuple[str, ...] | None) -> str:
    if len(word) < SHORTEST_PREFIX and _ID.fullmatch(word):
        return f"the beginning of an id needs {SHORTEST_PREFIX} characters or more"
    page = store.search_runs(RunQuery(scope, view=View.ALL), limit=_NEAR_AMONG)
    near = get_close_matches(word, dict.fromkeys(run.run_name for run in page), n=3)
    return _offer(near) or "list them with: venturi runs list"


def _offer(names: list[str]) -> str:
    return f"did you mean {' or '.join(repr(name) for name in names)}?" if names else ""
