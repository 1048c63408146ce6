"""A tree against records: which runs, experiments, models and versions a filter lets through."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar, cast

from venturi.filters.patterns import TextTest, compile_regex, like_test
from venturi.filters.tree import And, Comparison, Entity, Node, Not, Op, Value
from venturi.records import PROMPT_TAG, Experiment, ModelVersion, RegisteredModel, Run

Record = Run | Experiment | RegisteredModel | ModelVersion
RecordTest = Callable[[Any], bool]
"""A test of a record. It takes the kind of record that the filter was parsed for."""

_R = TypeVar("_R", Run, Experiment, RegisteredModel, ModelVersion)

_RECORD_NAMES: Final = {"version_number": "version", "source_path": "source"}
_MAY_BE_EMPTY: Final = frozenset(("description", "user_id", "run_id"))

RUN_NAME_TAG: Final = "mlflow.runName"

_ORDERED: Mapping[Op, Callable[[Any, Any], bool]] = {
    Op.EQ: operator.eq,
    Op.NE: operator.ne,
    Op.LT: operator.lt,
    Op.LE: operator.le,
    Op.GT: operator.gt,
    Op.GE: operator.ge,
}


def matches(node: Node | None, record: Record) -> bool:
    """Whether a record is in the answer of a filter; None lets every record through.

    For several records, `compile_filter` once is faster.
    """
    return compile_filter(node)(record)


def select(node: Node | None, records: Iterable[_R]) -> list[_R]:
    """The records that a filter lets through, in their order."""
    return list(filter(compile_filter(node), records))


def compile_filter(node: Node | None) -> RecordTest:
    """The filter as a function of a record.

    The answers are those of MLflow's SQL store on SQLite: a comparison with a key that the record
    lacks is false whatever the operator, a NaN metric satisfies only `!=`, LIKE looks at upper and
    lower case and ILIKE folds ASCII letters. A run is in the answer of a dataset comparison when
    one of its datasets satisfies it, a model or version in that of an alias comparison when one of
    its aliases does. What a model or version has empty (a description, a run id, a user) counts
    as missing.
    """
    if node is None:
        return lambda _: True
    if isinstance(node, Comparison):
        return _comparison(node)
    if isinstance(node, Not):
        test = compile_filter(node.term)
        return lambda record: not test(record)
    tests = [compile_filter(term) for term in node.terms]
    if isinstance(node, And):
        return lambda record: all(test(record) for test in tests)
    return lambda record: any(test(record) for test in tests)


def _comparison(node: Comparison) -> RecordTest:
    if node.entity is Entity.DATASET:
        return _dataset(node)
    if node.entity is Entity.ATTRIBUTE and node.key == "alias":
        return _alias(node)
    if node.entity is Entity.TAG and node.key == PROMPT_TAG and node.op in (Op.EQ, Op.NE):
        return _prompt_mark(node)
    read = _reader(node.entity, node.key)
    if node.op is Op.IS_NULL:
        return lambda record: read(record) is None
    if node.op is Op.IS_NOT_NULL:
        return lambda record: read(record) is not None
    test = _value_test(node.op, node.value)

    def present_and_true(record: Record) -> bool:
        value = read(record)
        return value is not None and test(value)

    return present_and_true


def _dataset(node: Comparison) -> RecordTest:
    read = operator.attrgetter(node.key)
    test = _value_test(node.op, node.value)

    def one_of_them(run: Run) -> bool:
        values = (cast("str | None", read(dataset)) for dataset in run.datasets)
        return any(value is not None and test(value) for value in values)

    return one_of_them


def _alias(node: Comparison) -> RecordTest:
    if node.op is Op.IS_NULL:
        return lambda record: not record.aliases
    if node.op is Op.IS_NOT_NULL:
        return lambda record: bool(record.aliases)
    test = _value_test(node.op, node.value)
    return lambda record: any(test(alias) for alias in record.aliases)


def _prompt_mark(node: Comparison) -> RecordTest:
    """MLflow takes a model or version without the tag for one that says it is no prompt."""
    test = _value_test(node.op, node.value)
    unmarked = node.value == ("false" if node.op is Op.EQ else "true")

    def is_so(record: Record) -> bool:
        value = record.tags.get(PROMPT_TAG)
        if value is None:
            return unmarked and isinstance(record, RegisteredModel | ModelVersion)
        return test(value)

    return is_so


def _reader(entity: Entity, key: str) -> Callable[[Any], Any]:
    """How to get a value from a record; None is what it lacks."""
    if entity is Entity.METRIC:
        return lambda run: None if (metric := run.latest.get(key)) is None else metric.value
    if entity is Entity.PARAM:
        return lambda run: run.params.get(key)
    if entity is Entity.TAG:
        return lambda record: record.tags.get(key)
    if key == "run_name":
        # MLflow compares the tag: older ones left the column of the run's name empty.
        return lambda run: run.tags.get(RUN_NAME_TAG, run.run_name or None)
    read = operator.attrgetter(_RECORD_NAMES.get(key, key))
    if key in _MAY_BE_EMPTY:
        return lambda record: _known(record, read(record))
    return read


def _known(record: Record, value: Any) -> Any:
    """The value, or None for an empty one of a model or version."""
    return None if value == "" and isinstance(record, RegisteredModel | ModelVersion) else value


def _value_test(op: Op, wanted: Value) -> Callable[[Any], bool]:
    compare = _ORDERED.get(op)
    if compare is not None:
        return lambda value: compare(value, wanted)
    if op in (Op.IN, Op.NOT_IN):
        listed = frozenset(cast("tuple[str, ...]", wanted))
        return listed.__contains__ if op is Op.IN else lambda value: value not in listed
    return _text_test(op, cast("str", wanted))


def _text_test(op: Op, pattern: str) -> TextTest:
    if op in (Op.LIKE, Op.ILIKE):
        return like_test(pattern, fold_case=op is Op.ILIKE)
    search = compile_regex(pattern).search
    if op is Op.MATCHES:
        return lambda text: search(text) is not None
    return lambda text: search(text) is None
