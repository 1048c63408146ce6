"""Whatever is logged comes back the same, from us and from MLflow, or nothing is written."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mlflow.tracking import MlflowClient  # noqa: TID251
from worlds.files_oracle import history_words, mlflow_run_words, point_words, run_words
from worlds.folders import fingerprint

from venturi.errors import InvalidInput
from venturi.records import Metric
from venturi.stores import create_store
from venturi.stores.base import StoreOptions
from venturi.stores.files import FileStore, open_files
from venturi.stores.files.meta import fields_of
from venturi.stores.files.meta_text import changed_meta, meta_text
from venturi.stores.writing import Batch, NewRun

LETTERS = "ab_-.: Zé漢9"
GOOD_KEYS = st.lists(
    st.text(LETTERS, min_size=1, max_size=5).filter(lambda part: part not in (".", "..")),
    min_size=1,
    max_size=3,
).map("/".join)
ANY_KEYS = st.one_of(GOOD_KEYS, st.text(LETTERS + "/\\\n*", max_size=6))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
INTS = st.integers(-(2**63), 2**63 - 1)
POINTS = st.builds(
    Metric,
    key=st.sampled_from(["loss", "val/acc", "a b", "é"]),
    value=st.one_of(st.floats(), st.integers(-(2**70), 2**70).map(float)),
    timestamp=st.integers(0, 2**63 - 1) | st.integers(0, 3),
    step=INTS | st.integers(-3, 3),
)
OFTEN = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("any") / "mlruns"
    create_store(str(root))
    return root


@pytest.fixture(scope="module")
def store(root: Path) -> FileStore:
    return open_files(str(root), StoreOptions())


@pytest.fixture(scope="module")
def client(root: Path) -> MlflowClient:
    return MlflowClient(root.as_uri())


@OFTEN
@given(
    params=st.dictionaries(ANY_KEYS, TEXTS, max_size=4),
    tags=st.dictionaries(ANY_KEYS, TEXTS, max_size=4),
)
def test_any_params_and_tags(
    root: Path,
    store: FileStore,
    client: MlflowClient,
    params: dict[str, str],
    tags: dict[str, str],
) -> None:
    run = store.create_run(NewRun("0"))
    folder = root / "0" / run.run_id
    before = fingerprint(folder)
    try:
        store.log_batch(run.run_id, Batch(params=params, tags=tags))
    except InvalidInput:
        assert fingerprint(folder) == before
        assert not all(map(is_fine, (list(params), list(tags))))
        return
    now = store.get_run(run.run_id)
    assert (now.params, now.tags) == (params, {**run.tags, **tags})
    theirs = mlflow_run_words(client.get_run(run.run_id))
    assert (theirs["params"], theirs["tags"]) == (now.params, now.tags)
    store.log_batch(run.run_id, Batch(params=params, tags=tags))
    assert store.get_run(run.run_id) == now


def is_fine(keys: list[str]) -> bool:
    """Whether MLflow takes all of the keys, and a tree of files can hold them."""
    letters = all(
        unicodedata.category(letter)[0] in "LN" or letter in "_-.: /" for letter in "".join(keys)
    )
    paths = all(key and os.path.normpath(key) == key != "." and key[0] != "/" for key in keys)
    up = any(key.startswith("..") for key in keys)
    folders = {key[:at] for key in keys for at, letter in enumerate(key) if letter == "/"}
    return letters and paths and not up and not folders & set(keys)


@OFTEN
@given(first=st.lists(POINTS, max_size=12), second=st.lists(POINTS, max_size=12))
def test_any_points(
    store: FileStore, client: MlflowClient, first: list[Metric], second: list[Metric]
) -> None:
    run_id = store.create_run(NewRun("0")).run_id
    store.log_batch(run_id, Batch(metrics=first))
    store.log_batch(run_id, Batch(metrics=second))
    store.log_batch(run_id, Batch(metrics=first[::2] + second[::2]))
    for key in {point.key for point in first + second}:
        expected = {point_words(point) for point in first + second if point.key == key}
        assert history_words(store.metric_history(run_id, key)) == sorted(expected)
        assert history_words(client.get_metric_history(run_id, key)) == sorted(expected)
    assert run_words(store.get_run(run_id)) == mlflow_run_words(client.get_run(run_id))


FIELDS = st.dictionaries(
    st.from_regex(r"f_[a-z]{0,9}", fullmatch=True),
    st.one_of(
        TEXTS, st.text("yesno019'\"#:-~ {}[]&*!|>%@`.", max_size=8), st.none(), INTS, st.just([])
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=150, deadline=None)
@given(FIELDS, FIELDS)
def test_any_meta_means_the_same_to_yaml(
    fields: dict[str, object], changes: dict[str, object]
) -> None:
    text = meta_text(fields)
    assert yaml.load(text, yaml.CSafeLoader) == yaml.safe_load(text) == fields
    ours = {key: [] if value == () else value for key, value in fields_of(text).items()}
    assert ours == fields
    changed = yaml.safe_load(changed_meta(text, changes, without=(*fields, "other")))
    assert changed == changes
    assert yaml.safe_load(changed_meta(text, changes)) == {**fields, **changes}
    dumped = yaml.safe_dump(fields, allow_unicode=True).encode()
    assert yaml.safe_load(changed_meta(dumped, changes)) == {**yaml.safe_load(dumped), **changes}


@pytest.mark.parametrize("names", ["null: 1\n2: 3\n", "yes: 1\n'a b': 2\n", "{x: {y: \x85}}\n"])
def test_odd_names_and_forms_are_kept(names: str) -> None:
    changed = yaml.safe_load(changed_meta(names.encode(), {"status": 3}))
    assert changed == {**yaml.safe_load(names), "status": 3}
