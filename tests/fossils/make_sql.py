"""Makes a fossil: a tiny SQLite store, written by the MLflow that runs this script.

Run with the Python of a virtual environment that has that MLflow:

    python tests/fossils/make_sql.py tests/fossils/sql-2.22.2.sqlite

Any MLflow from 1.30 on will do: what an older one cannot do is left out. The database is then
written anew in small pages, which makes it ten times smaller and changes nothing else.
"""

import math
import os
import shutil
import sqlite3
import sys
import tempfile
from contextlib import closing

START = 1_600_000_000_000


def main(target):
    from mlflow.tracking import MlflowClient  # noqa: TID251

    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        client = MlflowClient("sqlite:///store.db", "sqlite:///store.db")
        fill_tracking(client)
        fill_registry(client)
        with closing(sqlite3.connect("store.db", isolation_level=None)) as db:
            db.execute("PRAGMA page_size = 512")
            db.execute("VACUUM")
        shutil.copyfile("store.db", target)


def fill_tracking(client):
    experiment = client.create_experiment("fossil", "s3://bucket/fossil", {"team": "geology"})
    gone = client.create_experiment("gone", "s3://bucket/gone")
    full = start_run(client, experiment, 0, "full")
    client.log_param(full, "lr", 0.1)
    client.log_param(full, "model", "vit-b/16")
    client.set_tag(full, "note", "o'brien \x1b[31m 100%")
    for step, value in enumerate((3.0, 2.0, math.nan, math.inf, -math.inf, 0.5)):
        client.log_metric(full, "loss", value, START + step, step)
    for key, value in (("nan", math.nan), ("inf", math.inf), ("minus inf", -math.inf)):
        client.log_metric(full, key, value, START, 1)
    log_dataset(client, full)
    client.set_terminated(full, "FINISHED", START + 60_000)
    start_run(client, experiment, 1000, "running", {"mlflow.parentRunId": full})
    client.delete_run(start_run(client, experiment, 2000, "deleted"))
    start_run(client, gone, 3000, "in a deleted experiment")
    client.delete_experiment(gone)


def start_run(client, experiment, after, name, tags=None):
    tags = {"mlflow.runName": name, "mlflow.user": "ann"} | (tags or {})
    return client.create_run(experiment, START + after, tags).info.run_id


def log_dataset(client, run_id):
    if not hasattr(client, "log_inputs"):
        return  # before 2.4
    from mlflow.entities import Dataset, DatasetInput, InputTag  # noqa: TID251

    dataset = Dataset("mnist", "abc", "local", '{"uri": "/data"}')
    tags = [InputTag("mlflow.data.context", "train")]
    client.log_inputs(run_id, [DatasetInput(dataset=dataset, tags=tags)])


def fill_registry(client):
    client.create_registered_model("amber", {"team": "geology"}, "found in a mine")
    for stage in ("Archived", "Production", None):
        made = client.create_model_version("amber", "s3://bucket/fossil/model", None)
        if stage:
            client.transition_model_version_stage("amber", made.version, stage)
    client.set_model_version_tag("amber", "2", "checked", "yes")
    client.delete_model_version("amber", "3")
    if hasattr(client, "set_registered_model_alias"):  # since 2.3
        client.set_registered_model_alias("amber", "champion", "2")


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]))  # noqa: PTH100
