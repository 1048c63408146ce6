"""Which fields are printed: what --columns says, tried on the fields that there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Any

from venturi.errors import UsageError
from venturi.settings.kinds import near
from venturi_tui.present.listing import RecordKind
from venturi_tui.present.shapes import GROUPS


class Fields:
    """The fields that a person asked for, each a name, a group or a pattern.

    `params.lr` is one param, `params` all of them, `metrics.val/*` some metrics.

    Args:
        asked: What was asked for; nothing means everything.
        kind: Which names there are.
        tables: Whether names count that only tables know.

    Raises:
        UsageError: A name that records of this kind do not have.
    """

    def __init__(
        self, asked: Sequence[str], kind: RecordKind[Any], *, tables: bool = False
    ) -> None:
        self.asked = tuple(asked)
        self.plain = tuple(name for name in kind.fields if name not in GROUPS)
        known = (*kind.fields, *(kind.extras if tables else ()))
        for name in self.asked:
            _check(name, kind, known)

    def __bool__(self) -> bool:
        return bool(self.asked)

    @property
    def is_exact(self) -> bool:
        """True when every field is named in full, so that no record is needed to list them."""
        return bool(self.asked) and not any(_is_open(name) for name in self.asked)

    def choose(self, available: Iterable[str]) -> list[str]:
        """The fields in the order asked for, those of a group or pattern in the order given."""
        held = list(available)
        chosen: dict[str, None] = {}
        for name in self.asked:
            if name in GROUPS:
                chosen.update((one, None) for one in held if one.startswith(f"{name}."))
            elif _is_open(name):
                chosen.update((one, None) for one in held if fnmatchcase(one, name))
            else:
                chosen[name] = None
        return list(chosen)


def _is_open(name: str) -> bool:
    return name in GROUPS or any(sign in name for sign in "*?[")


def _check(name: str, kind: RecordKind[Any], known: Sequence[str]) -> None:
    group, dot, key = name.partition(".")
    if dot and key and group in GROUPS and group in kind.fields:
        return
    if name in known or (_is_open(name) and name not in GROUPS):
        return
    plain = [one for one in known if one not in GROUPS]
    keyed = [f"{one}.KEY" for one in GROUPS if one in known]
    hint = near(name, known) or f"there are {', '.join([*plain, *keyed])}"
    if name in kind.extras:
        hint = "only tables have it"
    raise UsageError(f"a {kind.noun} has no field {name!r}", hint=hint)
