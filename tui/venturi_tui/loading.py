"""Asks the core in a thread and answers with a message: the only place that works aside."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from itertools import islice
from math import inf
from time import monotonic
from typing import TypeVar

from textual.app import App
from textual.message import Message
from textual.widget import Widget

from venturi.browse import (
    RunIds,
    Wish,
    best_value,
    count_by_experiment,
    count_runs,
    read_ids,
    read_runs,
)
from venturi.browse.curves import Curve, read_closer, read_curve
from venturi.connection import Connection
from venturi.curves.buckets import Buckets
from venturi.errors import StoreBroken, VenturiError
from venturi.filters.tree import OrderKey
from venturi.records import Experiment, ModelVersion, RegisteredModel, View
from venturi.settings import hide_login
from venturi.stores.base import ExperimentQuery, RunIndex, RunQuery, TrackingStore
from venturi.stores.registry import ModelQuery, RegistryStore, VersionQuery
from venturi_tui import messages, registry_messages

T = TypeVar("T")

_EXPERIMENTS_AT_ONCE = 1000
_REFINED_S = 0.2

LIVE_EVERY = 2.0
"""Seconds between two looks at what is running, where nothing else is chosen."""

"""How often a curve is shown anew while it is read."""
_MODELS_AT_ONCE = 1000
_VERSIONS_AT_ONCE = 1000
_MOST_COUNTED = 5000


class Loading:
    """Asks for screens. Every answer, also a failure, comes back as a message to who asked.

    A new question of a kind replaces the one before it from the same asker: the older answer is
    dropped. Threads are daemons, so that a silent server cannot keep the program from ending.

    Args:
        app: The app, which keeps the workers.
        opener: Opens the store; called in a thread.
        read_only: Whether nothing may ever be written.
        write: Whether writing was asked for from the start.
    """

    def __init__(
        self,
        app: App[int],
        opener: Callable[[], Connection],
        *,
        read_only: bool = False,
        write: bool = False,
    ) -> None:
        self._app = app
        self._opener = opener
        self.connection: Connection | None = None
        self.read_only = read_only
        self.tag_writes = False
        self.has_written = write
        self.live = True
        self.live_every = LIVE_EVERY

    @property
    def access(self) -> str:
        """What the header says: read-only until a write is confirmed, unless asked otherwise."""
        return "read-write" if self.has_written else "read-only"

    @property
    def knows_all_ids(self) -> bool:
        """Whether the store can name all runs of an answer at once."""
        return self.connection is not None and isinstance(self.connection.tracking, RunIndex)

    def open(self, asker: Widget) -> None:
        """Open the store. Answers StoreOpened, or fails with the question "store"."""

        def opened() -> Message:
            self.connection = self._opener()
            return messages.StoreOpened(self.connection)

        self._ask(asker, "store", "store", opened)

    def experiments(self, asker: Widget, view: View = View.ACTIVE) -> None:
        """Read the experiments; for another view than of active runs the deleted ones too."""
        wanted = ExperimentQuery(view=view if view is View.ACTIVE else View.ALL)

        def read(store: TrackingStore) -> Message:
            return messages.ExperimentsRead(tuple(all_experiments(store, wanted)))

        self._ask_store(asker, "experiments", "experiments", read)

    def experiment_counts(self, asker: Widget, view: View = View.ACTIVE) -> None:
        """Count the runs of each experiment; an empty answer when the store cannot."""

        def count(store: TrackingStore) -> Message:
            return messages.ExperimentsCounted(count_by_experiment(store, view) or {})

        self._ask_store(asker, "counts", "counts", count)

    def page(self, asker: Widget, wish: Wish) -> None:
        """Grant a table's wish."""

        def read(store: TrackingStore) -> Message:
            return messages.PageRead(wish.query, wish.read(store))

        self._ask_store(asker, "page", wish, read)

    def ids(self, asker: Widget, query: RunQuery) -> None:
        """Read all ids of an answer. A store without that talent gives no answer."""

        def read(store: TrackingStore) -> Message | None:
            ids: RunIds | None = read_ids(store, query)
            return None if ids is None else messages.IdsRead(query, ids)

        self._ask_store(asker, "ids", query, read)

    def count(self, asker: Widget, query: RunQuery) -> None:
        """Count the runs that match."""

        def read(store: TrackingStore) -> Message:
            return messages.RunsCounted(query, count_runs(store, query))

        self._ask_store(asker, "count", query, read)

    def best(self, asker: Widget, query: RunQuery, order: OrderKey) -> None:
        """Find the best value of a metric."""

        def read(store: TrackingStore) -> Message:
            return messages.BestFound(query, order, best_value(store, query, order))

        self._ask_store(asker, f"best {order.key}", (query, order), read)

    def runs(self, asker: Widget, run_ids: tuple[str, ...], kind: str = "runs") -> None:
        """Read runs by id, wherever they are."""

        def read(store: TrackingStore) -> Message:
            return messages.RunsRead(run_ids, tuple(read_runs(store, run_ids)))

        self._ask_store(asker, kind, run_ids, read)

    def history(
        self,
        asker: Widget,
        wish: messages.CurveWish,
        known: Buckets | None = None,
        wanted: Callable[[], bool] = lambda: True,
    ) -> None:
        """Read points of a curve; each run's are a question of their own.

        A long curve comes several times; see HistoryRead. It is given up when no longer wanted.

        Args:
            asker: Who gets the answers.
            wish: What to read.
            known: The long curve that is to be seen closer, when that is the wish.
            wanted: Whether to go on; asked in a thread.
        """

        def read(store: TrackingStore) -> Message:
            if wish.from_step is not None:
                news = store.metric_history(wish.run_id, wish.key, from_step=wish.from_step)
                return messages.HistoryRead(wish, news)
            curve: Curve | None = known
            told = -inf
            if known is None or wish.within is None:
                forms = read_curve(store, wish.run_id, wish.key)
            else:
                forms = read_closer(store, known, *wish.within)
            for curve in forms:
                if not wanted():
                    break
                if isinstance(curve, Buckets) and monotonic() - told >= _REFINED_S:
                    told = monotonic()
                    asker.post_message(messages.HistoryRead(wish, curve, is_last=False))
            if curve is None:
                curve = store.metric_history(wish.run_id, wish.key)
            return messages.HistoryRead(wish, curve)

        self._ask_store(asker, f"history {wish.run_id} {wish.key}", wish, read)

    def models(self, asker: Widget) -> None:
        """Read the registered models."""

        def read(registry: RegistryStore) -> Message:
            return registry_messages.ModelsRead(tuple(_all_models(registry)))

        self.ask_registry(asker, "models", "models", read)

    def version_counts(self, asker: Widget) -> None:
        """Count the versions of each model; not when there are very many."""

        def read(registry: RegistryStore) -> Message:
            every = islice(_all_versions(registry, None), _MOST_COUNTED + 1)
            counts = Counter(version.name for version in every)
            return registry_messages.VersionsCounted(
                counts if sum(counts.values()) <= _MOST_COUNTED else None
            )

        self.ask_registry(asker, "version counts", "version counts", read)

    def versions(self, asker: Widget, name: str) -> None:
        """Read the versions of a model. Fails with the question ("versions", name)."""

        def read(registry: RegistryStore) -> Message:
            return registry_messages.VersionsRead(name, tuple(_all_versions(registry, name)))

        self.ask_registry(asker, "versions", ("versions", name), read)

    def work(
        self, asker: Widget, kind: str, question: object, job: Callable[[], Message | None]
    ) -> None:
        """Do something slow, such as drawing."""
        self._ask(asker, kind, question, job)

    def _ask_store(
        self,
        asker: Widget,
        kind: str,
        question: object,
        read: Callable[[TrackingStore], Message | None],
    ) -> None:
        if self.connection is None:
            self.open(asker)
            return
        self._ask(asker, kind, question, partial(read, self.connection.tracking))

    def ask_registry(
        self,
        asker: Widget,
        kind: str,
        question: object,
        read: Callable[[RegistryStore], Message | None],
    ) -> None:
        """Ask the model registry anything."""
        connection = self.connection
        if connection is None:
            self.open(asker)
            return
        self._ask(asker, kind, question, lambda: read(connection.registry))

    def ask(
        self,
        asker: Widget,
        kind: str,
        question: object,
        read: Callable[[Connection], Message | None],
    ) -> None:
        """Ask the open place anything, or write to it."""
        if self.connection is None:
            self.open(asker)
            return
        self._ask(asker, kind, question, partial(read, self.connection))

    def _ask(
        self, asker: Widget, kind: str, question: object, job: Callable[[], Message | None]
    ) -> None:
        self._app.run_worker(
            # Not yet begun: one that is cancelled before it starts leaves nothing behind.
            partial(self._answer, asker, question, job),
            group=f"{id(asker)} {kind}",
            description=kind,  # else Textual writes out all that the job holds, at every question
            exclusive=True,
            exit_on_error=False,
        )

    async def _answer(
        self, asker: Widget, question: object, job: Callable[[], Message | None]
    ) -> None:
        answer: Message | None
        try:
            answer = await in_thread(job)
        except VenturiError as error:
            answer = messages.QuestionFailed(question, error)
        except Exception as error:  # noqa: BLE001 - the worker's door: nothing may pass it unseen
            answer = messages.QuestionFailed(question, _unexpected(error))
        if answer is not None:
            asker.post_message(answer)


async def in_thread(job: Callable[[], T]) -> T:
    """What a job gives or raises, done in a thread of its own that nobody waits for at the end."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # pyright: ignore[reportArgumentType]

    def run() -> None:
        result: T | None = None
        failure: BaseException | None = None
        try:
            result = job()
        except BaseException as error:  # noqa: BLE001 - raised again in the loop
            failure = error
        with suppress(RuntimeError):  # the program is ending and the loop is closed
            loop.call_soon_threadsafe(settle, result, failure)

    threading.Thread(target=run, daemon=True, name="venturi-loading").start()
    return await future


def all_experiments(store: TrackingStore, query: ExperimentQuery) -> Iterable[Experiment]:
    """All experiments that match, read page by page."""
    token: str | None = None
    while True:
        page = store.search_experiments(query, limit=_EXPERIMENTS_AT_ONCE, token=token)
        yield from page
        token = page.next_token
        if token is None:
            return


def _all_models(registry: RegistryStore) -> Iterator[RegisteredModel]:
    token: str | None = None
    while True:
        page = registry.search_models(ModelQuery(), limit=_MODELS_AT_ONCE, token=token)
        yield from page
        token = page.next_token
        if token is None:
            return


def _all_versions(registry: RegistryStore, name: str | None) -> Iterator[ModelVersion]:
    token: str | None = None
    while True:
        page = registry.search_versions(VersionQuery(name), limit=_VERSIONS_AT_ONCE, token=token)
        yield from page
        token = page.next_token
        if token is None:
            return


def _unexpected(error: Exception) -> VenturiError:
    """An error that should not have come so far, in one line."""
    words = hide_login(str(error).strip().partition("\n")[0])
    return StoreBroken(
        f"unexpected {type(error).__name__}: {words}",
        hint="this is a fault of Venturi; please report it",
    )
