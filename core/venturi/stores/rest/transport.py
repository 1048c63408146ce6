"""Asks a tracking server until there is an answer or no hope; hands out records or our errors."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import NoReturn, TypeVar

import httpx

from venturi.errors import StoreBroken, StoreUnreachable
from venturi.stores.base import StoreOptions
from venturi.stores.rest.address import Address
from venturi.stores.rest.answer import Answer, JsonObject, NotJson
from venturi.stores.rest.clock import Clock, WallClock
from venturi.stores.rest.exchange import Call, Exchange
from venturi.stores.rest.failures import NoAnswer, attempt_of, no_answer
from venturi.stores.rest.fields import Malformed
from venturi.stores.rest.login import Login, read_login
from venturi.stores.rest.refusals import Refusals, attempt_of_status
from venturi.stores.rest.retry import Attempt, RetryRule

T = TypeVar("T")
Read = Callable[[JsonObject], T]

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
        content = json.dumps(body).encode()
        call = Call("POST", endpoint, body=content, repeatable=repeatable)
        return self._read(self._ask(call), endpoint, read)

    def close(self) -> None:
        """Let go of the connections; who waits or asks in another thread is sent home."""
        self._exchange.close()
        self._clock.wake()

    def _ask(self, call: Call) -> Answer:
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
                self._give_up(outcome, number)
            self._wait(pause, outcome)

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

    def _give_up(self, outcome: Answer | NoAnswer, number: int) -> NoReturn:
        if self._exchange.closed:
            raise self._gone()
        if isinstance(outcome, Answer):
            raise self._refusals.error(outcome, number)
        connecting = isinstance(outcome, (httpx.ConnectTimeout, httpx.PoolTimeout))
        seconds = self._exchange.connect_timeout_s if connecting else self._options.timeout_s
        raise no_answer(outcome, self.address.place, seconds) from outcome

    def _wait(self, pause: float, outcome: Answer | NoAnswer) -> None:
        what = outcome.status if isinstance(outcome, Answer) else type(outcome).__name__
        log.debug("%s: %s; trying again in %.1f s", self.address.place, what, pause)
        if self._clock.wait(pause):
            raise self._gone()

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
