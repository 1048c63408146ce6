"""Searches for models and for versions on a server, put in order here where it cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeAlias, TypeVar

from venturi.filters.pushdown import can_order
from venturi.filters.subjects import Subject
from venturi.filters.tree import Node, OrderKey
from venturi.records import ModelVersion, Page, RegisteredModel
from venturi.stores.registry import ModelQuery, VersionQuery
from venturi.stores.rest.marks import Mark, digest, from_token, to_token
from venturi.stores.rest.search import Question, Search
from venturi.stores.rest.walk import LARGEST_PAGE, Fetch

R = TypeVar("R", RegisteredModel, ModelVersion)
Order: TypeAlias = Sequence[OrderKey]


class RegistrySearch(Generic[R]):
    """Answers questions about one subject.

    Args:
        subject: Models or versions.
        sort: Puts records in an order.
        pages: Makes the function that asks for pages, for a filter text and an order.
    """

    def __init__(
        self,
        subject: Subject,
        sort: Callable[[list[R], Order], list[R]],
        pages: Callable[[str, Order], Fetch[R]],
    ) -> None:
        self._subject = subject
        self._sort = sort
        self._pages = pages
        self._search: Search[R] = Search(subject)

    def page(
        self, query: ModelQuery | VersionQuery, node: Node | None, *, limit: int, token: str | None
    ) -> Page[R]:
        """At most `limit` records that match the filter `node`, in the order of the query."""
        if not can_order(query.order, self._subject):
            return self._sorted_here(query, node, limit, token)
        return self._search.page(self._question(query, node, query.order), limit=limit, token=token)

    def _question(
        self, query: ModelQuery | VersionQuery, node: Node | None, order: Order
    ) -> Question[R]:
        return Question[R](
            name=digest(repr(query)),
            filter=node,
            parts=1,
            fetch=lambda text, _: self._pages(text, order),
            first=lambda heads: heads[0],
        )

    def _sorted_here(
        self, query: ModelQuery | VersionQuery, node: Node | None, limit: int, token: str | None
    ) -> Page[R]:
        """A page in an order that no server can be asked for: reads everything that matches."""
        question = self._question(query, node, ())
        start = from_token(token, question.name)[1][0].skip if token is not None else 0
        found = self._sort(list(self._all_of(question)), query.order)
        end = start + limit
        mark = Mark(skip=end, over=end >= len(found))
        return Page(tuple(found[start:end]), to_token(question.name, "", [mark]))

    def _all_of(self, question: Question[R]) -> Iterator[R]:
        token: str | None = None
        while True:
            page = self._search.page(question, limit=LARGEST_PAGE, token=token)
            yield from page
            token = page.next_token
            if token is None:
                return
