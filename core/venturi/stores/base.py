"""The promise that every tracking store keeps, and the talents some have beyond it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from venturi.filters.tree import Entity, Node, OrderKey
from venturi.records import Experiment, History, Metric, Page, Run, View

if TYPE_CHECKING:
    from venturi.curves.buckets import Buckets, Partition


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """What a store is. `address` can be shown: it carries no password, token or user name.

    `kind` is one of sqlite, postgresql, mysql, http, file. `revision` is the schema revision of a
    database or the version of a server; empty when unknown.
    """

    kind: str
    address: str
    revision: str = ""


@dataclass(frozen=True, slots=True)
class Credentials:
    """How to be let in by a tracking server. The repr shows neither who nor with what.

    Name and password (both needed) win over the token, as in MLflow's client. `ca_path` is a file
    of trusted certificates, `client_cert_path` one PEM file with our own certificate and its key.
    """

    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    insecure_tls: bool = False
    ca_path: str | None = None
    client_cert_path: str | None = None


@dataclass(frozen=True, slots=True)
class StoreOptions:
    """How patient and how trusting to be with a store. The defaults are those of MLflow's client.

    `timeout_s` bounds each silence of a server, and each wait for a lock. A request is tried again
    at most `max_retries` times, waiting `backoff_factor` * 2**n seconds plus up to
    `backoff_jitter`, or as long as the server asks for when `respect_retry_after`.
    """

    timeout_s: float = 120.0
    max_retries: int = 7
    backoff_factor: float = 2.0
    backoff_jitter: float = 1.0
    respect_retry_after: bool = True
    allow_redirects: bool = True
    credentials: Credentials | None = None


@dataclass(frozen=True, slots=True)
class ExperimentQuery:
    """Which experiments, in which order.

    Without `order`: newest `creation_time` first, then ascending id. Ties of a given order are
    broken by descending id. This is MLflow's order.
    """

    filter: Node | None = None
    order: tuple[OrderKey, ...] = ()
    view: View = View.ACTIVE


@dataclass(frozen=True, slots=True)
class RunQuery:
    """Which runs, in which order.

    `experiment_ids` None means every experiment that `view` can reach; an empty tuple means none.
    `view` is about the runs' own lifecycle. Order: the keys, then `start_time` descending (unless
    it is a key), then ascending run id. A run without a value comes last in both directions, a NaN
    just before those. This is MLflow's order.
    """

    experiment_ids: tuple[str, ...] | None = None
    filter: Node | None = None
    order: tuple[OrderKey, ...] = ()
    view: View = View.ACTIVE


class TrackingStore(Protocol):
    """Experiments, runs and metric histories of one place.

    Everything may be called from several threads at once. Every method raises StoreUnreachable
    when nobody answers (or a lock is held too long), LoginRefused when credentials do not do, and
    StoreBroken when what is there cannot be read as MLflow's. Nothing here writes: not a byte of a
    file store or database changes.
    """

    @property
    def info(self) -> StoreInfo:
        """What this store is; costs nothing."""
        ...

    def search_experiments(
        self, query: ExperimentQuery, *, limit: int, token: str | None = None
    ) -> Page[Experiment]:
        """Experiments that match, at most `limit` (>= 1) of them, after those of earlier pages."""
        ...

    def get_experiment(self, experiment_id: str) -> Experiment:
        """The experiment of that id, also a deleted one. Raises NotFound."""
        ...

    def get_experiment_by_name(self, name: str) -> Experiment:
        """The experiment of exactly that name, also a deleted one. Raises NotFound."""
        ...

    def search_runs(self, query: RunQuery, *, limit: int, token: str | None = None) -> Page[Run]:
        """Runs that match, whole, at most `limit` (>= 1) of them, after those of earlier pages."""
        ...

    def get_run(self, run_id: str) -> Run:
        """The run of exactly that id, also a deleted one. Raises NotFound."""
        ...

    def metric_history(self, run_id: str, key: str, *, from_step: int | None = None) -> History:
        """Every point of one metric, ordered as History says; from that step on when given.

        A run that exists but never logged the key gives an empty history. Raises NotFound when
        there is no such run.
        """
        ...

    def close(self) -> None:
        """Let go of files and connections. Calling it twice is fine."""
        ...


@runtime_checkable
class RunIndex(Protocol):
    """A talent: knows the ids and number of all matching runs without reading the runs."""

    def run_ids(self, query: RunQuery) -> Sequence[str]:
        """Ids of all runs that match, in the order of the query; perhaps packed, see RunIds."""
        ...

    def get_runs(self, run_ids: Sequence[str]) -> list[Run]:
        """The runs of those ids in that order; ids that are gone are left out."""
        ...

    def count_runs(self, query: RunQuery) -> int:
        """Number of runs that match; the order of the query does not matter."""
        ...

    def count_runs_by_experiment(self, view: View = View.ACTIVE) -> dict[str, int]:
        """Number of runs of each experiment, by id; those without runs left out."""
        ...


@dataclass(frozen=True, slots=True)
class RunKeys:
    """The keys that runs use, each in ascending order."""

    metrics: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@runtime_checkable
class KeyIndex(Protocol):
    """A talent: knows which metric, param and tag keys its runs use."""

    def run_keys(self) -> RunKeys:
        """The keys of all runs in the store."""
        ...


@runtime_checkable
class ValueIndex(Protocol):
    """A talent: knows values that a param or tag has in its runs, at little cost."""

    def run_values(self, entity: Entity, key: str, *, most: int) -> list[str]:
        """At most so many values of a param or tag, each once, in ascending order.

        Only the first few thousand runs that have the key are looked at. Nothing for metrics and
        attributes.
        """
        ...


TOO_LARGE_TO_SUM = 1e150
"""Squares of larger values are beyond what a database can hold."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What the latest values of a metric come to in several runs; NaN counts as no value.

    Args:
        count: Runs with a value, at least one.
        mean: Their mean; infinite when some are beyond ±TOO_LARGE_TO_SUM, NaN when that is so in
            both directions.
        least: The lowest value, which may be -inf.
        most: The highest value, which may be inf.
        deviation: Sample standard deviation (of n - 1); None of one value, or with such large ones.
    """

    count: int
    mean: float
    least: float
    most: float
    deviation: float | None


@dataclass(frozen=True, slots=True)
class RunGroup:
    """Runs that have the same value of a param or tag; `value` None means that they have none."""

    value: str | None
    count: int
    metrics: Mapping[str, Figures]


@runtime_checkable
class RunGroups(Protocol):
    """A talent: sums runs up by a param or tag without handing them out."""

    def run_groups(
        self, query: RunQuery, entity: Entity, key: str, metrics: Sequence[str]
    ) -> list[RunGroup]:
        """All runs that match, by their values of a param or tag, in ascending order, None last.

        Metrics that no run of a group has a value of are left out there. The order of the query
        does not matter.
        """
        ...


@runtime_checkable
class RunTree(Protocol):
    """A talent: knows which runs are nested in which without reading them."""

    def run_parents(self, query: RunQuery) -> dict[str, str]:
        """Id of the parent of each run that matches and says that it has one, by its own id."""
        ...


@runtime_checkable
class ReadsTogether(Protocol):
    """A talent: reads several runs by one question, where the store can be asked so."""

    def runs_together(
        self, run_ids: Sequence[str], experiment_ids: Sequence[str]
    ) -> list[Run] | None:
        """Runs of those ids in those experiments, in the order of the ids, also deleted ones.

        Ids that are not there are left out. None when the store can only be asked for one by one.
        """
        ...


@runtime_checkable
class KnowsServer(Protocol):
    """A talent: can ask which MLflow its server is."""

    def server_version(self) -> str | None:
        """The version that the server says it is, such as `3.18.0`; None when it says none."""
        ...


@runtime_checkable
class LoggedModels(Protocol):
    """A talent: knows the models that MLflow 3 keeps beside the runs that logged them."""

    def logged_model_of(self, run: Run, name: str) -> str | None:
        """Id of the newest model of that name that a run logged; None for none."""
        ...

    def logged_model_metrics(self, model_id: str, keys: Sequence[str] | None) -> dict[str, float]:
        """Latest value of each of these metrics of a logged model; those it has not are left out.

        Without `keys`, of every metric it has. Latest as of a run: of the largest step, then
        timestamp, then value. Nothing when there is no such model.
        """
        ...


@runtime_checkable
class NamesLoggedModels(Protocol):
    """A talent: can name the models of MLflow 3 that a run logged."""

    def logged_model_names(self, run: Run) -> list[str]:
        """Names of the models that a run logged, each once, that of the newest first."""
        ...


@dataclass(frozen=True, slots=True)
class CurveExtent:
    """Where a curve begins and ends. `points` is None when there are more than a store counts.

    `whole` is the curve itself where it came along with the answer.
    """

    first: Metric
    last: Metric
    points: int | None
    whole: History | None = None


MOST_COUNTED = 60_000
"""A curve of no more points than this is read whole sooner than it is sampled."""


@runtime_checkable
class CurveSampler(Protocol):
    """A talent: shows a curve of millions of points without handing out every one.

    All of it raises as TrackingStore does; NotFound when there is no such run. What is logged
    meanwhile may be in one answer and not yet in the other.
    """

    def curve_extent(self, run_id: str, key: str) -> CurveExtent | None:
        """Where the curve begins and ends, in a few milliseconds; None for one without points.

        The last point is that of the highest step. Where no index leads to it, the first is a
        guess: there may be points at lower steps, but not many.
        """
        ...

    def curve_sample(self, run_id: str, key: str, cuts: Partition) -> Buckets | None:
        """A few points of each bucket, in some ten milliseconds: not exact, it may miss any spike.

        Buckets of which none was found are left out. None when it cannot be had so fast.
        """
        ...

    def curve_buckets(self, run_id: str, key: str, cuts: Partition) -> Iterator[Buckets]:
        """The exact buckets, in pieces: each answer holds what was found so far.

        The last answer, and only that, is exact: every point of the span was looked at. Before,
        buckets may be missing or not yet know all their points. There is an answer at least each
        second where the store allows; between two nothing is held open or locked, so whoever has
        seen enough just stops asking. Memory does not grow with the number of points.
        """
        ...

    def curve_points(self, run_id: str, key: str, first_step: int, last_step: int) -> History:
        """Every point from one step up to another, both included, ordered as History says."""
        ...
