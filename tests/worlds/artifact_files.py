"""Files with odd names and sizes that tests log as artifacts, by MLflow's client or by us."""

from __future__ import annotations

import random
from pathlib import Path

FILES: dict[str, bytes] = {
    "config.json": b'{"lr": 0.1}\n',
    "empty.txt": b"",
    "reports/sub dir/\u00fcber \u03bb.md": "# gr\u00fc\u00dfe\n".encode(),
    "reports/[a] (b) & c;d+e=f,g'h.txt": b"odd",
    "deep/a/b/c/weights.bin": random.Random(7).randbytes(2_500_000),
}
"""Contents by path. No `%` and `#`: MLflow's servers do not take them as they are."""

FOLDERS = {"reports", "reports/sub dir", "deep", "deep/a", "deep/a/b", "deep/a/b/c"}
"""The folders that these files are in."""


def write_files(folder: Path, files: dict[str, bytes] = FILES) -> Path:
    """Make files below a folder."""
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return folder


def read_files(folder: Path) -> dict[str, bytes]:
    """Contents of all files below a folder, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
