"""What a server answered, before anybody believes it: status, headers, body, and what it is."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias, cast

import httpx

JsonObject: TypeAlias = Mapping[str, object]

_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_PASSWORD_FIELD = re.compile(rb"""<input[^>]*type\s*=\s*["']?password""", re.IGNORECASE)
_MARKUP = re.compile(r"<[^>]*>")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class NotJson(ValueError):
    """A body that is no JSON object; says why in a few words."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One whole answer, decoded from whatever it was compressed with."""

    url: httpx.URL
    status: int
    reason: str
    headers: httpx.Headers
    body: bytes

    @property
    def location(self) -> str | None:
        """Where a redirect points, as sent; None when this is no redirect."""
        return self.headers.get("location") if self.status in _REDIRECTS else None

    @property
    def is_page(self) -> bool:
        """Whether this is a web page and no answer of an API."""
        start = self.body[:512].lstrip().lower()
        return "text/html" in self.headers.get("content-type", "") or start.startswith(
            (b"<!doctype html", b"<html")
        )

    @property
    def is_login_page(self) -> bool:
        """Whether it is a web page that asks for a password."""
        return self.is_page and _PASSWORD_FIELD.search(self.body) is not None

    def json(self) -> JsonObject:
        """The JSON object in the body. Bare NaN and Infinity are read as numbers.

        Raises:
            NotJson: There is none.
        """
        try:
            value: object = json.loads(self.body)
        except RecursionError:
            raise NotJson("it is nested too deeply") from None
        except UnicodeDecodeError:
            raise NotJson("it is not UTF-8") from None
        except ValueError as error:
            raise NotJson(str(error)) from None
        if not isinstance(value, dict):
            raise NotJson(f"it is a {type(value).__name__}, not an object")
        return cast("JsonObject", value)

    def error(self) -> tuple[str, str]:
        """Code and message of MLflow's error JSON; empty strings where there are none."""
        try:
            body = self.json()
        except NotJson:
            return "", ""
        return one_line(body.get("error_code")), one_line(body.get("message"))

    def words(self) -> str:
        """What it says to a person, in one short line; empty when it says nothing."""
        title = _TITLE.search(self.body) if self.is_page else None
        if title is not None:
            return one_line(html.unescape(title[1].decode("utf-8", "replace")))
        text = self.body[:4096].decode("utf-8", "replace")
        return self.error()[1] or one_line(html.unescape(_MARKUP.sub(" ", text)))


def one_line(value: object, longest: int = 200) -> str:
    """A server's text in one line without anything that acts on a terminal; long text is cut."""
    if value is None:
        return ""
    text = " ".join(str(value).split())
    text = "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
