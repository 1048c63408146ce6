"""What the verbs of `models` and `versions` share: how things are found by words and shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from venturi import rules
from venturi.errors import InvalidInput, UsageError
from venturi.records import ModelVersion, Page, RegisteredModel
from venturi.registry.naming import find_model, find_version, near_stages, versions_in
from venturi.stores.registry import RegistryStore
from venturi_tui.cli.call import Call, is_alone, words_of
from venturi_tui.cli.formats import write_one, write_records
from venturi_tui.cli.formats.answer import TABLES
from venturi_tui.cli.pages import Pages, say_what_is_left
from venturi_tui.present.kinds.models import MODELS
from venturi_tui.present.kinds.versions import VERSIONS
from venturi_tui.present.listing import Moment, RecordKind

T = TypeVar("T", RegisteredModel, ModelVersion)


@dataclass(frozen=True, slots=True)
class Noun(Generic[T]):
    """A kind of thing in a registry, as commands treat it.

    Args:
        word: What one of them is called.
        kind: How they are printed.
        find: The one that a word names.
        again: The same one as it is now.
    """

    word: str
    kind: RecordKind[T]
    find: Callable[[RegistryStore, str], T]
    again: Callable[[RegistryStore, T], T]

    def found(self, call: Call, words: Sequence[str]) -> list[T]:
        """What the words name, each once; `-` stands for the lines of stdin."""
        found = [self.find(registry_of(call), word) for word in words_of(words)]
        return list({self.kind.identity(each): each for each in found}.values())

    def show_list(self, call: Call, ask: Callable[[int, str | None], Page[T]], most: int) -> None:
        """Print records of a long answer, at most so many, and tell when there are more."""
        pages = Pages(ask, most)
        write_records(call, self.kind, pages, lambda _shown: Moment(call.now_ms))
        say_what_is_left(call, pages, f"{self.word}s", None)

    def show(self, call: Call, words: Sequence[str]) -> None:
        """Print all that is known about what the words name."""
        found = [self.find(registry_of(call), word) for word in words_of(words)]
        if call.settings.output == "table" and not call.settings.columns:
            _write_sheets(call, found)
        elif is_alone(words) and call.settings.output not in TABLES:
            write_one(call, self.kind, found[0])
        else:
            write_records(call, self.kind, found, lambda _shown: Moment(call.now_ms))


def registry_of(call: Call) -> RegistryStore:
    """The registry that is asked."""
    return call.connection.registry


def stage_named(word: str) -> str:
    """The stage that a word names, in any case. Raises UsageError."""
    try:
        return rules.stage_of(word).value
    except InvalidInput as error:
        near = near_stages(word)
        hint = f"did you mean {near[0]}?" if near else error.hint
        raise UsageError(error.message, hint=hint) from error


def _write_sheets(call: Call, found: Sequence[RegisteredModel | ModelVersion]) -> None:
    from venturi_tui.present.registry_sheet import model_sections, version_sections
    from venturi_tui.present.sheet import draw_sections

    moment, paint = Moment(call.now_ms), call.report.paint
    for place, each in enumerate(found):
        if place:
            call.report.data("\n")
        if isinstance(each, ModelVersion):
            sections = version_sections(each, moment)
        else:
            sections = model_sections(each, versions_in(registry_of(call), each.name), moment)
        call.report.lines(draw_sections(sections, width=call.report.width, paint=paint))


MODEL: Noun[RegisteredModel] = Noun(
    "model",
    MODELS,
    find_model,
    lambda registry, model: registry.get_model(model.name),
)
VERSION: Noun[ModelVersion] = Noun(
    "version",
    VERSIONS,
    find_version,
    lambda registry, version: registry.get_version(version.name, version.version),
)
