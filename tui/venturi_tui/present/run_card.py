"""A run as lines to read: how it went, its metrics, params, tags and where it came from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast

from rich.cells import cell_len

from venturi.compare.nested import read_nested
from venturi.records import Metric, Run
from venturi.watching.health import Health, signs_of
from venturi_tui.present.cells import Moment, cut
from venturi_tui.present.notices import wrapped
from venturi_tui.present.pieces import Line, Piece, Role, fitted, line
from venturi_tui.present.run_state import pace_lines, silence_line
from venturi_tui.present.words import (
    age,
    duration,
    exact_count,
    number,
    safe,
    status_glyph,
    status_word,
    timestamp,
)

DESCRIPTION = "mlflow.note.content"
_WIDEST_KEY = 32
_DEEPEST = 6
_MOST_LEAVES = 400
_OF_MACHINE = "system/"


@dataclass(frozen=True, slots=True)
class Way:
    """What a line leads to: a `run` by its id, or `files` by their path or address."""

    kind: str
    word: str


@dataclass(frozen=True, slots=True)
class CardLine:
    """A line of a card. `value` is the full text behind it, `label` what that is called.

    `way` is what opening the line leads to; None shows the value.
    """

    pieces: Line
    label: str = ""
    value: str | None = None
    way: Way | None = None


def summary(run: Run, width: int, moment: Moment) -> list[CardLine]:
    """A run in a small pane: what matters most first, params and tags flowing side by side."""
    card = [CardLine(state_line(run, moment)), *live_lines(run, moment, width)]
    card += [CardLine(each) for each in _flow(_pairs(run.params), width)]
    card += [CardLine(()), *_metrics(run, width)] if run.latest else []
    origin = origin_line(run)
    card += [CardLine(()), CardLine(origin)] if origin else []
    tags = {key: value for key, value in run.tags.items() if not key.startswith("mlflow.")}
    card += [CardLine(each) for each in _flow(_pairs(tags), width)]
    if note := run.tags.get(DESCRIPTION):
        card += [CardLine(()), *text_lines(note, width, Role.DIM)]
    return cut_lines(card, width)


def cut_lines(card: list[CardLine], width: int) -> list[CardLine]:
    """The same lines, none wider than the pane."""
    return [replace(each, pieces=fitted(each.pieces, width)) for each in card]


def state_line(run: Run, moment: Moment) -> Line:
    """`● running 12m`, `✓ done 2h ago, took 41m`."""
    running = run.status == "RUNNING"
    state = f"{status_glyph(run.status)} {status_word(run.status)}"
    pieces: list[Piece] = [(state, Role.RUNNING if running else Role.TEXT)]
    if run.start_time is not None:
        past = moment.now_ms - run.start_time
        over = None if running else run.end_time
        took = None if over is None else over - run.start_time
        words = (
            f"  for {duration(past)}" if running else f"  {age(run.start_time, moment.now_ms)} ago"
        )
        pieces.append((words, Role.DIM))
        if took is not None:
            pieces.append((f", took {duration(took)}", Role.DIM))
    if run.user_id:
        pieces.append((f"  {safe(run.user_id)}", Role.DIM))
    if run.lifecycle_stage.value == "deleted":
        pieces.append(("  deleted", Role.BAD))
    return tuple(pieces)


def live_lines(run: Run, moment: Moment, width: int) -> list[CardLine]:
    """How fast a running run goes, and whether it has fallen silent."""
    if run.status != "RUNNING":
        return []
    signs = signs_of(run, moment.gaps.get(run.run_id), moment.now_ms)
    pace = None if signs.health is Health.GONE else moment.paces.get(run.run_id)
    lines = [*pace_lines(pace, width), silence_line(signs)]
    return [CardLine(each) for each in lines if each]


def origin_line(run: Run) -> Line:
    """`git 3fa91c2  train.py`, as far as it is known."""
    pieces: list[Piece] = []
    if commit := run.tags.get("mlflow.source.git.commit"):
        pieces += [("git ", Role.DIM), (safe(commit[:7]), Role.TEXT), ("  ", Role.DIM)]
    if source := run.tags.get("mlflow.source.name"):
        pieces.append((safe(source.rpartition("/")[2] or source), Role.TEXT))
    return tuple(pieces)


def section(name: str, count: int | None = None) -> list[CardLine]:
    """The heading of a part of a card, with an empty line before it."""
    pieces: list[Piece] = [(name, Role.ACCENT)]
    if count is not None:
        pieces.append((f" {exact_count(count)}", Role.DIM))
    return [CardLine(()), CardLine(tuple(pieces))]


def grouped(run: Run) -> tuple[list[Metric], list[Metric]]:
    """The metrics by key; apart from them, those that MLflow measures of the machine."""
    held = sorted(run.latest.values(), key=lambda metric: metric.key)
    own = [metric for metric in held if not metric.key.startswith(_OF_MACHINE)]
    return own, [metric for metric in held if metric.key.startswith(_OF_MACHINE)]


def _metrics(run: Run, width: int) -> list[CardLine]:
    own, machine = grouped(run)
    shown = [*own, *machine]
    widest = min(max((cell_len(safe(each.key)) for each in shown), default=0), width // 2)
    return [_metric(metric, widest) for metric in shown]


def _metric(metric: Metric, widest: int) -> CardLine:
    value = number(metric.value)
    step = f"  at {exact_count(metric.step)}"
    key = cut(safe(metric.key), widest)
    pieces = line((key, Role.DIM), f"  {value:>10}", (step, Role.DIM))
    full_text = f"{metric.value!r} at step {metric.step}, {timestamp(metric.timestamp)}"
    return CardLine(pieces, metric.key, full_text)


def table(held: dict[str, str], width: int, *, in_order: bool = False) -> list[CardLine]:
    """Keys and values, one a line; by key unless their order is meant."""
    widest = max((cell_len(safe(key)) for key in held), default=0)
    widest = min(widest, _WIDEST_KEY, max(8, width // 2))
    card: list[CardLine] = []
    for key in held if in_order else sorted(held):
        card += _entry(key, held[key], widest, width)
    return card


def _entry(key: str, value: str, widest: int, width: int) -> list[CardLine]:
    """A key and its value; a value that is JSON with something in it as a line for each leaf."""
    leaves = list(_leaves(value))
    if not leaves:
        shown = line((cut(safe(key), widest), Role.DIM), f"  {safe(value)}")
        return [CardLine(shown, key, value)]
    card = [CardLine(line((safe(key), Role.DIM)), key, value)]
    deepest = max(cell_len(name) for name, _ in leaves)
    room = min(max(deepest, widest - 2), max(8, width // 2))
    for name, text in leaves:
        shown = line((f"  {cut(name, room)}", Role.DIM), f"  {safe(text)}")
        card.append(CardLine(shown, f"{key} {name}", text))
    return card


def _leaves(value: str) -> Iterator[tuple[str, str]]:
    """Paths and values in a dictionary or list, as JSON or as Python writes it; else nothing."""
    held = read_nested(value)
    if held is None:
        return
    for count, leaf in enumerate(_walk(held, "", 0)):
        if count == _MOST_LEAVES:
            yield "…", ""
            return
        yield leaf


def _walk(held: object, path: str, depth: int) -> Iterator[tuple[str, str]]:
    if depth < _DEEPEST and isinstance(held, dict) and held:
        for key, value in cast("dict[object, object]", held).items():
            name = safe(str(key))
            yield from _walk(value, f"{path}.{name}" if path else name, depth + 1)
    elif depth < _DEEPEST and _is_deep(cast("object", held)):
        for place, value in enumerate(cast("Sequence[object]", held)):
            yield from _walk(value, f"{path}[{place}]", depth + 1)
    elif path:
        yield path, held if isinstance(held, str) else _written(cast("object", held))


def _is_deep(held: object) -> bool:
    """Lists of single values stay on one line."""
    if not isinstance(held, (list, tuple)):
        return False
    return any(isinstance(each, (dict, list, tuple)) for each in cast("Sequence[object]", held))


def _written(held: object) -> str:
    try:
        return json.dumps(held, ensure_ascii=False)
    except (TypeError, ValueError):  # a set or bytes in what Python printed
        return repr(held)


def _pairs(held: object) -> list[tuple[str, str]]:
    pairs = cast("dict[str, str]", held)
    return [(safe(key), safe(pairs[key])) for key in sorted(pairs)]


def _flow(pairs: list[tuple[str, str]], width: int) -> list[Line]:
    """Pairs side by side, as many on a line as fit."""
    lines: list[list[Piece]] = []
    room = 0
    for key, value in pairs:
        size = cell_len(key) + cell_len(value) + 1
        if lines and size + 3 <= room:
            lines[-1].append(("   ", Role.TEXT))
            room -= 3
        else:
            lines.append([])
            room = width
        lines[-1] += [(key, Role.DIM), (f" {value}", Role.TEXT)]
        room -= size
    return [tuple(each) for each in lines]


def text_lines(text: str, width: int, role: Role) -> list[CardLine]:
    """A longer text, broken into lines."""
    rows = [row for each in text.splitlines() for row in wrapped(safe(each), max(8, width))]
    return [CardLine(((row, role),)) for row in rows]
