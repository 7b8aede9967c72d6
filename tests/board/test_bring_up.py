"""The ladder of a board's first minutes: each fault is found at its step."""

import numpy as np
import pytest
from eeg2fpga.board import AcceleratorError, DeviceError, FolderError, bring_up, registers
from eeg2fpga.board.simulator import Buffer

from .wrapped import Wrapped

STEPS = ("folder", "led", "identity", "loopback", "window", "batch", "self-test")


def climb(folder, device) -> list[str]:
    """Names of the steps that were said."""
    said: list[str] = []
    try:
        bring_up(folder, device, said.append)
    finally:
        names = [line.split()[1] for line in said]
        assert names == list(STEPS[: len(names)])
    return names


def test_all_steps(folder, device, capsys):
    assert climb(folder, device) == list(STEPS)
    bring_up(folder, "simulator")
    assert len(capsys.readouterr().out.splitlines()) == len(STEPS)
    device.read(registers.STATUS)


def test_folder(tmp_path, device):
    with pytest.raises(FolderError, match=r"^step 1, folder: no manifest\.json"):
        climb(tmp_path, device)


def test_led(outputs):
    """No pynq here: the FPGA cannot be configured."""
    with pytest.raises(AcceleratorError, match=r"^step 2, led: no pynq here"):
        climb(outputs / "pynq-z2", None)


def test_identity(folder, device):
    with pytest.raises(DeviceError, match=r"^step 3, identity: there is no eeg2fpga accelerator"):
        climb(folder, Wrapped(device, read=lambda _: 0xFFFFFFFF))


def test_loopback(folder, device, monkeypatch):
    """Memory that loses a bit."""
    invalidate = Buffer.invalidate

    def forgets(buffer):
        invalidate(buffer)
        buffer.reshape(-1).view(np.uint8)[:] &= 0xFE

    monkeypatch.setattr(Buffer, "invalidate", forgets)
    with pytest.raises(DeviceError, match=r"^step 4, loopback: .* bytes came back as others"):
        climb(folder, device)


@pytest.mark.parametrize(
    ("step", "name", "place"),
    [("5, window", "scores", (0, 0)), ("6, batch", "classes", 9), ("7, self-test", "scores", 9)],
)
def test_what_the_accelerator_computes(altered, device, step, name, place):
    with altered() as (folder, _):
        with np.load(folder / "selftest.npz") as stored:
            content = {key: stored[key] for key in stored.files}
        content[name][place] ^= 1
        np.savez(folder / "selftest.npz", **content)
    with pytest.raises(DeviceError, match=f"^step {step}: .* golden model"):
        climb(folder, device)
