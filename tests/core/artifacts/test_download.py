"""Downloads that break off, go on, meet other files, or a server that means no good."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from faults.clock import TestClock
from faults.server import (
    FaultServer,
    Reply,
    Request,
    answer,
    error,
    fault_server,
    hang,
    ok,
    raw,
    redirect,
    reset,
)
from worlds.artifact_files import read_files, write_files

from venturi.artifacts.download import download
from venturi.artifacts.local import LocalFolder
from venturi.artifacts.routes import ProxyRoute, RunRoute
from venturi.artifacts.served import ServedFolder, open_proxied
from venturi.artifacts.staging import Staging
from venturi.artifacts.transfer import Tally
from venturi.errors import (
    Conflict,
    InvalidInput,
    LoginRefused,
    NotFound,
    StoreBroken,
    StoreUnreachable,
)
from venturi.records import Artifact
from venturi.stores.base import Credentials, StoreOptions
from venturi.stores.rest.courier import open_courier

BODY = bytes(range(256)) * 400
TAG = '"v1"'


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def listing(path: str = "w.bin", size: int = len(BODY)) -> Reply:
    return ok({"files": [{"path": path, "is_dir": False, "file_size": size}]})


def served(
    server: FaultServer, options: StoreOptions | None = None, clock: TestClock | None = None
) -> ServedFolder:
    courier = open_courier(server.url, options or StoreOptions(), clock=clock or TestClock())
    return ServedFolder(courier, ProxyRoute("1/r/artifacts"))


class Flaky:
    """A server of one file that obeys ranges and breaks off after some bytes, so many times."""

    def __init__(self, breaks: int, after: int, body: bytes = BODY, tag: str = TAG) -> None:
        self.breaks, self.after, self.body, self.tag = breaks, after, body, tag
        self.ranges: list[str] = []
        self.ignores_ranges = False

    def __call__(self, request: Request) -> Reply:
        if request.path.endswith("/artifacts"):
            return listing(size=len(self.body))
        wanted = request.headers.get("range", "")
        self.ranges.append(wanted)
        known = request.headers.get("if-range") == self.tag and not self.ignores_ranges
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and known else 0
        part = self.body[start:]
        head = f"HTTP/1.1 {206 if start else 200} OK\r\nContent-Length: {len(part)}\r\n"
        if self.tag:
            head += f"ETag: {self.tag}\r\n"
        if start:
            head += f"Content-Range: bytes {start}-{len(self.body) - 1}/{len(self.body)}\r\n"
        if self.breaks:
            self.breaks -= 1
            return raw(head.encode() + b"\r\n" + part[: self.after])
        return raw(head.encode() + b"\r\n" + part, keep=True)


@pytest.mark.parametrize("ignores_ranges", [False, True])
def test_a_broken_connection_is_gone_on_with_where_it_was(
    tmp_path: Path, ignores_ranges: bool
) -> None:
    flaky = Flaky(breaks=3, after=30_000)
    flaky.ignores_ranges = ignores_ranges
    with fault_server(flaky) as server, closing(served(server)) as place:
        assert download(place, "w.bin", tmp_path / "w").read_bytes() == BODY
    assert flaky.ranges == ["", "bytes=30000-", *(
        ["bytes=30000-"] * 2 if ignores_ranges else ["bytes=60000-", "bytes=90000-"]
    )]  # fmt: skip
    assert names_in(tmp_path) == ["w"]


def test_a_download_is_gone_on_with_by_another_process(tmp_path: Path) -> None:
    flaky = Flaky(breaks=99, after=50_000)
    options = StoreOptions(max_retries=0)
    with fault_server(flaky) as server:
        with closing(served(server, options)) as place, pytest.raises(StoreUnreachable):
            download(place, "w.bin", tmp_path / "w")
        assert not (tmp_path / "w").exists()
        flaky.breaks = 0
        with closing(served(server, options)) as place:
            assert download(place, "w.bin", tmp_path / "w").read_bytes() == BODY
    assert flaky.ranges == ["", "bytes=50000-"]
    assert names_in(tmp_path) == ["w"]


@pytest.mark.parametrize("change", ["tag", "size"])
def test_a_file_that_changed_meanwhile_starts_again(tmp_path: Path, change: str) -> None:
    flaky = Flaky(breaks=99, after=50_000)
    options = StoreOptions(max_retries=0)
    with fault_server(flaky) as server:
        with closing(served(server, options)) as place, pytest.raises(StoreUnreachable):
            download(place, "w.bin", tmp_path / "w")
        flaky.breaks, flaky.tag = 0, '"v2"'
        flaky.body = BODY[::-1] if change == "tag" else b"short"
        with closing(served(server, options)) as place:
            assert download(place, "w.bin", tmp_path / "w").read_bytes() == flaky.body


def test_a_file_that_changes_while_it_is_read_is_a_conflict(tmp_path: Path) -> None:
    flaky = Flaky(breaks=1, after=30_000)

    def route(request: Request) -> Reply:
        if request.headers.get("range"):
            flaky.tag = '"v2"'
        return flaky(request)

    with (
        fault_server(route) as server,
        closing(served(server)) as place,
        pytest.raises(Conflict, match="changed while it was read"),
    ):
        download(place, "w.bin", tmp_path / "w")
    assert not (tmp_path / "w").exists()


def test_without_a_mark_a_broken_download_is_no_file(tmp_path: Path) -> None:
    flaky = Flaky(breaks=1, after=30_000, tag="")
    with fault_server(flaky) as server, closing(served(server)) as place:
        with pytest.raises(StoreUnreachable, match="broke the exchange off"):
            download(place, "w.bin", tmp_path / "w")
        assert not (tmp_path / "w").exists()
        assert flaky.ranges == [""]
        assert download(served(server), "w.bin", tmp_path / "w").read_bytes() == BODY
    assert flaky.ranges == ["", ""]


def test_a_server_that_stumbles_before_it_answers_is_asked_again(tmp_path: Path) -> None:
    flaky = Flaky(breaks=0, after=0)
    faults = [error(503, retry_after="1"), reset, error(502)]

    def route(request: Request) -> Reply:
        return faults.pop(0) if faults else flaky(request)

    clock = TestClock()
    with fault_server(route) as server, closing(served(server, clock=clock)) as place:
        assert download(place, "w.bin", tmp_path / "w").read_bytes() == BODY
    assert clock.waits


@pytest.mark.parametrize(
    "name",
    [
        "../up", "/etc/x", "a/../../b", "a\\b", "..", ".", "", "a\0b", "sub/file", "a//b",
        "C:\\windows",
    ],
)  # fmt: skip
@pytest.mark.parametrize("route", [ProxyRoute("1/r/artifacts"), RunRoute("r" * 32)])
def test_names_of_a_hostile_server_are_refused(tmp_path: Path, name: str, route: object) -> None:
    def reply(request: Request) -> Reply:
        bad = {"path": name, "is_dir": False, "file_size": 1}
        return ok({"files": [{"path": "good", "is_dir": False, "file_size": 1}, bad]})

    with fault_server(reply) as server:
        courier = open_courier(server.url, StoreOptions(), clock=TestClock())
        with (  # type: ignore[arg-type]
            closing(ServedFolder(courier, route)) as place,
            pytest.raises(InvalidInput, match="refused"),
        ):
            download(place, "", tmp_path / "here")
    assert names_in(tmp_path) == []


def test_names_outside_of_the_folder_that_was_asked_for_are_refused() -> None:
    files = [{"path": "other/x", "is_dir": False}]
    with fault_server(lambda _: ok({"files": files})) as server:
        courier = open_courier(server.url, StoreOptions(), clock=TestClock())
        with (
            closing(ServedFolder(courier, RunRoute("r" * 32))) as place,
            pytest.raises(InvalidInput, match="'other/x' is refused"),
        ):
            place.entries("mine")


def test_a_server_whose_folders_never_end_is_left(tmp_path: Path) -> None:
    forever = ok({"files": [{"path": "again", "is_dir": True}]})
    with (
        fault_server(lambda _: forever) as server,
        closing(served(server)) as place,
        pytest.raises(StoreBroken, match="folders without end"),
    ):
        download(place, "", tmp_path / "here")
    assert names_in(tmp_path) == []


def test_the_login_goes_to_the_tracking_server_alone(tmp_path: Path) -> None:
    login = StoreOptions(credentials=Credentials("ann", "s3cret"), max_retries=0)
    with fault_server(lambda _: listing()) as mine, fault_server(lambda _: listing()) as other:
        for uri, asked in (
            ("mlflow-artifacts:/1/r", mine),
            (f"{mine.url}/api/2.0/mlflow-artifacts/artifacts/1/r", mine),
            (f"mlflow-artifacts://{other.authority}/1/r", other),
            (f"{other.url}/api/2.0/mlflow-artifacts/artifacts/1/r", other),
        ):
            with closing(open_proxied(uri, mine.url, login)) as place:
                assert place.entries() == [Artifact("w.bin", False, len(BODY))]
            request = asked.requests[-1]
            assert ("authorization" in request.headers) is (asked is mine)
            assert urlsplit(request.target).path == "/api/2.0/mlflow-artifacts/artifacts"
            assert parse_qs(urlsplit(request.target).query) == {"path": ["1/r"]}


def test_a_name_and_prefix_in_the_uri_of_the_server_go_along() -> None:
    with fault_server(lambda _: listing()) as server:
        uri = f"http://ann:s3cret@{server.authority}/pre/"
        with closing(open_proxied("mlflow-artifacts:/1/a%20b", uri, StoreOptions())) as place:
            place.entries("x y")
            assert "s3cret" not in place.address
        request = server.requests[0]
    assert request.headers["authorization"].startswith("Basic ")
    assert urlsplit(request.target).path == "/pre/api/2.0/mlflow-artifacts/artifacts"
    assert parse_qs(urlsplit(request.target).query) == {"path": ["1/a b/x y"]}


def test_a_redirect_to_another_host_is_not_followed(tmp_path: Path) -> None:
    with fault_server(lambda _: listing()) as other:

        def route(request: Request) -> Reply:
            if request.path.endswith("/artifacts"):
                return listing()
            return redirect(302, f"{other.url}/{request.path}")

        with (
            fault_server(route) as server,
            closing(served(server)) as place,
            pytest.raises(LoginRefused, match="redirects to"),
        ):
            download(place, "w.bin", tmp_path / "w")
        assert other.requests == []


def test_an_upload_starts_again_after_a_broken_connection(tmp_path: Path) -> None:
    (tmp_path / "w").write_bytes(BODY)
    faults = [error(503), reset]
    went: list[int] = []

    def route(_: Request) -> Reply:
        return faults.pop(0) if faults else answer(b"")

    with fault_server(route) as server, closing(served(server)) as place:
        place.write("x y/ü", tmp_path / "w", went.append)
        assert [request.method for request in server.requests] == ["PUT"] * 3
        assert all(request.body == BODY for request in server.requests)
        assert unquote(server.requests[-1].path).endswith("/artifacts/1/r/artifacts/x y/ü")
    assert sum(went) == len(BODY)


def test_several_files_come_at_once(tmp_path: Path) -> None:
    together = threading.Barrier(4, timeout=20)
    names = [f"f{n}" for n in range(4)]

    def route(request: Request) -> Reply:
        if request.path.endswith("/artifacts"):
            files = [{"path": name, "is_dir": False, "file_size": 1} for name in names]
            return ok({"files": files})
        together.wait()
        return answer(b"x")

    tallies: list[tuple[int, int]] = []

    def told(tally: Tally) -> None:
        tallies.append((tally.files_done, tally.bytes_done))

    with fault_server(route) as server, closing(served(server)) as place:
        there = download(place, "", tmp_path / "here", told=told)
    assert read_files(there) == dict.fromkeys(names, b"x")
    assert tallies[-1] == (4, 4)


def test_the_first_failure_ends_all(tmp_path: Path) -> None:
    def route(request: Request) -> Reply:
        if request.path.endswith("/artifacts"):
            return ok({"files": [{"path": each, "is_dir": False} for each in ("bad", "slow")]})
        return error(404, "RESOURCE_DOES_NOT_EXIST", "gone") if "bad" in request.path else hang

    with (
        fault_server(route) as server,
        closing(served(server)) as place,
        pytest.raises(NotFound, match="gone"),
    ):
        download(place, "", tmp_path / "here")
    assert not (tmp_path / "here").exists()


def local(tmp_path: Path, files: dict[str, bytes]) -> LocalFolder:
    return LocalFolder(write_files(tmp_path / "artifacts", files))


def test_what_is_there_is_only_replaced_when_asked(tmp_path: Path) -> None:
    place = local(tmp_path, {"d/a": b"new", "d/b/c": b"new"})
    here = write_files(tmp_path / "here", {"a": b"old", "mine": b"mine"})
    with pytest.raises(Conflict, match="exists already"):
        download(place, "d", here)
    assert read_files(here) == {"a": b"old", "mine": b"mine"}
    download(place, "d", here, force=True)
    assert read_files(here) == {"a": b"new", "b/c": b"new", "mine": b"mine"}
    with pytest.raises(Conflict, match="is a folder here and a file there"):
        download(place, "d/a", here, force=True)
    with pytest.raises(Conflict, match="is a file here and a folder there"):
        download(place, "d", here / "a", force=True)
    assert names_in(tmp_path) == ["artifacts", "here"]


def test_a_link_in_the_target_is_not_followed_out_of_it(tmp_path: Path) -> None:
    place = local(tmp_path, {"d/in/a": b"new"})
    outside = write_files(tmp_path / "outside", {"a": b"old"})
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "in").symlink_to(outside)
    with pytest.raises(Conflict):
        download(place, "d", tmp_path / "here", force=True)
    assert read_files(outside) == {"a": b"old"}


def test_two_downloads_to_one_place_do_not_mix(tmp_path: Path) -> None:
    place = local(tmp_path, {"a": b"1"})
    with (
        Staging(tmp_path / "a", is_dir=False),
        pytest.raises(Conflict, match=r"another download .* is under way"),
    ):
        download(place, "a", tmp_path / "a")
    assert download(place, "a", tmp_path / "a").read_bytes() == b"1"


def test_what_is_no_longer_there_does_not_stay_from_an_attempt_before(tmp_path: Path) -> None:
    place = local(tmp_path, {"d/a": b"1", "d/b": b"2"})
    with Staging(tmp_path / "d", is_dir=True) as staging:
        (staging.whole / "gone").write_bytes(b"x")
        (staging.whole / "a").write_bytes(b"y" * 99)
    assert read_files(download(place, "d", tmp_path / "d")) == {"a": b"1", "b": b"2"}


def test_empty_folders_and_the_whole_place_come_too(tmp_path: Path) -> None:
    place = local(tmp_path, {"a": b"1"})
    (tmp_path / "artifacts" / "empty" / "er").mkdir(parents=True)
    there = download(place, "", tmp_path / "x" / "y")
    assert (there / "empty" / "er").is_dir()
    assert read_files(there) == {"a": b"1"}


@pytest.mark.parametrize("files", [3, [{"path": "a", "is_dir": "no"}], [{"path": 4}]])
def test_a_listing_that_is_not_mlflows_is_no_listing(files: object) -> None:
    with (
        fault_server(lambda _: ok({"files": files})) as server,
        closing(served(server)) as place,
        pytest.raises(StoreBroken, match="in a shape that is not MLflow's"),
    ):
        place.entries()
