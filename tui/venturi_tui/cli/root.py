"""The command `venturi`: its nouns, and the TUI when it stands alone."""

from __future__ import annotations

from typing import Any

from typer.core import TyperOption

from venturi.errors import UsageError
from venturi_tui.cli.call import call_of
from venturi_tui.cli.grammar import LazyNouns, Noun, own_option
from venturi_tui.cli.sizes import size_of

NOUNS = {
    "experiments": "venturi_tui.cli.experiments",
    "runs": "venturi_tui.cli.runs",
    "metrics": "venturi_tui.cli.metrics",
    "artifacts": "venturi_tui.cli.artifacts",
    "models": "venturi_tui.cli.models",
    "versions": "venturi_tui.cli.versions",
    "registry": "venturi_tui.cli.registry",
    "context": "venturi_tui.cli.contexts",
    "config": "venturi_tui.cli.config",
    "wait": "venturi_tui.cli.waiting",
    "doctor": "venturi_tui.cli.doctor",
    "demo": "venturi_tui.cli.demo",
}
"""Module of each noun, in the order of the help."""

_SCREENS = ("demo",)
"""Nouns that open the full-screen view."""

_STATES: tuple[str, ...] = ("create", "rename", "delete", "restore", "tag", "untag")
VERBS: dict[str, dict[str, str]] = {
    "experiments": dict.fromkeys(_STATES, "venturi_tui.cli.experiment_writing"),
    "runs": {
        **dict.fromkeys(("create", "log", "finish"), "venturi_tui.cli.run_logging"),
        **dict.fromkeys(("rename", "delete", "restore", "tag", "untag"),
                        "venturi_tui.cli.run_writing"),
    },
    "metrics": {"plot": "venturi_tui.cli.metric_plot", "tail": "venturi_tui.cli.tailing"},
    "models": dict.fromkeys(("create", "rename", "describe", "delete", "tag", "untag"),
                            "venturi_tui.cli.model_writing"),
    "versions": {
        "create": "venturi_tui.cli.version_creating",
        **dict.fromkeys(("transition", "alias", "unalias"), "venturi_tui.cli.version_moving"),
        **dict.fromkeys(("describe", "delete", "tag", "untag"),
                        "venturi_tui.cli.version_writing"),
        "download": "venturi_tui.cli.version_files",
    },
}  # fmt: skip
"""Module of each verb that is imported only when it is asked for."""

_HELP = """The terminal face of MLflow: experiments, runs and metric curves.

Without a noun it opens the full-screen view of the store. The store is --store, else
MLFLOW_TRACKING_URI, else the active context of the config file, else what MLflow itself would
open in this folder: ./mlruns or ./mlflow.db.
"""

_EXAMPLES = """
venturi
venturi demo
venturi -s http://127.0.0.1:5000
venturi runs list -e NAME --filter "metrics.loss < 0.2" --order-by "metrics.loss"
venturi runs diff RUN RUN --only-changed
venturi metrics plot RUN -m loss
venturi --install-completion
"""


class Root(Noun):
    """The command itself: opens the TUI when no noun follows."""

    def invoke(self, ctx: Any) -> Any:
        """Run the noun that was named, or else open the TUI."""
        words: list[str] = ctx._protected_args  # noqa: SLF001
        flags = call_of(ctx).flags
        for name in ("readonly", "write", "mouse"):
            if words and words[0] not in _SCREENS and flags.get(name):
                raise UsageError(
                    f"--{name} goes with the full-screen view",
                    hint="leave it out, or leave out what follows it",
                )
        if ctx.params["size"] and not ctx.params["once"]:
            raise UsageError("--size goes with --once", hint="the terminal has the size it has")
        if words and ctx.params["once"]:
            raise UsageError("--once goes with the full-screen view", hint="leave out what follows")
        if flags.get("readonly") and flags.get("write"):
            raise UsageError("--readonly and --write contradict each other", hint="give one")
        if words:
            return super().invoke(ctx)
        from venturi_tui.cli.screen import open_screen, print_frame

        once, size = ctx.params["once"], ctx.params["size"]
        if once:
            return print_frame(call_of(ctx), size)
        return open_screen(call_of(ctx))


def root_command() -> Root:
    """The whole command line, its nouns not yet built."""
    return Root(
        name="venturi",
        commands=LazyNouns(dict(NOUNS), VERBS),
        help=_HELP,
        epilog=_EXAMPLES,
        invoke_without_command=True,
        subcommand_metavar="[NOUN VERB …]",
        params=[
            *_frame_options(),
            *(own_option(name) for name in ("readonly", "write", "mouse")),
        ],
        rich_markup_mode=None,
        context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
    )


def _frame_options() -> list[TyperOption]:
    """What prints the first screen instead of opening it."""

    def sized(_context: object, _option: object, text: str | None) -> tuple[int, int] | None:
        return size_of(text or "")

    once = TyperOption(
        param_decls=["once", "--once"],
        is_flag=True,
        default=False,
        help="Print the first screen once, as text, and leave.",
    )
    size = TyperOption(
        param_decls=["size", "--size"],
        type=str,
        metavar="WxH",
        callback=sized,
        help="Cells of that; else the terminal's.",
    )
    return [once, size]
