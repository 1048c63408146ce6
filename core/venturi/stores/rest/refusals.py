"""What an answer that is not the one asked for means, in our own errors."""

from __future__ import annotations

import httpx

from venturi.errors import (
    Conflict,
    InvalidInput,
    LoginRefused,
    NotFound,
    StoreUnreachable,
    VenturiError,
)
from venturi.stores.rest.address import Address, host_and_port, shown
from venturi.stores.rest.answer import Answer
from venturi.stores.rest.login import Login
from venturi.stores.rest.retry import STATUSES, Attempt, Trouble, asked_wait

_LOGIN_HINT = "set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN"
_ADDRESS_HINT = "is the address right? A server behind a path prefix has it in its address"
_BY_CODE: dict[str, type[VenturiError]] = {
    "RESOURCE_DOES_NOT_EXIST": NotFound,
    "NOT_FOUND": NotFound,
    "INVALID_PARAMETER_VALUE": InvalidInput,
    "BAD_REQUEST": InvalidInput,
    "RESOURCE_ALREADY_EXISTS": Conflict,
    "ALREADY_EXISTS": Conflict,
    "RESOURCE_CONFLICT": Conflict,
    "ABORTED": Conflict,
    "INVALID_STATE": Conflict,  # by MLflow's handlers when a thing was deleted meanwhile
}
_LOGIN_CODES = {"UNAUTHENTICATED": 401, "CUSTOMER_UNAUTHORIZED": 401, "PERMISSION_DENIED": 403}
_NEVER_TRACKS = b"--artifacts-only"


def attempt_of_status(answer: Answer, now: float) -> Attempt:
    """How the answer counts for trying again; `now` is in seconds since the epoch."""
    trouble = STATUSES.get(answer.status, Trouble.FINAL)
    if _NEVER_TRACKS in answer.body or answer.error()[0] in _BY_CODE:
        trouble = Trouble.FINAL
    wait = asked_wait(answer.headers.get("retry-after"), now)
    return Attempt(trouble, answer.status, wait if trouble is not Trouble.FINAL else None)


class NoEndpoint(StoreUnreachable):
    """The server has no such endpoint: it is older, or not MLflow's."""


class Refusals:
    """Puts answers of one server into errors; what the server says goes in without our secrets."""

    def __init__(self, address: Address, login: Login) -> None:
        self._address = address
        self._login = login

    def error(self, answer: Answer, attempts: int = 1) -> VenturiError:
        """The error for an answer that is no success, after so many attempts."""
        code, _ = answer.error()
        kind = _BY_CODE.get(code)
        if kind is not None:
            return kind(self._said(answer) or f"{self._place} answers {code}")
        status = _LOGIN_CODES.get(code, answer.status)
        if status == 401:
            return self._login_needed(answer)
        if status == 403:
            return self._not_allowed(answer)
        if status in (404, 405):
            return self._not_there(answer)
        if status == 407:
            msg = "the proxy asks for a login"
            return StoreUnreachable(msg, hint="put it into HTTPS_PROXY or HTTP_PROXY")
        return self._failed(answer, attempts)

    def not_mlflow(self, answer: Answer, reason: str) -> VenturiError:
        """The error for a success that is not in MLflow's JSON."""
        if answer.is_login_page:
            msg = f"{self._place} answered with a login page{self._quoted(answer)}"
            return LoginRefused(msg, hint=_LOGIN_HINT)
        if answer.is_page:
            page = f"a web page{self._quoted(answer)}"
            msg = f"{self._address.base} answered with {page}, not MLflow's API"
            return StoreUnreachable(msg, hint=_ADDRESS_HINT)
        if not answer.body.strip():
            return StoreUnreachable(f"{self._place} gave an empty answer", hint=_ADDRESS_HINT)
        msg = f"{self._place} gave an answer that is not MLflow's JSON: {self._login.scrub(reason)}"
        return StoreUnreachable(msg, hint="try again; a proxy may have cut it")

    @property
    def _place(self) -> str:
        return self._address.place

    def _said(self, answer: Answer) -> str:
        return self._login.scrub(answer.words())

    def _quoted(self, answer: Answer) -> str:
        words = self._said(answer)
        return f" “{words}”" if words else ""

    def _login_needed(self, answer: Answer) -> LoginRefused:
        if self._login.kind == "basic":
            return LoginRefused(
                f"{self._place} refuses the user name and password",
                hint="check MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD",
            )
        if self._login.kind == "token":
            offered = answer.headers.get("www-authenticate", "").partition(" ")[0].lower()
            hint = "check MLFLOW_TRACKING_TOKEN; it may have expired"
            if offered == "basic":
                hint = "it wants MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD"
            return LoginRefused(f"{self._place} refuses the token", hint=hint)
        return LoginRefused(f"{self._place} asks for a login", hint=_LOGIN_HINT)

    def _not_allowed(self, answer: Answer) -> LoginRefused:
        said = self._said(answer)
        if "host header" in said.lower():
            host = host_and_port(answer.url)
            return LoginRefused(
                f"the server does not go by the name {host}: {said}",
                hint=f"start it with --allowed-hosts {host}, or use an address it knows",
            )
        if answer.error()[0] or not answer.is_page:
            msg = f"{self._place} does not allow this: {said or 'forbidden'}"
        else:
            msg = f"{self._place} does not allow this{self._quoted(answer)}"
        hint = (
            "ask for the permission, or log in as somebody else"
            if self._login.kind
            else _LOGIN_HINT
        )
        return LoginRefused(msg, hint=hint)

    def _not_there(self, answer: Answer) -> NoEndpoint:
        said = f": {self._said(answer)}" if answer.error()[1] else ""
        msg = f"there is no MLflow API at {self._address.base} (answer {answer.status}{said})"
        origin = shown(httpx.URL(self._address.base).join("/")).rstrip("/")
        if origin != self._address.base:
            hint = f"check the path, and try {origin}: older servers keep their API at the root"
            return NoEndpoint(msg, hint=hint)
        return NoEndpoint(msg, hint=_ADDRESS_HINT)

    def _failed(self, answer: Answer, attempts: int) -> StoreUnreachable:
        words = httpx.codes.get_reason_phrase(answer.status) or answer.reason
        said = self._said(answer)
        tried = f", {attempts} times" if attempts > 1 else ""
        msg = f"{self._place} answers {answer.status} {words}".rstrip() + tried
        if said and said.lower() != words.lower():
            msg += f": {said}"
        return StoreUnreachable(msg, hint=_way_on(answer))


def _way_on(answer: Answer) -> str:
    if _NEVER_TRACKS in answer.body:
        return "this server keeps artifacts only: use the address of the tracking server"
    if "https" in answer.words().lower() and answer.status == 400:
        return "try the address with https://"
    wait = answer.headers.get("retry-after")
    if wait is not None and wait.isdecimal():
        return f"it asks to come back in {wait} s"
    return "try again later, or look into the server's log" if answer.status >= 500 else ""
