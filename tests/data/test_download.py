import functools
import hashlib
import http.server
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from eeg2fpga.data.download import download, eegmat_checksums
from eeg2fpga.data.load import data_root
from eeg2fpga.errors import UserError

CONTENT = {"a.edf": bytes(range(256)) * 4000, "b.edf": b"second file"}
SUMS = {name: hashlib.sha256(content).hexdigest() for name, content in CONTENT.items()}


class Handler(http.server.SimpleHTTPRequestHandler):
    """The standard handler, with ranges as PhysioNet's server has them, and transfers that break off."""

    asked: list[tuple[str, str | None]]
    break_after: int | None = None
    ranges = True

    def do_GET(self):
        path = Path(self.directory) / self.path.lstrip("/")
        wanted = self.headers.get("Range")
        type(self).asked.append((path.name, wanted))
        if not path.is_file():
            self.send_error(404)
            return
        body, status = path.read_bytes(), 200
        if wanted and self.ranges:
            start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1])
            if start >= len(body):
                self.send_error(416)
                return
            body, status = body[start:], 206
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: self.break_after])

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, type[Handler], Path]]:
    source = tmp_path / "served"
    source.mkdir()
    for name, content in CONTENT.items():
        (source / name).write_bytes(content)
    handler = type("Fresh", (Handler,), {"asked": []})
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(handler, directory=str(source))
    ) as http_server:
        thread = threading.Thread(target=http_server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{http_server.server_port}/", handler, source
        http_server.shutdown()
        thread.join()


def test_fetches_once(server: tuple, tmp_path: Path):
    url, handler, _ = server
    folder = tmp_path / "to"
    paths = download(folder, url, SUMS)
    assert {path.name: path.read_bytes() for path in paths} == CONTENT
    assert sorted(path.name for path in folder.iterdir()) == sorted(CONTENT)
    download(folder, url, SUMS)
    assert len(handler.asked) == 2, "a file that is there is not fetched again"


@pytest.mark.parametrize("ranges", [True, False])
def test_goes_on_after_a_broken_transfer(server: tuple, tmp_path: Path, ranges: bool):
    url, handler, _ = server
    folder = tmp_path / "to"
    handler.break_after = 500_000
    with pytest.raises(UserError, match=r"a\.edf: the transfer broke off"):
        download(folder, url, SUMS)
    assert [path.name for path in folder.iterdir()] == ["a.edf.part"]
    handler.break_after, handler.ranges = None, ranges
    download(folder, url, SUMS)
    assert (folder / "a.edf").read_bytes() == CONTENT["a.edf"]
    assert handler.asked[1] == ("a.edf", "bytes=500000-")
    assert not list(folder.glob("*.part"))


def test_whole_part_file_is_taken(server: tuple, tmp_path: Path):
    url, _, _ = server
    folder = tmp_path / "to"
    folder.mkdir()
    (folder / "a.edf.part").write_bytes(CONTENT["a.edf"])
    download(folder, url, SUMS)
    assert (folder / "a.edf").read_bytes() == CONTENT["a.edf"]


def test_wrong_checksum_leaves_nothing(server: tuple, tmp_path: Path):
    url, _, source = server
    (source / "a.edf").write_bytes(b"something else")
    with pytest.raises(UserError, match="SHA-256"):
        download(tmp_path / "to", url, SUMS)
    assert not list((tmp_path / "to").iterdir())


def test_missing_on_the_server(server: tuple, tmp_path: Path):
    url, _, source = server
    (source / "b.edf").unlink()
    with pytest.raises(UserError, match="404"):
        download(tmp_path / "to", url, SUMS)


def test_no_server(tmp_path: Path):
    with pytest.raises(UserError, match="broke off"):
        download(tmp_path / "to", "http://127.0.0.1:9/", SUMS)


def test_committed_checksums_are_those_of_the_real_files():
    sums = eegmat_checksums()
    assert len(sums) == 48
    assert all(re.fullmatch("[0-9a-f]{64}", digest) for digest in sums.values())
    root = data_root()
    if root is None or not (root / "eegmat" / "Subject00_2.edf").is_file():
        pytest.skip("no real EEGMAT here")
    content = (root / "eegmat" / "Subject00_2.edf").read_bytes()
    assert hashlib.sha256(content).hexdigest() == sums["Subject00_2.edf"]
