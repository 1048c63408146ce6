"""A model version as lines to read: what it is for, where it came from, where its files are."""

from __future__ import annotations

from venturi.records import ModelVersion, RegisteredModel, Run
from venturi_tui.present.cells import Moment
from venturi_tui.present.pieces import Piece, Role
from venturi_tui.present.run_card import CardLine, cut_lines, section, table, text_lines
from venturi_tui.present.stages import stage_words
from venturi_tui.present.version_rows import run_words
from venturi_tui.present.words import age, safe, timestamp


def version_card(
    version: ModelVersion, model: RegisteredModel, run: Run | None, width: int, moment: Moment
) -> list[CardLine]:
    """Everything about a version, then what is said of its model.

    Args:
        version: The version.
        model: The model it belongs to.
        run: The run it came from, when that is known.
        width: Cells that a line may take.
        moment: Now.
    """
    card = [_state(version, moment)]
    if version.status_message:
        card += text_lines(version.status_message, width, Role.BAD)
    if version.description:
        card += [CardLine(()), *text_lines(version.description, width, Role.TEXT)]
    card += [CardLine(()), *table(_facts(version, run), width, in_order=True)]
    if version.tags:
        card += [*section("tags", len(version.tags)), *table(dict(version.tags), width)]
    return cut_lines([*card, *_about_model(model, width)], width)


def model_card(model: RegisteredModel, width: int) -> list[CardLine]:
    """What is said of a model that has no version."""
    return cut_lines(_about_model(model, width)[1:], width)


def _state(version: ModelVersion, moment: Moment) -> CardLine:
    pieces: list[Piece] = [(stage_words(version.stage), Role.STRONG)]
    if version.aliases:
        pieces.append((f"  {' '.join(safe(each) for each in version.aliases)}", Role.ACCENT))
    if version.status != "READY":
        pieces.append((f"  {safe(version.status)}", Role.BAD))
    if version.creation_time is not None:
        past = age(version.creation_time, moment.now_ms)
        pieces.append((f"  {past}" if past.startswith("in ") else f"  {past} ago", Role.DIM))
    if version.user_id:
        pieces.append((f"  {safe(version.user_id)}", Role.DIM))
    return CardLine(tuple(pieces))


def _facts(version: ModelVersion, run: Run | None) -> dict[str, str]:
    facts = {
        "version": version.full_name,
        "run": run_words(version, run),
        "run id": version.run_id,
        "run link": version.run_link,
        "logged model": version.model_id,
        "source": version.source,
        "stored at": "" if version.storage_location == version.source else version.storage_location,
        "created": _time(version.creation_time),
        "changed": _time(version.last_updated_time),
    }
    return {name: value for name, value in facts.items() if value}


def _about_model(model: RegisteredModel, width: int) -> list[CardLine]:
    card = section(f"model {safe(model.name)}")
    if model.description:
        card += text_lines(model.description, width, Role.DIM)
    facts = {"created": _time(model.creation_time), "changed": _time(model.last_updated_time)}
    card += table({name: value for name, value in facts.items() if value}, width, in_order=True)
    return [*card, *table(dict(model.tags), width)]


def _time(ms: int | None) -> str:
    return "" if ms is None else timestamp(ms)
