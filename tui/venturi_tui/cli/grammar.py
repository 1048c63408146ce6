"""The grammar of the command line: nouns, verbs, and options that may stand anywhere."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any, ClassVar

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from venturi import __version__
from venturi.settings import SETTINGS, Setting
from venturi_tui.cli.call import Call, call_of

_METAVARS = {
    "store": "URI",
    "context": "NAME",
    "output": "FORMAT",
    "columns": "LIST",
    "color": "WHEN",
}
_TURNED_OFF = {"headers": "Leave out the names of the columns."}
_COMMON = "Options of every command"


def common_options(outputs: Sequence[str] = ()) -> list[TyperOption]:
    """Fresh options, one for each setting that has a flag for every command.

    Args:
        outputs: The formats of a command that has others than all the rest.
    """
    everywhere = (setting for setting in SETTINGS if setting.flags and setting.everywhere)
    return [
        _option(setting, choices=outputs if setting.name == "output" else ())
        for setting in everywhere
    ]


def version_option() -> TyperOption:
    """A fresh option that prints the version wherever it stands, and leaves."""

    def show(context: Any, _option: object, asked: bool | None) -> None:
        if asked and not context.resilient_parsing:
            call_of(context).report.data(f"venturi {__version__}\n")
            context.exit()

    return TyperOption(
        param_decls=["common_version", "--version"],
        is_flag=True,
        default=None,
        is_eager=True,
        expose_value=False,
        callback=show,
        help="Print the version and leave.",
        rich_help_panel=_COMMON,
    )


def own_option(name: str) -> TyperOption:
    """The option of a setting that belongs to some commands only."""
    return _option(next(each for each in SETTINGS if each.name == name), panel=None)


def _option(
    setting: Setting, panel: str | None = _COMMON, choices: Sequence[str] = ()
) -> TyperOption:
    words = tuple(choices) or setting.kind.choices

    def remember(
        context: typer.Context, _option: object, value: str | bool | None
    ) -> str | bool | None:
        if value is not None and isinstance(context.obj, Call):
            context.obj.flags[setting.name] = value
        return value

    def complete(_context: object, _args: list[str], _incomplete: str) -> list[Any]:
        return list(words)

    sentence = _TURNED_OFF.get(setting.name, setting.sentence)
    if words:
        sentence = f"{sentence.rstrip('.')}: {', '.join(words)}."
    return TyperOption(
        param_decls=[f"common_{setting.name}", *setting.flags],
        is_flag=setting.name not in _METAVARS,
        metavar=_METAVARS.get(setting.name),
        default=None,
        help=sentence,
        expose_value=False,
        callback=remember,
        autocompletion=complete if words else None,
        rich_help_panel=panel,
    )


class Verb(TyperCommand):
    """A command that also takes the options of every command; what stands later wins.

    `outputs` are the formats of a command that has others than all the rest.
    """

    outputs: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **keywords: Any) -> None:
        super().__init__(*args, **keywords)
        self.params.extend([*common_options(self.outputs), version_option()])

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read arguments and options."""
        with _knowing(ctx):
            return super().parse_args(ctx, args)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Arguments, own options, then those of every command."""
        _format_options(self, ctx, formatter)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Examples, line by line as they were written."""
        _format_epilog(self, formatter)


class Noun(TyperGroup):
    """A noun and its verbs; alone it shows its help and fails."""

    def __init__(self, *args: Any, **keywords: Any) -> None:
        keywords["subcommand_metavar"] = keywords.get("subcommand_metavar") or "VERB …"
        super().__init__(*args, **keywords)
        self.params.extend([*common_options(), version_option()])

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the options before the verb."""
        with _knowing(ctx):
            rest = super().parse_args(ctx, args)
        if not args and not ctx.resilient_parsing and not self.invoke_without_command:
            if isinstance(ctx.obj, Call):
                ctx.obj.report.complain(ctx.get_help())
            raise typer.Exit(2)
        return rest

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Verbs first, then options."""
        self.format_commands(ctx, formatter)
        _format_options(self, ctx, formatter)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        """Examples, line by line as they were written."""
        _format_epilog(self, formatter)


@contextmanager
def _knowing(context: Any) -> Generator[None, None, None]:
    """Let every complaint about a command line know which command it is about."""
    try:
        yield
    except typer.TyperException as error:
        if getattr(error, "ctx", None) is None:
            vars(error)["ctx"] = context
        raise


def _format_options(command: TyperCommand | TyperGroup, ctx: Any, formatter: Any) -> None:
    sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": [], _COMMON: []}
    for param in command.get_params(ctx):
        record = param.get_help_record(ctx)
        if record is None:
            continue
        is_common = getattr(param, "rich_help_panel", None) == _COMMON
        own = "Arguments" if param.param_type_name == "argument" else "Options"
        sections[_COMMON if is_common else own].append(record)
    for title, records in sections.items():
        if records:
            with formatter.section(title):
                formatter.write_dl(records)


def _format_epilog(command: TyperCommand | TyperGroup, formatter: Any) -> None:
    if command.epilog:
        with formatter.section("Examples"):
            for line in command.epilog.strip().splitlines():
                formatter.write(f"{'':>{formatter.current_indent}}{line.strip()}\n")


class LazyNouns(MutableMapping[str, Any]):
    """Commands by name, each imported and built only when it is asked for.

    Args:
        modules: Module of each noun; its `app` is the Typer app to build.
        verbs: Module of each verb that stands in another module than its noun, by noun.
    """

    def __init__(
        self, modules: dict[str, str], verbs: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        self._modules = modules
        self._verbs = verbs or {}
        self._built: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._built:
            app: typer.Typer = import_module(self._modules[name]).app
            self._built[name] = made = typer.main.get_command(app)
            if isinstance(made, TyperGroup) and name in self._verbs:
                here = dict.fromkeys(made.commands, "")
                made.commands = LazyVerbs(made.commands, {**here, **self._verbs[name]})
        return self._built[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._built[name] = command
        self._modules.setdefault(name, "")

    def __delitem__(self, name: str) -> None:
        del self._modules[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


class LazyVerbs(MutableMapping[str, Any]):
    """The verbs of a noun: some built with it, others from modules imported when one is asked for.

    Args:
        built: Verbs that are there.
        modules: Module of each other verb, in the order of the help; its `app` has the verb.
    """

    def __init__(self, built: MutableMapping[str, Any], modules: dict[str, str]) -> None:
        self._built = built
        self._modules = modules

    def __getitem__(self, name: str) -> Any:
        if name not in self._built:
            made = typer.main.get_command(import_module(self._modules[name]).app)
            self._built.update(getattr(made, "commands", {name: made}))
        return self._built[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._built[name] = command

    def __delitem__(self, name: str) -> None:
        del self._modules[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


def noun(name: str, sentence: str, examples: str = "") -> typer.Typer:
    """A Typer app for the verbs of a noun."""
    return typer.Typer(
        name=name,
        cls=Noun,
        help=sentence,
        epilog=examples,
        rich_markup_mode=None,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
