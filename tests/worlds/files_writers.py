"""Other processes that write to a file store."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import venturi

START = """
import itertools, os, sys
sys.path[:0] = [sys.argv[1]]
from venturi.errors import VenturiError
from venturi.records import Metric, RunStatus
from venturi.stores.base import StoreOptions
from venturi.stores.files import open_files
from venturi.stores.writing import Batch, NewRun
store, run_id, number = open_files(sys.argv[2], StoreOptions()), sys.argv[3], int(sys.argv[4])
"""


def process(body: str, root: Path, run_id: str, number: int = 0) -> subprocess.Popen[str]:
    """Another process that has the store open and does what the body says."""
    core = str(Path(venturi.__path__[0]).parent)
    command = [sys.executable, "-c", START + body, core, str(root), run_id, str(number)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
