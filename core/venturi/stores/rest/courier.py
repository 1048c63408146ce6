"""Carries files to and from a tracking server, with the login and patience of every question."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NoReturn, TypeVar

import httpx

from venturi.errors import ConfigError, VenturiError
from venturi.stores.base import StoreOptions
from venturi.stores.rest.address import Address, read_address
from venturi.stores.rest.answer import Answer, JsonObject
from venturi.stores.rest.clock import Clock, WallClock
from venturi.stores.rest.exchange import Call, Opened
from venturi.stores.rest.failures import NoAnswer, no_answer
from venturi.stores.rest.retry import Attempt, Patience, RetryRule, Trouble
from venturi.stores.rest.transport import Transport

T = TypeVar("T")

_SERVES_NONE = b"serve-artifacts"
"""What a server says whose endpoints for artifacts are turned off."""


class Courier(Transport):
    """A transport for what is too large to be held in memory, or is no JSON.

    Args:
        address: The server.
        options: Patience and credentials.
        clock: Time; a test's own makes waiting free.
    """

    def __init__(self, address: Address, options: StoreOptions, clock: Clock | None = None) -> None:
        clock = clock or WallClock()
        super().__init__(address, options, clock)
        self._time = clock
        self._timeout_s = options.timeout_s
        self._rule = RetryRule(options)

    def ask(self, call: Call, read: Callable[[JsonObject], T]) -> T:
        """Ask as the call says; `read` makes of the answer's JSON what is returned."""
        return self._read(self._insist(call, self._exchange.run), call.endpoint, read)

    def bring(self, call: Call) -> None:
        """Send what the call holds; the server says no more than that it is done."""
        self._insist(call, self._exchange.run)

    def begin(self, call: Call, good: frozenset[int]) -> Opened:
        """An answer of a good status, its body still to come; in the end close its `response`."""
        answer = self._insist(call, lambda call: self._exchange.begin(call, good))
        assert isinstance(answer, Opened)  # noqa: S101 - 200 is one of the good ones
        return answer

    def parts_of(self, answer: Opened) -> Iterator[bytes]:
        """The body as it comes.

        Raises:
            httpx.TransportError, httpx.DecodingError: It breaks off; see `lose`.
        """
        try:
            yield from self._exchange.parts_of(answer.response)
        except RuntimeError as error:
            if self._exchange.closed:
                raise self._gone() from error
            raise

    def patience(self) -> Patience:
        """A fresh patience: whatever is asked here may reach the server twice."""
        return Patience(self._rule, self._time)

    def lose(self, outcome: Answer | NoAnswer, patience: Patience) -> None:
        """Wait after a failure. Raises the error that it means when patience is at its end."""
        pause = patience.pause(self._weighed(outcome))
        if pause is None or self._exchange.closed:
            self.give_up(outcome, patience.number)
        self._wait(pause, outcome)

    def give_up(self, outcome: Answer | NoAnswer, number: int = 1) -> NoReturn:
        """Raise the error that a failure means, after so many attempts."""
        if self._exchange.closed:
            raise self._gone()
        if isinstance(outcome, Answer):
            raise self._refusal(outcome, number)
        connecting = isinstance(outcome, (httpx.ConnectTimeout, httpx.PoolTimeout))
        seconds = self._exchange.connect_timeout_s if connecting else self._timeout_s
        raise no_answer(outcome, self.address.place, seconds) from outcome

    def _insist(self, call: Call, send: Callable[[Call], Answer]) -> Answer:
        patience = self.patience()
        while True:
            outcome = self._sent(call, send)
            if isinstance(outcome, Opened):
                return outcome
            if isinstance(outcome, Answer) and outcome.status == 200:
                return outcome
            self.lose(outcome, patience)

    def _sent(self, call: Call, send: Callable[[Call], Answer]) -> Answer | NoAnswer:
        try:
            return send(call)
        except (httpx.TransportError, httpx.DecodingError) as error:
            return error
        except RuntimeError as error:
            if self._exchange.closed:
                raise self._gone() from error
            raise

    def _weighed(self, outcome: Answer | NoAnswer) -> Attempt:
        if isinstance(outcome, Answer) and _SERVES_NONE in outcome.body:
            return Attempt(Trouble.FINAL, outcome.status)
        return self._judged(outcome)

    def _refusal(self, answer: Answer, number: int) -> VenturiError:
        if _SERVES_NONE in answer.body:
            msg = f"{self.address.place} hands out no artifacts"
            return ConfigError(msg, hint="run that server with --serve-artifacts")
        return self._refusals.error(answer, number)


def open_courier(uri: str, options: StoreOptions, *, clock: Clock | None = None) -> Courier:
    """The courier of a server; nothing is sent yet. Raises ConfigError as `open_rest` does."""
    return Courier(read_address(uri), options, clock)
