"""Nested runs as a tree: nobody is lost, the order is kept, folding gives back what was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from venturi.browse import RunIds
from venturi.browse.forest import Forest


def names(forest: Forest) -> list[str]:
    return [
        "-" * forest.depth_at(row) + (forest.id_at(row) or "").lstrip("0")
        for row in range(len(forest))
    ]


def hexed(name: str) -> str:
    return name.rjust(32, "0")


def planted(ids: str, **parents: str) -> Forest:
    nested = {hexed(child): hexed(parent) for child, parent in parents.items()}
    return Forest(RunIds([hexed(each) for each in ids]), nested)


def test_children_stand_under_their_parents_when_these_are_unfolded() -> None:
    forest = planted("abcdef", b="a", d="a", e="d", f="9")
    assert names(forest) == ["a", "c", "f"]
    assert forest.unfold(0) == 2
    assert names(forest) == ["a", "-b", "-d", "c", "f"]
    assert forest.unfold(2) == 1
    assert names(forest) == ["a", "-b", "-d", "--e", "c", "f"]
    assert (forest.branches(1), forest.branches(3)) == ((True,), (False, False))
    assert [forest.parent_row(row) for row in (0, 2, 3)] == [None, 0, 2]
    assert forest.row_of(hexed("e")) == 3
    assert forest.unfolded == (hexed("a"), hexed("d"))
    assert forest.fold(0) == 3
    assert names(forest) == ["a", "c", "f"]
    assert forest.row_of(hexed("e")) == 0
    assert forest.row_of(hexed("7")) is None
    assert (forest.unfold(1), forest.fold(1)) == (0, 0)
    assert forest.family(hexed("a")) == (hexed("d"), hexed("e"), hexed("b"))


def test_what_was_unfolded_is_so_again_in_another_answer() -> None:
    forest = planted("fedcba", b="a", d="a", e="d")
    forest.unfold_these([hexed("a"), hexed("d"), hexed("9")])
    assert names(forest) == ["f", "c", "a", "-d", "--e", "-b"]


def test_runs_that_are_nested_in_each_other_are_all_there() -> None:
    forest = planted("abcd", a="b", b="c", c="a", d="d")
    forest.unfold_all()
    assert sorted(name.lstrip("-") for name in names(forest)) == ["a", "b", "c", "d"]


PARENTS = st.dictionaries(st.integers(0, 30), st.integers(0, 40), max_size=30)


@given(st.permutations(range(30)), PARENTS)
def test_nobody_is_lost_and_the_order_is_kept(order: list[int], nested: dict[int, int]) -> None:
    ids = [f"{each:032x}" for each in order]
    forest = Forest(RunIds(ids), {f"{a:032x}": f"{b:032x}" for a, b in nested.items()})
    roots = names(forest)
    forest.unfold_all()
    found = [forest.id_at(row) or "" for row in range(len(forest))]
    assert sorted(found) == sorted(ids)
    for row, run_id in enumerate(found):
        parent = forest.parent_row(row)
        assert (parent is None) == (forest.depth_at(row) == 0)
        assert parent is None or int(found[parent], 16) == nested[int(run_id, 16)]
        assert len(forest.branches(row)) == forest.depth_at(row)
    unfolded = forest.unfolded
    forest.fold_all()
    assert names(forest) == roots
    assert [ids.index(forest.id_at(row) or "") for row in range(len(forest))] == sorted(
        ids.index(forest.id_at(row) or "") for row in range(len(forest))
    )
    forest.unfold_these(unfolded)
    assert [forest.id_at(row) for row in range(len(forest))] == found
