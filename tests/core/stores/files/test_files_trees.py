"""Trees that are old, moved, damaged, hostile, or half deleted."""

from __future__ import annotations

import logging
import math
import os
import shutil
import sys
from pathlib import Path

import pytest
from worlds.folders import RUN_ID, START, write_experiment, write_run

from venturi.errors import NotFound, StoreBroken
from venturi.filters.order import parse_orders
from venturi.filters.subjects import Subject
from venturi.filters.syntax import parse_filter
from venturi.records import Lifecycle, View
from venturi.stores.base import ExperimentQuery, RunQuery, StoreOptions
from venturi.stores.files import FileStore, open_files

OTHER = "fedcba9876543210fedcba9876543210"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "mlruns"


def opened(root: Path) -> FileStore:
    return open_files(str(root), StoreOptions())


def ids(store: FileStore, text: str = "", view: View = View.ACTIVE) -> list[str]:
    return store.run_ids(RunQuery(filter=parse_filter(text), view=view))


def test_keys_with_slashes_are_read_from_nested_folders(root: Path) -> None:
    files = {"metrics/a/b c": "5 1.5 3\n", "params/x/y/z": "deep", "tags/mlflow/odd": "tag"}
    write_run(write_experiment(root), files=files)
    store = opened(root)
    run = store.get_run(RUN_ID)
    assert run.metrics == {"a/b c": 1.5}
    assert (run.params, run.tags) == ({"x/y/z": "deep"}, {"mlflow/odd": "tag"})
    assert list(store.metric_history(RUN_ID, "a/b c").steps) == [3]
    assert ids(store, "metrics.`a/b c` > 1 and params.`x/y/z` = 'deep'") == [RUN_ID]
    assert store.run_keys().params == ("x/y/z",)


def test_a_folder_of_keys_is_not_a_key(root: Path) -> None:
    write_run(write_experiment(root), files={"metrics/a/b": "5 1.5 3\n", "params/a/b": "1"})
    store = opened(root)
    assert len(store.metric_history(RUN_ID, "a")) == 0
    assert ids(store, "params.a = '1'") == []


def test_what_lies_in_the_trash_is_deleted_whatever_its_yaml_says(root: Path) -> None:
    """MLflow 1.x moved the folder and let `active` stand in it, in its runs too."""
    write_experiment(root, "0", name="Default")
    write_run(write_experiment(root / ".trash", "1"))
    store = opened(root)
    assert store.get_experiment("1").lifecycle_stage is Lifecycle.DELETED
    assert store.get_run(RUN_ID).lifecycle_stage is Lifecycle.DELETED
    assert ids(store) == []
    assert ids(store, view=View.DELETED) == ids(store, view=View.ALL) == [RUN_ID]
    assert store.count_runs_by_experiment() == {}
    assert store.count_runs_by_experiment(View.DELETED) == {"1": 1}
    named = [each.name for each in store.search_experiments(ExperimentQuery(), limit=9)]
    assert named == ["Default"]


def test_an_experiment_outside_the_trash_is_in_use_whatever_its_yaml_says(root: Path) -> None:
    meta = "experiment_id: '1'\nlifecycle_stage: deleted\nname: one\n"
    write_run(write_experiment(root, meta=meta), changes={"lifecycle_stage": "deleted"})
    store = opened(root)
    assert store.get_experiment("1").lifecycle_stage is Lifecycle.ACTIVE
    assert ids(store, view=View.DELETED) == [RUN_ID]


def test_an_id_in_use_and_in_the_trash_is_the_one_in_use(root: Path) -> None:
    write_experiment(root, "1", name="new")
    write_experiment(root / ".trash", "1", name="old")
    store = opened(root)
    assert store.get_experiment("1").name == "new"
    every = store.search_experiments(ExperimentQuery(view=View.ALL), limit=9)
    assert [each.name for each in every] == ["new"]
    gone = store.search_experiments(ExperimentQuery(view=View.DELETED), limit=9)
    assert [each.name for each in gone] == ["old"]


def test_a_moved_store_finds_its_artifacts(root: Path, tmp_path: Path) -> None:
    write_run(write_experiment(root), files={"artifacts/model.txt": "x"})
    assert opened(root).get_run(RUN_ID).artifact_uri == (root / "1" / RUN_ID / "artifacts").as_uri()
    moved = tmp_path / "else where" / "runs"
    shutil.move(root, moved)
    run = opened(moved).get_run(RUN_ID)
    assert run.artifact_uri == (moved / "1" / RUN_ID / "artifacts").as_uri()
    recorded = f"artifact_uri = '{(root / '1' / RUN_ID / 'artifacts').as_uri()}'"
    assert ids(opened(moved), recorded) == [RUN_ID]  # as MLflow answers


@pytest.mark.parametrize(
    "uri", ["s3://bucket/1/x", "mlflow-artifacts:/1/x/artifacts", "/data/art/7/x/artifacts"]
)
def test_artifacts_elsewhere_stay_where_they_are(root: Path, uri: str) -> None:
    write_run(write_experiment(root), changes={"artifact_uri": uri})
    assert opened(root).get_run(RUN_ID).artifact_uri == uri


@pytest.mark.parametrize("meta", [None, "", "\n", "experiment_id: '1'\nname: [", "- x\n", "a: 1\n"])
def test_a_damaged_experiment_is_left_out_of_lists_with_a_note(
    root: Path, meta: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="venturi.files")
    write_experiment(root, "0", name="sound")
    folder = write_experiment(root, meta=meta or "")
    if meta is None:
        (folder / "meta.yaml").unlink()
    age(folder)
    store = opened(root)
    for _ in range(2):
        page = store.search_experiments(ExperimentQuery(), limit=9)
        assert [each.name for each in page] == ["sound"]
    assert [str(folder) in record.getMessage() for record in caplog.records] == [True]
    with pytest.raises(StoreBroken, match=r"meta\.yaml"):
        store.get_experiment("1")


@pytest.mark.parametrize("meta", [None, "", "\n", "run_id: 'x", "- x\n", "a: 1\n"])
def test_a_damaged_run_is_left_out_of_lists_with_a_note(
    root: Path, meta: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="venturi.files")
    experiment = write_experiment(root)
    write_run(experiment)
    folder = write_run(experiment, OTHER)
    (folder / "meta.yaml").unlink() if meta is None else (folder / "meta.yaml").write_text(meta)
    age(folder)
    store = opened(root)
    for _ in range(2):
        assert ids(store) == [RUN_ID]
    assert [str(folder) in record.getMessage() for record in caplog.records] == [True]
    with pytest.raises(StoreBroken, match=r"meta\.yaml"):
        store.get_run(OTHER)
    with pytest.raises(StoreBroken):
        store.metric_history(OTHER, "loss")
    assert store.get_runs([OTHER, RUN_ID]) == [store.get_run(RUN_ID)]


def age(folder: Path) -> None:
    """Make the meta.yaml too old for anybody to be writing it."""
    if (folder / "meta.yaml").exists():
        os.utime(folder / "meta.yaml", (START / 1000, START / 1000))


@pytest.mark.parametrize("changes", [{"run_id": OTHER}, {"experiment_id": "'7'"}])
def test_a_run_that_belongs_elsewhere_is_damaged(root: Path, changes: dict[str, str]) -> None:
    write_run(write_experiment(root), changes=changes)
    store = opened(root)
    assert ids(store) == []
    with pytest.raises(StoreBroken):
        store.get_run(RUN_ID)


def test_a_yaml_without_its_last_line_end_is_read(root: Path) -> None:
    folder = write_run(write_experiment(root))
    text = (folder / "meta.yaml").read_text()
    (folder / "meta.yaml").write_text(text.rstrip("\n"))
    age(folder)
    store = opened(root)
    assert ids(store) == [RUN_ID]
    assert store.get_run(RUN_ID).user_id == "ann"


def test_a_name_that_is_missing_is_taken_from_the_tag(root: Path) -> None:
    experiment = write_experiment(root)
    write_run(experiment, changes={"run_name": None}, files={"tags/mlflow.runName": "Zoë"})
    write_run(experiment, OTHER, changes={"run_name": "''"}, files={"tags/mlflow.runName": "Al"})
    store = opened(root)
    assert [run.run_name for run in store.get_runs([RUN_ID, OTHER])] == ["Zoë", "Al"]
    assert ids(store, "run_name = 'Zoë'") == [RUN_ID]
    order = parse_orders(["run_name"])
    assert store.run_ids(RunQuery(order=order)) == [OTHER, RUN_ID]


def test_values_are_whole_files_in_whatever_bytes(root: Path) -> None:
    files = {
        "params/lines": "one\r\ntwo\n\n",
        "params/empty": b"",
        "params/latin": b"caf\xe9",
        "tags/nul": b"a\x00b",
        "params/a,b=c?": "odd name",
        "params/.hidden": "yes",
        "params/ blank ": " ",
        "tags/日本": "\x1b[31m",
    }
    write_run(write_experiment(root), files=files)
    store = opened(root)
    run = store.get_run(RUN_ID)
    assert run.params == {
        "lines": "one\r\ntwo\n\n",
        "empty": "",
        "latin": "caf\ufffd",
        "a,b=c?": "odd name",
        ".hidden": "yes",
        " blank ": " ",
    }
    assert run.tags == {"nul": "a\x00b", "日本": "\x1b[31m"}
    assert ids(store, "params.`a,b=c?` = 'odd name' and params.empty = ''") == [RUN_ID]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such file names")
def test_a_file_name_that_is_not_utf8_makes_a_key_that_can_be_printed(root: Path) -> None:
    folder = write_run(write_experiment(root))
    Path(os.fsdecode(os.fsencode(folder / "params") + b"/caf\xe9")).write_text("x")
    store = opened(root)
    assert store.get_run(RUN_ID).params == {"caf\ufffd": "x"}
    assert store.run_keys().params == ("caf\ufffd",)


def test_links_out_of_the_store_are_no_keys(root: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("1 2 3\n")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "inner").write_text("1 2 3\n")
    folder = write_run(write_experiment(root), files={"params/own": "1", "tags/t": "x"})
    (folder / "params" / "stolen").symlink_to(tmp_path / "secret")
    (folder / "params" / "up").symlink_to("../../../../secret")
    (folder / "metrics" / "stolen").symlink_to(tmp_path / "secret")
    (folder / "metrics" / "deep").symlink_to(tmp_path / "secrets")
    (folder / "params" / "loop").symlink_to(folder / "params" / "loop")
    (folder / "params" / "folder").symlink_to(folder / "params")
    shutil.rmtree(folder / "tags")
    (folder / "tags").symlink_to(tmp_path / "secrets")
    store = opened(root)
    run = store.get_run(RUN_ID)
    assert (run.params, run.metrics, run.tags) == ({"own": "1"}, {}, {})
    for key in ("stolen", "deep/inner"):
        assert len(store.metric_history(RUN_ID, key)) == 0
        assert ids(store, f"metrics.`{key}` > 0") == []
    for key in ("stolen", "up", "loop", "folder/own"):
        assert ids(store, f"params.`{key}` LIKE '%'") == []
    assert ids(store, "tags.inner LIKE '%'") == []
    assert store.run_keys().params == ("own",)
    assert store.run_keys().metrics == ()


def test_links_within_the_store_are_followed(root: Path) -> None:
    folder = write_run(write_experiment(root), files={"params/own": "1", "metrics/m": "1 2 3\n"})
    (folder / "params" / "alias").symlink_to("own")
    (folder / "metrics" / "alias").symlink_to(folder / "metrics" / "m")
    store = opened(root)
    run = store.get_run(RUN_ID)
    assert run.params == {"own": "1", "alias": "1"}
    assert run.metrics == {"m": 2.0, "alias": 2.0}
    assert list(store.metric_history(RUN_ID, "alias").values) == [2.0]
    assert ids(store, "params.alias = '1' and metrics.alias = 2") == [RUN_ID]


def test_an_experiment_may_be_a_link_to_another_disk(root: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "disk"
    write_run(write_experiment(elsewhere), files={"params/own": "1"})
    write_experiment(root, "0")
    (root / "1").symlink_to(elsewhere / "1")
    assert opened(root).get_run(RUN_ID).params == {"own": "1"}


@pytest.mark.parametrize(
    "key",
    ["../params/lr", "..", ".", "", "/etc/passwd", "a//b", "./loss", "loss/", "a\0b", "x" * 5000],
)
def test_keys_never_lead_out_of_their_folder(root: Path, key: str) -> None:
    write_run(write_experiment(root), files={"params/lr": "1 2 3\n", "metrics/loss": "1 2 3\n"})
    store = opened(root)
    assert len(store.metric_history(RUN_ID, key)) == 0


@pytest.mark.parametrize("word", ["", ".", "..", "../1", "1/..", ".trash", "models", "a\0", "tags"])
def test_ids_never_lead_out_of_the_store(root: Path, word: str) -> None:
    write_run(write_experiment(root), files={"tags/x": "1"})
    write_experiment(root / "models", "m")
    write_experiment(root / ".trash", "t")
    store = opened(root)
    with pytest.raises(NotFound):
        store.get_run(word)
    with pytest.raises(NotFound):
        store.get_experiment(word)
    assert store.run_ids(RunQuery(experiment_ids=(word,))) == []


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_among_the_keys_keeps_nobody_waiting(root: Path) -> None:
    folder = write_run(write_experiment(root), files={"params/lr": "1"})
    os.mkfifo(folder / "params" / "pipe")
    os.mkfifo(folder / "metrics" / "pipe")
    store = opened(root)
    assert store.get_run(RUN_ID).params == {"lr": "1"}
    assert len(store.metric_history(RUN_ID, "pipe")) == 0
    assert ids(store, "metrics.pipe > 0") == []


def test_what_is_no_run_is_no_run(root: Path) -> None:
    experiment = write_experiment(root)
    write_run(experiment)
    for name in ("tags", "datasets", "traces", "models"):
        write_run(experiment, name)
    write_run(root / "models", "some-model")
    (experiment / "notes.txt").write_text("mine")
    (root / "notes").mkdir()
    (root / "readme.md").write_text("x")
    store = opened(root)
    assert ids(store, view=View.ALL) == [RUN_ID]
    page = store.search_experiments(ExperimentQuery(view=View.ALL), limit=9)
    assert [each.experiment_id for each in page] == ["1"]


def test_a_run_without_its_folders_can_be_got(root: Path) -> None:
    """MLflow since 3.8 lists such a run but says it does not exist; git keeps no empty folders."""
    folder = write_run(write_experiment(root), files={"params/lr": "1"})
    for name in ("metrics", "tags", "artifacts"):
        shutil.rmtree(folder / name)
    run = opened(root).get_run(RUN_ID)
    assert (run.params, run.metrics, run.tags) == ({"lr": "1"}, {}, {})


def test_a_metric_without_points_is_no_metric(root: Path) -> None:
    """MLflow cannot read such a run; a writer may be about to write the first line."""
    files = {"metrics/empty": b"", "metrics/half": "17000", "metrics/nan": "5 nan 1\n"}
    write_run(write_experiment(root), files=files)
    run = opened(root).get_run(RUN_ID)
    assert list(run.metrics) == ["nan"]
    assert math.isnan(run.metrics["nan"])


def test_what_file_systems_leave_behind_is_no_key(root: Path) -> None:
    """MLflow cannot read a run with a .DS_Store among its params."""
    files = {"params/.DS_Store": b"\x00\x00\x00\x01Bud1\xff", "params/.nfs0000000001": "x"}
    write_run(write_experiment(root), files={**files, "params/.n": "1"})
    assert opened(root).get_run(RUN_ID).params == {".n": "1"}


def test_runs_of_every_kind_of_time_are_ordered(root: Path) -> None:
    experiment = write_experiment(root)
    for number, time in enumerate(["5", "null", "7", "5", "-3"]):
        write_run(experiment, f"{number}abc", changes={"start_time": time})
    assert ids(opened(root)) == ["2abc", "0abc", "3abc", "4abc", "1abc"]


def test_ids_of_experiments_are_ordered_as_texts(root: Path) -> None:
    """As MLflow's file store does; its SQL stores have numbers."""
    for number in ("9", "10", "123456789012345678"):
        write_experiment(root, number, name=f"e{number}")
    store = opened(root)
    default = [each.experiment_id for each in store.search_experiments(ExperimentQuery(), limit=9)]
    assert default == ["10", "123456789012345678", "9"]
    order = parse_orders(["experiment_id DESC"], Subject.EXPERIMENTS)
    page = store.search_experiments(ExperimentQuery(order=order), limit=9)
    assert [each.experiment_id for each in page] == ["9", "123456789012345678", "10"]


def test_experiments_without_times_come_last_both_ways(root: Path) -> None:
    write_experiment(root, "1", meta="experiment_id: 1\nname: old\n")
    write_experiment(root, "2", name="new")
    store = opened(root)
    for text in ("creation_time ASC", "creation_time DESC"):
        query = ExperimentQuery(order=parse_orders([text], Subject.EXPERIMENTS))
        page = store.search_experiments(query, limit=9)
        assert [each.name for each in page] == ["new", "old"]


def test_ilike_folds_every_letter_as_mlflows_file_store_does(root: Path) -> None:
    """SQLite folds ASCII letters only."""
    write_run(write_experiment(root), files={"params/city": "ZÜRICH\nÖst"})
    store = opened(root)
    for pattern in ("zürich_öst", "%rich%", "zü%ST", "%ü%ö%t", "Z%"):
        assert ids(store, f"params.city ILIKE '{pattern}'") == [RUN_ID]
    for pattern in ("zürich", "%x%", "ü%", "%ö", "%t%st%"):
        assert ids(store, f"params.city ILIKE '{pattern}'") == []


def test_ilike_with_many_wildcards_is_quick(root: Path) -> None:
    write_run(write_experiment(root), files={"params/long": "a" * 6000})
    pattern = "%a" * 40 + "%b"
    assert ids(opened(root), f"params.long ILIKE '{pattern}'") == []
