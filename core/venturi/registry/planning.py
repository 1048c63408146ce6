"""From wished models to the steps that make them so, ordered so that production is never empty."""

from __future__ import annotations

from collections.abc import Mapping

from venturi.errors import NotFound
from venturi.records import PROMPT_TAG, Stage
from venturi.registry.naming import no_model
from venturi.registry.state import ModelState, VersionState, read_state
from venturi.registry.steps import Kind, Step
from venturi.registry.wished import ModelWish, VersionWish
from venturi.stores.registry import RegistryStore

_STAGE_TURNS = {
    Stage.PRODUCTION.value: 3,
    Stage.STAGING.value: 4,
    Stage.NONE.value: 6,
    Stage.ARCHIVED.value: 6,
}
_TURNS = {Kind.CREATE_MODEL: 0, Kind.DESCRIBE_MODEL: 1, Kind.TAG_MODEL: 1}


def plan(registry: RegistryStore, wishes: Mapping[str, ModelWish]) -> list[Step]:
    """The steps that make models as they are wished; none when they are so.

    Models are made, described and tagged first; then versions go to Production, then to Staging,
    then aliases move, and what leaves a stage and aliases that go come last.

    Raises:
        NotFound: A version that is wished for does not exist.
        Conflict: What is wished for as a model is a prompt.
    """
    state = read_state(registry, wishes)
    steps: list[Step] = []
    for name, wish in wishes.items():
        held = state.get(name)
        if held is None:
            steps.append(Step(Kind.CREATE_MODEL, name, after=""))
            held = ModelState()
        if held.tags.get(PROMPT_TAG, "").lower() == "true":
            raise no_model(name)
        _check_versions(registry, name, wish, held)
        steps += _model_steps(name, wish, held)
    return sorted(steps, key=_turn)


def _turn(step: Step) -> int:
    if step.kind is Kind.STAGE:
        return _STAGE_TURNS[step.after or ""]
    if step.kind is Kind.ALIAS:
        return 7 if step.after is None else 5
    return _TURNS.get(step.kind, 2)


def _check_versions(registry: RegistryStore, name: str, wish: ModelWish, held: ModelState) -> None:
    wanted = [*wish.versions, *(number for number in wish.aliases.values() if number is not None)]
    for number in wanted:
        if number not in held.versions:
            numbers = ", ".join(map(str, sorted(held.versions, reverse=True)[:8]))
            hint = f"there are {numbers}" if numbers else "it has no version"
            where = registry.info.address
            raise NotFound(f"no version {name}/{number} in {where}", hint=hint)


def _model_steps(name: str, wish: ModelWish, held: ModelState) -> list[Step]:
    steps: list[Step] = []
    if wish.description is not None and wish.description != held.description:
        before, after = held.description, wish.description
        steps.append(Step(Kind.DESCRIBE_MODEL, name, before=before, after=after))
    for key, value in wish.tags.items():
        if held.tags.get(key) != value:
            before = held.tags.get(key)
            steps.append(Step(Kind.TAG_MODEL, name, key=key, before=before, after=value))
    for number, version in wish.versions.items():
        steps += _version_steps(name, number, version, held.versions[number])
    for alias, named in wish.aliases.items():
        if held.aliases.get(alias) != named:
            before, after = _word(held.aliases.get(alias)), _word(named)
            steps.append(Step(Kind.ALIAS, name, key=alias, before=before, after=after))
    return steps


def _version_steps(name: str, number: int, wish: VersionWish, held: VersionState) -> list[Step]:
    steps: list[Step] = []
    if wish.description is not None and wish.description != held.description:
        before, after = held.description, wish.description
        steps.append(Step(Kind.DESCRIBE_VERSION, name, number, before=before, after=after))
    for key, value in wish.tags.items():
        if held.tags.get(key) != value:
            before = held.tags.get(key)
            steps.append(Step(Kind.TAG_VERSION, name, number, key, before, value))
    if wish.stage is not None and wish.stage != held.stage:
        steps.append(Step(Kind.STAGE, name, number, before=held.stage, after=wish.stage))
    return steps


def _word(number: int | None) -> str | None:
    return None if number is None else str(number)
