"""Fetch EEGMAT from PhysioNet, each file checked against the committed eegmat.sha256."""

import hashlib
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from eeg2fpga.errors import UserError

PHYSIONET = "https://physionet.org/files/eegmat/1.0.0/"
_CHUNK = 1 << 18


def eegmat_checksums() -> dict[str, str]:
    """File name -> SHA-256, hexadecimal."""
    lines = resources.files(__package__).joinpath("eegmat.sha256").read_text().splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


def download(
    folder: Path,
    base_url: str = PHYSIONET,
    checksums: dict[str, str] | None = None,
    report: Callable[[str], None] = lambda line: None,
) -> list[Path]:
    """Fetch the EDF files that `folder` lacks and return all of them.

    A file has its final name only once its checksum is right; a broken transfer leaves NAME.part, and the next call
    goes on from there. Raises UserError if the server cannot be reached or a file is not what it should be.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, digest in (eegmat_checksums() if checksums is None else checksums).items():
        path = folder / name
        if path.is_file() and _sha256(path) == digest:
            report(f"{name}: there")
        else:
            _download(base_url.rstrip("/") + "/" + name, path, digest)
            report(f"{name}: fetched")
        paths.append(path)
    return paths


def _download(url: str, path: Path, digest: str) -> None:
    part = path.with_name(path.name + ".part")
    try:
        _fetch(url, part)
    except urllib.error.HTTPError as error:
        raise UserError(f"{url}: the server answers {error.code} {error.reason}: check the address") from None
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise UserError(f"{url}: the transfer broke off ({reason}): run it again, it goes on from there") from None
    if _sha256(part) != digest:
        part.unlink()
        raise UserError(f"{url}: its SHA-256 is not the committed one, so it was thrown away: run it again")
    part.replace(path)


def _fetch(url: str, part: Path) -> None:
    """Append what `part` lacks of `url`; a server without ranges sends all of it again."""
    have = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"Range": f"bytes={have}-"} if have else {})
    try:
        response = urllib.request.urlopen(request, timeout=60)
    except urllib.error.HTTPError as error:
        # 416: nothing lies beyond what we have; the checksum decides whether that is the file.
        if have and error.code == http.HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            return
        raise
    with response, part.open("ab" if response.status == http.HTTPStatus.PARTIAL_CONTENT else "wb") as stream:
        expected = int(response.headers.get("Content-Length", -1))
        received = 0
        while chunk := response.read(_CHUNK):
            stream.write(chunk)
            received += len(chunk)
    if 0 <= expected != received:
        raise http.client.IncompleteRead(b"", expected - received)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
