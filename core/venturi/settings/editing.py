"""Changes the contexts of the user's config file, line by line, leaving all else as it stands."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from venturi.errors import ConfigError, Conflict, LoginRefused, NotFound
from venturi.settings.files import ConfigFile, parse_config, parts_of_header, parts_of_key

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
_VALUE = re.compile(r"""(\s*=\s*)(?:"(?:[^"\\]|\\.)*"|'[^']*')""")


class ContextFile:
    """The contexts of one config file. Nothing is written before `save`.

    Args:
        path: The file; one that is not there is empty.

    Raises:
        ConfigError: It cannot be read, or says something that is not a setting.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with path.open(encoding="utf-8", newline="") as file:
                self._text = file.read()
        except (FileNotFoundError, NotADirectoryError):
            self._text = ""
        except UnicodeDecodeError as error:
            raise ConfigError(f"{path} is not UTF-8 text", hint="save it as UTF-8") from error
        except OSError as error:
            raise ConfigError(f"cannot read {path}: {error.strerror}") from error
        self._newline = "\r\n" if "\r\n" in self._text else "\n"
        self._before = self._text = self._text.replace("\r\n", "\n")
        self._read = parse_config(path, self._text)

    @property
    def active(self) -> str:
        """Name of the context that the file makes active; empty for none."""
        return str(self._read.values.get("context", ""))

    @property
    def contexts(self) -> dict[str, tuple[str, str]]:
        """Store and registry of each context, by name; the registry is empty when not given."""
        return _places(self._read)

    def add(self, name: str, store: str, registry: str = "", *, replace: bool = False) -> bool:
        """Add a context; whether the file changes by it.

        Raises:
            ConfigError: The name cannot be one.
            Conflict: There is another context of that name, and it is not to be replaced.
        """
        if not name.strip() or not name.isprintable():
            raise ConfigError(f"{name!r} cannot be the name of a context")
        if self.contexts.get(name) == (store, registry):
            return False
        if name in self.contexts and not replace:
            raise Conflict(
                f"there is a context {name!r} already, with another store",
                hint="--replace gives it the new one",
            )
        wanted = {**self.contexts, name: (store, registry)}
        lines = _without_context(_lines(self._text), name)
        while lines and not lines[-1].strip():
            lines.pop()
        lines += [""] * bool(lines) + [f"[contexts.{_key(name)}]", f"store = {_quoted(store)}"]
        lines += [f"registry = {_quoted(registry)}"] * bool(registry)
        self._become(lines, wanted, self.active)
        return True

    def use(self, name: str) -> bool:
        """Make a context the active one; whether the file changes by it."""
        if self.active == name:
            return False
        lines = _lines(self._text)
        line = f"context = {_quoted(name)}"
        at = _line_of_active(lines)
        if at is None:
            at = _first_statement(lines)
            lines[at:at] = [line] if _is_key(lines, at) else [line, ""]
        else:
            kept = _VALUE.sub(lambda found: found[1] + _quoted(name), lines[at], count=1)
            lines[at] = kept if kept != lines[at] else line
        self._become(lines, self.contexts, name)
        return True

    def remove(self, name: str) -> None:
        """Remove a context; when it is the active one, none is active afterwards.

        Raises:
            NotFound: The file has no such context.
        """
        if name not in self.contexts:
            raise NotFound(f"no context {name!r} in {self._path}")
        wanted = {key: value for key, value in self.contexts.items() if key != name}
        active = "" if self.active == name else self.active
        lines = _without_context(_lines(self._text), name)
        at = _line_of_active(lines)
        if self.active == name and at is not None:
            del lines[at : at + 1 + _is_blank(lines, at + 1) * (at == 0)]
        self._become(lines, wanted, active)

    def save(self) -> None:
        """Write the file in one step, whole; a new one is for its owner alone to read.

        Raises:
            LoginRefused: It may not be written.
            ConfigError: It cannot be written.
        """
        if self._text == self._before:
            return
        target = Path(os.path.realpath(self._path))  # a link stays a link
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _replace(target, self._text.replace("\n", self._newline))
        except PermissionError as error:
            raise LoginRefused(f"{target} may not be written") from error
        except OSError as error:
            raise ConfigError(f"cannot write {target}: {error.strerror}") from error
        self._before = self._text

    def _become(self, lines: list[str], places: Mapping[str, tuple[str, str]], active: str) -> None:
        """Take new lines, if they say what is wanted and nothing else has changed."""
        text = "".join(f"{line}\n" for line in lines)
        by_hand = ConfigError(
            f"{self._path} is written in a way that cannot be changed from here",
            hint="write it by hand; it is not touched",
        )
        try:
            read = parse_config(self._path, text)
        except ConfigError:
            raise by_hand from None
        others = {key: value for key, value in self._read.values.items() if key != "context"}
        now = {key: value for key, value in read.values.items() if key != "context"}
        if _places(read) != places or now != others or read.values.get("context", "") != active:
            raise by_hand
        self._text, self._read = text, read


def _places(read: ConfigFile) -> dict[str, tuple[str, str]]:
    return {name: (entry.store, entry.registry) for name, entry in read.contexts.items()}


def _without_context(lines: list[str], name: str) -> list[str]:
    """The lines without the table of a context, or the keys that say the same.

    Comments that stand right above the next table belong to that one and stay.
    """
    kept: list[str] = []
    held: list[str] = []  # blank lines and comments in the table, until it is known whose they are
    table: tuple[str, ...] = ()
    for line in lines:
        header = parts_of_header(line)
        table = table if header is None else header
        key = parts_of_key(line)
        here = table if key is None else (*table, *key)
        if here[:2] != ("contexts", name):
            kept += held if header is not None else []
            held = []
            kept.append(line)
        elif key is None and header is None:
            held.append(line)
        else:
            held = []
    while kept and not kept[-1].strip() and lines[-1].strip():
        kept.pop()
    return kept


def _line_of_active(lines: list[str]) -> int | None:
    for at, line in enumerate(lines):
        if _is_header(line):
            return None
        if parts_of_key(line) == ("context",):
            return at
    return None


def _first_statement(lines: list[str]) -> int:
    """Where the first key or table stands, above its own comments; the end when there is none."""
    for at, line in enumerate(lines):
        if _is_header(line) or parts_of_key(line) is not None:
            start = at
            while start and lines[start - 1].lstrip().startswith("#"):
                start -= 1
            return start or at
    return len(lines)


def _is_header(line: str) -> bool:
    return parts_of_header(line) is not None


def _is_key(lines: list[str], at: int) -> bool:
    return at == len(lines) or parts_of_key(lines[at]) is not None


def _is_blank(lines: list[str], at: int) -> bool:
    return at < len(lines) and not lines[at].strip()


def _lines(text: str) -> list[str]:
    """Lines as TOML counts them: it ends them with nothing but line feeds."""
    return text.removesuffix("\n").split("\n") if text else []


def _key(name: str) -> str:
    return name if _BARE.match(name) else _quoted(name)


def _quoted(text: str) -> str:
    """A text as TOML's basic string, whose escapes are those of JSON; DEL is escaped too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _replace(target: Path, text: str) -> None:
    """Put a text in the place of a file, in one step, with the rights that the file has."""
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            os.chmod(name, target.stat().st_mode & 0o7777)  # noqa: PTH101
        os.replace(name, target)  # noqa: PTH105
    except BaseException:
        with suppress(OSError):
            os.unlink(name)  # noqa: PTH108
        raise
