"""Text that wants to do harm to a terminal or a layout, put wherever a store holds text."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from stories.memory_registry import MemoryRegistry
from stories.memory_store import START, _run
from stories.memory_writer import WritableMemoryStore

from venturi.records import (
    DatasetInput,
    Experiment,
    Lifecycle,
    Metric,
    ModelVersion,
    RegisteredModel,
    Run,
)

HOSTILE = {
    "escapes": "\x1b[2J\x1b[31mred\x1b[0m\x07\x1b[?1049l\x1bc",
    "OSC and DCS": "\x1b]0;title\x07\x1b]52;c;ZXZpbA==\x1b\\\x1bPq#0\x1b\\\x1b_Gf=1\x1b\\",
    "C1 controls": "\x9b31m\x9d0;title\x9c\x90q\x85\x8d",
    "markup": "[bold red]evil[/] [@click=app.quit()]press[/] [/] [link=x]y[/link] [[]",
    "bidi": "\u202egnp.exe\u202c \u2066isolated\u2069 \u200fא \u061c",
    "joiners": "a\u200bb\u200cc\u200dd\ufeffe\u2060f\u00adg",
    "combining pile": "Z" + "\u0300\u0301\u0302\u0334\u0489" * 40 + "algo",
    "combining first": "\u0301\u0301x",
    "emoji": "👩🏽‍🚀🏳️‍🌈🇩🇪🇫🇷👨‍👩‍👧‍👦☃️1️⃣❤️",
    "wide": "日本語の名前 \uff46\uff55\uff4c\uff4c 한국어",
    "lines and tabs": "one\ntwo\r\nthree\rfour\tfive\x0bsix\x0cseven\u2028eight\u2029nine\x85",
    "NUL": "a\x00b\x00",
    "surrogates": "\ud800\udfff\udc80file\udcff",
    "backspaces": "safe\x08\x08\x08\x08evil\x7f\x7f",
    "long": "x" * 10_000,
    "long and wide": "日" * 1_000,
    "private": "\ue000\uf8ff\U000f0000\U0010ffff\ufffe\ufdd0",
    "tags": "\U000e0001\U000e0041\ufff9a\ufffab\ufffb",
    "blanks": " \u00a0\u3000\u2003 ",
    "empty": "",
}


def hostile_store(texts: list[str], files: Path | None = None) -> WritableMemoryStore:
    """As many runs as texts, of one experiment, each with its text in all fields.

    Args:
        texts: The texts.
        files: A folder that holds the artifacts of all runs.
    """
    uri = "s3://{}" if files is None else str(files)
    runs = [_hostile_run(at, text, uri.format(text)) for at, text in enumerate(texts)]
    experiments = [
        Experiment(str(at + 1), text, Lifecycle.ACTIVE, text, tags={text: text})
        for at, text in enumerate(texts)
    ]
    points = {
        (run.run_id, key): [Metric(key, value / 7, START + value, value) for value in range(9)]
        for run in runs
        for key in run.latest
    }
    return WritableMemoryStore(experiments, runs, points)


def hostile_files(folder: Path, texts: list[str]) -> None:
    """Files and folders that are called by the texts, as far as a file system lets them be."""
    for at, text in enumerate(texts):
        name = text.replace("/", "|").replace("\0", "")
        name = "".join(c for c in name if c < "\ud800" or c > "\udfff" or "\udc80" <= c <= "\udcff")
        name = name.encode(errors="surrogateescape")[:80].decode(errors="surrogateescape")
        if not name.strip("."):
            continue
        if at % 4 == 3:
            (folder / name).mkdir()
            folder_of_one = folder / name
        else:
            folder_of_one = folder
        suffix = (".txt", ".json", ".md", ".csv")[at % 4]
        content = json.dumps({text: text}) if suffix == ".json" else f"# {text}\n\n{text},{text}\n"
        path = folder_of_one / f"{name}{suffix}"
        path.write_bytes(content.encode(errors="replace"))


def _hostile_run(at: int, text: str, artifact_uri: str) -> Run:
    run = _run(at, "1")
    key = text or "m"
    return replace(
        run,
        run_name=text,
        user_id=text,
        status=run.status if at % 3 else text,
        artifact_uri=artifact_uri,
        params={**run.params, "p": text, text or "k": text, "nested": _nested(text)},
        tags={
            "team": text,
            text or "k": text,
            "mlflow.note.content": f"# {text}\n\n{text}",
            "mlflow.source.name": text,
            "mlflow.source.git.commit": text,
            "mlflow.user": text,
        },
        latest={**run.latest, key: Metric(key, 1.0 / (at + 1), START, 8)},
        datasets=(DatasetInput(text, text, text, text, text),),
    )


def _nested(text: str) -> str:
    return json.dumps({text: [text, {"deep": text}]})


def hostile_registry(texts: list[str]) -> MemoryRegistry:
    """As many models as texts, each with two versions that hold the text in all fields."""
    models = {
        text: RegisteredModel(text, text, START, START, {text: text}) for text in texts if text
    }
    versions = [
        ModelVersion(
            text,
            number,
            stage=("Production", text)[number - 1],
            aliases=(text,) if number == 1 else (),
            status="READY" if number == 1 else text,
            status_message=text,
            description=text,
            run_id=f"{at:032x}",
            source=text,
            storage_location=text,
            user_id=text,
            creation_time=START,
            tags={text: text},
        )
        for at, text in enumerate(texts)
        if text
        for number in (1, 2)
    ]
    return MemoryRegistry(models, versions)
