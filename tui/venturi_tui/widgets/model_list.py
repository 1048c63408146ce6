"""The pane of registered models: names, stages and aliases side by side, how many versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from venturi.records import RegisteredModel
from venturi_tui.present.grid import GridColumn
from venturi_tui.present.pieces import Line, Role
from venturi_tui.present.stages import aliases_words, serving_words
from venturi_tui.present.words import MISSING, exact_count, safe
from venturi_tui.widgets.grid_lines import GridLines

_COLUMNS = (
    GridColumn("name", least=10),
    GridColumn("stages", least=7, spare=1),
    GridColumn("aliases", least=10, spare=3),
    GridColumn("versions", least=4, spare=2, right=True),
)


class ModelList(GridLines):
    """Registered models by name."""

    def __init__(self) -> None:
        super().__init__(_COLUMNS, id="models")
        self.wanted = ""
        self._all: Sequence[RegisteredModel] = ()
        self._shown: Sequence[RegisteredModel] = ()
        self._counts: Mapping[str, int] | None = None

    @property
    def model(self) -> RegisteredModel | None:
        """The model under the cursor."""
        return self._shown[self.cursor] if self.cursor < len(self._shown) else None

    @property
    def total(self) -> int:
        """How many models there are, shown or not."""
        return len(self._all)

    def show(self, models: Sequence[RegisteredModel]) -> None:
        """List these models; the cursor stays on its model."""
        self._all = models
        self._list()

    def show_counts(self, counts: Mapping[str, int] | None) -> None:
        """Say how many versions each has; None when that would be too much to ask."""
        if counts != self._counts:
            self._counts = counts
            self._list()

    def narrow(self, wanted: str) -> None:
        """List only models whose name, aliases or tags hold these letters."""
        self.wanted = wanted
        self._list()

    def go_to(self, name: str) -> bool:
        """Put the cursor on a model; False when it is not listed."""
        names = [each.name for each in self._shown]
        if name in names:
            self.go(names.index(name))
        return name in names

    def _list(self) -> None:
        held = self.model
        letters = self.wanted.casefold()
        self._shown = [each for each in self._all if letters in _searched(each)]
        names = [each.name for each in self._shown]
        cursor = names.index(held.name) if held is not None and held.name in names else 0
        if held is not None and held.name not in names and not letters:
            cursor = self.cursor
        self.show_cells(_COLUMNS, [self._row(each) for each in self._shown], cursor)

    def _row(self, model: RegisteredModel) -> Sequence[Line]:
        stages, aliases = serving_words(model), aliases_words(model.aliases)
        return (
            ((safe(model.name), Role.TEXT),),
            ((stages or MISSING, Role.TEXT if stages else Role.FAINT),),
            ((aliases or MISSING, Role.TEXT if aliases else Role.FAINT),),
            ((self._count(model), Role.DIM),),
        )

    def _count(self, model: RegisteredModel) -> str:
        if self._counts is not None:
            return exact_count(self._counts.get(model.name, 0))
        newest = max(model.latest_versions.values(), default=0)
        return f"v{newest}" if newest else MISSING


def _searched(model: RegisteredModel) -> str:
    tags = (f"{key} {value}" for key, value in model.tags.items())
    return " ".join((model.name, *model.aliases, *tags)).casefold()
