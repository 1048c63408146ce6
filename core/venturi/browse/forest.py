"""Nested runs as rows of a tree: children under their parents, folded away or not."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence

from venturi.stores.ids import RunIds

_DEEPEST = 200


class Forest:
    """Which run stands in which row, and how deep.

    The order of the answer is kept, among the roots and among the children of each run. A run
    whose parent is not in the answer is a root, and so is one of those that are, by mistake, nested
    in each other. At first only the roots are rows.

    Args:
        ids: Ids of all runs of the answer, in its order.
        parents: Id of the parent of those that have one, by their own id.
    """

    def __init__(self, ids: Sequence[str], parents: Mapping[str, str]) -> None:
        self._ids = ids
        self._children: dict[str, array[int]] = {}
        self._parents: dict[str, str] = {}
        self._rows = array("I", range(len(ids))) if not parents else array("I")
        if parents:
            self._plant(parents)
        self._depths = bytearray(len(self._rows))

    def _plant(self, parents: Mapping[str, str]) -> None:
        wanted = set(parents.values())
        here = {run_id for run_id in self._ids if run_id in wanted}
        held = {child: parent for child, parent in parents.items() if parent in here}
        self._parents = _without_circles(held)
        for at, run_id in enumerate(self._ids):
            parent = self._parents.get(run_id)
            if parent is None:
                self._rows.append(at)
            else:
                self._children.setdefault(parent, array("I")).append(at)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def is_nested(self) -> bool:
        """Whether there is anything to fold."""
        return bool(self._children)

    @property
    def parents(self) -> tuple[str, ...]:
        """Ids of the runs that have children in the answer."""
        return tuple(self._children)

    def id_at(self, row: int) -> str | None:
        """Run id of a row; None beyond the last."""
        return self._ids[self._rows[row]] if 0 <= row < len(self._rows) else None

    def depth_at(self, row: int) -> int:
        """How many runs that one is nested in."""
        return self._depths[row]

    def row_of(self, run_id: str) -> int | None:
        """Row of a run, or of the nearest run around it that is not folded away; None for none."""
        seen = run_id
        while True:
            at = self._position(seen)
            if at is None:
                return None
            if at in self._rows:
                return self._rows.index(at)
            parent = self._parents.get(seen)
            if parent is None:
                return None
            seen = parent

    def _position(self, run_id: str) -> int | None:
        if isinstance(self._ids, RunIds):
            return self._ids.find(run_id)
        return self._ids.index(run_id) if run_id in self._ids else None

    def has_children(self, run_id: str) -> bool:
        """Whether runs of the answer are nested in a run."""
        return run_id in self._children

    def children_of(self, run_id: str) -> tuple[str, ...]:
        """Ids of the runs right under a run, in the order of the answer."""
        return tuple(self._ids[at] for at in self._children.get(run_id, ()))

    def family(self, run_id: str) -> tuple[str, ...]:
        """Ids of all runs under a run, however deep."""
        found: list[str] = []
        waiting = list(self.children_of(run_id))
        while waiting:
            each = waiting.pop()
            found.append(each)
            waiting += self.children_of(each)
        return tuple(found)

    # Folding

    def is_open(self, row: int) -> bool:
        """Whether the children of a row are shown."""
        after = row + 1
        return after < len(self._rows) and self._depths[after] > self._depths[row]

    def unfold(self, row: int) -> int:
        """Show the children of a row. How many rows that adds."""
        run_id = self.id_at(row)
        children = self._children.get(run_id or "")
        depth = self._depths[row] + 1 if children else 0
        if not children or self.is_open(row) or depth > _DEEPEST:
            return 0
        self._rows[row + 1 : row + 1] = children
        self._depths[row + 1 : row + 1] = bytes([depth]) * len(children)
        return len(children)

    def fold(self, row: int) -> int:
        """Fold what is under a row away. How many rows that takes."""
        depth, after = self._depths[row], row + 1
        while after < len(self._rows) and self._depths[after] > depth:
            after += 1
        del self._rows[row + 1 : after]
        del self._depths[row + 1 : after]
        return after - row - 1

    def unfold_all(self) -> None:
        """Show the children of every row."""
        rows, depths = array("I"), bytearray()
        waiting = [(at, 0) for at in reversed(self._roots())]
        while waiting:
            at, depth = waiting.pop()
            rows.append(at)
            depths.append(depth)
            children = self._children.get(self._ids[at]) if self._children else None
            if children and depth < _DEEPEST:
                waiting += [(child, depth + 1) for child in reversed(children)]
        self._rows, self._depths = rows, depths

    def fold_all(self) -> None:
        """Show the roots only."""
        self._rows = self._roots()
        self._depths = bytearray(len(self._rows))

    def _roots(self) -> array[int]:
        kept = (at for at, depth in zip(self._rows, self._depths, strict=True) if not depth)
        return array("I", kept)

    def unfold_these(self, run_ids: Iterable[str]) -> None:
        """Show the children of these runs, where they are rows."""
        wanted = set(run_ids)
        row = 0
        while wanted and row < len(self._rows):
            run_id = self._ids[self._rows[row]]
            if run_id in wanted:
                wanted.discard(run_id)
                self.unfold(row)
            row += 1

    @property
    def unfolded(self) -> tuple[str, ...]:
        """Ids of the runs whose children are shown."""
        depths = self._depths
        rows = (row for row in range(len(depths) - 1) if depths[row + 1] > depths[row])
        return tuple(self._ids[self._rows[row]] for row in rows)

    def parent_row(self, row: int) -> int | None:
        """Row of the parent of a row; None for a root."""
        depth = self._depths[row]
        return next((at for at in range(row - 1, -1, -1) if self._depths[at] < depth), None)

    def branches(self, row: int) -> tuple[bool, ...]:
        """For each level down to a row, whether more runs of that level come below it."""
        run_id = self.id_at(row)
        found: list[bool] = []
        while run_id is not None and run_id in self._parents:
            parent = self._parents[run_id]
            found.append(self._ids[self._children[parent][-1]] != run_id)
            run_id = parent
        return tuple(reversed(found))


def _without_circles(parents: Mapping[str, str]) -> dict[str, str]:
    """The same without those that would be their own ancestors."""
    good: dict[str, str] = {}
    roots: set[str] = set()
    for child in parents:
        path: dict[str, str] = {}
        at = child
        while at in parents and at not in good and at not in roots and at not in path:
            path[at] = parents[at]
            at = parents[at]
        if at in path:
            roots.add(at)
            del path[at]
        good |= path
    return good
