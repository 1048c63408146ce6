"""What a run's model needs: packages and Python from the files that MLflow logs with it."""

from __future__ import annotations

from pathlib import Path

from venturi.artifacts import artifacts_of
from venturi.environment import environment_of
from venturi.records import Lifecycle, Run


def run_in(folder: Path, history: str = "") -> Run:
    tags = {"mlflow.log-model.history": history} if history else {}
    return Run(
        "r" * 32, "r", "0", "FINISHED", 0, 1, Lifecycle.ACTIVE, artifact_uri=str(folder), tags=tags
    )


def environment(run: Run) -> dict[str, str]:
    return environment_of(run, artifacts_of)


def test_packages_and_python_of_a_model_are_read(tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / "requirements.txt").write_text(
        "mlflow==3.1.4\nscikit-learn==1.5.0  # pinned\nNumpy>=1.26,<3\ntorch[cuda]==2.6.0\n"
        "-r other.txt\n\nrequests\n"
    )
    (model / "python_env.yaml").write_text("python: 3.11.7\nbuild_dependencies:\n- pip\n")
    run = run_in(tmp_path, '[{"artifact_path": "model"}]')
    assert environment(run) == {
        "mlflow": "3.1.4",
        "scikit-learn": "1.5.0",
        "numpy": ">=1.26,<3",
        "torch": "2.6.0",
        "requests": "any",
        "python": "3.11.7",
    }


def test_without_models_it_is_empty(tmp_path: Path) -> None:
    assert environment(run_in(tmp_path)) == {}
    assert environment(run_in(tmp_path, "not json")) == {}
    assert environment(run_in(tmp_path, '[{"artifact_path": "../../etc"}, 3]')) == {}


def test_the_demo_run_with_a_model_tells_its_needs(demo_folder: Path) -> None:
    from venturi.connection import connect
    from venturi.settings import Place, Settings
    from venturi.stores.base import RunQuery

    with connect(Place(f"sqlite:///{demo_folder}/mlflow.db", "--store"), Settings()) as connection:
        runs = connection.tracking.search_runs(RunQuery(), limit=200).items
        logged = [run for run in runs if "mlflow.log-model.history" in run.tags]
        assert logged
        assert any(environment_of(run, connection.artifacts) for run in logged)
