"""When a failed request is sent again, and after how long.

The rule is that of MLflow 3.18's client, with one difference: its client waits minutes for a
server that is down, this one gives up after `PATIENCE_S` seconds, because somebody is looking at
the screen. A server that says it is busy (408, 429, 503) is waited out as long as MLflow does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import Enum

from venturi.stores.base import StoreOptions
from venturi.stores.rest.clock import Clock

PATIENCE_S = 5.0
"""How long after the first attempt a server that is down or stumbles is tried again."""
LONGEST_PAUSE_S = 120.0
"""No single wait is longer; a server that asks for more is taken at its word and left."""
_QUICK = 1 / 8  # of the usual pause, while somebody only waits for PATIENCE_S


class Trouble(Enum):
    """Why an attempt failed, as far as trying again is concerned."""

    BUSY = "busy"  # 408, 429, 503: it asks to come back later
    STUMBLED = "stumbled"  # 500, 502, 504: it, or something before it, failed
    NOT_REACHED = "not reached"  # no connection: the request was never sent
    CUT_OFF = "cut off"  # the connection broke before the whole answer was there
    FINAL = "final"  # trying again cannot help


STATUSES: Mapping[int, Trouble] = {
    408: Trouble.BUSY,
    429: Trouble.BUSY,
    503: Trouble.BUSY,
    500: Trouble.STUMBLED,
    502: Trouble.STUMBLED,
    504: Trouble.STUMBLED,
}
_UNSEEN = frozenset({408, 429})  # statuses that say the request was not worked on


@dataclass(frozen=True, slots=True)
class Attempt:
    """One failed attempt: why, with which status (0 for none), and what the server asked for."""

    trouble: Trouble
    status: int = 0
    asked_wait_s: float | None = None


def asked_wait(header: str | None, now: float) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or a date; None for neither."""
    if header is None:
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(header).timestamp() - now)
    except (TypeError, ValueError, OverflowError):
        return None


class RetryRule:
    """Decides on one request's next attempt.

    Args:
        options: How often, and how the pauses grow.
        repeatable: Whether the request may reach the server twice. If not, it is only sent again
            when the server cannot have worked on it.
    """

    def __init__(self, options: StoreOptions, *, repeatable: bool = True) -> None:
        self._options = options
        self._repeatable = repeatable

    def pause(
        self, attempt: Attempt, *, number: int, elapsed: float, chance: float
    ) -> float | None:
        """Seconds to wait before the next attempt; None to give up.

        Args:
            attempt: What happened.
            number: How many attempts there were, this one included.
            elapsed: Seconds since the first one began.
            chance: A random number in [0, 1).
        """
        if number > self._options.max_retries or not self._may_repeat(attempt):
            return None
        asked = attempt.asked_wait_s if self._options.respect_retry_after else None
        if asked is not None:
            return asked if asked <= LONGEST_PAUSE_S else None
        if attempt.trouble is Trouble.BUSY:
            return self._backoff(number, chance)
        pause = self._backoff(number, chance) * _QUICK
        return pause if elapsed + pause <= PATIENCE_S else None

    def _may_repeat(self, attempt: Attempt) -> bool:
        if attempt.trouble is Trouble.FINAL:
            return False
        return (
            self._repeatable or attempt.trouble is Trouble.NOT_REACHED or attempt.status in _UNSEEN
        )

    def _backoff(self, number: int, chance: float) -> float:
        """Nothing before the first repetition, then factor * 2, 4, 8 … plus the jitter."""
        if number == 1:
            return 0.0
        pause = self._options.backoff_factor * 2 ** min(number - 1, 30)
        return min(LONGEST_PAUSE_S, pause + self._options.backoff_jitter * chance)


class Patience:
    """What is left of it for one request, or for several that belong together.

    `number` counts the attempts that failed.
    """

    def __init__(self, rule: RetryRule, clock: Clock) -> None:
        self.number = 0
        self._rule = rule
        self._clock = clock
        self._began = clock.monotonic()

    def pause(self, attempt: Attempt) -> float | None:
        """Seconds to wait after one more failure; None to give up."""
        self.number += 1
        elapsed = self._clock.monotonic() - self._began
        chance = self._clock.chance()
        return self._rule.pause(attempt, number=self.number, elapsed=elapsed, chance=chance)

    def renew(self) -> None:
        """Begin anew, because something was achieved."""
        self.number = 0
        self._began = self._clock.monotonic()
