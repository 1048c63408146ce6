"""What one can wish for models, and for models and versions alike: words, tags, names, no more."""

from __future__ import annotations

from collections.abc import Mapping

from venturi.records import ModelVersion, RegisteredModel, Run
from venturi.registry import changes
from venturi.registry.naming import versions_in
from venturi.registry.sources import version_from_run
from venturi.stores.base import TrackingStore
from venturi.stores.registry import RegistryStore
from venturi_tui.present.stages import aliases_words, serving_words
from venturi_tui.present.words import exact_count
from venturi_tui.screens.registry_wishes import Plan, RegistryWish, Said
from venturi_tui.screens.version_wishes import FINAL, plan_of, typable

_MOST_LISTED = 12


def describe_wish(thing: RegisteredModel | ModelVersion, text: str) -> RegistryWish:
    """Describe a model or version. Raises InvalidInput when the text is too long."""
    changes.describe(thing, text)
    name = changes.name_of(thing)
    noun = _noun(thing)

    def plan(registry: RegistryStore, archive: bool) -> Plan:
        del archive
        return plan_of(changes.describe(_now(registry, thing), text))

    return RegistryWish(
        f"Describe {name} anew?",
        name,
        f"{noun} describe",
        plan,
        lambda _said: [noun, "describe", name, text],
    )


def tags_wish(
    thing: RegisteredModel | ModelVersion, tags: Mapping[str, str | None]
) -> RegistryWish:
    """Set tags of a model or version, and remove those whose value is None.

    Raises InvalidInput.
    """
    changes.tag(thing, tags)
    name, noun = changes.name_of(thing), _noun(thing)
    gone = [key for key, value in tags.items() if value is None]
    put = [f"{key}={value}" for key, value in tags.items() if value is not None]

    def plan(registry: RegistryStore, archive: bool) -> Plan:
        del archive
        return plan_of(changes.tag(_now(registry, thing), tags))

    def command(_said: Said) -> list[str]:
        if gone and put:
            return []  # that takes two commands
        return [noun, "untag", name, *gone] if gone else [noun, "tag", name, *put]

    verb = "tag" if put else "untag"
    return RegistryWish(f"Change tags of {name}?", name, f"{noun} {verb}", plan, command)


def rename_wish(model: RegisteredModel, name: str) -> RegistryWish:
    """Rename a model. Raises InvalidInput when it may not be called that."""
    changes.rename_model(model, name)

    def plan(registry: RegistryStore, archive: bool) -> Plan:
        del archive
        about = ("whoever asks for it by its old name finds nothing any more",)
        return Plan(tuple(changes.rename_model(registry.get_model(model.name), name)), about)

    return RegistryWish(
        f"Rename {model.name}?",
        model.name,
        "models rename",
        plan,
        lambda _said: ["models", "rename", model.name, name],
    )


def delete_model_wish(model: RegisteredModel) -> RegistryWish:
    """Delete a model with all its versions, for good."""

    def plan(registry: RegistryStore, archive: bool) -> Plan:
        del archive
        now = registry.get_model(model.name)
        numbers = [each.version for each in versions_in(registry, model.name)]
        return Plan(tuple(changes.delete(now)), (*_lost(now, numbers), FINAL))

    return RegistryWish(
        f"Delete {model.name} and all its versions?",
        model.name,
        "models delete",
        plan,
        lambda _said: ["models", "delete", model.name, "--yes"],
        typed=typable(model.name),
    )


def register_wish(
    name: str, run: Run, path: str, tracking: TrackingStore, *, seen: bool
) -> RegistryWish:
    """Register a version of a run, and the model when there is none of that name.

    Args:
        name: The model.
        run: Where the version comes from.
        path: The model's folder among the artifacts of the run, or its name as a logged model.
        tracking: Where the run is.
        seen: Whether a model is known to be there.
    """

    def plan(registry: RegistryStore, archive: bool) -> Plan:
        del archive
        version = version_from_run(name, run, path, tracking)
        unseen = not seen and not version.model_id
        about = (f"no MLmodel file is seen in {path!r}",) if unseen else ()
        return Plan(tuple(changes.create_version(registry, version)), about)

    return RegistryWish(
        f"Register a version of {name}?",
        name,
        "versions create",
        plan,
        lambda _said: ["versions", "create", name, "--run", run.run_id, "--path", path],
    )


def _lost(model: RegisteredModel, numbers: list[int]) -> list[str]:
    """What goes with a model."""
    if not numbers:
        return ["it has no versions"]
    shown = ", ".join(map(str, numbers[:_MOST_LISTED]))
    more = ", …" if len(numbers) > _MOST_LISTED else ""
    one = "1 version goes" if len(numbers) == 1 else f"{exact_count(len(numbers))} versions go"
    lines = [f"{one} with it: {shown}{more}"]
    serving = serving_words(model)
    if serving:
        lines.append(f"in use: {serving}")
    if model.aliases:
        lines.append(f"its aliases go with it: {aliases_words(model.aliases)}")
    return [*lines, "the files of the models stay where they are"]


def _now(
    registry: RegistryStore, thing: RegisteredModel | ModelVersion
) -> RegisteredModel | ModelVersion:
    if isinstance(thing, ModelVersion):
        return registry.get_version(thing.name, thing.version)
    return registry.get_model(thing.name)


def _noun(thing: RegisteredModel | ModelVersion) -> str:
    return "versions" if isinstance(thing, ModelVersion) else "models"
