"""Real MLflow servers that hand out artifacts, or do not, and runs on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from venturi.stores import open_tracking
from worlds.server import running_server


@dataclass(frozen=True)
class ArtifactServer:
    """A server and the folder of its store."""

    uri: str
    folder: Path

    def client(self):
        from mlflow import MlflowClient  # noqa: TID251

        return MlflowClient(self.uri)

    def new_run(self, name: str) -> str:
        """The id of a run in an experiment of its own."""
        client = self.client()
        return client.create_run(client.create_experiment(name)).info.run_id

    def run(self, run_id: str):
        store = open_tracking(self.uri)
        try:
            return store.get_run(run_id)
        finally:
            store.close()


@contextmanager
def artifact_server(folder: Path, arguments: Sequence[str] = ()) -> Iterator[ArtifactServer]:
    """A server on a fresh SQLite store."""
    with running_server(f"sqlite:///{folder / 'mlflow.db'}", folder, arguments=arguments) as uri:
        yield ArtifactServer(uri, folder)
