"""The palette: every action that works where one is, from the action table."""

from __future__ import annotations

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from venturi_tui.actions import Action, shown_keys
from venturi_tui.screens.base import VenturiScreen


class ActionProvider(Provider):
    """Finds actions by their words."""

    async def search(self, query: str) -> Hits:
        """Actions whose words are like these."""
        matcher = self.matcher(query)
        for action, words in self._offered():
            score = matcher.match(words)
            if score > 0:
                yield Hit(score, matcher.highlight(words), self._doing(action), words, action.help)

    async def discover(self) -> Hits:
        """All actions, before anything is typed."""
        for action, words in self._offered():
            yield DiscoveryHit(words, self._doing(action), words, action.help)

    def _offered(self) -> list[tuple[Action, str]]:
        screen = self.screen
        if not isinstance(screen, VenturiScreen):
            return []
        return [
            (action, f"{action.words}  {shown_keys(action)}".rstrip())
            for action in screen.offered()
        ]

    def _doing(self, action: Action) -> partial[None]:
        screen = self.screen
        assert isinstance(screen, VenturiScreen)  # noqa: S101 - offered() has made sure
        return partial(screen.perform, action)
