"""Writes the parts of README.md that the code knows better: commands, keys, settings, exit codes.

python .ci/readme.py            writes them
python .ci/readme.py --check    says what differs, and fails if anything does
"""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import typer

from venturi.errors import VenturiError
from venturi.settings import SETTINGS, Setting
from venturi_tui.actions import key_table
from venturi_tui.cli.call import Call
from venturi_tui.cli.entry import INTERRUPTED, PROGRAM, READER_GONE
from venturi_tui.cli.grammar import common_options
from venturi_tui.cli.report import Report
from venturi_tui.cli.root import root_command
from venturi_tui.cli.waiting import TIMED_OUT

README = Path(__file__).parent.parent / "README.md"
WIDTH = 96


def main() -> int:
    """Write the README, or only compare it."""
    there = README.read_text(encoding="utf-8")
    wanted = filled(there)
    if "--check" not in sys.argv:
        README.write_text(wanted, encoding="utf-8")
        return 0
    lines = (text.splitlines(keepends=True) for text in (there, wanted))
    sys.stdout.writelines(difflib.unified_diff(*lines, "README.md", "what the code says"))
    return int(there != wanted)


def filled(text: str) -> str:
    """The README with each part between its markers made anew; other text stays."""
    for name, make in PARTS.items():
        start, end = f"<!-- {name}: written by .ci/readme.py -->\n", f"<!-- end of {name} -->"
        pattern = re.escape(start) + ".*?" + re.escape(end)
        if len(re.findall(pattern, text, re.DOTALL)) != 1:
            raise SystemExit(f"README.md has no place, or several, for the {name}")
        part = f"{start}\n{make().strip()}\n\n{end}"
        text = re.sub(pattern, lambda _, part=part: part, text, flags=re.DOTALL)
    return text


def commands() -> str:
    """A table of all commands, and the options of every one; what else each takes its help says."""
    found = list(_commands(_context(root_command(), PROGRAM, None)))
    lines = ["| command | |", "|---|---|"]
    lines += [f"| `{context.command_path}` | {_sentence(context.command)} |" for context in found]
    return "\n\n".join(["\n".join(lines), _common()])


def _context(command: Any, name: str, parent: Any) -> Any:
    context = command.context_class(
        command, info_name=name, parent=parent, obj=Call(Report()), **command.context_settings
    )
    context.terminal_width = context.max_content_width = WIDTH
    return context


def _commands(context: Any) -> Iterator[Any]:
    """Contexts of the commands that do something, in the order of the help."""
    children = getattr(context.command, "commands", {})
    if not children or context.command.invoke_without_command:
        yield context
    for name in children:
        command = context.command.get_command(context, name)
        yield from _commands(_context(command, name, context))


def _sentence(command: Any) -> str:
    """The first sentence of a command's help."""
    return re.split(r"(?<=\.)\s", command.help.strip(), maxsplit=1)[0].rstrip(".")


def _common() -> str:
    command = typer.core.TyperCommand(PROGRAM, params=[*common_options()], add_help_option=False)
    formatter = _context(command, PROGRAM, None).make_formatter()
    records = [one.get_help_record(_context(command, PROGRAM, None)) for one in command.params]
    formatter.write_dl([record for record in records if record])
    told = "Every command takes these too, before the noun or after the verb, and `--version`:"
    return f"{told}\n\n```text\n{formatter.getvalue().rstrip()}\n```"


def keys() -> str:
    """The keys of the TUI."""
    return key_table()


def settings() -> str:
    """Every setting with its names in each layer."""
    lines = ["| setting | flag | variable | key in the file | default |", "|---|---|---|---|---|"]
    return "\n".join([*lines, *map(_setting_row, SETTINGS)])


def _setting_row(setting: Setting) -> str:
    flags, env, key = (
        " ".join(f"`{name}`" for name in names)
        for names in (setting.flags, _some(setting.env), _some(setting.key))
    )
    default = setting.default
    shown = {"": "", "()": "", "True": "yes", "False": "no"}.get(str(default), f"{default:g}"
             if isinstance(default, float) else str(default))  # fmt: skip
    return f"| {setting.sentence} | {flags} | {env} | {key} | {shown} |"


def _some(name: str) -> tuple[str, ...]:
    return (name,) if name else ()


def exit_codes() -> str:
    """What each exit code means."""
    meanings = {0: "done; a `--exit-code` comparison found nothing different"}
    meanings[1] = "failed; a `--exit-code` comparison found something different"
    for family in _families():
        meanings.setdefault(family.exit_code, _sentence_of(family))
    meanings |= {TIMED_OUT: "`wait` waited as long as `--timeout` says, in vain"}
    meanings |= {INTERRUPTED: "interrupted (ctrl+c)", READER_GONE: "the reader of a pipe went away"}
    rows = [f"| {code} | {meanings[code]} |" for code in sorted(meanings)]
    return "\n".join(["| code | meaning |", "|---|---|", *rows])


def _families() -> Iterator[type[VenturiError]]:
    """Every error class, those above first."""
    waiting = [VenturiError]
    for family in waiting:
        yield family
        waiting += family.__subclasses__()


def _sentence_of(family: type[VenturiError]) -> str:
    sentence = (family.__doc__ or "").splitlines()[0].rstrip(".")
    return sentence[0].lower() + sentence[1:]


PARTS: dict[str, Callable[[], str]] = {
    "commands": commands,
    "keys": keys,
    "settings": settings,
    "exit codes": exit_codes,
}

if __name__ == "__main__":
    sys.exit(main())
