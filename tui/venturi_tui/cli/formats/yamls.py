"""YAML: the same objects as in JSON, written record by record."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import yaml

from venturi_tui.cli.call import Call
from venturi_tui.present.shapes import Shape
from venturi_tui.present.words import safe

# Text that some YAML reader would take for a number, a truth or nothing stands in quotes.
_NOT_PLAIN = re.compile(
    r"[-+.\d].*|y|n|yes|no|on|off|true|false|null|~|nan|inf(inity)?", re.IGNORECASE
)


class _Dumper(yaml.SafeDumper):
    """Quotes texts that look like something else."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "'" if _NOT_PLAIN.fullmatch(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)  # pyright: ignore[reportUnknownMemberType]


_Dumper.add_representer(str, _text)  # pyright: ignore[reportUnknownMemberType]


def write_yaml(call: Call, shape: Shape) -> None:
    """One object."""
    call.report.data(_dump(shape))


def write_yaml_list(call: Call, shapes: Iterable[Shape]) -> None:
    """A list; each object is written as soon as it is there."""
    none = True
    for shape in shapes:
        call.report.data(_dump([shape]))
        none = False
    if none:
        call.report.data("[]\n")


def _dump(value: Any) -> str:
    text = _dumped(value, readable=True)
    if all(safe(line) == line for line in text.split("\n")):
        return text
    return _dumped(value, readable=False)


def _dumped(value: Any, *, readable: bool) -> str:
    """YAML; letters beyond ASCII as escapes unless readable."""
    return yaml.dump(
        value,
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=readable,
        default_flow_style=False,
        width=2**31,
    )
