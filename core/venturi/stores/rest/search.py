"""Searches over REST: what the server's grammar knows is asked, the rest is answered here."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from venturi.errors import InvalidInput
from venturi.filters.match import compile_filter
from venturi.filters.subjects import Subject
from venturi.filters.tree import Node
from venturi.records import Experiment, ModelVersion, Page, RegisteredModel, Run
from venturi.stores.rest.grammar import Grammar, Plan
from venturi.stores.rest.marks import Mark, from_token, to_token
from venturi.stores.rest.walk import Fetch, Walk

R = TypeVar("R", Run, Experiment, RegisteredModel, ModelVersion)

log = logging.getLogger("venturi.rest")


@dataclass(frozen=True)
class Question(Generic[R]):
    """What is searched.

    Attributes:
        name: A fingerprint: page tokens are good for questions of the same name only.
        filter: Which records match.
        parts: How many answers of the server make up ours.
        fetch: Makes the function that asks for pages, for a filter text and a part.
        first: Which of several records comes first in the answer.
    """

    name: str
    filter: Node | None
    parts: int
    fetch: Callable[[str, int], Fetch[R]]
    first: Callable[[Sequence[R]], R]


class Search(Generic[R]):
    """Answers questions about one subject, and remembers what the server refuses to answer."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._grammar = Grammar(subject)

    def page(self, question: Question[R], *, limit: int, token: str | None) -> Page[R]:
        """At most `limit` records, after those of earlier pages."""
        if token is None:
            return self._first_page(question, limit)
        name, marks = from_token(token, question.name)
        plan = self._grammar.plan(question.filter, name)
        if plan is None or len(marks) != question.parts:
            raise InvalidInput("the page token has been overtaken by changes in the store")
        return self._page(question, plan, marks, limit)

    def whole(self, question: Question[R], *, limit: int) -> Sequence[R] | None:
        """The first records of an answer that the server gives alone; None when it does not."""
        *plans, last = self._grammar.plans(question.filter)
        if not plans or plans[0].rest is not None:
            return None
        try:
            return self._page(question, plans[0], [Mark()] * question.parts, limit).items
        except InvalidInput as error:
            log.debug("the server refuses the filter %r: %s", plans[0].text, error)
            self._grammar.learn(plans[0], last)
            return None

    def _first_page(self, question: Question[R], limit: int) -> Page[R]:
        """Leave to the server what it takes; it refuses what is newer than itself."""
        start = [Mark()] * question.parts
        *plans, last = self._grammar.plans(question.filter)
        for plan in plans:
            try:
                page = self._page(question, plan, start, limit)
            except InvalidInput as error:
                log.debug("the server refuses the filter %r: %s", plan.text, error)
                continue
            if plan is not plans[0]:
                self._grammar.learn(plans[0], plan)
            return page
        page = self._page(question, last, start, limit)
        if plans:
            self._grammar.learn(plans[0], last)
        return page

    def _page(
        self, question: Question[R], plan: Plan, marks: Sequence[Mark], limit: int
    ) -> Page[R]:
        rest = plan.rest
        keep = None if rest is None else compile_filter(rest)
        walks = [
            Walk(question.fetch(plan.text, part), keep, mark, limit)
            for part, mark in enumerate(marks)
        ]
        found: list[R] = []
        while len(found) < limit and self._take(question, walks, found):
            pass
        token = to_token(question.name, plan.name, [walk.mark() for walk in walks])
        if rest is not None:
            self._say(plan, sum(walk.read for walk in walks), len(found))
        return Page(tuple(found), token)

    def _take(self, question: Question[R], walks: Sequence[Walk[R]], found: list[R]) -> bool:
        """Move the first of all parts' next records to `found`; False when there is none."""
        heads = [(walk, head) for walk in walks if (head := walk.head()) is not None]
        if not heads:
            return False
        walk, head = heads[0]
        if len(heads) > 1:
            head = question.first([head for _, head in heads])
            walk = next(walk for walk, other in heads if other is head)
        walk.take()
        found.append(head)
        return True

    def _say(self, plan: Plan, read: int, found: int) -> None:
        asked = f"asked the server for {plan.text!r}" if plan.text else "asked it for everything"
        words = "the server cannot answer the whole filter: %s, read %d %s to find %d"
        log.debug(words, asked, read, self._subject.value, found)
