"""The model registry of a server, read and written over MLflow's REST API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from venturi import rules
from venturi.errors import Conflict, InvalidInput, NotFound, StoreBroken, StoreUnreachable
from venturi.records import ModelVersion, RegisteredModel
from venturi.stores import registry_checks as checks
from venturi.stores.base import StoreOptions
from venturi.stores.registry import NewVersion, VersionQuery
from venturi.stores.rest import registry_wire, wire
from venturi.stores.rest.address import read_address
from venturi.stores.rest.answer import JsonObject
from venturi.stores.rest.clock import Clock
from venturi.stores.rest.refusals import NoEndpoint
from venturi.stores.rest.registry_reader import RegistryReader
from venturi.stores.rest.transport import Transport

LONGEST_REGISTRATION_S: Final = 300.0
"""How long a new version may be PENDING_REGISTRATION, as in MLflow's client."""
_LOOK_EVERY_S = 1.0
_CLASH = re.compile("integrityerror|uniqueviolation|unique constraint|duplicate", re.IGNORECASE)
_PENDING, _FAILED = "PENDING_REGISTRATION", "FAILED_REGISTRATION"


def open_rest_registry(
    uri: str, options: StoreOptions, *, clock: Clock | None = None
) -> RestRegistry:
    """The model registry of a server; nothing is sent before the first question.

    Args:
        uri: `http(s)://[name:password@]host[:port][/prefix]`.
        options: Patience and credentials.
        clock: Time; a test's own makes waiting free.

    Raises:
        ConfigError: The URI or the credentials cannot be used.
    """
    return RestRegistry(Transport(read_address(uri), options, clock))


class RestRegistry(RegistryReader):
    """Keeps the promise of RegistryStore for one server.

    Servers say themselves who makes a version: a NewVersion's `user_id` is not sent.
    """

    def create_model(
        self, name: str, *, description: str = "", tags: Mapping[str, str] | None = None
    ) -> RegisteredModel:
        """Register a name. Raises Conflict when a model or prompt has it."""
        checks.check_new_model(name, description, tags or {})
        body: dict[str, object] = {"name": name}
        if description:
            body["description"] = description
        if tags:
            body["tags"] = wire.to_pairs(tags)
        try:
            made = self._transport.post(
                "registered-models/create", body, registry_wire.one_model, repeatable=False
            )
        except Conflict as error:
            raise self._taken(name, error) from error
        return self.get_model(name) if tags else made  # file stores write tags after they answer

    def rename_model(self, name: str, new_name: str) -> None:
        """Rename a model with its versions, tags and aliases. Raises Conflict when taken.

        A server on a file store would lose tags and aliases: where there are any, that is
        InvalidInput.
        """
        rules.check_model_name(new_name)
        model = self.get_model(name)
        if name == new_name:
            return
        if self._forgets_when_renaming() and self._is_marked(model):
            msg = f"the server at {self.info.address} would lose tags and aliases of '{name}'"
            raise InvalidInput(msg, hint="it has a file store: open its folder and rename there")
        body = {"name": name, "new_name": new_name}
        try:
            self._send("POST", "registered-models/rename", body, repeatable=False)
        except Conflict as error:
            raise self._taken(new_name, error) from error

    def describe_model(self, name: str, description: str) -> None:
        """Set the description of a model."""
        rules.check_description(description)
        body = {"name": name, "description": description}
        self._change_model(name, "PATCH", "registered-models/update", body)

    def delete_model(self, name: str) -> None:
        """Remove a model and all its versions, for good."""
        self.get_model(name)
        self._remove("registered-models/delete", {"name": name})

    def set_model_tag(self, name: str, key: str, value: str) -> None:
        """Set a tag of a model."""
        rules.check_registry_tag(key, value)
        body = {"name": name, "key": key, "value": value}
        self._change_model(name, "POST", "registered-models/set-tag", body)

    def delete_model_tag(self, name: str, key: str) -> None:
        """Remove a tag of a model; one that is not there is fine."""
        if key in self.get_model(name).tags:
            self._remove("registered-models/delete-tag", {"name": name, "key": key})

    def create_version(self, version: NewVersion) -> ModelVersion:
        """Create the next version of a model, in the stage `None`; numbers are never used again.

        Waits until the server has registered it.
        """
        checks.check_new_version(version)
        self.get_model(version.name)
        model_id = self._origin(version)
        body: dict[str, object] = {"name": version.name, "source": version.source}
        for field in ("run_id", "run_link", "description"):
            if value := getattr(version, field):
                body[field] = value
        if model_id:
            body["model_id"] = model_id
        if version.tags:
            body["tags"] = wire.to_pairs(version.tags)
        made = self._transport.post(
            "model-versions/create", body, registry_wire.one_version, repeatable=False
        )
        return self._located(self._registered(made))

    def describe_version(self, name: str, version: int, description: str) -> None:
        """Set the description of a version."""
        rules.check_description(description)
        body = {"description": description}
        self._change_version(name, version, "PATCH", "model-versions/update", body)

    def delete_version(self, name: str, version: int) -> None:
        """Remove a version for good, with its aliases."""
        self.get_version(name, version)
        self._remove("model-versions/delete", {"name": name, "version": str(version)})

    def transition(
        self,
        name: str,
        version: int,
        stage: str,
        *,
        archive_existing: bool = False,
        expect: str | None = None,
    ) -> ModelVersion:
        """Move a version to a stage; the version as it is then.

        MLflow's API cannot look and write in one step, so `expect` is looked at just before, and
        the version is looked at again right after. Conflict is raised when it was in another stage
        before, and nothing is written then; or when it is in another one afterwards, because
        somebody moved it on at the same moment. Who comes last of two at the same moment, within
        one round trip to the server, cannot know of the other.
        """
        goal = checks.goal_of(stage, archive_existing=archive_existing)
        checks.check_expected(self.get_version(name, version), expect)
        body = {
            "name": name,
            "version": str(version),
            "stage": goal.value,
            "archive_existing_versions": archive_existing,
        }
        self._send("POST", "model-versions/transition-stage", body, repeatable=False)
        moved = self.get_version(name, version)
        if expect is not None and moved.stage != goal.value:
            raise Conflict(
                f"{moved.full_name} went to {goal.value}, and at once to {moved.stage}",
                hint="somebody else moved it at the same moment; look at it again",
            )
        return moved

    def set_alias(self, name: str, alias: str, version: int) -> None:
        """Let an alias name a version; it is taken from the version it named before."""
        rules.check_alias(alias)
        try:
            body = {"alias": alias}
            self._change_version(name, version, "POST", "registered-models/alias", body)
        except NoEndpoint:
            msg = f"the server at {self.info.address} knows no aliases"
            raise InvalidInput(msg, hint="servers do since MLflow 2.3") from None

    def delete_alias(self, name: str, alias: str) -> None:
        """Remove an alias; one that is not there is fine."""
        if alias in self.get_model(name).aliases:
            self._remove("registered-models/alias", {"name": name, "alias": alias})

    def set_version_tag(self, name: str, version: int, key: str, value: str) -> None:
        """Set a tag of a version."""
        rules.check_registry_tag(key, value)
        body = {"key": key, "value": value}
        self._change_version(name, version, "POST", "model-versions/set-tag", body)

    def delete_version_tag(self, name: str, version: int, key: str) -> None:
        """Remove a tag of a version; one that is not there is fine."""
        if key in self.get_version(name, version).tags:
            body = {"name": name, "version": str(version), "key": key}
            self._remove("model-versions/delete-tag", body)

    def _send(
        self, method: str, endpoint: str, body: Mapping[str, object], *, repeatable: bool = True
    ) -> None:
        self._transport.send(method, endpoint, body, _nothing, repeatable=repeatable)

    def _remove(self, endpoint: str, body: Mapping[str, object]) -> None:
        """Remove what was there a moment ago: what is gone now, at the latest try, is removed."""
        try:
            self._send("DELETE", endpoint, body)
        except NotFound:
            return

    def _set(self, method: str, endpoint: str, body: Mapping[str, object]) -> None:
        """Write what may be written twice.

        When two set the same thing for the first time at the same moment, the server's database
        refuses one of them, who then comes second.
        """
        try:
            self._send(method, endpoint, body)
        except InvalidInput as error:
            if not _CLASH.search(error.message):
                raise
            self._send(method, endpoint, body)

    def _change_model(
        self, name: str, method: str, endpoint: str, body: Mapping[str, object]
    ) -> None:
        """Write what may be written twice; a refusal is understood by a look at the model."""
        try:
            self._set(method, endpoint, body)
        except (NotFound, InvalidInput):
            self.get_model(name)
            raise

    def _change_version(
        self, name: str, version: int, method: str, endpoint: str, body: Mapping[str, object]
    ) -> None:
        """The same for a version."""
        if not checks.is_possible(version):
            raise checks.no_version(name, version, self.info.address)
        try:
            self._set(method, endpoint, {"name": name, "version": str(version), **body})
        except (NotFound, InvalidInput):
            self.get_version(name, version)
            raise

    def _taken(self, name: str, error: Conflict) -> Conflict:
        try:
            return checks.taken(name, self.get_model(name).tags, self.info.address)
        except NotFound:
            return error

    def _origin(self, version: NewVersion) -> str:
        """The logged model that a new version is made of, if any.

        Servers refuse what is not there as wrong, and want the model's id beside its URI.

        Raises:
            NotFound: There is no such logged model, or no such version to copy.
        """
        origin = checks.origin_of(version.source)
        if origin is not None and origin.name:
            self.get_version(origin.name, origin.version)
        model_id = version.model_id or (origin.model_id if origin is not None else "")
        if model_id:
            try:
                self._transport.get(f"logged-models/{quote(model_id, safe='')}", (), _nothing)
            except (NotFound, InvalidInput):
                msg = f"there is no logged model '{model_id}' in {self.info.address}"
                raise NotFound(msg) from None
        return model_id

    def _registered(self, made: ModelVersion) -> ModelVersion:
        """The new version when it is ready; a server may take its time to copy the files."""
        waited = 0.0
        while made.status == _PENDING:
            if waited >= LONGEST_REGISTRATION_S:
                msg = f"{made.full_name} is not registered yet, after {waited:g} s"
                raise StoreUnreachable(msg, hint="the server goes on with it: look again later")
            self._transport.pause(_LOOK_EVERY_S)
            waited += _LOOK_EVERY_S
            made = self.get_version(made.name, made.version)
        if made.status == _FAILED:
            said = f": {made.status_message}" if made.status_message else ""
            raise StoreBroken(f"the server could not register {made.full_name}{said}")
        return made

    def _forgets_when_renaming(self) -> bool:
        """Whether the server has a file store: those order by a word that databases refuse."""
        question = [("max_results", "1"), ("order_by", "creation_timestamp ASC")]
        try:
            self._transport.get("registered-models/search", question, _nothing)
        except InvalidInput:
            return False
        return True

    def _is_marked(self, model: RegisteredModel) -> bool:
        """Whether anything is there that could be lost."""
        if model.tags or model.aliases:
            return True
        token = None
        while True:
            query = VersionQuery(name=model.name)
            page = self.search_versions(query, limit=1000, token=token)
            if any(version.tags for version in page):
                return True
            token = page.next_token
            if token is None:
                return False


def _nothing(body: JsonObject) -> None:
    del body
