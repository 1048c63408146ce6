"""Where a redirect may lead: never to another server with our login, never in circles."""

from __future__ import annotations

import httpx

from venturi.errors import LoginRefused, StoreUnreachable, VenturiError
from venturi.stores.rest.address import API, same_server, shown
from venturi.stores.rest.answer import Answer

MOST_HOPS = 5
_KEEPS_METHOD = frozenset({307, 308})
_FOR_EVER = frozenset({301, 308})


def next_url(answer: Answer, method: str, *, allowed: bool) -> httpx.URL:
    """Where to send the same request again.

    Args:
        answer: A redirect.
        method: How the request was sent. All but a GET are only sent again on 307 and 308:
            on the others every client makes them a GET, which asks for something else.
        allowed: Whether redirects are followed at all.

    Raises:
        LoginRefused: It leads to another server, as login pages do.
        StoreUnreachable: It must not or cannot be followed.
    """
    here, there = answer.url, _target(answer)
    if not same_server(here, there):
        raise _elsewhere(here, there)
    if not allowed:
        raise _moved(here, there, "; MLFLOW_ALLOW_HTTP_REDIRECTS=true follows redirects")
    if method != "GET" and answer.status not in _KEEPS_METHOD:
        raise _moved(here, there, "")
    return there


def new_base(answer: Answer, there: httpx.URL, endpoint: str) -> str | None:
    """The base of the server's new address, when it moved for ever and as a whole."""
    base = _base(there)
    if answer.status not in _FOR_EVER or base is None:
        return None
    return base if shown(there) == base + API + endpoint else None


def nowhere(start: httpx.URL) -> StoreUnreachable:
    """The error for a redirect to what is no address."""
    msg = f"{shown(start)} redirects to no usable address"
    return StoreUnreachable(msg, hint="a proxy before the server is set up wrongly")


def circle(start: httpx.URL) -> StoreUnreachable:
    """The error for redirects without end."""
    msg = f"{shown(start)} redirects in circles"
    return StoreUnreachable(msg, hint="a proxy before the server is set up wrongly")


def _target(answer: Answer) -> httpx.URL:
    try:
        there = answer.url.join(answer.location or "")
    except (httpx.InvalidURL, UnicodeError, ValueError):
        there = httpx.URL("")
    if there.scheme not in ("http", "https") or not there.host:
        raise nowhere(answer.url)
    return there.copy_with(userinfo=b"", fragment=None)


def _elsewhere(here: httpx.URL, there: httpx.URL) -> VenturiError:
    base = _base(there)
    msg = f"{shown(here.join('/'))} redirects to {shown(there)}"
    if here.scheme == "https" and there.scheme == "http":
        return LoginRefused(msg, hint="not followed: the way from there on is not encrypted")
    if base is not None:
        return LoginRefused(msg, hint=f"not followed: if you trust that server, use {base}")
    return LoginRefused(msg, hint="log in there, or use an address that needs no such login")


def _moved(here: httpx.URL, there: httpx.URL, more: str) -> StoreUnreachable:
    base = _base(there)
    msg = f"{shown(here.join('/'))} has moved: it redirects to {base or shown(there)}"
    return StoreUnreachable(msg, hint=f"use the address {base or shown(there)}{more}")


def _base(url: httpx.URL) -> str | None:
    """The part before MLflow's API, if the URL is one of the API."""
    base, found, _ = shown(url).partition(API)
    return base if found else None
