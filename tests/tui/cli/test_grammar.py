"""The grammar: options in any place, help, limits, stdin, completion, the version."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from venturi import __version__
from venturi.settings import SETTINGS
from venturi_tui.cli.call import Call
from venturi_tui.cli.report import Report
from venturi_tui.cli.root import NOUNS, root_command

ROOT = Path(__file__).parents[3]


def verbs():
    for noun, command in root_command().commands.items():
        if hasattr(command, "commands"):
            yield from ((noun, verb) for verb in command.commands)
        else:
            yield (noun,)


VERBS = list(verbs())


def test_the_nouns_and_verbs_of_this_version():
    found: dict[str, list[str]] = {}
    for noun, *verb in VERBS:
        found.setdefault(noun, []).extend(verb)
    assert {noun: " ".join(verbs) for noun, verbs in found.items()} == {
        "experiments": "list get create rename delete restore tag untag",
        "runs": "list get diff create log finish rename delete restore tag untag",
        "metrics": "list history plot tail",
        "artifacts": "list cat download upload",
        "models": "list get create rename describe delete tag untag",
        "versions": "list get diff create transition alias unalias describe delete tag untag "
        "download",
        "registry": "plan apply log undo redo",
        "context": "list show add use remove",
        "config": "path show validate",
        "wait": "",
        "doctor": "",
        "demo": "",
    }


@pytest.mark.parametrize(
    "words",
    [
        ["-o", "json", "experiments", "list"],
        ["experiments", "-o", "json", "list"],
        ["experiments", "list", "-o", "json"],
        ["experiments", "list", "--output=json"],
        ["-o", "csv", "experiments", "list", "-o", "json"],
        ["experiments", "-o", "csv", "list", "--output", "json"],
        ["-o", "nonsense", "experiments", "list", "-o", "json"],
    ],
)
def test_common_options_stand_anywhere_and_the_last_wins(venturi, mlflow_sqlite_uri, words):
    for store in (["-s", mlflow_sqlite_uri], ["--store", mlflow_sqlite_uri]):
        for args in ([*store, *words], [*words, *store]):
            answer = venturi(*args)
            assert answer.code == 0, answer.err
            assert json.loads(answer.out)[0]["name"]


@pytest.mark.parametrize("words", VERBS, ids=" ".join)
def test_every_verb_takes_every_common_option(venturi, words):
    help_text = venturi(*words, "--help").out
    for setting in SETTINGS:
        if setting.flags and setting.everywhere:
            assert all(flag in help_text for flag in setting.flags), setting.name


@pytest.mark.parametrize("words", [(), *[(noun,) for noun in NOUNS], *VERBS], ids=" ".join)
def test_help_is_on_stdout_and_names_itself(venturi, words):
    for flag in ("--help", "-h"):
        answer = venturi(*words, flag)
        assert (answer.code, answer.err) == (0, "")
        assert answer.out.startswith(f"Usage: {' '.join(['venturi', *words])} ")
        assert max(map(len, answer.out.splitlines())) <= 100


def parse(args):
    """The contexts of a command line, parsed but not run."""
    context = root_command().make_context("venturi", list(args), obj=Call(Report()))
    while context.args or context._protected_args:
        if not hasattr(context.command, "commands"):
            break
        words = [*context._protected_args, *context.args]
        name, command, rest = context.command.resolve_command(context, words)
        context = command.make_context(name, rest, parent=context)
    return context


@pytest.mark.parametrize("words", [(), *VERBS], ids=" ".join)
def test_examples_in_the_help_are_command_lines_that_parse(venturi, words):
    lines = venturi(*words, "--help").out.partition("Examples:\n")[2].splitlines()
    assert lines or words == ("config", "validate")
    for line in lines:
        if "--install-completion" in line:  # Typer's own, see the next tests
            continue
        inner = re.findall(r"\$\((venturi [^)]*)\)", line)
        outer = [part for part in line.split(" | ") if part.strip().startswith("venturi")]
        assert inner or outer
        for part in (*inner, *outer):
            parse(shlex.split(part)[1:])


def test_options_of_every_command_come_after_its_own(venturi):
    text = venturi("runs", "list", "--help").out
    assert text.index("--filter") < text.index("Options of every command") < text.index("--color")
    assert "Leave out the names of the columns" in text


def test_a_noun_alone_shows_its_help_and_fails(venturi):
    answer = venturi("runs")
    assert (answer.code, answer.out) == (2, "")
    assert "Usage: venturi runs" in answer.err
    assert "diff" in answer.err


def test_the_version(venturi):
    for args in (
        ["--version"],
        ["-v", "--version"],
        ["--version", "runs"],
        ["runs", "--version"],
        ["runs", "list", "--version"],
        ["wait", "--version"],
    ):
        assert venturi(*args).out == f"venturi {__version__}\n"
        assert venturi(*args).code == 0


def test_alone_it_needs_a_terminal(odd):
    answer = odd()
    assert (answer.code, answer.out) == (2, "")
    assert "needs a terminal" in answer.err


def test_alone_on_a_terminal_it_opens_the_screen(venturi, mlflow_sqlite_uri, monkeypatch):
    opened = []
    monkeypatch.setattr("venturi_tui.cli.screen.require_terminal", lambda: None)
    monkeypatch.setattr(
        "venturi_tui.app.run_app", lambda place, settings: opened.append((place, settings)) or 3
    )
    answer = venturi("-s", mlflow_sqlite_uri, "-q")
    assert answer.code == 3
    ((place, settings),) = opened
    assert (place.uri, place.origin, settings.quiet) == (mlflow_sqlite_uri, "--store", True)


@pytest.mark.parametrize("args", [["--readonly"], ["--readonly", "demo"], ["demo", "--readonly"]])
def test_the_screen_can_be_opened_so_that_it_never_writes(args, venturi, odd, monkeypatch):
    opened = []
    monkeypatch.setattr("venturi_tui.cli.screen.require_terminal", lambda: None)
    monkeypatch.setattr("venturi_tui.cli.demo.require_terminal", lambda: None)
    monkeypatch.setattr("venturi_tui.app.run_app", lambda _, settings: opened.append(settings) or 0)
    assert (venturi if "demo" in args else odd)(*args).code == 0
    assert [settings.readonly for settings in opened] == [True]


def test_the_screen_can_be_opened_to_write(odd, monkeypatch):
    opened = []
    monkeypatch.setattr("venturi_tui.cli.screen.require_terminal", lambda: None)
    monkeypatch.setattr("venturi_tui.app.run_app", lambda _, settings: opened.append(settings) or 0)
    assert odd("--write").code == 0
    assert [(settings.write, settings.readonly) for settings in opened] == [(True, False)]
    answer = odd("--write", "--readonly")
    assert (answer.code, answer.out) == (2, "")
    assert "contradict each other" in answer.err


@pytest.mark.parametrize("flag", ["--readonly", "--write"])
def test_flags_of_the_screen_are_refused_where_they_would_not_be_obeyed(flag, odd):
    answer = odd(flag, "runs", "list")
    assert (answer.code, answer.out) == (2, "")
    assert f"{flag} goes with the full-screen view" in answer.err


def test_a_limit_is_told_exactly_where_the_store_can_count(odd):
    total = len(odd("runs", "list", "--all", "-o", "name").out.splitlines())
    answer = odd("runs", "list", "--limit", "3", "-o", "name")
    assert len(answer.out.splitlines()) == 3
    assert f"3 of {total} runs, {total - 3} more" in answer.err
    assert odd("runs", "list", "--limit", "3", "-o", "name", "-q").err == ""


def test_a_limit_is_told_where_the_store_cannot_count(venturi, mlflow_server):
    for noun in ("runs", "experiments"):
        total = len(venturi("-s", mlflow_server, noun, "list", "--all", "-o", "name").out.split())
        answer = venturi("-s", mlflow_server, noun, "list", "--limit", "3", "-o", "name")
        assert len(answer.out.splitlines()) == 3
        assert f"3 of {total} {noun}, {total - 3} more" in answer.err


def test_of_very_much_only_a_part_is_counted(odd, monkeypatch):
    monkeypatch.setattr("venturi_tui.cli.pages._COUNTED_PAGE", 2)
    monkeypatch.setattr("venturi_tui.cli.pages._COUNTED_FOR_S", -1)
    answer = odd("experiments", "list", "--limit", "3", "-o", "name")
    assert "3 experiments, and at least 2 more" in answer.err


def test_no_limit(odd, monkeypatch):
    everything = odd("runs", "list", "--all", "-o", "name")
    assert everything.err == ""
    assert odd("runs", "list", "--limit", "0", "-o", "name").out == everything.out
    monkeypatch.setenv("VENTURI_LIMIT", "2")
    assert len(odd("runs", "list", "-o", "name").out.splitlines()) == 2
    assert odd("runs", "list", "-o", "name", "--all").out == everything.out


def test_a_limit_as_large_as_the_answer_cuts_nothing(odd):
    everything = odd("runs", "list", "--all", "-o", "name").out
    count = len(everything.splitlines())
    answer = odd("runs", "list", "--limit", count, "-o", "name")
    assert (answer.out, answer.err) == (everything, "")


def test_experiments_narrow_the_runs(odd):
    both = odd("runs", "list", "--all", "-e", "odd", "-e", "second", "-o", "name").out
    one = odd("runs", "list", "--all", "-e", "odd", "-o", "name").out
    other = odd("runs", "list", "--all", "-e", "second", "-o", "name").out
    assert sorted(both.splitlines()) == sorted((one + other).splitlines())
    assert one
    assert other


def test_filter_and_order(odd):
    answer = odd(
        "runs", "list", "-e", "odd", "--filter", "metrics.loss > 0", "--order-by",
        "metrics.loss DESC", "--order-by", "attributes.start_time", "--all", "-o", "json",
    )  # fmt: skip
    losses = [run["metrics"]["loss"] for run in json.loads(answer.out)]
    assert losses
    numbers = [float("inf") if loss == "Infinity" else loss for loss in losses]
    assert numbers == sorted(numbers, reverse=True)


def test_commands_pipe(odd):
    ids = odd("runs", "list", "-e", "odd", "-o", "name", "--limit", "4").out
    answer = odd("runs", "get", "-", "-o", "name", stdin=f"\n{ids}\n")
    assert answer.out == ids


def test_no_ids_on_stdin(odd):
    answer = odd("runs", "get", "-", stdin="\n")
    assert (answer.code, answer.out) == (2, "")
    assert "no ids on stdin" in answer.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--exit-code"], 1), ([], 0), (["--exit-code", "--fields", "user_id"], 0)],
)
def test_exit_code_of_a_diff(demo, arguments, code):
    ids = demo(
        "runs", "list", "--filter", "user_id = 'ana'", "-o", "name", "--limit", "2", "-q"
    ).out.split()
    assert demo("runs", "diff", *ids, *arguments).code == code
    assert demo("runs", "diff", ids[0], ids[0], *arguments).code == 0


def test_a_baseline_that_was_not_named_joins_in_front(demo):
    a, b, c = demo("runs", "list", "-o", "name", "--limit", "3", "-q").out.split()
    diff = json.loads(demo("runs", "diff", a, b, "--baseline", c, "-o", "json").out)
    assert diff["runs"] == [c, a, b]
    assert demo("runs", "diff", a, "--baseline", c, "-o", "name").code == 0


def test_verbose_says_what_is_done_on_stderr(venturi, mlflow_server):
    answer = venturi(
        "-s",
        mlflow_server,
        "runs",
        "list",
        "--filter",
        "params.model ~ 'vit.*'",
        "-v",
        "-o",
        "name",
    )
    assert answer.code == 0
    assert "venturi.rest: " in answer.err
    assert all(re.fullmatch(r"[0-9a-f]{32}", line) for line in answer.out.splitlines())


def test_progress_is_shown_only_to_who_watches(demo, monkeypatch):
    monkeypatch.setattr("venturi_tui.cli.report._PATIENCE_S", -1.0)
    watched = demo("runs", "list", "--all", "-o", "csv", watched=True)
    assert "runs read …" in watched.err
    assert watched.err.endswith("\r\x1b[K")
    assert "read …" not in demo("runs", "list", "--all", "-o", "csv").err
    assert "read …" not in demo("runs", "list", "--all", "-o", "csv", "-q", watched=True).err
    on_screen = demo("runs", "list", "--all", "-o", "jsonl", watched=True, terminal=True)
    assert "read …" not in on_screen.err


def test_plot_sizes(demo):
    run = demo("runs", "list", "-e", "vision-sweep", "-o", "name", "--limit", "1", "-q").out.strip()
    answer = demo("metrics", "plot", run, "-m", "val/loss", "--size", "60x12")
    lines = answer.out.splitlines()
    assert len(lines) == 12
    assert max(map(len, lines)) <= 60
    assert "val/loss" in lines[0]
    assert "\x1b" not in answer.out
    colored = demo("metrics", "plot", run, "-m", "val/loss", "--color", "always")
    assert "\x1b[38;5;" in colored.out
    two = demo(
        "metrics", "plot", run, "-m", "val/loss", "-m", "val/acc", "--smooth", "0.5", "-o", "table"
    )
    assert "val/acc" in two.out.splitlines()[-1] or "val/acc" in two.out.splitlines()[-2]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("venturi ru", {"runs"}),
        ("venturi runs li", {"list"}),
        ("venturi runs list --on", set()),
        ("venturi runs diff --only", {"--only-changed"}),
        ("venturi runs list -o js", {"json", "jsonl"}),
    ],
)
def test_completion_of_a_shell(typed, offered):
    environ = {
        **os.environ,
        "PYTHONPATH": f"{ROOT / 'core'}:{ROOT / 'tui'}",
        "_VENTURI_COMPLETE": "complete_bash",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(typed.split()) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-m", "venturi_tui"], env=environ, capture_output=True, check=True
    )
    assert set(done.stdout.decode().split()) == offered


def test_what_makes_a_shell_complete_is_shown(venturi, monkeypatch):
    # As told by its name: which shell this runs in is not always to be found out.
    monkeypatch.setenv("_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION", "1")
    answer = venturi("--show-completion", "bash")
    assert answer.code == 0
    assert "_VENTURI_COMPLETE" in answer.out


def test_the_demo_prints_an_address_that_works(venturi, tmp_path):
    answer = venturi("demo", "--print-uri", "--path", tmp_path / "kept")
    assert answer.code == 0
    uri = answer.out.strip()
    assert (tmp_path / "kept" / "mlflow.db").is_file()
    listed = venturi("-s", uri, "experiments", "list", "-o", "json")
    assert {e["name"] for e in json.loads(listed.out)} >= {"vision-sweep", "llm-pretrain"}


def test_the_demo_needs_a_terminal(venturi, tmp_path):
    answer = venturi("demo", "--path", tmp_path / "kept")
    assert answer.code == 2
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(
    ("words", "noun"),
    [
        ("artifacts list -", "runs"),
        ("artifacts upload - . --dry-run", "runs"),
        ("versions create churn-classifier --run - --dry-run", "runs"),
        ("models rename - renamed --dry-run", "models"),
    ],
)
def test_what_takes_one_id_reads_it_from_stdin(demo, words, noun):
    ids = demo(noun, "list", "-o", "name").out.splitlines()
    one = demo(*words.split(), stdin=f"{ids[0]}\n")
    assert one.code == 0, one.err
    assert words.startswith("artifacts upload") or one.out
    two = demo(*words.split(), stdin=f"{ids[0]}\n{ids[-1]}\n")
    assert (two.code, two.out) == (2, "")
    assert f"one {noun.rstrip('s')} is needed, and stdin names several" in two.err
