"""Whose the FPGA is: of processes by a lock file, of a process's objects the last one that loaded its bit file."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
import threading
import weakref
from pathlib import Path

from .errors import DeviceError, DeviceGoneError

FOLDERS = ("/run/lock", tempfile.gettempdir())
"""Where the lock file lies: the first of them that is there. Both are empty after a restart, as the FPGA is."""
NAME = "eeg2fpga.lock"


class Ownership:
    """Of the one FPGA of a board, for this process. `lock` is held by the thread that uses it."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self._file: int | None = None
        self._owner: weakref.ref | None = None
        self._users = 0

    def acquire(self) -> dict | None:
        """Keep other processes out, as long as `release` was not called as often; what the last one noted, if anything.

        Raises DeviceError where another process has the FPGA, or this one has no right to it.
        """
        with self.lock:
            if self._file is None:
                self._file = _lock_file()
            self._users += 1
            try:
                noted = json.loads(os.pread(self._file, 1 << 12, 0) or b"null")
            except ValueError:
                noted = None
            return noted if isinstance(noted, dict) else None

    def note(self, **values: object) -> None:
        """Write down what was loaded, for whoever comes next, and whose process this is."""
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, json.dumps(values | {"pid": os.getpid()}).encode(), 0)

    def release(self) -> None:
        """One user less; the last one lets other processes in."""
        with self.lock:
            self._users -= 1
            if not self._users and self._file is not None:
                os.close(self._file)
                self._file = None

    def take(self, owner: object) -> None:
        """From now on the FPGA is `owner`'s."""
        self._owner = weakref.ref(owner)

    @property
    def owner(self) -> object | None:
        """Who took it last, unless it was forgotten or gave it up."""
        return None if self._owner is None else self._owner()

    def give_up(self, owner: object) -> None:
        """If it is `owner`'s it is nobody's."""
        if self.owner is owner:
            self._owner = None

    def check(self, owner: object) -> None:
        """Raise DeviceGoneError unless it is `owner`'s."""
        if self.owner is not owner:
            raise DeviceGoneError(
                "the FPGA is another's: this accelerator was closed, or one made later loaded its own bit file. "
                "Use that one, or make a new EEGAccelerator of this folder"
            )


def _lock_file() -> int:
    folder = next(folder for folder in FOLDERS if Path(folder).is_dir())
    path = Path(folder) / NAME
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o644)
    except PermissionError:
        raise DeviceError(f"no right to {path}, the FPGA's lock: run as root (sudo -E), or as who uses it") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        try:
            pid = json.loads(os.pread(file, 1 << 12, 0)).get("pid")
        except (ValueError, AttributeError):
            pid = "unknown"
        os.close(file)
        raise DeviceError(
            f"another process (number {pid}) has the FPGA: close its accelerator, or end its kernel"
        ) from None
    return file


FPGA = Ownership()
