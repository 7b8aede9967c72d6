"""Stages of a build: each runs again only when what it depends on changed."""

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from eeg2fpga.files import write_json
from eeg2fpga.locations import HARDWARE, REPOSITORY


class Stages:
    """Runs stages in order and keeps, in `folder`/stages.json, the key and the seconds of each.

    A stage's key hashes its settings, its source files and the key of the stage before it; a stage is skipped when its
    key is the recorded one and its outputs are there.
    """

    def __init__(self, folder: Path, console: Console) -> None:
        self._record = folder / "stages.json"
        self._console = console
        self._done: dict[str, dict] = json.loads(self._record.read_text()) if self._record.exists() else {}
        self._previous = ""
        self.ran: list[str] = []

    def run(self, name: str, settings: object, code: tuple[str, ...], outputs: list[Path], work: Callable) -> None:
        """Run `work()` unless it is up to date. `code`: files and folders of sw/eeg2fpga or hw that the stage runs."""
        key = self._key(settings, code)
        self._previous = key
        known = self._done.get(name)
        if known and known["key"] == key and all(path.exists() for path in outputs):
            self._console.print(f"[dim]{name}: up to date[/dim]")
            return
        self._console.print(f"[bold]{name}[/bold] ...")
        start = time.perf_counter()
        work()
        seconds = round(time.perf_counter() - start, 2)
        self._done[name] = {"key": key, "seconds": seconds}
        write_json(self._record, self._done)
        self.ran.append(name)
        self._console.print(f"{name}: {seconds:.1f} s")

    def seconds(self) -> dict[str, float]:
        """Seconds of each stage when it last ran."""
        return {name: stage["seconds"] for name, stage in self._done.items()}

    def _key(self, settings: object, code: tuple[str, ...]) -> str:
        digest = hashlib.sha256(self._previous.encode() + repr(settings).encode())
        for path in sorted(source for name in code for source in _sources(name)):
            digest.update(path.name.encode() + path.read_bytes())
        return digest.hexdigest()


def _sources(name: str) -> list[Path]:
    root = HARDWARE / name.removeprefix("hw/") if name.startswith("hw/") else REPOSITORY / "sw" / "eeg2fpga" / name
    if root.is_file():
        return [root]
    return [
        p for p in root.rglob("*") if p.suffix in (".py", ".cpp", ".v", ".sv", ".j2") and not p.name.startswith("test_")
    ]
