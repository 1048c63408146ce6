"""What a writing verb is about: names first, then the tags or keys that go with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from venturi.changes import pairs_of
from venturi.errors import UsageError
from venturi.records import Experiment, Run


def with_pairs(words: Sequence[str], noun: str) -> tuple[list[str], dict[str, str]]:
    """Names, and the pairs after them; the first word is always a name.

    Raises:
        UsageError: There are no pairs, or something else stands among them.
    """
    start = next((at for at, word in enumerate(words) if at and "=" in word), None)
    if start is None:
        raise UsageError("no KEY=VALUE is given", hint=f"name the {noun}s first, then the tags")
    return list(words[:start]), pairs_of(words[start:])


def with_keys(
    words: Sequence[str], find: Callable[[str], Experiment | Run | None], noun: str
) -> tuple[list[str], list[str]]:
    """Names, and the keys of tags after them.

    What stands after `-` is keys. Without it the first word is a name and the last one a key; a
    word between is a key as soon as something named before has such a tag, or nothing is called so.

    Args:
        words: Names and keys.
        find: Gives what a word names, or None.
        noun: What is named.

    Raises:
        UsageError: There is no key.
    """
    if len(words) < 2 or words[-1] == "-":
        raise UsageError("no KEY is given", hint=f"name the {noun}s first, then the keys of tags")
    if "-" in words:
        start = len(words) - list(reversed(words)).index("-")
        return list(words[:start]), list(words[start:])
    start = 1
    last = find(words[0]) if len(words) > 2 else None
    known = set(last.tags) if last else set[str]()
    while start < len(words) - 1 and words[start] not in known:
        last = find(words[start])
        if last is None:
            break
        known.update(last.tags)
        start += 1
    return list(words[:start]), list(words[start:])
