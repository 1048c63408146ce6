"""Where a demo run came from: the tags that MLflow and its users put on every run."""

from __future__ import annotations

from venturi.demo.names import dice, hex_id


def origin_tags(name: str, user: str, script: str, team: str, stage: str) -> dict[str, str]:
    """Tags of a run started from a script in a git work tree.

    Args:
        name: The run's name.
        user: Who started it.
        script: The file that was run.
        team: Value of the tag `team`.
        stage: Value of the tag `stage`; also decides the branch.
    """
    rng = dice("origin", name)
    return {
        "mlflow.runName": name,
        "mlflow.user": user,
        "mlflow.source.name": script,
        "mlflow.source.type": "LOCAL",
        "mlflow.source.git.commit": hex_id("commit", team, rng.randrange(6), length=40),
        "mlflow.source.git.branch": "main" if stage == "baseline" else f"{user}/{stage}",
        "mlflow.source.git.repoURL": f"https://git.example.com/{team}/training.git",
        "team": team,
        "stage": stage,
        "host": f"gpu-{rng.randrange(1, 5):02d}",
        "env.python": "3.11.9",
    }
