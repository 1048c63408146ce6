"""JSON lines become batches, and a bad one is named by its number."""

from __future__ import annotations

import json
import math

import pytest

from venturi.changes import read_batches
from venturi.errors import UsageError
from venturi.records import Metric
from venturi.stores.writing import Batch

NOW = 1_790_000_000_000


def one(*lines, **how):
    """The only batch of some lines."""
    (batch,) = read_batches(lines, "points", NOW, **how)
    return batch


def test_a_point_as_the_history_prints_it():
    line = '{"run_id": "x", "key": "loss", "step": -3, "timestamp": 5, "value": 0.5}'
    assert one(line).metrics == [Metric("loss", 0.5, 5, -3)]


def test_a_point_without_step_and_time_is_at_step_0_now():
    assert one('{"key": "loss", "value": 1}').metrics == [Metric("loss", 1.0, NOW, 0)]


def test_several_metrics_of_a_step_with_params_and_tags():
    line = {"metrics": {"a": 1, "b": 2.5}, "step": 7, "params": {"lr": 0.1}, "tags": {"t": "x"}}
    batch = one(json.dumps(line), "", '{"params": {"deep": true}}')
    assert batch.metrics == [Metric("a", 1.0, NOW, 7), Metric("b", 2.5, NOW, 7)]
    assert (batch.params, batch.tags) == ({"lr": "0.1", "deep": "True"}, {"t": "x"})


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NaN", math.nan),
        ('"nan"', math.nan),
        ('"Infinity"', math.inf),
        ('"-INF"', -math.inf),
        ("1e3", 1000.0),
        ('"0.25"', 0.25),
    ],
)
def test_values_json_has_no_word_for(written, value):
    (point,) = one(f'{{"key": "k", "value": {written}}}').metrics
    assert point.value == value or (math.isnan(value) and math.isnan(point.value))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "not JSON"),
        ("[1]", "not an object"),
        ('{"value": 1}', "a value without a key"),
        ('{"key": "a"}', "must be a number"),
        ('{"key": "a", "value": true}', "must be a number"),
        ('{"key": "a", "value": "much"}', "must be a number"),
        ('{"key": "a", "value": 1' + "0" * 400 + "}", "too large"),
        ('{"key": "a", "value": 1, "step": 1.5}', "step must be a whole number"),
        ('{"key": "a", "value": 1, "timestamp": "now"}', "timestamp must be a whole number"),
        ('{"metric": {"a": 1}}', "unknown name 'metric', did you mean 'metrics'?"),
        ('{"params": ["a"]}', "params must be an object"),
        ('{"params": {"a": null}}', "must be a text or a number"),
        ('{"params": {"lr": "2"}}', "another value than in a line before"),
        ('{"step": 3}', "nothing to log"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_bad_line_is_named_by_its_number(line, words):
    with pytest.raises(UsageError, match=r"^points:3: ") as caught:
        one('{"params": {"lr": "1"}}', "  ", line)
    assert words in caught.value.message


def test_batches_are_bounded_and_what_is_given_goes_with_the_first():
    lines = (f'{{"key": "a", "value": {n}, "step": {n}}}' for n in range(5))
    given = Batch({"lr": "1"}, [Metric("b", 0.0, 1, 0)], {"t": "x"})
    batches = list(read_batches(lines, "points", NOW, given=given, together=3))
    assert [len(batch.metrics) for batch in batches] == [3, 3]
    assert batches[0].metrics[0].key == "b"
    assert (batches[0].params, batches[0].tags) == ({"lr": "1"}, {"t": "x"})
    assert (batches[1].params, batches[1].tags) == ({}, {})


def test_lines_that_are_no_text_are_named(tmp_path):
    path = tmp_path / "points"
    path.write_bytes(b'{"key": "a", "value": 1}\n\xff\xfe\n')
    with path.open(encoding="utf-8") as lines, pytest.raises(UsageError, match="not UTF-8"):
        list(read_batches(lines, "points", NOW))
