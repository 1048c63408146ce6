"""From a command line to an exit code: parse, run, and tell what went wrong."""

from __future__ import annotations

import os
from collections.abc import Sequence

import typer
from typer.core import TyperGroup

from venturi.errors import VenturiError
from venturi_tui.cli.call import Call
from venturi_tui.cli.failures import tell, tell_system, tell_unexpected, tell_usage
from venturi_tui.cli.report import Report
from venturi_tui.cli.root import root_command

PROGRAM = "venturi"
_COMPLETION = "_VENTURI_COMPLETE"
_COMPLETION_FLAGS = ("--install-completion", "--show-completion")

INTERRUPTED = 130
READER_GONE = 141


def run(args: Sequence[str]) -> int:
    """Answer a command line, and return the exit code."""
    report = Report()
    call = Call(report)
    try:
        return _answer(list(args), call)
    except BrokenPipeError:
        report.hang_up()
        return READER_GONE
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except VenturiError as error:
        tell(report, error)
        return error.exit_code
    except OSError as error:
        tell_system(report, error, call.secrets)
        return 1
    except Exception as error:  # noqa: BLE001
        verbose = call.flags.get("verbose") is True
        tell_unexpected(report, error, verbose=verbose, secrets=call.secrets)
        return 1


def _answer(args: list[str], call: Call) -> int:
    command = root_command()
    if os.environ.get(_COMPLETION) or args[:1] in ([flag] for flag in _COMPLETION_FLAGS):
        return _complete(command, args)
    try:
        with command.make_context(PROGRAM, args, obj=call) as context:
            command.invoke(context)
    except typer.Exit as leave:
        return leave.exit_code
    except typer.TyperException as error:
        tell_usage(call.report, error, PROGRAM)
        return error.exit_code
    finally:
        call.close()
        call.report.flush()
    return 0


def _complete(command: TyperGroup, args: list[str]) -> int:
    """Let Typer complete, or show or install what makes a shell ask for completion."""
    from typer.main import get_install_completion_arguments

    command.params.extend(get_install_completion_arguments())
    try:
        command.main(args, prog_name=PROGRAM)
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else 0
    return 0
