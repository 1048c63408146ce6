"""Through a real server every answer of the REST store is the one MLflow's client gives."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from faults.clock import TestClock
from faults.proxy import failing_every, forward, guarded, under
from faults.server import error, fault_server, reset
from hypothesis import event, given, settings
from hypothesis import strategies as st
from mlflow.tracking import MlflowClient  # noqa: TID251
from worlds import odd_world
from worlds.files_oracle import (
    Words,
    all_experiments,
    all_runs,
    experiment_words,
    mlflow_experiments,
    mlflow_run_words,
    mlflow_runs,
    point_words,
    run_words,
)
from worlds.filter_texts import comparisons, conjunctions, trees

from venturi.errors import LoginRefused, NotFound, StoreUnreachable
from venturi.filters.match import select
from venturi.filters.order import sort_runs
from venturi.filters.pushdown import sayable
from venturi.filters.subjects import Subject
from venturi.filters.tree import Comparison, Entity, Node, OrderKey
from venturi.records import Run, View
from venturi.stores.base import (
    Credentials,
    ExperimentQuery,
    RunIndex,
    RunQuery,
    StoreOptions,
    TrackingStore,
)
from venturi.stores.rest import RestStore, open_rest, reach

KEYS = tuple({*odd_world.METRIC_KEYS, *odd_world.PARAM_KEYS, *odd_world.TAG_KEYS, "missing"})
TEXTS = (*odd_world.TEXT_VALUES, "%it%", "VIT%", "_it", "%", "É", "ann", "run", *odd_world.STATUSES)
TIMES = (0, odd_world.START, odd_world.START + 3000, odd_world.START + 60_000.5)
NUMBERS = tuple(value for value in odd_world.METRIC_VALUES if abs(value) < 1e308)
VIEWS = st.sampled_from(View)
RUN_ATTRIBUTES = (
    "run_id", "run_name", "user_id", "status", "start_time", "end_time", "artifact_uri",
)  # fmt: skip
EXPERIMENT_ATTRIBUTES = ("name", "experiment_id", "creation_time", "last_update_time")


@pytest.fixture(scope="module")
def store(mlflow_server: str) -> Iterator[RestStore]:
    opened = open_rest(mlflow_server, StoreOptions())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(mlflow_server: str) -> MlflowClient:
    return MlflowClient(mlflow_server)


def leaves(subject: Subject, *, beyond_mlflow: bool = False) -> st.SearchStrategy[Comparison]:
    return comparisons(
        subject,
        keys=KEYS,
        texts=st.sampled_from(TEXTS),
        numbers=NUMBERS,
        times=TIMES,
        beyond_mlflow=beyond_mlflow,
    )


def clauses(subject: Subject) -> st.SearchStrategy[Node]:
    """Filters that MLflow's grammar can say."""
    return conjunctions(leaves(subject).filter(lambda leaf: sayable(leaf, subject)))


def orders(subject: Subject) -> st.SearchStrategy[tuple[OrderKey, ...]]:
    names = EXPERIMENT_ATTRIBUTES if subject is Subject.EXPERIMENTS else RUN_ATTRIBUTES
    fields = st.tuples(st.just(Entity.ATTRIBUTE), st.sampled_from(names))
    if subject is Subject.RUNS:
        entities = st.sampled_from((Entity.METRIC, Entity.PARAM, Entity.TAG))
        fields = st.one_of(fields, st.tuples(entities, st.sampled_from(KEYS)))
    key = st.builds(lambda field, up: OrderKey(*field, up), fields, st.booleans())
    return st.lists(key, max_size=3, unique_by=lambda key: (key.entity, key.key)).map(tuple)


def infinite(words: Words) -> Words:
    """MLflow's record with ±infinity where its servers give the largest finite number."""
    largest = re.compile(r"(-?)1\.7976931348623157e\+308")
    metrics = [(*point[:3], largest.sub(r"\1inf", point[3])) for point in words["metrics"]]
    return {**words, "metrics": sorted(metrics)}


def test_it_keeps_the_promise_and_claims_no_talent(store: RestStore, mlflow_server: str) -> None:
    tracking: TrackingStore = store
    assert not isinstance(tracking, RunIndex)
    assert (store.info.kind, store.info.address) == ("http", mlflow_server)


@pytest.mark.parametrize("view", View)
def test_all_runs_are_as_mlflow_reads_them(
    store: RestStore, client: MlflowClient, view: View
) -> None:
    ours = [run_words(run) for run in all_runs(store, RunQuery(view=view))]
    assert ours == [infinite(mlflow_run_words(run)) for run in mlflow_runs(client, view)]
    assert ours


@pytest.mark.parametrize("view", View)
def test_all_experiments_are_as_mlflow_reads_them(
    store: RestStore, client: MlflowClient, view: View
) -> None:
    ours = [experiment_words(each) for each in all_experiments(store, ExperimentQuery(view=view))]
    assert ours == [experiment_words(each) for each in mlflow_experiments(client, view)]
    assert ours


def test_each_one_got_is_as_mlflow_gets_it(store: RestStore, client: MlflowClient) -> None:
    for experiment in mlflow_experiments(client, View.ALL):
        ours = store.get_experiment(experiment.experiment_id)
        assert experiment_words(ours) == experiment_words(experiment)
        assert store.get_experiment_by_name(experiment.name) == ours
    for run in mlflow_runs(client, View.ALL):
        assert run_words(store.get_run(run.info.run_id)) == infinite(mlflow_run_words(run))


@settings(deadline=None, max_examples=60)
@given(view=VIEWS, node=clauses(Subject.RUNS), order=orders(Subject.RUNS))
def test_random_filters_and_orders_of_runs(
    store: RestStore, client: MlflowClient, view: View, node: Node, order: tuple[OrderKey, ...]
) -> None:
    theirs = mlflow_runs(client, view, node, order)
    event("some" if theirs else "none")
    found = all_runs(store, RunQuery(filter=node, order=order, view=view), limit=50)
    assert [run_words(run) for run in found] == [infinite(mlflow_run_words(run)) for run in theirs]


@settings(deadline=None, max_examples=40)
@given(view=VIEWS, node=clauses(Subject.EXPERIMENTS), order=orders(Subject.EXPERIMENTS))
def test_random_filters_and_orders_of_experiments(
    store: RestStore, client: MlflowClient, view: View, node: Node, order: tuple[OrderKey, ...]
) -> None:
    theirs = mlflow_experiments(client, view, node, order)
    ours = all_experiments(store, ExperimentQuery(filter=node, order=order, view=view))
    assert [experiment_words(each) for each in ours] == [experiment_words(each) for each in theirs]


@pytest.fixture(scope="module")
def every_run(store: RestStore) -> list[Run]:
    return list(all_runs(store, RunQuery(view=View.ALL), limit=100))


@settings(deadline=None, max_examples=30)
@given(
    node=trees(leaves(Subject.RUNS, beyond_mlflow=True)),
    order=orders(Subject.RUNS),
    limit=st.sampled_from((11, 30, 60)),
)
def test_what_mlflow_cannot_say_is_answered_page_by_page(
    store: RestStore, every_run: list[Run], node: Node, order: tuple[OrderKey, ...], limit: int
) -> None:
    wanted = [run.run_id for run in sort_runs(select(node, every_run), order)]
    event("some" if wanted else "none")
    query = RunQuery(filter=node, order=order, view=View.ALL)
    assert [run.run_id for run in all_runs(store, query, limit)] == wanted


@settings(deadline=None, max_examples=20)
@given(node=trees(leaves(Subject.EXPERIMENTS, beyond_mlflow=True)), limit=st.integers(2, 9))
def test_experiments_too(store: RestStore, node: Node, limit: int) -> None:
    every = list(all_experiments(store, ExperimentQuery(view=View.ALL), 100))
    query = ExperimentQuery(filter=node, view=View.ALL)
    assert list(all_experiments(store, query, limit)) == select(node, every)


@settings(deadline=None, max_examples=15)
@given(
    order=orders(Subject.RUNS),
    limit=st.sampled_from((19, 45)),
    at_once=st.integers(1, 4),
    view=VIEWS,
    node=st.none() | trees(leaves(Subject.RUNS, beyond_mlflow=True)),
)
def test_many_experiments_are_asked_in_parts_and_merged_in_order(
    store: RestStore,
    order: tuple[OrderKey, ...],
    limit: int,
    at_once: int,
    view: View,
    node: Node | None,
) -> None:
    ids = tuple(each.experiment_id for each in all_experiments(store, ExperimentQuery(view=view)))
    query = RunQuery(ids, node, order, view)
    whole = [run.run_id for run in all_runs(store, query, 100)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reach, "EXPERIMENTS_AT_ONCE", at_once)
        assert [run.run_id for run in all_runs(store, query, limit)] == whole


@pytest.mark.parametrize("key", ["`", "a`b'c", '`"', "x\\'`"])
def test_an_order_that_mlflow_cannot_say_is_made_here(
    store: RestStore, every_run: list[Run], key: str
) -> None:
    order = (OrderKey(Entity.PARAM, key), OrderKey(Entity.METRIC, "loss", ascending=False))
    wanted = [run.run_id for run in sort_runs(every_run, order)]
    query = RunQuery(order=order, view=View.ALL)
    for limit in (1000, 7):
        assert [run.run_id for run in all_runs(store, query, limit)] == wanted


def test_a_key_twice_in_an_order_counts_once(store: RestStore, every_run: list[Run]) -> None:
    loss = OrderKey(Entity.METRIC, "loss")
    order = (loss, OrderKey(Entity.METRIC, "loss", ascending=False))
    wanted = [run.run_id for run in sort_runs(every_run, (loss,))]
    found = all_runs(store, RunQuery(order=order, view=View.ALL), 100)
    assert [run.run_id for run in found] == wanted


# --- histories ----------------------------------------------------------------------------------


def test_histories_are_mlflows_in_our_order(store: RestStore, client: MlflowClient) -> None:
    for run in mlflow_runs(client, View.ALL):
        for key in [*run.data.metrics, "never logged"]:
            theirs = client.get_metric_history(run.info.run_id, key)
            words = [(*p[:3], p[3].replace("1.7976931348623157e+308", "inf")) for p in
                     map(point_words, theirs)]  # fmt: skip
            ours = list(store.metric_history(run.info.run_id, key))
            assert sorted(map(point_words, ours)) == sorted(words)
            ranks = [
                (m.step, m.timestamp, m.value != m.value, 0 if m.value != m.value else m.value)
                for m in ours
            ]
            assert ranks == sorted(ranks)


@pytest.mark.parametrize("key", ["loss", "odd curve", "single", "never logged"])
def test_a_history_from_a_step_on_is_the_end_of_the_whole(store: RestStore, key: str) -> None:
    run = next(run for run in all_runs(store) if run.run_name == odd_world.CURVE_RUN)
    whole = [point_words(point) for point in store.metric_history(run.run_id, key)]
    for step in (-(2**62), -3, 0, 1, 4, 700, 1199, 1200, 2**31 - 1, 2**31, 10**12, 10**12 + 1):
        ours = store.metric_history(run.run_id, key, from_step=step)
        assert [point_words(point) for point in ours] == [p for p in whole if p[1] >= step]


@pytest.mark.parametrize("run_id", ["0" * 32, "", "nope", "a b", "../x", "é", "x" * 5000, "\udc80"])
def test_what_is_not_there_is_not_found(store: RestStore, run_id: str) -> None:
    with pytest.raises(NotFound):
        store.get_run(run_id)
    with pytest.raises(NotFound):
        store.metric_history(run_id, "loss")
    with pytest.raises(NotFound):
        store.metric_history(run_id, "loss", from_step=3)
    with pytest.raises(NotFound):
        store.get_experiment(run_id)
    with pytest.raises(NotFound):
        store.get_experiment_by_name(run_id)


@pytest.mark.parametrize(
    "wrong", ["00", "01", " 1", "1 ", "+1", "1.0", "\u0661", "9" * 30, "9" * 5000]
)
def test_ids_are_exact(store: RestStore, wrong: str) -> None:
    with pytest.raises(NotFound):
        store.get_experiment(wrong)
    found = store.search_runs(RunQuery((wrong, "2", "nope")), limit=100)
    assert {run.experiment_id for run in found} <= {"1", "2"}
    assert len(found)


def test_no_experiments_no_runs_no_question() -> None:
    store = open_rest("http://127.0.0.1:9", StoreOptions(), clock=TestClock())
    assert store.search_runs(RunQuery(()), limit=5).items == ()


# --- through a proxy ----------------------------------------------------------------------------


def test_listing_runs_costs_one_request_on_one_connection(mlflow_server: str) -> None:
    with fault_server(forward(mlflow_server)) as proxy:
        store = open_rest(proxy.url, StoreOptions())
        assert proxy.connections == 0
        found = store.search_runs(RunQuery(("1",)), limit=100)
        assert len(found) > 20
        assert len(proxy.requests) == 1
        store.search_runs(RunQuery(), limit=100)
        assert [each.path.rpartition("mlflow/")[2] for each in proxy.requests[1:]] == [
            "experiments/search",
            "runs/search",
        ]
        assert proxy.connections == 1
        store.close()


def test_later_pages_do_not_list_the_experiments_again(mlflow_server: str) -> None:
    with fault_server(forward(mlflow_server)) as proxy:
        store = open_rest(proxy.url, StoreOptions())
        assert len(list(all_runs(store, RunQuery(), limit=10))) > 30
        listings = [each for each in proxy.requests if each.path.endswith("experiments/search")]
        assert len(listings) == 1
        store.close()


def test_the_end_of_a_curve_costs_no_more_than_its_end(mlflow_server: str) -> None:
    with fault_server(forward(mlflow_server)) as proxy:
        store = open_rest(proxy.url, StoreOptions())
        run = next(run for run in all_runs(store, limit=100) if run.run_name == "curve")
        del proxy.requests[:]
        assert len(store.metric_history(run.run_id, "loss", from_step=1190)) == 10
        assert len(store.metric_history(run.run_id, "loss", from_step=1200)) == 0
        asked = [each.path.rpartition("mlflow/")[2] for each in proxy.requests]
        assert asked == ["runs/get", "metrics/get-history-bulk-interval", "runs/get"]
        store.close()


def test_a_login_opens_the_door_and_nothing_else_does(mlflow_server: str) -> None:
    with fault_server(guarded(forward(mlflow_server), "änn", "p:w/é")) as proxy:
        right = Credentials(username="änn", password="p:w/é")
        store = open_rest(proxy.url, StoreOptions(credentials=right))
        assert len(store.search_experiments(ExperimentQuery(), limit=10))
        for wrong in (None, Credentials(username="änn", password="x"), Credentials(token="t")):
            refused = open_rest(proxy.url, StoreOptions(credentials=wrong))
            with pytest.raises(LoginRefused):
                refused.search_experiments(ExperimentQuery(), limit=10)
        url = proxy.url.replace("://", "://%C3%A4nn:p%3Aw%2F%C3%A9@")
        assert len(open_rest(url, StoreOptions()).search_experiments(ExperimentQuery(), limit=10))


def test_a_prefix_belongs_to_the_address(mlflow_server: str) -> None:
    with fault_server(under("/team/ml", forward(mlflow_server))) as proxy:
        store = open_rest(f"{proxy.url}/team/ml/", StoreOptions())
        assert len(store.search_experiments(ExperimentQuery(), limit=10))
        assert store.info.address == f"{proxy.url}/team/ml"
        with pytest.raises(StoreUnreachable, match="there is no MLflow API at") as caught:
            open_rest(proxy.url, StoreOptions()).get_run("1")
        assert "path prefix" in caught.value.hint
        with pytest.raises(StoreUnreachable) as caught:
            open_rest(f"{proxy.url}/other", StoreOptions()).get_run("1")
        assert f"try {proxy.url}:" in caught.value.hint


def test_a_server_that_fails_now_and_then_gives_the_same(
    mlflow_server: str, every_run: list[Run]
) -> None:
    waits: list[float] = []
    for failure in (reset, error(503, retry_after="1"), error(500), error(429)):
        clock = TestClock()
        with fault_server(failing_every(3, failure, forward(mlflow_server))) as proxy:
            store = open_rest(proxy.url, StoreOptions(), clock=clock)
            found = list(all_runs(store, RunQuery(view=View.ALL), limit=10))
            assert [run.run_id for run in found] == [run.run_id for run in every_run]
            store.close()
        waits += clock.waits
    assert len(waits) >= 4


def test_many_threads_share_one_store(mlflow_server: str, every_run: list[Run]) -> None:
    store = open_rest(mlflow_server, StoreOptions())

    def ask(number: int) -> list[str]:
        run = every_run[number % len(every_run)]
        assert store.get_run(run.run_id).run_id == run.run_id
        return [each.run_id for each in all_runs(store, RunQuery(view=View.ALL), 20)]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(24)))
    assert all(answer == [run.run_id for run in every_run] for answer in answers)
    store.close()
