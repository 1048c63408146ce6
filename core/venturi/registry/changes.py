"""Wishes for a registry as steps from how it is now; none when it is so already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from venturi import rules
from venturi.errors import Conflict, InvalidInput, NotFound, UsageError
from venturi.records import ModelVersion, RegisteredModel, Stage
from venturi.registry.naming import no_model, versions_in
from venturi.registry.steps import Kind, Step
from venturi.stores.registry import NewVersion, RegistryStore

REASON_TAG = "venturi.reason"
"""The tag of a version that says why it was last moved, where a reason was given."""


def move_version(
    registry: RegistryStore,
    version: ModelVersion,
    stage: str,
    *,
    archive_existing: bool = False,
    expect: str | None = None,
) -> list[Step]:
    """The step that moves a version to a stage, and tells which others it archives.

    Raises:
        InvalidInput: No such stage, or `expect` is none, or it is a version of a prompt.
        UsageError: What is in the stages None and Archived is not archived.
        Conflict: The version is not in the stage that was expected.
    """
    wished = rules.stage_of(stage).value
    if version.is_prompt:
        raise InvalidInput(
            f"{version.full_name} is a prompt, and prompts have no stages", hint="give it an alias"
        )
    if expect is not None and version.stage.lower() != rules.stage_of(expect).value.lower():
        raise Conflict(
            f"{version.full_name} is in {version.stage}, not in {rules.stage_of(expect).value}",
            hint="somebody moved it meanwhile; look at it again before you move it",
        )
    archives: tuple[int, ...] = ()
    if archive_existing:
        if wished in (Stage.NONE.value, Stage.ARCHIVED.value):
            raise UsageError(
                f"nothing is archived from the stage {wished}",
                hint="--archive-existing goes with Staging and Production",
            )
        others = versions_in(registry, version.name, wished)
        archives = tuple(each.version for each in others if each.version != version.version)
    if version.stage == wished and not archives:
        return []
    step = Step(
        Kind.STAGE,
        version.name,
        version.version,
        before=version.stage,
        after=wished,
        archives=tuple(sorted(archives)),
    )
    return [step]


def set_alias(model: RegisteredModel, version: int, alias: str) -> list[Step]:
    """The step that lets an alias name a version. Raises InvalidInput for a reserved alias."""
    rules.check_alias(alias)
    named = model.aliases.get(alias)
    if named == version:
        return []
    before = None if named is None else str(named)
    return [Step(Kind.ALIAS, model.name, key=alias, before=before, after=str(version))]


def remove_alias(model: RegisteredModel, alias: str) -> list[Step]:
    """The step that removes an alias; none when there is none."""
    named = model.aliases.get(alias)
    if named is None:
        return []
    return [Step(Kind.ALIAS, model.name, key=alias, before=str(named), after=None)]


def tag(
    thing: RegisteredModel | ModelVersion, tags: Mapping[str, str | None], *, strict: bool = False
) -> list[Step]:
    """The steps that set tags, or remove those whose value is None.

    Raises:
        InvalidInput: MLflow's rules refuse a tag.
        NotFound: A tag to remove is not there, when `strict`.
    """
    steps: list[Step] = []
    for key, value in tags.items():
        before = thing.tags.get(key)
        if value is not None:
            rules.check_registry_tag(key, value)
        elif before is None and strict:
            raise NotFound(f"{name_of(thing)} has no tag {key!r}")
        if before != value:
            steps.append(_of(thing, Kind.TAG_MODEL, Kind.TAG_VERSION, key, before, value))
    return steps


def describe(thing: RegisteredModel | ModelVersion, description: str) -> list[Step]:
    """The step that sets a description. Raises InvalidInput."""
    rules.check_description(description)
    if thing.description == description:
        return []
    kinds = (Kind.DESCRIBE_MODEL, Kind.DESCRIBE_VERSION)
    return [_of(thing, *kinds, "", thing.description, description)]


def create_model(
    name: str, *, description: str = "", tags: Mapping[str, str] | None = None
) -> list[Step]:
    """The step that registers a name. Raises InvalidInput."""
    rules.check_model_name(name)
    rules.check_description(description)
    for key, value in (tags or {}).items():
        rules.check_registry_tag(key, value)
    details = {"description": description} if description else {}
    return [Step(Kind.CREATE_MODEL, name, after="", details=details, tags=dict(tags or {}))]


def rename_model(model: RegisteredModel, name: str) -> list[Step]:
    """The step that renames a model. Raises InvalidInput."""
    rules.check_model_name(name)
    if name == model.name:
        return []
    return [Step(Kind.RENAME_MODEL, model.name, before=model.name, after=name)]


def create_version(
    registry: RegistryStore, version: NewVersion, aliases: Iterable[str] = ()
) -> list[Step]:
    """The steps that register a version, and the model when there is none of that name.

    Aliases are set by steps of their own, once the number of the version is known.

    Raises:
        InvalidInput: MLflow's rules refuse something of it.
        Conflict: The name is that of a prompt.
    """
    for alias in aliases:
        rules.check_alias(alias)
    rules.check_description(version.description)
    for key, value in version.tags.items():
        rules.check_registry_tag(key, value)
    steps: list[Step] = []
    try:
        is_prompt = registry.get_model(version.name).is_prompt
    except NotFound:
        steps += create_model(version.name)
        is_prompt = False
    if is_prompt:
        raise no_model(version.name)
    held = {
        "source": version.source,
        "run_id": version.run_id,
        "run_link": version.run_link,
        "description": version.description,
        "model_id": version.model_id,
        "user_id": version.user_id,
    }
    details = {key: value for key, value in held.items() if value}
    steps.append(Step(Kind.CREATE_VERSION, version.name, details=details, tags=dict(version.tags)))
    return steps


def delete(thing: RegisteredModel | ModelVersion) -> list[Step]:
    """The step that deletes a model with all its versions, or one version, for good."""
    return [_of(thing, Kind.DELETE_MODEL, Kind.DELETE_VERSION, "", "", None)]


def name_of(thing: RegisteredModel | ModelVersion) -> str:
    """How a person names a model or a version."""
    return thing.full_name if isinstance(thing, ModelVersion) else thing.name


def _of(
    thing: RegisteredModel | ModelVersion,
    model_kind: Kind,
    version_kind: Kind,
    key: str,
    before: str | None,
    after: str | None,
) -> Step:
    if isinstance(thing, ModelVersion):
        return Step(version_kind, thing.name, thing.version, key, before, after)
    return Step(model_kind, thing.name, 0, key, before, after)
