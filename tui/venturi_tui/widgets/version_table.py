"""The pane of a model's versions: stage, aliases, age, user, run, and a metric or two of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from venturi.records import ModelVersion, Run
from venturi_tui.present.cells import Moment
from venturi_tui.present.grid import GridColumn
from venturi_tui.present.version_rows import metric_columns, searched, version_columns, version_row
from venturi_tui.widgets.grid_lines import GridLines


class VersionTable(GridLines):
    """Versions of one model, the newest first."""

    def __init__(self) -> None:
        super().__init__(version_columns(()), id="versions")
        self.wanted = ""
        self.runs: Mapping[str, Run] = {}
        self.moment = Moment(0, {})
        self._all: Sequence[ModelVersion] = ()
        self._marks: dict[int, None] = {}
        self._shown: Sequence[ModelVersion] = ()

    @property
    def version(self) -> ModelVersion | None:
        """The version under the cursor."""
        return self._shown[self.cursor] if self.cursor < len(self._shown) else None

    @property
    def versions(self) -> Sequence[ModelVersion]:
        """All versions of the model, shown or not."""
        return self._all

    @property
    def marked(self) -> list[ModelVersion]:
        """The marked versions, in the order they were marked."""
        held = {each.version: each for each in self._all}
        return [held[number] for number in self._marks if number in held]

    def mark(self, version: int) -> None:
        """Mark a version, or take its mark away."""
        if version in self._marks:
            del self._marks[version]
        else:
            self._marks[version] = None
        self._list(anew=False)

    def unmark_all(self) -> None:
        """Take all marks away."""
        self._marks.clear()
        self._list(anew=False)

    @property
    def in_view(self) -> Sequence[ModelVersion]:
        """The versions that can be seen."""
        return self._shown[self.first : self.last + 1]

    @property
    def run(self) -> Run | None:
        """The run of the version under the cursor, when it has been read."""
        return None if self.version is None else self.runs.get(self.version.run_id)

    def show(self, versions: Sequence[ModelVersion], *, anew: bool, moment: Moment) -> None:
        """List these versions; the cursor stays on its version unless the model is another one."""
        self.moment = moment
        if anew:
            self._marks.clear()
        self._all = sorted(versions, key=lambda each: -each.version)
        self._list(anew=anew)

    def show_runs(self, runs: Mapping[str, Run]) -> None:
        """Say more about the runs that the versions come from."""
        self.runs = runs
        self._list(anew=False)

    def narrow(self, wanted: str) -> None:
        """List only versions that hold these letters."""
        self.wanted = wanted
        self._list(anew=False)

    def go_to(self, version: int) -> bool:
        """Put the cursor on a version; False when it is not listed."""
        numbers = [each.version for each in self._shown]
        if version in numbers:
            self.go(numbers.index(version))
        return version in numbers

    def _list(self, *, anew: bool) -> None:
        held = None if anew else self.version
        letters = self.wanted.casefold()
        self._shown = [each for each in self._all if letters in searched(each, self.runs)]
        numbers = [each.version for each in self._shown]
        cursor = 0
        if held is not None:
            cursor = numbers.index(held.version) if held.version in numbers else self.cursor
        metrics = metric_columns(self._all, self.runs, self.moment)
        columns: Sequence[GridColumn] = version_columns(metrics)
        cells = [
            version_row(each, self.runs, metrics, self.moment, marked=each.version in self._marks)
            for each in self._shown
        ]
        self.show_cells(columns, cells, cursor)
