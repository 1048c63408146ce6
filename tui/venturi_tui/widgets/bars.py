"""The one-line bars: the header says where one is, the footer what one can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len
from textual.strip import Strip
from textual.widget import Widget

from venturi_tui.present.pieces import Line, Piece, Role, length, spread
from venturi_tui.widgets.palette import palette_of


@dataclass(frozen=True, slots=True)
class Standing:
    """What the header says.

    Args:
        address: Kind and address of the store, without secrets.
        context: Name of the context it came from; empty for none.
        access: `read-only` or `read-write`.
        experiment: Name of the experiment that is shown.
        counts: How many runs are shown, of how many.
        live: State of live updates.
        running: Whether something shown is running.
    """

    address: str = ""
    context: str = ""
    access: str = "read-only"
    experiment: str = ""
    counts: str = ""
    live: str = ""
    running: bool = field(default=False)


_SHORTEST_ADDRESS = 16


class Bar(Widget):
    """One line of pieces, painted when they change."""

    DEFAULT_CSS = """
    Bar {
        height: 1;
        background: $background;
    }
    """

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._drawn: Line = ()

    def pieces(self, width: int) -> Line:
        """What the bar says in so many cells."""
        del width
        return ()

    def update(self) -> None:
        """Paint the bar if it says something new."""
        drawn = self.pieces(self.size.width)
        if drawn != self._drawn:
            self._drawn = drawn
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The bar."""
        del y
        self._drawn = self.pieces(self.size.width)
        return palette_of(self).strip(self._drawn, self.size.width)


class Header(Bar):
    """Store, experiment, counts and live state, always."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(id="header")
        self.standing = standing

    def show(self, standing: Standing) -> None:
        """Say something else."""
        self.standing = standing
        self.update()

    def pieces(self, width: int) -> Line:
        """Where one is; with little room, what matters least goes first."""
        now = self.standing
        for spare in range(4):
            right = self._right(spare)
            access = now.access if spare < 3 else ""
            fixed = 8 + length(right) + cell_len(now.experiment) + _taken(access, now.context) + 7
            room = width - fixed
            if room >= min(cell_len(now.address), _SHORTEST_ADDRESS):
                return self._line(shortened(now.address, room), access, right, width)
        address = shortened(now.address, _SHORTEST_ADDRESS) if width >= 50 else ""
        return self._line(address, "", self._right(3), width)

    def _right(self, spare: int) -> Line:
        now = self.standing
        right: list[Piece] = [(now.counts, Role.TEXT)] if now.counts else []
        if now.live and spare < 2:
            dot, tone = ("●", Role.RUNNING) if now.running else ("○", Role.DIM)
            right += [(f"   {dot} ", tone), (now.live, Role.DIM)]
        if spare < 1:
            right += [("   ?", Role.ACCENT), (" help", Role.DIM)]
        return (*right, (" ", Role.TEXT))

    def _line(self, address: str, access: str, right: Line, width: int) -> Line:
        now = self.standing
        left: list[Piece] = [(" venturi", Role.ACCENT)]
        for text, role in (
            (address, Role.TEXT),
            (now.context, Role.ACCENT),
            (access, Role.DIM),
        ):
            if text:
                left.append((f"  {text}", role))
        if not now.experiment:
            return spread(tuple(left), right, width)
        start = length(tuple(left))
        end = width - length(right) - cell_len(now.experiment) - 3
        middle = max(start + 3, min((width - cell_len(now.experiment)) // 2, end))
        left += [(" " * (middle - start), Role.TEXT), (now.experiment, Role.STRONG)]
        return spread(tuple(left), right, width)


def _taken(*words: str) -> int:
    return sum(cell_len(each) + 2 for each in words if each)


def shortened(address: str, width: int) -> str:
    """An address in at most so many cells; its end is kept, for that tells most."""
    if cell_len(address) <= width:
        return address
    while address and cell_len(address) > width - 1:
        address = address[1:]
    return f"…{address}" if width > 0 else ""


class Footer(Bar):
    """Keys that work here and now."""

    def __init__(self) -> None:
        super().__init__(id="footer")
        self._keys: Sequence[tuple[str, str]] = ()

    def show(self, keys: Sequence[tuple[str, str]]) -> None:
        """Say other keys."""
        self._keys = keys
        self.update()

    def pieces(self, width: int) -> Line:
        """As many keys as there is room for, and how to reach the others."""
        end: Line = ((":", Role.ACCENT), (" command ", Role.DIM))
        if width < 60:
            end = (("?", Role.ACCENT), (" ", Role.DIM))
        room = width - length(end) - 2
        drawn: list[Piece] = []
        used = 0
        for key, words in self._keys:
            size = cell_len(key) + cell_len(words) + 2 + (1 if drawn else 0)
            if used + size > room:
                break
            lead = "  " if drawn else " "
            drawn += [(f"{lead}{key}", Role.ACCENT), (f" {words}", Role.DIM)]
            used += size
        return spread(tuple(drawn), end, width)
