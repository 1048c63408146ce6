"""What is remembered from one launch to the next: a small JSON file under XDG state."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from typing import Any, cast

import platformdirs

_FORM = 1
_HISTORY_KEPT = 50
_STORES_KEPT = 50


def state_file() -> Path:
    """Where the state is kept."""
    return platformdirs.user_state_path("venturi", appauthor=False) / "tui.json"


class Remembered:
    """Choices of earlier launches. A file that is missing, broken or of another form is as none.

    Args:
        path: The file; None remembers nothing beyond this launch.
        address: Address of the store, without secrets: most choices belong to one store.
    """

    def __init__(self, path: Path | None, address: str) -> None:
        self._path = path
        self._address = address
        self._all = _read(path)
        self._saved = deepcopy(self._all)

    def of(self, address: str) -> Remembered:
        """The same choices, those of another store."""
        return Remembered(self._path, address)

    # Of all stores

    @property
    def theme(self) -> str:
        """Name of the theme; empty for none chosen."""
        return _text(self._all.get("theme"))

    @theme.setter
    def theme(self, name: str) -> None:
        self._all["theme"] = name

    @property
    def pixels(self) -> bool:
        """Whether curves are drawn in pixels where the terminal can."""
        return self._all.get("pixels") is True

    @pixels.setter
    def pixels(self, wanted: bool) -> None:
        self._all["pixels"] = wanted

    @property
    def filters(self) -> list[str]:
        """Filters typed before, the newest last."""
        return _texts(self._all.get("filters"))

    def add_filter(self, text: str) -> None:
        """Remember a filter that was typed."""
        kept = [each for each in self.filters if each != text]
        self._all["filters"] = [*kept, text][-_HISTORY_KEPT:]

    # Of this store

    @property
    def experiment(self) -> str:
        """Id of the experiment that was shown last; empty for none."""
        return _text(self._store().get("experiment"))

    @experiment.setter
    def experiment(self, experiment_id: str) -> None:
        self._store()["experiment"] = experiment_id

    def columns(self, experiment_id: str) -> list[str]:
        """Names of the columns chosen for an experiment; empty when they choose themselves."""
        return _texts(self._experiment(experiment_id).get("columns"))

    def pinned(self, experiment_id: str) -> int:
        """How many columns stay at the left, the name among them."""
        return _whole(self._experiment(experiment_id).get("pinned"), 1)

    def widths(self, experiment_id: str) -> dict[str, int]:
        """Cells of the columns that have a width of their own, by name."""
        held = self._experiment(experiment_id).get("widths")
        named = cast("dict[str, object]", held) if isinstance(held, dict) else {}
        return {name: width for name in named if (width := _whole(named[name], 0))}

    def set_columns(
        self,
        experiment_id: str,
        names: Sequence[str],
        pinned: int = 1,
        widths: Mapping[str, int] | None = None,
    ) -> None:
        """Remember chosen columns; no names let them choose themselves again."""
        kept = self._experiment(experiment_id)
        kept.update(columns=list(names), pinned=pinned, widths=dict(widths or {}))

    def order(self, experiment_id: str) -> list[tuple[str, bool]]:
        """Names of the columns an experiment is sorted by, and whether each ascends."""
        kept = self._experiment(experiment_id)
        held = kept.get("order")
        if not isinstance(held, list):
            column = _text(kept.get("sort"))  # as earlier versions wrote it
            return [(column, bool(kept.get("ascending")))] if column else []
        pairs = [_texts_and_flag(each) for each in cast("list[object]", held)]
        return [pair for pair in pairs if pair is not None]

    def set_order(self, experiment_id: str, order: Sequence[tuple[str, bool]]) -> None:
        """Remember by what an experiment is sorted."""
        self._experiment(experiment_id)["order"] = [list(pair) for pair in order]

    def is_tree(self, experiment_id: str) -> bool:
        """Whether nested runs of an experiment are shown under their parents."""
        return self._experiment(experiment_id).get("tree") is True

    def set_tree(self, experiment_id: str, *, wanted: bool) -> None:
        """Remember whether nested runs are shown under their parents."""
        self._experiment(experiment_id)["tree"] = wanted

    def metric(self, experiment_id: str) -> str:
        """Metric that was drawn last; empty for none."""
        return _text(self._experiment(experiment_id).get("metric"))

    def set_metric(self, experiment_id: str, key: str) -> None:
        """Remember which metric is drawn."""
        self._experiment(experiment_id)["metric"] = key

    def looks(self, experiment_id: str) -> dict[str, Any]:
        """How curves were drawn last, by name of the choice; empty for none chosen."""
        held = self._experiment(experiment_id).get("looks")
        return dict(cast("dict[str, Any]", held)) if isinstance(held, dict) else {}

    def set_looks(self, experiment_id: str, looks: dict[str, Any]) -> None:
        """Remember how curves are drawn."""
        self._experiment(experiment_id)["looks"] = looks

    def save(self) -> None:
        """Write the file in one go, when something changed. A full disk is no reason to fail."""
        if self._path is None or self._all == self._saved:
            return
        stores = _dict(self._all, "stores")
        mine = stores.pop(self._address, None)
        if mine is not None:
            stores[self._address] = mine
        for address in list(stores)[:-_STORES_KEPT]:
            del stores[address]
        self._saved = deepcopy(self._all)
        with suppress(OSError):
            _write(self._path, {**self._all, "form": _FORM})

    def _store(self) -> dict[str, Any]:
        return _dict(_dict(self._all, "stores"), self._address)

    def _experiment(self, experiment_id: str) -> dict[str, Any]:
        return _dict(_dict(self._store(), "experiments"), experiment_id)


def _read(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    kept = cast("dict[str, Any]", found)
    return kept if kept.get("form") == _FORM else {}


def _write(path: Path, content: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=".tui-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=1)
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise


def _dict(holder: dict[str, Any], key: str) -> dict[str, Any]:
    held = holder.get(key)
    if not isinstance(held, dict):
        held = holder[key] = {}
    return cast("dict[str, Any]", held)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: object, default: int) -> int:
    good = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10_000
    return value if good and isinstance(value, int) else default


def _texts_and_flag(value: object) -> tuple[str, bool] | None:
    held = cast("list[object]", value) if isinstance(value, list) else []
    if len(held) != 2:
        return None
    name, flag = held
    return (name, flag) if isinstance(name, str) and isinstance(flag, bool) else None


def _texts(value: object) -> list[str]:
    if not isinstance(value, list):
        return []
    return [each for each in cast("list[object]", value) if isinstance(each, str)]
