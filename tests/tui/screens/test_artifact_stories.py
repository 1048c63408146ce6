"""Stories of the files of a run: folders that open, previews, downloads, places that fail."""

from __future__ import annotations

import json
import threading
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from stories.driver import User, story, using
from stories.memory_store import MemoryStore, world

from venturi.artifacts.base import Reading
from venturi.artifacts.local import LocalFolder
from venturi.connection import Connection
from venturi.errors import StoreUnreachable
from venturi.records import Artifact, Run
from venturi.settings import Place

LONG = "x" * 120
MLMODEL = b"""\
artifact_path: model
flavors:
  python_function: {loader_module: mlflow.sklearn}
  sklearn: {pickled_model: model.pkl, sklearn_version: 1.5.2}
mlflow_version: 2.20.1
signature:
  inputs: '[{"name": "age", "type": "double"}]'
  outputs: '[{"type": "long"}]'
"""


def png(width: int = 8, height: int = 8, color: str = "red") -> bytes:
    sink = BytesIO()
    Image.new("RGB", (width, height), color).save(sink, "PNG")
    return sink.getvalue()


FILES: dict[str, bytes] = {
    "config.json": b'{"lr": 0.1, "deep": {"a": [1, 2]}}',
    "notes/report.md": b"# Result\n\nIt **works**, see [the log](http://x/y).\n",
    "notes/deep/er/last.txt": b"the end\n",
    "table.csv": b"name,score\nana,0.91\nbo,12.5\n",
    "model/MLmodel": MLMODEL,
    "model/requirements.txt": b"scikit-learn==1.5.2\n",
    "model/model.pkl": b"\x80\x04cos\nsystem\n(S'touch owned'\ntR.",
    "red.png": png(),
    "evil.txt": b"\x1b[2Jcleared\x1b]0;title\x07 [red]markup[/red]\n",
}


def folder_with(files: dict[str, bytes], root: Path) -> Path:
    for path, content in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return root


def store_with(folder: Path | str) -> MemoryStore:
    store = world(3)
    store.change(store.runs[0].run_id, artifact_uri=str(folder))
    return store


async def browse(user: User) -> None:
    await user.press("enter")
    await user.rest()
    await user.press("A")
    await user.rest()


@story
async def test_folders_open_and_files_tell_what_they_hold(tmp_path: Path) -> None:
    async with using(store_with(folder_with(FILES, tmp_path))) as user:
        await browse(user)
        await user.sees("Artifacts 6", "▸ model/", "▸ notes/", "config.json", "34 B")
        await user.sees("model folder", "3 files", "sklearn", "MLflow 2.20.1", "age", "double")
        await user.press("j", "l")
        await user.sees("▾ notes/", "report.md")
        await user.press("j", "l")
        await user.sees("▸ er/")
        await user.press("j", "enter")
        await user.sees("last.txt")
        await user.press(*"hhhhh")
        await user.sees_no("report.md")
        await user.press("j")
        await user.sees('"lr": 0.1,', '"deep": {')
        await user.press("G")
        await user.sees("name  score", "ana    0.91", "bo     12.5", "2 rows, 2 columns")
        await user.press("k")
        await user.sees("PNG image", "8 x 8 pixels", "▀▀▀▀▀▀▀▀")


@story
async def test_markdown_and_hostile_text_are_only_shown(tmp_path: Path) -> None:
    async with using(store_with(folder_with(FILES, tmp_path))) as user:
        await browse(user)
        await user.press("j", "l")
        await user.sees("report.md")
        await user.press("j", "j")
        await user.sees("Result", "It works, see the log (http://x/y).")
        await user.enter(":", "filter evil")
        await user.sees("Artifacts 8 ─ evil")
        await user.sees("␛[2Jcleared␛]0;title␇ [red]markup[/red]")
        await user.press("escape")
        await user.sees("config.json")


@story
async def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    async with using(store_with(folder_with(FILES, tmp_path))) as user:
        await browse(user)
        await user.press("l")
        await user.sees("▾ model/")
        await user.rest()
        await user.press("j", "j")
        await user.sees("Python pickle, which is never opened here", "0000  8004 636f")
        assert not (tmp_path / "owned").exists()


@story
async def test_one_searches_and_goes_to_what_was_found(tmp_path: Path) -> None:
    async with using(store_with(folder_with(FILES, tmp_path))) as user:
        await browse(user)
        await user.enter("/", "nosuch")
        await user.sees("no file that is known is called that", "esc show all")
        await user.press("escape")
        await user.enter("/", "NOTES")
        await user.sees("▸ notes/")
        await user.press("enter")
        await user.sees("▾ notes/", "report.md", "config.json")
        assert "notes/" in user.line_with("▾")


@story
async def test_files_and_folders_are_brought_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, here = folder_with(FILES, tmp_path / "there"), tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    async with using(store_with(there)) as user:
        await browse(user)
        await user.press("j", "d")
        await user.sees("./notes")
        await user.press("enter")
        await user.hears(str(here / "notes"))
        assert (here / "notes/deep/er/last.txt").read_text() == "the end\n"
        await user.press("j", "d")
        await user.press("enter")
        await user.hears(str(here / "config.json"))
        (here / "config.json").write_text("mine")
        await user.press("d", "enter")
        await user.sees("config.json is there already", "leave it")
        await user.press("enter")
        await user.rest()
        assert (here / "config.json").read_text() == "mine"
        await user.press("d", "enter", "down", "enter")
        await user.until(lambda: "mine" not in (here / "config.json").read_text(), "the new file")
        await user.enter(":", f"download {here}/other.json")
        await user.until((here / "other.json").exists, "the file under another name")


class SlowFolder(LocalFolder):
    """A folder whose files come in parts, the second when the gate is opened."""

    def __init__(self, root: Path, gate: threading.Event) -> None:
        super().__init__(root)
        self.gate = gate

    def read(self, path: str, *, start: int = 0, mark: str = "") -> Reading:
        reading = super().read(path, start=start, mark=mark)
        gate = self.gate

        class Slow:
            start, size, mark = reading.start, reading.size, reading.mark

            def __iter__(self):
                data = b"".join(reading)
                yield data[:3]
                gate.wait(10)
                for at in range(3, len(data), 3):
                    yield data[at : at + 3]

            def close(self) -> None:
                reading.close()

            def __enter__(self):
                return self

            def __exit__(self, *_: object) -> None:
                reading.close()

        return Slow()


@story
async def test_a_download_is_stopped_and_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, here = folder_with({"a.bin": b"\0" * 100_000}, tmp_path / "there"), tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    gate = threading.Event()
    store = store_with(there)

    class Slowly(Connection):
        def artifacts(self, run: Run) -> SlowFolder:
            return SlowFolder(there, gate)

    async with using(
        store, opener=lambda: Slowly(Place("memory://test", "--store"), store)
    ) as user:
        gate.set()
        await browse(user)
        await user.sees("binary", "100.0 kB" if "100.0 kB" in user.text else "100 kB")
        gate.clear()
        await user.press("d", "enter")
        await user.sees("0 B of 100 kB")
        await user.press("d")
        await user.hears("a.bin is on its way: esc stops it")
        await user.press("escape")
        gate.set()
        await user.hears("a.bin was stopped: d goes on from there")
        assert not (here / "a.bin").exists()
        await user.press("d", "enter")
        await user.hears(str(here / "a.bin"))
        assert (here / "a.bin").stat().st_size == 100_000
        gate.clear()
        await user.enter(":", "download b.bin")
        await user.sees("0 B of 100 kB")
    gate.set()
    threads = [each for each in threading.enumerate() if each.name.startswith("artifacts")]
    for thread in threads:
        thread.join(10)
    assert not (here / "b.bin").exists()


@story
async def test_leaving_the_files_shows_the_run_again(tmp_path: Path) -> None:
    async with using(store_with(folder_with(FILES, tmp_path))) as user:
        await browse(user)
        await user.press("escape")
        await user.sees("params 4")


@story
async def test_places_that_cannot_be_reached_say_what_to_do() -> None:
    async with using(store_with("s3://bucket/1/run/artifacts")) as user:
        await browse(user)
        await user.sees(
            "✗ artifacts in s3:// cannot be reached from here yet", "mlflow server", "r try again"
        )
        await user.press("d")
        await user.hears("there is no file or folder under the cursor")
        await user.press("escape")
        await user.sees("params 4")


@story
async def test_a_place_that_goes_away_is_asked_again(tmp_path: Path) -> None:
    down: list[StoreUnreachable] = [StoreUnreachable("nobody answers at http://files")]
    store = store_with(folder_with(FILES, tmp_path))

    class Sometimes(LocalFolder):
        def entries(self, folder: str = "") -> list[Artifact]:
            if down:
                raise down[0]
            return super().entries(folder)

    class Shaky(Connection):
        def artifacts(self, run: Run) -> Sometimes:
            return Sometimes(tmp_path)

    async with using(store, opener=lambda: Shaky(Place("memory://test", "--store"), store)) as user:
        await browse(user)
        await user.sees("✗ nobody answers at http://files", "r try again")
        error = down.pop()
        await user.press("r")
        await user.sees("▸ notes/")
        down.append(error)
        await user.press("j", "l")
        await user.sees("▾ notes/", "✗ nobody answers")
        down.clear()
        await user.press("j", "enter")
        await user.sees("report.md")


@story
async def test_an_empty_place_and_a_run_without_one_say_so(tmp_path: Path) -> None:
    async with using(store_with(tmp_path / "none")) as user:
        await browse(user)
        await user.sees("this run has logged no artifacts", "r look again")
    async with using(store_with("")) as user:
        await browse(user)
        await user.sees("the store does not say where the artifacts")


@story
async def test_ten_thousand_files_and_long_names(tmp_path: Path) -> None:
    for number in range(10_000):
        (tmp_path / f"part-{number:05d}.bin").touch()
    (tmp_path / (LONG + ".txt")).write_text("long\n")
    (tmp_path / "bad\x1b[31m\u202egnp.exe").write_text("odd\n")
    deep = tmp_path / "a" / "/".join("b" * 40)
    deep.mkdir(parents=True)
    (deep / "end.txt").write_text("end\n")
    async with using(store_with(tmp_path), size=(80, 24)) as user:
        await browse(user)
        await user.sees("Artifacts 10,003")
        await user.press("G")
        await user.sees("xxx…xxxxxxxx.txt")
        await user.press("g", "g")
        for _ in range(4):
            await user.press("l")
            await user.rest()
            await user.press("j")
        await user.sees("▾ b/")
        await user.enter("/", "bad")
        await user.sees("bad␛[31m\\u202egnp.exe", "odd")


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (200, 50)])
def test_every_key_at_every_size(size: tuple[int, int], tmp_path: Path) -> None:
    @story
    async def play() -> None:
        async with using(store_with(folder_with(FILES, tmp_path)), size=size) as user:
            await browse(user)
            await user.sees("model/")
            for key in ("l", "j", "enter", "h", "tab", "j", "f", "f", "2", "1", "y", "R", "r", "G"):
                await user.press(key)
                await user.rest()
            await user.press("Y")
            await user.sees("Copy")
            await user.press("escape", "question_mark", "escape")
            await user.sees("table.csv")
            await user.press("enter")
            await user.sees("0.91")
            await user.press("escape", "escape")

    play()


@story
async def test_what_is_copied_brings_it_here(tmp_path: Path) -> None:
    store = store_with(folder_with(FILES, tmp_path))
    async with using(store) as user:
        await browse(user)
        await user.press("j", "j", "y")
        await user.press("Y", "enter")
        run_id = store.runs[0].run_id
        command = f"venturi artifacts download {run_id} config.json -s memory://test"
        assert user.copied == ["config.json", command]
        assert json.loads(FILES["config.json"])["lr"] == 0.1
