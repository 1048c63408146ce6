"""The commands that a screen offers: they name the same store, filter, order and columns."""

from __future__ import annotations

import shlex

from venturi.filters.tree import Entity, OrderKey
from venturi.records import View
from venturi.settings import Place
from venturi.stores.base import RunQuery
from venturi_tui.present.columns import AGE, DURATION, NAME, Column, Source
from venturi_tui.present.command_line import (
    diff_command,
    get_command,
    list_command,
    listed_picture_command,
    picture_command,
    plot_command,
)

FLAG = Place("sqlite:///my runs.db", "--store")
COLUMNS = (NAME, AGE, DURATION, Column(Source.METRIC, "val/acc"), Column(Source.PARAM, "lr"))


def test_the_list_command_says_all_that_the_table_shows() -> None:
    order = (OrderKey(Entity.METRIC, "val/acc", ascending=False),)
    command = list_command(FLAG, "my sweep", "params.model = 'vit'", order, COLUMNS)
    assert shlex.split(command) == [
        "venturi", "runs", "list", "-s", "sqlite:///my runs.db", "-e", "my sweep",
        "--filter", "params.model = 'vit'", "--order-by", "metrics.`val/acc` DESC",
        "--columns", "run_name,start_time,metrics.val/acc,params.lr",
    ]  # fmt: skip


def test_a_store_that_is_found_by_itself_is_not_named() -> None:
    assert get_command(Place("sqlite:///mlflow.db", "./mlflow.db"), "a1") == "venturi runs get a1"
    named = Place("http://h", "context prod", context="prod")
    assert get_command(named, "a1") == "venturi runs get a1 -c prod"


def test_no_password_is_copied() -> None:
    place = Place("postgresql://ana:geheim@db/mlflow", "--store")
    for command in (
        get_command(place, "a1"),
        list_command(place, None, "", (), COLUMNS),
        diff_command(place, ["a1", "b2"], "a1", only_changed=True),
        plot_command(place, ["a1"], "loss"),
    ):
        assert "geheim" not in command


def test_diff_and_plot() -> None:
    place = Place("mlflow.db", "./mlflow.db")
    diff = diff_command(place, ["a1", "b2"], "b2", only_changed=True)
    assert diff == "venturi runs diff a1 b2 --baseline b2 --only-changed"
    assert diff_command(place, ["a1", "b2"], "a1", only_changed=False) == "venturi runs diff a1 b2"
    plot = plot_command(place, ["a1", "b2"], "val loss")
    assert plot == "venturi metrics plot a1 b2 -m 'val loss'"


def test_a_picture_of_runs_is_drawn_of_what_a_listing_gives() -> None:
    words = ("-m", "val/acc", "--kind", "scatter", "--against", "params.lr")
    assert shlex.split(picture_command(FLAG, ("a1", "b2"), words)) == [
        "venturi", "metrics", "plot", "a1", "b2", *words, "-s", "sqlite:///my runs.db",
    ]  # fmt: skip
    order = (OrderKey(Entity.METRIC, "val/acc", ascending=False),)
    query = RunQuery(("1",), None, order, View.DELETED)
    cut = listed_picture_command(FLAG, "my sweep", "params.model = 'vit'", query, 20_000, words)
    listing, drawing = cut.split(" | ")
    assert shlex.split(listing) == [
        "venturi", "runs", "list", "-s", "sqlite:///my runs.db", "-e", "my sweep",
        "--filter", "params.model = 'vit'", "--view", "deleted",
        "--order-by", "metrics.`val/acc` DESC", "--limit", "20000", "-o", "name",
    ]  # fmt: skip
    assert shlex.split(drawing) == shlex.split(picture_command(FLAG, ("-",), words))
    whole = listed_picture_command(FLAG, None, "", RunQuery(None, None, order), 0, words)
    assert shlex.split(whole.split(" | ")[0])[3:] == ["-s", FLAG.address, "--all", "-o", "name"]
