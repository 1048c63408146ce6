"""Every answer of the file store is the one MLflow's client gives on the same folder."""

from __future__ import annotations

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st
from mlflow.tracking import MlflowClient  # noqa: TID251
from worlds import odd_world
from worlds.files_oracle import (
    all_experiments,
    all_runs,
    experiment_words,
    history_words,
    mlflow_experiments,
    mlflow_run_words,
    mlflow_runs,
    run_words,
)
from worlds.filter_texts import comparisons, conjunctions

from venturi.filters.pushdown import sayable
from venturi.filters.subjects import Subject
from venturi.filters.tree import Comparison, Entity, Node, Op, OrderKey
from venturi.records import View
from venturi.stores.base import (
    ExperimentQuery,
    KeyIndex,
    RunIndex,
    RunQuery,
    StoreOptions,
    TrackingStore,
)
from venturi.stores.files import FileStore, open_files

KEYS = tuple({*odd_world.METRIC_KEYS, *odd_world.PARAM_KEYS, *odd_world.TAG_KEYS, "missing"})
TEXTS = (*odd_world.TEXT_VALUES, "%it%", "VIT%", "_it", "%", "%é%", "É", "ann", "run", "R%", "")
TIMES = (0, odd_world.START, odd_world.START + 3000, odd_world.START + 60_000.5)
VIEWS = st.sampled_from(View)


@pytest.fixture(scope="module")
def client(mlflow_files_uri: str) -> MlflowClient:
    return MlflowClient(mlflow_files_uri)


@pytest.fixture(scope="module")
def store(mlflow_files_uri: str) -> FileStore:
    return open_files(mlflow_files_uri, StoreOptions())


def clauses(subject: Subject) -> st.SearchStrategy[Node]:
    """Filters that MLflow's grammar can say."""
    leaves = comparisons(
        subject,
        keys=KEYS,
        texts=st.sampled_from((*TEXTS, *odd_world.STATUSES)),
        numbers=tuple(value for value in odd_world.METRIC_VALUES if abs(value) < 1e308),
        times=TIMES,
    )
    return conjunctions(leaves.filter(lambda leaf: sayable(leaf, subject)))


def orders(subject: Subject) -> st.SearchStrategy[tuple[OrderKey, ...]]:
    if subject is Subject.EXPERIMENTS:
        keys = ("name", "experiment_id", "creation_time", "last_update_time")
        fields = st.tuples(st.just(Entity.ATTRIBUTE), st.sampled_from(keys))
    else:
        attributes = ("run_id", "run_name", "user_id", "status", "start_time", "end_time")
        fields = st.one_of(
            st.tuples(st.just(Entity.ATTRIBUTE), st.sampled_from((*attributes, "artifact_uri"))),
            st.tuples(
                st.sampled_from((Entity.METRIC, Entity.PARAM, Entity.TAG)), st.sampled_from(KEYS)
            ),
        )
    key = st.builds(lambda field, up: OrderKey(*field, up), fields, st.booleans())
    return st.lists(key, max_size=3, unique_by=lambda key: (key.entity, key.key)).map(tuple)


def test_keeps_the_promise_and_its_talents(store: FileStore) -> None:
    tracking: TrackingStore = store
    assert isinstance(tracking, RunIndex)
    assert isinstance(tracking, KeyIndex)


@pytest.mark.parametrize("view", View)
def test_all_runs_are_as_mlflow_reads_them(
    store: FileStore, client: MlflowClient, view: View
) -> None:
    ours = [run_words(run) for run in all_runs(store, RunQuery(view=view))]
    theirs = [mlflow_run_words(run) for run in mlflow_runs(client, view)]
    trash = {each.experiment_id for each in mlflow_experiments(client, View.DELETED)}
    for words in (*ours, *theirs):
        if words["experiment"] in trash:  # moved with its folder; MLflow says where it was
            words["artifacts"] = words["artifacts"].replace("/.trash/", "/")
    assert ours == theirs
    assert ours


@pytest.mark.parametrize("view", View)
def test_all_experiments_are_as_mlflow_reads_them(
    store: FileStore, client: MlflowClient, view: View
) -> None:
    ours = [experiment_words(each) for each in all_experiments(store, ExperimentQuery(view=view))]
    assert ours == [experiment_words(each) for each in mlflow_experiments(client, view)]
    assert ours


def test_each_one_got_is_as_mlflow_gets_it(store: FileStore, client: MlflowClient) -> None:
    for experiment in mlflow_experiments(client, View.ALL):
        ours = store.get_experiment(experiment.experiment_id)
        assert experiment_words(ours) == experiment_words(experiment)
        assert store.get_experiment_by_name(experiment.name) == ours
    for run in mlflow_runs(client):
        ours = store.get_run(run.info.run_id)
        assert run_words(ours) == mlflow_run_words(client.get_run(run.info.run_id))


def test_histories_have_the_points_mlflow_has(store: FileStore, client: MlflowClient) -> None:
    points = 0
    for run in mlflow_runs(client, View.ALL):
        for key in (*run.data.metrics, "missing"):
            ours = store.metric_history(run.info.run_id, key)
            theirs = client.get_metric_history(run.info.run_id, key)
            assert history_words(ours) == history_words(theirs)
            points += len(ours)
    assert points > 1000


@settings(deadline=None, max_examples=80)
@given(view=VIEWS, node=clauses(Subject.RUNS), order=orders(Subject.RUNS))
def test_random_filters_and_orders_of_runs(
    store: FileStore, client: MlflowClient, view: View, node: Node, order: tuple[OrderKey, ...]
) -> None:
    query = RunQuery(filter=node, order=order, view=view)
    theirs = [run.info.run_id for run in mlflow_runs(client, view, node, order)]
    event("some" if theirs else "none")
    assert store.run_ids(query) == theirs
    assert [run.run_id for run in all_runs(store, query)] == theirs
    assert store.count_runs(query) == len(theirs)


@settings(deadline=None, max_examples=30)
@given(view=VIEWS, order=orders(Subject.RUNS))
def test_random_orders_of_all_runs(
    store: FileStore, client: MlflowClient, view: View, order: tuple[OrderKey, ...]
) -> None:
    theirs = [run.info.run_id for run in mlflow_runs(client, view, None, order)]
    assert store.run_ids(RunQuery(order=order, view=view)) == theirs


@settings(deadline=None, max_examples=50)
@given(view=VIEWS, node=clauses(Subject.EXPERIMENTS), order=orders(Subject.EXPERIMENTS))
def test_random_filters_and_orders_of_experiments(
    store: FileStore, client: MlflowClient, view: View, node: Node, order: tuple[OrderKey, ...]
) -> None:
    query = ExperimentQuery(filter=node, order=order, view=view)
    theirs = [each.experiment_id for each in mlflow_experiments(client, view, node, order)]
    event("some" if theirs else "none")
    assert [each.experiment_id for each in all_experiments(store, query)] == theirs


@pytest.mark.parametrize("view", View)
def test_runs_of_named_experiments(store: FileStore, client: MlflowClient, view: View) -> None:
    ids = [each.experiment_id for each in mlflow_experiments(client, View.ALL)]
    for some in ([], ids[:1], ids[1:4], ["no such experiment"], ids[:2] * 2):
        theirs = mlflow_runs(client, view, experiment_ids=list(dict.fromkeys(some)))
        ours = store.run_ids(RunQuery(experiment_ids=tuple(some), view=view))
        assert ours == [run.info.run_id for run in theirs]


def test_counts_and_keys_are_those_of_the_runs(store: FileStore, client: MlflowClient) -> None:
    for view in View:
        counted: dict[str, int] = {}
        for run in mlflow_runs(client, view):
            counted[run.info.experiment_id] = counted.get(run.info.experiment_id, 0) + 1
        assert store.count_runs_by_experiment(view) == counted
    runs = [run.data for run in mlflow_runs(client, View.ALL)]
    keys = store.run_keys()
    assert keys.metrics == tuple(sorted({key for run in runs for key in run.metrics}))
    assert keys.params == tuple(sorted({key for run in runs for key in run.params}))
    assert keys.tags == tuple(sorted({key for run in runs for key in run.tags}))


def test_runs_of_ids_come_in_the_order_asked(store: FileStore) -> None:
    ids = store.run_ids(RunQuery(view=View.ALL))[::-3]
    asked = [ids[0], "0" * 32, *ids[1:], "../" + ids[0]]
    assert [run.run_id for run in store.get_runs(asked)] == ids


def test_like_sees_every_line_where_mlflows_file_store_sees_the_first(
    store: FileStore, client: MlflowClient
) -> None:
    """MLflow's SQL stores see every line too."""
    for op in (Op.LIKE, Op.ILIKE):
        ids: set[str] = set()
        for key in odd_world.PARAM_KEYS:
            node = Comparison(Entity.PARAM, key, op, "%line two")
            ids.update(store.run_ids(RunQuery(filter=node, view=View.ALL)))
            assert not mlflow_runs(client, View.ALL, node)
        runs = store.get_runs(sorted(ids))
        assert runs
        assert all("line one\nline two" in run.params.values() for run in runs)
