"""Filters and orders of registered models and their versions, beside MLflow's own answers."""

from __future__ import annotations

import pytest
from mlflow.entities import model_registry as theirs_of  # noqa: TID251
from mlflow.utils.search_utils import SearchModelUtils, SearchModelVersionUtils  # noqa: TID251

from venturi.errors import FilterError
from venturi.filters.match import select
from venturi.filters.order import order_text, parse_orders, sort_models, sort_versions
from venturi.filters.pushdown import can_order, split, to_mlflow
from venturi.filters.subjects import Subject
from venturi.filters.syntax import parse_filter
from venturi.records import ModelVersion, RegisteredModel

MODELS = [
    RegisteredModel("churn", "who leaves", 10, 40, {"team": "crm"}, {"champion": 2, "old": 1}),
    RegisteredModel("Churn", "", 20, 30, {"team": "CRM", "x": ""}),
    RegisteredModel("vision", "", 30, 20, {}, {"champion": 1}),
    RegisteredModel("fraud", "", None, None),
]
VERSIONS = [
    ModelVersion("churn", 1, "Archived", ("old",), run_id="r1", source="s3://b/1",
                 creation_time=1, last_updated_time=5, user_id="ann"),
    ModelVersion("churn", 2, "Production", ("champion",), run_id="r2", source="runs:/r2/m",
                 creation_time=2, last_updated_time=9, tags={"ok": "yes"}),
    ModelVersion("vision", 1, "None", ("best", "champion"), "PENDING_REGISTRATION", run_id="r2",
                 source="/models/1", creation_time=3, last_updated_time=5, description="big"),
    ModelVersion("vision", 12, "Staging", (), source="/models/12", run_id="r9",
                 creation_time=4, last_updated_time=5),
]  # fmt: skip


def names(text: str) -> list[str]:
    return [model.name for model in select(parse_filter(text, Subject.MODELS), MODELS)]


def versions(text: str) -> list[str]:
    node = parse_filter(text, Subject.VERSIONS)
    return [version.full_name for version in select(node, VERSIONS)]


def their_model(model: RegisteredModel) -> theirs_of.RegisteredModel:
    tags = [theirs_of.RegisteredModelTag(*tag) for tag in model.tags.items()]
    made, updated = model.creation_time or 0, model.last_updated_time or 0
    return theirs_of.RegisteredModel(model.name, made, updated, model.description, tags=tags)


def their_version(version: ModelVersion) -> theirs_of.ModelVersion:
    return theirs_of.ModelVersion(
        version.name,
        version.version,
        version.creation_time or 0,
        version.last_updated_time,
        current_stage=version.stage,
        source=version.source,
        run_id=version.run_id,
        tags=[theirs_of.ModelVersionTag(*tag) for tag in version.tags.items()],
    )


@pytest.mark.parametrize(
    "text",
    [
        "name = 'churn'", "name != 'churn'", "name LIKE 'c%'", "name ILIKE 'C%'",
        "name IN ('churn', 'vision')", "name NOT IN ('churn')", "attribute.name = 'vision'",
        "tags.team = 'crm'", "tag.team ILIKE 'crm'", "tags.team != 'crm'", "tags.`x` = ''",
        "tags.`mlflow.prompt.is_prompt` != 'true'", "tags.`mlflow.prompt.is_prompt` = 'false'",
        "tags.`mlflow.prompt.is_prompt` = 'x'", "name LIKE '%r%' AND tags.team LIKE 'c%'",
    ],
)  # fmt: skip
def test_models_match_as_in_mlflow(text: str) -> None:
    theirs = SearchModelUtils.filter([their_model(model) for model in MODELS], text)
    assert names(text) == [model.name for model in theirs]


@pytest.mark.parametrize(
    "text",
    [
        "name = 'churn'", "run_id = 'r2'", "run_id IN ('r1', 'r9')", "run_id NOT IN ('r2')",
        "run_id != 'r2'", "source_path LIKE 's3%'", "source_path ILIKE '/MODELS/%'",
        "version_number > 1", "version_number = '12'", "version_number <= 2 AND name != 'vision'",
        "attribute.version_number != 1", "tags.ok = 'yes'", "tags.ok LIKE 'y_s'", "tags.no != 'x'",
        "tags.`mlflow.prompt.is_prompt` != 'true'",
    ],
)  # fmt: skip
def test_versions_match_as_in_mlflow(text: str) -> None:
    theirs = SearchModelVersionUtils.filter([their_version(each) for each in VERSIONS], text)
    assert versions(text) == [f"{each.name}/{each.version}" for each in theirs]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("alias = 'champion'", ["churn", "vision"]),
        ("alias != 'champion'", ["churn"]),
        ("alias IS NULL", ["Churn", "fraud"]),
        ("alias IS NOT NULL AND NOT alias ~ 'o'", []),
        ("description IS NULL", ["Churn", "vision", "fraud"]),
        ("description ~ 'leaves$' OR name = 'fraud'", ["churn", "fraud"]),
        ("NOT (creation_timestamp > 15)", ["churn", "fraud"]),
        ("last_updated_time >= 30", ["churn", "Churn"]),
        ("tags.team IS NULL", ["vision", "fraud"]),
        ("", ["churn", "Churn", "vision", "fraud"]),
    ],
)
def test_models_match_beyond_mlflow(text: str, found: list[str]) -> None:
    assert names(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("stage = 'Production'", ["churn/2"]),
        ("current_stage IN ('Staging', 'None')", ["vision/1", "vision/12"]),
        ("alias IN ('champion')", ["churn/2", "vision/1"]),
        ("version = 12", ["vision/12"]),
        ("version > 11.5", ["vision/12"]),
        ("user_id = 'ann' OR status ~ 'PENDING'", ["churn/1", "vision/1"]),
        ("user_id IS NULL AND description IS NULL", ["churn/2", "vision/12"]),
        ("source ~ '^runs:'", ["churn/2"]),
        ("creation_time > '1970-01-02'", []),
    ],
)
def test_versions_match_beyond_mlflow(text: str, found: list[str]) -> None:
    assert versions(text) == found


@pytest.mark.parametrize(
    "orders",
    [[], ["name DESC"], ["last_updated_timestamp DESC"], ["last_updated_timestamp", "name DESC"]],
)
def test_models_are_ordered_as_in_mlflow(orders: list[str]) -> None:
    keys = parse_orders(orders, Subject.MODELS)
    assert can_order(keys, Subject.MODELS)
    theirs = SearchModelUtils.sort(
        [their_model(model) for model in MODELS], [order_text(key, Subject.MODELS) for key in keys]
    )
    assert [each.name for each in sort_models(MODELS, keys)] == [each.name for each in theirs]


@pytest.mark.parametrize(
    "orders",
    [
        ["name DESC"], ["version_number DESC"], ["version_number", "name DESC"],
        ["last_updated_timestamp DESC"], ["creation_timestamp DESC"],
    ],
)  # fmt: skip
def test_versions_are_ordered_as_in_mlflow(orders: list[str]) -> None:
    keys = parse_orders(orders, Subject.VERSIONS)
    assert can_order(keys, Subject.VERSIONS)
    theirs = SearchModelVersionUtils.sort(
        [their_version(each) for each in VERSIONS],
        [order_text(key, Subject.VERSIONS) for key in keys],
    )
    assert [(each.name, each.version) for each in sort_versions(VERSIONS, keys)] == [
        (each.name, each.version) for each in theirs
    ]


def test_versions_without_an_order_come_last_updated_first() -> None:
    found = [each.full_name for each in sort_versions(VERSIONS)]
    assert found == ["churn/2", "churn/1", "vision/12", "vision/1"]


def test_what_mlflow_cannot_be_asked_is_left_over() -> None:
    text = "name = 'a' AND version = '3' AND stage = 'Staging' AND version > 1.5"
    pushed, rest = split(parse_filter(text, Subject.VERSIONS), Subject.VERSIONS)
    asked = to_mlflow(pushed, Subject.VERSIONS)
    assert asked == "attribute.name = 'a' AND attribute.version_number = 3"
    assert rest == parse_filter("stage = 'Staging' AND version > 1.5", Subject.VERSIONS)
    assert SearchModelVersionUtils.parse_search_filter(asked)


def test_a_model_has_an_order_that_mlflow_has_not() -> None:
    keys = parse_orders(["creation_time DESC"], Subject.MODELS)
    assert not can_order(keys, Subject.MODELS)
    assert sort_models(MODELS, keys)[0].name == "vision"


@pytest.mark.parametrize(
    ("order", "subject", "message"),
    [
        ("tags.x", Subject.MODELS, "tags do not order models"),
        ("stage", Subject.VERSIONS, "stage does not order versions"),
        ("alias DESC", Subject.MODELS, "alias does not order models"),
    ],
)
def test_what_orders_nothing_is_refused(order: str, subject: Subject, message: str) -> None:
    with pytest.raises(FilterError, match=message):
        parse_orders([order], subject)


@pytest.mark.parametrize(
    ("text", "subject", "message"),
    [
        ("stage = 'x'", Subject.MODELS, "unknown field 'stage'"),
        ("version_nubmer = 3", Subject.VERSIONS, "did you mean version_number"),
        ("version LIKE '3'", Subject.VERSIONS, "LIKE does not work on version_number"),
        ("version = 'three'", Subject.VERSIONS, "is compared with a number"),
        ("metrics.loss > 3", Subject.VERSIONS, "unknown field 'metrics'"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, subject: Subject, message: str) -> None:
    with pytest.raises(FilterError, match=message):
        parse_filter(text, subject)
