"""Long answers: read page by page, written as they come, one page in memory."""

from __future__ import annotations

import json
import tracemalloc

import pytest

from venturi.records import Lifecycle, Page, Run
from venturi_tui.cli.call import Call
from venturi_tui.cli.formats import write_records
from venturi_tui.cli.pages import Pages
from venturi_tui.cli.report import Report
from venturi_tui.present.kinds import RUNS
from venturi_tui.present.listing import Moment


def run(place):
    return Run(
        f"{place:032x}",
        f"r{place}",
        "1",
        "FINISHED",
        1,
        2,
        Lifecycle.ACTIVE,
        params={"p": "x" * 50},
    )


class Shelf:
    """Runs in pages, remembering what was asked."""

    def __init__(self, count, page=10):
        self.count, self.page, self.asked = count, page, []

    def read(self, room, token):
        start = int(token or 0)
        self.asked.append((start, room))
        stop = min(self.count, start + min(room, self.page))
        runs = tuple(run(place) for place in range(start, stop))
        return Page(runs, str(stop) if stop < self.count else None)


@pytest.mark.parametrize(
    ("count", "limit", "shown", "more"),
    [
        (35, 0, 35, False),
        (35, 35, 35, False),
        (35, 34, 34, True),
        (35, 5, 5, True),
        (0, 5, 0, False),
    ],
)
def test_a_limit_is_kept_and_known_to_cut(count, limit, shown, more):
    pages = Pages(Shelf(count).read, limit)
    assert [record.run_name for record in pages] == [f"r{place}" for place in range(shown)]
    assert (pages.shown, pages.more) == (shown, more)


def test_no_more_is_asked_for_than_the_limit_leaves():
    shelf = Shelf(100)
    list(Pages(shelf.read, 25))
    assert shelf.asked == [(0, 25), (10, 15), (20, 5)]


def test_the_next_page_is_read_only_when_it_is_needed():
    shelf = Shelf(100)
    walk = iter(Pages(shelf.read, 0))
    for _ in range(10):
        next(walk)
    assert len(shelf.asked) == 1
    next(walk)
    assert len(shelf.asked) == 2


class Watched:
    """A stdout that remembers how much of it was written when."""

    encoding = "utf-8"

    def __init__(self):
        self.text = ""

    def isatty(self):
        return False

    def write(self, text):
        self.text += text

    def flush(self):
        pass


@pytest.mark.parametrize("output", ["json", "jsonl", "yaml", "name"])
def test_records_are_written_as_they_come(output):
    out = Watched()
    call = Call(Report(out, out))
    call.flags["output"] = output
    written = []

    def records():
        for place in range(50):
            written.append(out.text.count(f"{place - 1:032x}"))
            yield run(place)

    write_records(call, RUNS, records(), lambda _shown: Moment(0))
    assert written == [0] + [1] * 49


def test_csv_waits_in_a_file_and_loses_nothing(monkeypatch):
    monkeypatch.setattr("venturi_tui.cli.formats.delimited._IN_MEMORY", 100)
    out = Watched()
    call = Call(Report(out, out))
    call.flags["output"] = "csv"
    write_records(call, RUNS, (run(place) for place in range(500)), lambda _shown: Moment(0))
    lines = out.text.splitlines()
    assert lines[0].endswith(",artifact_uri,params.p")
    assert [line.split(",")[1] for line in lines[1:]] == [f"r{place}" for place in range(500)]


def test_a_long_answer_takes_no_more_memory_than_a_short_one():
    class Nowhere(Watched):
        def write(self, text):
            pass

    def peak(count):
        call = Call(Report(Nowhere(), Nowhere()))
        call.flags["output"] = "json"
        pages = Pages(Shelf(count, page=100).read, 0)
        tracemalloc.start()
        write_records(call, RUNS, pages, lambda _shown: Moment(0))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(100)
    assert peak(5000) < peak(500) * 1.5 + 100_000


def test_an_array_that_breaks_off_is_no_valid_json():
    out = Watched()
    call = Call(Report(out, out))
    call.flags["output"] = "json"

    def records():
        yield run(0)
        raise ConnectionError

    with pytest.raises(ConnectionError):
        write_records(call, RUNS, records(), lambda _shown: Moment(0))
    with pytest.raises(json.JSONDecodeError):
        json.loads(out.text)
