"""A board's first minutes, step by step, so that a failure says where it is (docs/board.md, 'Bring-up')."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator

import numpy as np

from .device import Device
from .driver import EEGAccelerator, open_device
from .errors import AcceleratorError, DeviceError
from .manifest import read_manifest, read_selftest


def bring_up(folder: str | Path, device: Device | str | None = None, say: Callable[[str], None] = print) -> None:
    """Climb the ladder: folder, led, identity, loopback, window, batch, self-test; a line each.

    folder, device: those of EEGAccelerator. Raises what it raises, the message led by the step that failed; what each
    step proves, and what to suspect, is in docs/board.md.
    """
    with _step("1, folder"):
        manifest = read_manifest(Path(folder))
        windows, scores, classes = read_selftest(Path(folder))
        say(f"1 folder     {manifest['build']} for {manifest['board']}, every file is the one that was built")
    with _step("2, led"):
        opened = open_device(Path(folder), manifest, device)
        say(f"2 led        configured, clock at {opened.clock_hz / 1e6:g} MHz: on a board the led blinks now")
    try:
        with _step("3, identity"):
            accelerator = EEGAccelerator(folder, opened, prove=False)
            say(f"3 identity   the registers answer, build {manifest['build_hash']}")
        with accelerator:
            with _step("4, loopback"):
                say(
                    f"4 loopback   {accelerator.loopback(8)} and {accelerator.loopback()} bytes through memory and back"
                )
            with _step("5, window"):
                _compare(accelerator.scores(windows[:1]), scores[:1])
                say(f"5 window     scores {', '.join(map(str, scores[0]))}, the golden model's")
            with _step("6, batch"):
                _compare(accelerator.predict(windows), classes)
                say(f"6 batch      {len(windows)} classes, the golden model's; waited by {waits_for(opened)}")
            with _step("7, self-test"):
                say(f"7 self-test  {accelerator.selftest()} windows' scores, the golden model's")
    finally:
        if opened is not device:
            opened.close()


def waits_for(device: Device) -> str:
    """How the device notices the end of a batch."""
    return getattr(device, "waits_for", "simulation")


def _compare(found: np.ndarray, expected: np.ndarray) -> None:
    if (found != expected).any():
        raise DeviceError(f"the device says {found.tolist()}, the golden model {expected.tolist()}")


@contextmanager
def _step(name: str) -> Iterator[None]:
    try:
        yield
    except AcceleratorError as error:
        error.args = (f"step {name}: {error}", *error.args[1:])
        raise
