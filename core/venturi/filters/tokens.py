"""Filter text cut into tokens: names, texts, operators, parentheses and commas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from venturi.errors import FilterError


class Shape(Enum):
    """What a token looks like; what it means depends on where it stands."""

    NAME = "name"  # bare, in back-ticks, or PREFIX.KEY with either half quoted
    TEXT = "text"  # '…' or "…", also a key in double quotes
    OPERATOR = "operator"
    OPEN = "("
    CLOSE = ")"
    COMMA = ","
    END = "the end"


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of filter text from `start` up to `end`.

    For a text, `key` is what the quotes hold. For a name, `prefix` is what stands before the first
    dot (None without a dot) and `key` the rest, without quotes; `bare` is False when either half
    was quoted, and `half_quoted` is True when quotes are around the end of the key only.
    """

    shape: Shape
    text: str
    start: int
    end: int
    prefix: str | None = None
    key: str = ""
    bare: bool = False
    half_quoted: bool = False

    def is_word(self, word: str) -> bool:
        """True for a bare name that is `word`, in any case."""
        return self.bare and self.text.upper() == word

    @property
    def shown(self) -> str:
        """The token for a message: not longer than a line has room for."""
        return shorten(self.text) if self.text else "the end"


def shorten(text: str, limit: int = 60) -> str:
    """The text, or its beginning and an ellipsis."""
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


_BARE = r"[^\s=<>!~'\"`(),;]+"
# Two quotes in a row and a quote after a backslash stay inside, as in MLflow; neither is an escape.
_SINGLE = r"'(?:''|\\'|[^'])*'"
_DOUBLE = r'"(?:""|\\"|[^"])*"'
_TICKS = r"`(?:``|[^`])*`"

_TOKEN = re.compile(
    rf"""
    (?P<ticked>{_TICKS}) (?: \. (?: (?P<ticked_quoted>{_TICKS}|{_DOUBLE}|{_SINGLE})
                                  | (?P<ticked_bare>{_BARE}) )? )?
  | (?P<bare>{_BARE}) (?P<quoted> (?<=\.) (?: {_TICKS}|{_DOUBLE}|{_SINGLE} ) )?
  | (?P<text>{_SINGLE}|{_DOUBLE})
  | (?P<operator>[<>=~!]+)
  | (?P<mark>[(),])
    """,
    re.VERBOSE,
)
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
_SPACE = re.compile(r"\s*")
_MARKS = {"(": Shape.OPEN, ")": Shape.CLOSE, ",": Shape.COMMA}


def tokens_of(text: str) -> list[Token]:
    """All tokens of a filter, the last of shape END.

    Takes time in proportion to the text. Raises FilterError for a quote that is not closed, a
    semicolon, and characters that no store can hold.
    """
    unstorable = UNSTORABLE.search(text)
    if unstorable:
        character = f"U+{ord(unstorable.group()):04X}"
        message = f"no store can hold the character {character}"
        raise FilterError(message, text=text, position=unstorable.start())
    found: list[Token] = []
    position = _skip_space(text, 0)
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _unreadable(text, position)
        token = _token(match)
        found.append(token)
        position = _skip_space(text, token.end)
    found.append(Token(Shape.END, "", len(text), len(text)))
    return found


def begun(text: str) -> tuple[list[Token], int | None]:
    """The tokens of a filter that is being typed, and where it cannot be read any further.

    That is where a quote opens that is not closed yet, or where something can never be read.
    """
    found: list[Token] = []
    position = _skip_space(text, 0)
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            return found, position
        found.append(_token(match))
        position = _skip_space(text, found[-1].end)
    return found, None


def _skip_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _unreadable(text: str, position: int) -> FilterError:
    character = text[position]
    if character == ";":
        return FilterError(
            "a filter holds no ';'", text=text, position=position, expected="AND or OR"
        )
    return FilterError(
        f"the quote {character} is not closed", text=text, position=position, expected=character
    )


def _token(match: re.Match[str]) -> Token:
    text, start, end = match.group(), match.start(), match.end()
    if match["mark"] is not None:
        return Token(_MARKS[text], text, start, end)
    if match["operator"] is not None:
        return Token(Shape.OPERATOR, text, start, end)
    if match["text"] is not None:
        return Token(Shape.TEXT, text, start, end, key=_unquoted(text))
    return _ticked_name(match) if match["bare"] is None else _bare_name(match)


def _bare_name(match: re.Match[str]) -> Token:
    text, start, end, quoted = match.group(), match.start(), match.end(), match["quoted"]
    prefix, dot, tail = text.partition(".")
    if not dot:
        return Token(Shape.NAME, text, start, end, key=text, bare=True)
    if quoted is None:
        return Token(Shape.NAME, text, start, end, prefix, tail, bare=True)
    begun = tail[: -len(quoted)]
    key = begun + _unquoted(quoted)
    return Token(Shape.NAME, text, start, end, prefix, key, half_quoted=bool(begun))


def _ticked_name(match: re.Match[str]) -> Token:
    text, head = match.group(), match["ticked"]
    if len(text) == len(head):
        return Token(Shape.NAME, text, match.start(), match.end(), key=_unquoted(text))
    quoted = match["ticked_quoted"]
    key = _unquoted(quoted) if quoted is not None else match["ticked_bare"] or ""
    return Token(Shape.NAME, text, match.start(), match.end(), head[1:-1], key)


def _unquoted(text: str) -> str:
    """What quotes hold. MLflow takes back-ticks off again inside other quotes, so do we."""
    inner = text[1:-1]
    if text[0] != "`" and len(inner) >= 2 and inner[0] == inner[-1] == "`":
        return inner[1:-1]
    return inner
