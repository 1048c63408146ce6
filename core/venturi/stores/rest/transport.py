"""Asks a tracking server until there is an answer or no hope; hands out records or our errors."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NoReturn, TypeVar

import httpx

from venturi.errors import InvalidInput, StoreBroken, StoreUnreachable, VenturiError
from venturi.stores.base import StoreOptions
from venturi.stores.rest.address import Address
from venturi.stores.rest.answer import Answer, JsonObject, NotJson
from venturi.stores.rest.clock import Clock, WallClock
from venturi.stores.rest.exchange import Call, Exchange
from venturi.stores.rest.failures import NoAnswer, attempt_of, no_answer
from venturi.stores.rest.fields import Malformed
from venturi.stores.rest.login import Login, read_login
from venturi.stores.rest.refusals import NoEndpoint, Refusals, attempt_of_status
from venturi.stores.rest.retry import Attempt, RetryRule, Trouble

T = TypeVar("T")
Read = Callable[[JsonObject], T]

_LONGEST_VERSION = 40
_WORKED_ON = frozenset({Trouble.CUT_OFF, Trouble.STUMBLED, Trouble.BUSY})
_PERHAPS_DONE = "it may have been done all the same: look before you try again"

log = logging.getLogger("venturi.rest")


class Transport:
    """One server, asked by any number of threads at once.

    Args:
        address: The server.
        options: Patience and credentials.
        clock: Time; a test's own makes waiting free.
    """

    def __init__(self, address: Address, options: StoreOptions, clock: Clock | None = None) -> None:
        self.address = address
        self._options = options
        self._clock: Clock = clock or WallClock()
        self._login: Login = read_login(address, options.credentials)
        self._refusals = Refusals(address, self._login)
        self._exchange = Exchange(address, self._login, options, self._clock)

    def get(self, endpoint: str, params: Sequence[tuple[str, str]], read: Read[T]) -> T:
        """Ask with parameters in the URL; `read` makes of the answer what is returned."""
        return self._read(self._ask(Call("GET", endpoint, params)), endpoint, read)

    def post(
        self,
        endpoint: str,
        body: Mapping[str, object],
        read: Read[T],
        *,
        repeatable: bool = True,
    ) -> T:
        """Ask with a JSON body. `repeatable`: it may reach the server twice without harm."""
        return self.send("POST", endpoint, body, read, repeatable=repeatable)

    def send(
        self,
        method: str,
        endpoint: str,
        body: Mapping[str, object],
        read: Read[T],
        *,
        repeatable: bool = True,
    ) -> T:
        """As `post`, by another method: PATCH and DELETE have their JSON in the body too."""
        call = Call(method, endpoint, body=_written(body), repeatable=repeatable)
        answer = self._ask(call)
        try:
            return self._read(answer, endpoint, read)
        except StoreUnreachable as error:
            raise (error if repeatable else _in_doubt(error)) from error.__cause__

    def post_bytes(
        self, endpoint: str, body: bytes, again: Callable[[], bytes] | None = None
    ) -> None:
        """Post JSON that is written already, where the answer says nothing.

        Args:
            endpoint: Where to.
            body: The JSON.
            again: Says what to send instead when it has to be sent again; the same when None.
        """
        answer = self._ask(Call("POST", endpoint, body=body), again)
        self._read(answer, endpoint, lambda _: None)

    def version(self) -> str | None:
        """The version that the server says it is; None when it says none."""
        try:
            answer = self._ask(Call("GET", "version", at="/"))
        except NoEndpoint:
            return None
        text = answer.body[:_LONGEST_VERSION].decode("ascii", "replace").strip()
        return text if text[:1].isdigit() else None

    def pause(self, seconds: float) -> None:
        """Wait. Raises StoreUnreachable when the connection is closed meanwhile."""
        if self._clock.wait(seconds):
            raise self._gone()

    def now_ms(self) -> int:
        """Milliseconds since the epoch."""
        return int(self._clock.now() * 1000)

    def close(self) -> None:
        """Let go of the connections; who waits or asks in another thread is sent home."""
        self._exchange.close()
        self._clock.wake()

    def _ask(self, call: Call, again: Callable[[], bytes] | None = None) -> Answer:
        rule = RetryRule(self._options, repeatable=call.repeatable)
        began = self._clock.monotonic()
        number = 0
        while True:
            number += 1
            outcome = self._attempt(call)
            if isinstance(outcome, Answer) and outcome.status == 200:
                return outcome
            elapsed = self._clock.monotonic() - began
            pause = rule.pause(
                self._judged(outcome), number=number, elapsed=elapsed, chance=self._clock.chance()
            )
            if pause is None:
                self._give_up(call, outcome, number)
            self._wait(pause, outcome)
            if again is not None:
                call = replace(call, body=again())

    def _attempt(self, call: Call) -> Answer | NoAnswer:
        try:
            return self._exchange.run(call)
        except (httpx.TransportError, httpx.DecodingError) as error:
            return error
        except RuntimeError as error:
            if self._exchange.closed:
                raise self._gone() from error
            raise

    def _judged(self, outcome: Answer | NoAnswer) -> Attempt:
        if isinstance(outcome, Answer):
            return attempt_of_status(outcome, self._clock.now())
        return attempt_of(outcome)

    def _give_up(self, call: Call, outcome: Answer | NoAnswer, number: int) -> NoReturn:
        if self._exchange.closed:
            raise self._gone()
        error = self._error(outcome, number)
        if not call.repeatable and self._judged(outcome).trouble in _WORKED_ON:
            error = _in_doubt(error)
        raise error from (None if isinstance(outcome, Answer) else outcome)

    def _error(self, outcome: Answer | NoAnswer, number: int) -> VenturiError:
        if isinstance(outcome, Answer):
            return self._refusals.error(outcome, number)
        connecting = isinstance(outcome, (httpx.ConnectTimeout, httpx.PoolTimeout))
        seconds = self._exchange.connect_timeout_s if connecting else self._options.timeout_s
        return no_answer(outcome, self.address.place, seconds)

    def _wait(self, pause: float, outcome: Answer | NoAnswer) -> None:
        what = outcome.status if isinstance(outcome, Answer) else type(outcome).__name__
        log.debug("%s: %s; trying again in %.1f s", self.address.place, what, pause)
        self.pause(pause)

    def _gone(self) -> StoreUnreachable:
        return StoreUnreachable(f"the connection to {self.address.place} was closed")

    def _read(self, answer: Answer, endpoint: str, read: Read[T]) -> T:
        try:
            return read(answer.json())
        except NotJson as error:
            raise self._refusals.not_mlflow(answer, str(error)) from None
        except Malformed as error:
            where = f"{self.address.place} answered {endpoint}"
            msg = self._login.scrub(f"{where} in a shape that is not MLflow's: {error}")
            raise StoreBroken(msg) from error


def _written(body: Mapping[str, object]) -> bytes:
    """JSON in UTF-8. Raises InvalidInput for a text that is none."""
    try:
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        raise InvalidInput("a text holds half a character and cannot be sent") from None


def _in_doubt(error: VenturiError) -> VenturiError:
    """The error of a request that must not be sent twice, and may have arrived."""
    if not isinstance(error, StoreUnreachable):
        return error
    return StoreUnreachable(error.message, hint=_PERHAPS_DONE)
