"""The fast scanner of meta.yaml says what YAML says, or leaves it to YAML."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest
import yaml
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from venturi.errors import StoreBroken
from venturi.stores.files import meta
from venturi.stores.files.meta import HalfWritten, fields_of, number_in, text_in
from venturi.stores.files.run_meta import _OWN_FORM, RunMeta, _of_any_form, run_meta

TRICKY = (
    "", "~", "null", "Null", "true", "True", "no", "NO", "on", "y", "n", "Y", "0", "-1",
    "007", "08",
    "0x1f", "0b01", "0b3f", "1e5", "1.5", ".5", "-.inf", ".nan", "1_000", "1:30",
    "12:30:45", "<<", "=",
    "2024-01-01", "2024-01-01 10:00:00", "a: b", "a:", ":a", "a #b", "#a", "a#b", "- a",
    "-", "--- a",
    "? a", "'", "''", "it's", '"', '"quoted"', "\\", "[a]", "{a}", "a]", "!a", "&a",
    "*a", "%a", "@a",
    "`a", "|", ">", "| a", ", a", " a", "a ", "a\tb", "\ta", "a\nb", "a\n", "\n", "a\r", "a\x85b",
    "a\u2028b", "\ufeffa", "a\u00a0b", "\x07", "é", "É b", "日本", "📈", "١٢", "²", "1²",
    "½", "a" * 100,
    "word " * 40, "12345678901234567890", "9" * 32, "0b01010101010101010101010101010101"[:32],
    "1234567890123456789012345678e123", "deadbeef" * 4, "0" * 31 + "a", "file:///a b/c",
    "s3://b/k",
    "C:\\runs", "näme: odd #1", "...", "---",
)  # fmt: skip
TEXTS = st.one_of(st.sampled_from(TRICKY), st.text(max_size=20), st.text("ab:# '-0\n", max_size=8))
VALUES = st.one_of(TEXTS, TEXTS, st.integers(), st.none(), st.booleans(), st.just([]))
KEYS = st.sampled_from(("run_id", "run_name", "status", "start_time", "name", "user_id"))


def as_mlflow_writes(fields: Mapping[str, Any]) -> bytes:
    text = yaml.dump(
        dict(fields), Dumper=yaml.SafeDumper, default_flow_style=False, allow_unicode=True
    )
    return text.encode(errors="surrogatepass")


def as_yaml_reads(data: bytes) -> object:
    return yaml.load(data, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (math.isnan(one) and math.isnan(other))
    empty = ((), [], {})
    return (one in empty and other in empty) or (type(one) is type(other) and one == other)


def scanned(data: bytes) -> Mapping[str, object] | None:
    """What the scanner alone makes of it; None when it leaves it to YAML."""
    try:
        return meta._scanned(data.decode())
    except (meta._Unusual, UnicodeDecodeError):
        return None


@settings(deadline=None, max_examples=400)
@given(st.dictionaries(KEYS, VALUES, min_size=1))
@example({"run_id": "0b01", "run_name": "a: b", "status": 10**30})
def test_what_mlflow_dumps_is_read_as_yaml_reads_it(fields: dict[str, Any]) -> None:
    data = as_mlflow_writes(fields)
    ours = fields_of(data)
    theirs = as_yaml_reads(data)
    assert isinstance(theirs, dict)
    assert list(ours) == list(theirs)
    assert all(same(ours[key], theirs[key]) for key in ours), (ours, theirs)
    event("scanned" if scanned(data) is not None else "left to YAML")


@pytest.mark.parametrize("text", TRICKY)
def test_tricky_values_unquoted_are_read_as_yaml_reads_them(text: str) -> None:
    data = f"name: {text}\nstatus: 3\n".encode()
    ours = scanned(data)
    if ours is not None:
        theirs = as_yaml_reads(data)
        assert isinstance(theirs, dict)
        assert same(ours.get("name"), theirs.get("name"))
        assert same(ours.get("status"), theirs.get("status"))


LINES = st.lists(
    st.one_of(
        st.builds("{}:{}{}".format, KEYS, st.sampled_from(("", " ", "  ")), TEXTS),
        st.builds("{}: '{}'".format, KEYS, TEXTS),
        TEXTS,
        st.builds("  {}".format, TEXTS),
    ),
    max_size=5,
)


@settings(deadline=None, max_examples=800)
@given(LINES)
@example(["name: 'x", "run_id: y'"])
@example(["name: x", " y"])
@example(["name: >", "  y"])
@example(["name: &a x", "run_id: *a"])
@example(["name: 1", "name: 2"])
def test_any_text_is_scanned_as_yaml_reads_it_or_left_to_yaml(lines: list[str]) -> None:
    data = ("\n".join(lines) + "\n").encode(errors="replace")
    ours = scanned(data)
    event("left to YAML" if ours is None else "scanned")
    if ours:
        theirs = as_yaml_reads(data)
        assert isinstance(theirs, dict)
        known = {key: value for key, value in theirs.items() if isinstance(key, str)}
        assert all(same(ours.get(key), known.get(key)) for key in ours.keys() & known.keys())
        assert known.keys() <= ours.keys()


RUNS = st.fixed_dictionaries(
    {
        "artifact_uri": st.one_of(st.just("file:///r/0/a/artifacts"), TEXTS),
        "end_time": st.one_of(st.none(), st.integers(0, 2**62), VALUES),
        "entry_point_name": st.just(""),
        "experiment_id": st.one_of(st.just("0"), st.just("123456789012345678"), TEXTS),
        "lifecycle_stage": st.sampled_from(("active", "deleted")),
        "run_id": st.one_of(st.uuids().map(lambda each: each.hex), TEXTS),
        "run_name": TEXTS,
        "source_name": st.just(""),
        "source_type": st.just(4),
        "source_version": st.just(""),
        "start_time": st.one_of(st.integers(0, 2**62), VALUES),
        "status": st.sampled_from((1, 2, 3, 4, 5, 9)),
        "tags": st.just([]),
        "user_id": st.one_of(st.sampled_from(("ann", "unknown", "root")), TEXTS),
    },
    optional={"run_uuid": TEXTS, "deleted_time": st.one_of(st.none(), st.integers(0, 2**62))},
)


@settings(deadline=None, max_examples=400)
@given(RUNS)
def test_the_fastest_road_says_what_the_others_say(fields: dict[str, Any]) -> None:
    data = as_mlflow_writes(fields)
    event("fastest" if _OWN_FORM.fullmatch(data.decode()) else "another")
    assert answer(run_meta, data) == answer(partial(_of_any_form, as_it_is=False), data)


def answer(read: Any, data: bytes) -> RunMeta | str:
    try:
        return read(data)
    except StoreBroken as error:
        return error.message


def test_the_fastest_road_is_taken_for_what_mlflow_writes() -> None:
    data = (
        b"artifact_uri: file:///data/mlruns/1/0bc1f3/artifacts\n"
        b"deleted_time: null\nend_time: null\n"
        b"entry_point_name: ''\nexperiment_id: '1'\nlifecycle_stage: active\nrun_id: 0bc1f3\n"
        b"run_name: vit lr=0.1\nrun_uuid: 0bc1f3\nsource_name: ''\nsource_type: 4\n"
        b"source_version: ''\nstart_time: 1700000000000\nstatus: 1\ntags: []\nuser_id: ann\n"
    )
    assert _OWN_FORM.fullmatch(data.decode())
    assert run_meta(data) == RunMeta(
        "0bc1f3", "1", "vit lr=0.1", "RUNNING", 1_700_000_000_000, None, False, "ann",
        "file:///data/mlruns/1/0bc1f3/artifacts",
    )  # fmt: skip


@pytest.mark.parametrize("data", [b"", b"\n", b"  \n\n", b"run_id: ab", b"a: 1\nrun_na"])
def test_an_unfinished_file_may_be_read_again(data: bytes) -> None:
    with pytest.raises(HalfWritten):
        run_meta(data)


@pytest.mark.parametrize(
    "data",
    [
        b"- a\n- b\n",
        b"just words\n",
        b"run_id: [1, 2]\nexperiment_id: '0'\n",
        b"run_id: a\nexperiment_id: '0'\nstart_time: soon\n",
        b"run_id: a\nexperiment_id: '0'\nstart_time: [1]\n",
        b"\xff\xfe\x00run_id\n",
        b"run_id: 'a\n",
        b"a: b: c\n",
        b"run_id: 2024-99-99\nexperiment_id: '0'\n",
        b"[" * 3000 + b"\n",
        b"a: &a [x]\nrun_id: *a\nexperiment_id: '0'\n",
        b"!!python/object/apply:os.system ['true']\n",
    ],
)
def test_damage_is_one_clear_error(data: bytes) -> None:
    with pytest.raises(StoreBroken) as caught:
        run_meta(data)
    assert "\n" not in str(caught.value)


def test_old_and_odd_runs_are_understood() -> None:
    with pytest.raises(HalfWritten):  # MLflow writes the user last
        run_meta(b"run_uuid: ab\nexperiment_id: 0\nstart_time: 5\n")
    uuid_only = run_meta(b"run_uuid: ab\nexperiment_id: 0\nstart_time: 5", as_it_is=True)
    assert (uuid_only.run_id, uuid_only.experiment_id) == ("ab", "0")
    assert (uuid_only.status, uuid_only.is_deleted, uuid_only.end_time) == ("RUNNING", False, None)
    odd = run_meta(b"run_id: ab\nexperiment_id: 0\nstatus: 77\nend_time: 1.5\nuser_id: null\n")
    assert (odd.status, odd.end_time, odd.user_id, odd.start_time) == ("77", 1, "", None)
    words = run_meta(
        b"run_id: ab\nexperiment_id: 0\nstatus: FINISHED\nrun_name: 2024-01-01\nuser_id: x\n"
    )
    assert (words.status, words.name) == ("FINISHED", "2024-01-01")


def test_fields_of_other_kinds() -> None:
    fields = {"a": "x", "b": 3, "c": None, "d": [], "e": "12", "f": True}
    assert [text_in(fields, key) for key in "abcf"] == ["x", "3", None, "True"]
    assert [number_in(fields, key) for key in "bce"] == [3, None, 12]
    for key in "d":
        with pytest.raises(StoreBroken):
            text_in(fields, key)
    for key in "ad":
        with pytest.raises(StoreBroken):
            number_in(fields, key)
