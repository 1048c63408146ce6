"""The tables of revision 0584bdc529eb, for making a fresh SQLite store.

MLflow 2.18 to 2.22 work with these tables as they are; MLflow 3.12 and newer add what they miss
when they open the store. Constraint and index names are those that MLflow's migrations ask for.
"""

from __future__ import annotations

from typing import TypeVar

import sqlalchemy as sa

T = TypeVar("T")

REVISION = "0584bdc529eb"

_ACTIVE_OR_DELETED = "lifecycle_stage IN ('active', 'deleted')"
_SOURCE_TYPES = "source_type IN ('NOTEBOOK', 'JOB', 'LOCAL', 'UNKNOWN', 'PROJECT')"
_STATUSES = "status IN ('SCHEDULED', 'FAILED', 'FINISHED', 'RUNNING', 'KILLED')"

METADATA = sa.MetaData()


def _must(name: str, kind: sa.types.TypeEngine[T], *rules: sa.ForeignKey) -> sa.Column[T]:
    return sa.Column(name, kind, *rules, nullable=False)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length))


def _long(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger())


ALEMBIC_VERSION = sa.Table(
    "alembic_version",
    METADATA,
    _must("version_num", sa.String(32)),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)

EXPERIMENTS = sa.Table(
    "experiments",
    METADATA,
    _must("experiment_id", sa.Integer()),
    _must("name", sa.String(256)),
    _text("artifact_location", 256),
    _text("lifecycle_stage", 32),
    _long("creation_time"),
    _long("last_update_time"),
    sa.PrimaryKeyConstraint("experiment_id", name="experiment_pk"),
    sa.CheckConstraint(_ACTIVE_OR_DELETED, name="experiments_lifecycle_stage"),
    sa.UniqueConstraint("name"),
)

EXPERIMENT_TAGS = sa.Table(
    "experiment_tags",
    METADATA,
    _must("key", sa.String(250)),
    _text("value", 5000),
    _must("experiment_id", sa.Integer(), sa.ForeignKey("experiments.experiment_id")),
    sa.PrimaryKeyConstraint("key", "experiment_id", name="experiment_tag_pk"),
)

RUNS = sa.Table(
    "runs",
    METADATA,
    _must("run_uuid", sa.String(32)),
    _text("name", 250),
    _text("source_type", 20),
    _text("source_name", 500),
    _text("entry_point_name", 50),
    _text("user_id", 256),
    _text("status", 9),
    _long("start_time"),
    _long("end_time"),
    _text("source_version", 50),
    _text("lifecycle_stage", 20),
    _text("artifact_uri", 200),
    sa.Column("experiment_id", sa.Integer(), sa.ForeignKey("experiments.experiment_id")),
    _long("deleted_time"),
    sa.PrimaryKeyConstraint("run_uuid", name="run_pk"),
    sa.CheckConstraint(_SOURCE_TYPES, name="source_type"),
    sa.CheckConstraint(_ACTIVE_OR_DELETED, name="runs_lifecycle_stage"),
    sa.CheckConstraint(_STATUSES),
)


def _run_uuid() -> sa.Column[str]:
    return _must("run_uuid", sa.String(32), sa.ForeignKey("runs.run_uuid"))


METRICS = sa.Table(
    "metrics",
    METADATA,
    _must("key", sa.String(250)),
    _must("value", sa.Float()),
    _must("timestamp", sa.BigInteger()),
    _run_uuid(),
    sa.Column("step", sa.BigInteger(), server_default="0", nullable=False),
    sa.Column("is_nan", sa.Boolean(), server_default="0", nullable=False),
    sa.PrimaryKeyConstraint(
        "key", "timestamp", "step", "run_uuid", "value", "is_nan", name="metric_pk"
    ),
    sa.CheckConstraint("is_nan IN (0, 1)"),
    sa.Index("index_metrics_run_uuid", "run_uuid"),
)

LATEST_METRICS = sa.Table(
    "latest_metrics",
    METADATA,
    _must("key", sa.String(250)),
    _must("value", sa.Float()),
    _long("timestamp"),
    _must("step", sa.BigInteger()),
    _must("is_nan", sa.Boolean()),
    _run_uuid(),
    sa.PrimaryKeyConstraint("key", "run_uuid", name="latest_metric_pk"),
    sa.CheckConstraint("is_nan IN (0, 1)"),
    sa.Index("index_latest_metrics_run_uuid", "run_uuid"),
)

PARAMS = sa.Table(
    "params",
    METADATA,
    _must("key", sa.String(250)),
    _must("value", sa.String(8000)),
    _run_uuid(),
    sa.PrimaryKeyConstraint("key", "run_uuid", name="param_pk"),
    sa.Index("index_params_run_uuid", "run_uuid"),
)

TAGS = sa.Table(
    "tags",
    METADATA,
    _must("key", sa.String(250)),
    _text("value", 8000),
    _run_uuid(),
    sa.PrimaryKeyConstraint("key", "run_uuid", name="tag_pk"),
    sa.Index("index_tags_run_uuid", "run_uuid"),
)

DATASETS = sa.Table(
    "datasets",
    METADATA,
    _must("dataset_uuid", sa.String(36)),
    _must("experiment_id", sa.Integer()),
    _must("name", sa.String(500)),
    _must("digest", sa.String(36)),
    _must("dataset_source_type", sa.String(36)),
    _must("dataset_source", sa.Text()),
    sa.Column("dataset_schema", sa.Text()),
    sa.Column("dataset_profile", sa.Text()),
    sa.PrimaryKeyConstraint("experiment_id", "name", "digest", name="dataset_pk"),
    sa.ForeignKeyConstraint(
        ["experiment_id"],
        ["experiments.experiment_id"],
        name="fk_datasets_experiment_id_experiments",
        ondelete="CASCADE",
    ),
    sa.Index("index_datasets_dataset_uuid", "dataset_uuid"),
    sa.Index(
        "index_datasets_experiment_id_dataset_source_type", "experiment_id", "dataset_source_type"
    ),
)

INPUTS = sa.Table(
    "inputs",
    METADATA,
    _must("input_uuid", sa.String(36)),
    _must("source_type", sa.String(36)),
    _must("source_id", sa.String(36)),
    _must("destination_type", sa.String(36)),
    _must("destination_id", sa.String(36)),
    sa.PrimaryKeyConstraint(
        "source_type", "source_id", "destination_type", "destination_id", name="inputs_pk"
    ),
    sa.Index("index_inputs_input_uuid", "input_uuid"),
    sa.Index(
        "index_inputs_destination_type_destination_id_source_type",
        "destination_type",
        "destination_id",
        "source_type",
    ),
)

INPUT_TAGS = sa.Table(
    "input_tags",
    METADATA,
    _must("input_uuid", sa.String(36)),
    _must("name", sa.String(255)),
    _must("value", sa.String(500)),
    sa.PrimaryKeyConstraint("input_uuid", "name", name="input_tags_pk"),
)

REGISTERED_MODELS = sa.Table(
    "registered_models",
    METADATA,
    _must("name", sa.String(256)),
    _long("creation_time"),
    _long("last_updated_time"),
    _text("description", 5000),
    sa.PrimaryKeyConstraint("name", name="registered_model_pk"),
    sa.UniqueConstraint("name"),
)

REGISTERED_MODEL_TAGS = sa.Table(
    "registered_model_tags",
    METADATA,
    _must("key", sa.String(250)),
    _text("value", 5000),
    _must("name", sa.String(256), sa.ForeignKey("registered_models.name", onupdate="CASCADE")),
    sa.PrimaryKeyConstraint("key", "name", name="registered_model_tag_pk"),
)

REGISTERED_MODEL_ALIASES = sa.Table(
    "registered_model_aliases",
    METADATA,
    _must("alias", sa.String(256)),
    _must("version", sa.Integer()),
    _must("name", sa.String(256)),
    sa.PrimaryKeyConstraint("name", "alias", name="registered_model_alias_pk"),
    sa.ForeignKeyConstraint(
        ["name"],
        ["registered_models.name"],
        name="registered_model_alias_name_fkey",
        onupdate="CASCADE",
        ondelete="CASCADE",
    ),
)

MODEL_VERSIONS = sa.Table(
    "model_versions",
    METADATA,
    _must("name", sa.String(256), sa.ForeignKey("registered_models.name", onupdate="CASCADE")),
    _must("version", sa.Integer()),
    _long("creation_time"),
    _long("last_updated_time"),
    _text("description", 5000),
    _text("user_id", 256),
    _text("current_stage", 20),
    _text("source", 500),
    _text("run_id", 32),
    _text("status", 20),
    _text("status_message", 500),
    _text("run_link", 500),
    _text("storage_location", 500),
    sa.PrimaryKeyConstraint("name", "version", name="model_version_pk"),
)

MODEL_VERSION_TAGS = sa.Table(
    "model_version_tags",
    METADATA,
    _must("key", sa.String(250)),
    _text("value", 5000),
    _must("name", sa.String(256)),
    _must("version", sa.Integer()),
    sa.PrimaryKeyConstraint("key", "name", "version", name="model_version_tag_pk"),
    sa.ForeignKeyConstraint(
        ["name", "version"],
        ["model_versions.name", "model_versions.version"],
        onupdate="CASCADE",
    ),
)

TRACE_INFO = sa.Table(
    "trace_info",
    METADATA,
    _must("request_id", sa.String(50)),
    _must("experiment_id", sa.Integer()),
    _must("timestamp_ms", sa.BigInteger()),
    _long("execution_time_ms"),
    _must("status", sa.String(50)),
    sa.PrimaryKeyConstraint("request_id", name="trace_info_pk"),
    sa.ForeignKeyConstraint(
        ["experiment_id"], ["experiments.experiment_id"], name="fk_trace_info_experiment_id"
    ),
    sa.Index("index_trace_info_experiment_id_timestamp_ms", "experiment_id", "timestamp_ms"),
)


def _about_a_trace(table: str, primary_key: str) -> sa.Table:
    """Keys and values of traces; two tables differ in nothing but their names."""
    return sa.Table(
        table,
        METADATA,
        _must("key", sa.String(250)),
        _text("value", 8000),
        _must("request_id", sa.String(50)),
        sa.PrimaryKeyConstraint("key", "request_id", name=primary_key),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["trace_info.request_id"],
            name=f"fk_{table}_request_id",
            ondelete="CASCADE",
        ),
        sa.Index(f"index_{table}_request_id", "request_id"),
    )


TRACE_TAGS = _about_a_trace("trace_tags", "trace_tag_pk")
TRACE_REQUEST_METADATA = _about_a_trace("trace_request_metadata", "trace_request_metadata_pk")


def create_schema(connection: sa.Connection, *, artifact_root: str, now_ms: int) -> None:
    """Make every table in an empty SQLite database, the revision stamp and experiment 0.

    Args:
        connection: Open on an empty database; the caller commits.
        artifact_root: Folder or URI under which each experiment gets a folder named by its id.
        now_ms: When experiment 0, `Default`, says it was made.
    """
    for table in METADATA.sorted_tables:
        connection.execute(sa.schema.CreateTable(table))
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            connection.execute(sa.schema.CreateIndex(index))
    connection.execute(ALEMBIC_VERSION.insert().values(version_num=REVISION))
    connection.execute(
        EXPERIMENTS.insert().values(
            experiment_id=0,
            name="Default",
            artifact_location=f"{artifact_root}/0",
            lifecycle_stage="active",
            creation_time=now_ms,
            last_update_time=now_ms,
        )
    )
