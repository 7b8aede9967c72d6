"""The driver on the real pynq package, over the verilated shell (zynq.py). Run by tests/board/test_pynq.py."""

import hashlib
import json
import os
import select
import shutil
import threading
import tty
from pathlib import Path

import numpy as np
import pynq
import pynq.interrupt
import pytest
import zynq
from eeg2fpga_board import DeviceError, DeviceTimeoutError, EEGAccelerator, InputError, registers
from eeg2fpga_board.simulator import DECODE_ERROR, SLAVE_ERROR
from pynq.pl_server.embedded_device import parse_bit_header

FOLDER = Path(os.environ["EEG2FPGA_FOLDER"])
MEMORY = range(0x10000000, 0x14000000)


@pytest.fixture(scope="session")
def vectors():
    with np.load(os.environ["EEG2FPGA_VECTORS"]) as stored:
        return {name: stored[name] for name in stored.files}


@pytest.fixture
def board():
    """The board after power-on; whatever a check did, no buffer is left behind."""
    board = pynq.Device.active_device
    board.boot()
    yield board
    board.between = None
    assert not board.default_memory.live
    assert board.simulator is None or board.simulator.buffers == 0


@pytest.fixture
def accelerator(board):
    with EEGAccelerator(FOLDER) as accelerator:
        yield accelerator


@pytest.fixture
def altered(tmp_path):
    """A copy of the folder whose manifest is changed by a function of it."""

    def copy(change):
        folder = tmp_path / "altered"
        shutil.copytree(FOLDER, folder)
        manifest = json.loads((folder / "manifest.json").read_text())
        change(manifest, folder)
        (folder / "manifest.json").write_text(json.dumps(manifest))
        return folder

    return copy


def test_loads_as_overlay(board):
    assert pynq.Clocks.fclk0_mhz == 50
    with EEGAccelerator(FOLDER) as accelerator:
        loaded = accelerator._device._bitstream
        assert type(loaded) is pynq.Overlay and loaded.is_loaded()
        (block,) = [block for block in loaded.ip_dict.values() if block.get("phys_addr") == 0x43C00000]
        assert block["addr_range"] == accelerator.manifest["address_range"]
        assert pynq.Clocks.fclk0_mhz == accelerator.manifest["clock_mhz"] == accelerator._device.clock_hz / 1e6
        assert accelerator.selftest() == 8
        assert accelerator._device.waits_for == "polling"
    header = parse_bit_header((FOLDER / "eeg2fpga.bit").read_bytes())
    (loaded,) = board.downloads
    assert np.array_equal(np.frombuffer(loaded, ">u4"), np.frombuffer(header["data"], "<u4"))


@pytest.mark.parametrize("hwh", [None, "", "<EDKSYSTEM", "<EDKSYSTEM/>"])
def test_loads_as_bitstream_without_a_usable_hwh(board, altered, hwh):
    def change(manifest, folder):
        (folder / "eeg2fpga.hwh").unlink()
        if hwh is not None:
            (folder / "eeg2fpga.hwh").write_text(hwh)
            manifest["hashes"]["hwh"] = hashlib.sha256(hwh.encode()).hexdigest()

    with EEGAccelerator(altered(change)) as accelerator:
        assert type(accelerator._device._bitstream) is pynq.Bitstream
        assert pynq.Clocks.fclk0_mhz == 100
        assert accelerator.selftest() == 8


def test_vectors(accelerator, vectors):
    """Every window has the golden model's class."""
    found = accelerator.predict(vectors["windows"])
    assert len(found) >= 1000
    assert int((found != vectors["classes"]).sum()) == 0
    print(f"windows {len(found)}, {accelerator.throughput(64)}")


def test_batches_are_split(accelerator, vectors, monkeypatch):
    monkeypatch.setattr(accelerator._batches, "capacity", 7)
    found = accelerator.predict(vectors["windows"][:40])
    assert np.array_equal(found, vectors["classes"][:40])


def test_stream(accelerator):
    example = np.load(FOLDER / "example.npz")
    about = {name: example[name] for name in ("electrodes", "baseline")} | {"sampling_rate": 128}
    blocks = np.array_split(example["recording"], 33, axis=1)
    times, classes = zip(*accelerator.stream(blocks, stride=100, **about), strict=True)
    assert np.array_equal(classes, accelerator.predict(example["recording"], stride=100, **about))
    assert np.allclose(times, (128 + 100 * np.arange(len(times))) / 128)


@pytest.mark.parametrize(
    ("response", "place", "name"),
    [
        (SLAVE_ERROR, "source", "READ_SLAVE"),
        (DECODE_ERROR, "source", "READ_DECODE"),
        (SLAVE_ERROR, "destination", "WRITE_SLAVE"),
        (DECODE_ERROR, "destination", "WRITE_DECODE"),
    ],
)
def test_axi_errors_are_reported(accelerator, board, vectors, response, place, name):
    windows, classes = vectors["windows"][:5], vectors["classes"][:5]
    accelerator.predict(windows)
    size = windows[0].size
    source, destination = (accelerator.registers()[name] for name in ("SOURCE", "DESTINATION"))
    # The middle of window 3 (result 0): the burst that holds it begins in window 2 or 3.
    address = source + 3 * size + size // 2 if place == "source" else destination
    board.simulator.fault(address, address + 1, response)
    with pytest.raises(DeviceError, match=f"{name}.*at address 0x1.* of the batch") as caught:
        accelerator.predict(windows)
    assert not isinstance(caught.value, DeviceTimeoutError)
    assert ("window 3 of" if place == "source" else "result 0 of") in str(caught.value)
    assert caught.value.registers["STATUS"] & registers.ERRED
    assert not board.default_memory.live
    board.simulator.clear_faults()
    assert np.array_equal(accelerator.predict(windows), classes)


def test_memory_that_never_answers(accelerator, board, vectors):
    """The time-out says so; the abort cannot end either, so the bit file is loaded again, and all is well."""
    board.simulator.configure(read_latency=1 << 40)
    with pytest.raises(DeviceTimeoutError, match=r"windows 0 to 1 did not end within \d+ cycles .*WINDOWS_DONE 0x0"):
        accelerator.predict(vectors["windows"][:2])
    assert len(board.downloads) == 2
    assert not board.default_memory.live
    board.simulator.configure()
    assert np.array_equal(accelerator.predict(vectors["windows"][:9]), vectors["classes"][:9])


def test_slow_memory_is_no_time_out(accelerator, board, vectors):
    board.simulator.configure(read_latency=400, write_latency=400, read_outstanding=1, stall_per_mille=300)
    assert np.array_equal(accelerator.predict(vectors["windows"][:9]), vectors["classes"][:9])


@pytest.mark.parametrize("seed", range(50))
def test_interrupted_by_a_person(accelerator, board, vectors, seed):
    """Ctrl-C at any cycle: the batch is aborted, the buffers are free, the next batch is right."""
    rng = np.random.default_rng(seed)
    chosen = rng.integers(0, len(vectors["windows"]), 8)
    windows, classes = vectors["windows"][chosen], vectors["classes"][chosen]
    board.simulator.configure(stall_per_mille=int(rng.integers(0, 300)), seed=seed + 1)
    # 8 windows take 62,000 cycles and 5,000 pass before each access, so that ABORT comes 10,000 after the Ctrl-C: up to
    # 50,000 it still finds the batch running.
    accesses, moments = int(rng.integers(0, 9)), []

    def between():
        nonlocal accesses
        if not board.simulator.read(registers.STATUS) & registers.BUSY:
            return
        accesses -= 1
        if accesses < 0:
            board.between = None
            board.simulator.run(int(rng.integers(0, 5000)))
            assert board.simulator.read(registers.STATUS) & registers.BUSY
            moments.append(board.simulator.read(registers.CYCLES))
            raise KeyboardInterrupt

    board.between = between
    with pytest.raises(KeyboardInterrupt):
        accelerator.predict(windows)
    assert not board.default_memory.live
    status = accelerator.registers()["STATUS"]
    assert status & registers.ABORTED and not status & registers.BUSY
    print(f"aborted at cycle {moments[0]}")
    assert np.array_equal(accelerator.predict(windows), classes)
    assert len(board.downloads) == 1


class Kernel:
    """The kernel's side of a UIO device, which is a terminal here.

    A write of 1 enables the interrupt; when it is enabled and the shell's line is up, 4 bytes can be read.
    """

    def __init__(self, board):
        self._board = board
        self._end, device = os.openpty()
        tty.setraw(device)
        self.path = os.ttyname(device)
        self.delivered = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def close(self):
        self._stop.set()
        self._thread.join()

    def _run(self):
        enabled = False
        while not self._stop.is_set():
            if select.select([self._end], [], [], 0 if enabled else 0.01)[0]:
                enabled = os.read(self._end, 4) == b"\1\0\0\0"
            elif enabled:
                with self._board.lock:
                    up = self._board.simulator.run(20000, until_interrupt=True)
                if up:
                    enabled = False
                    self.delivered += 1
                    os.write(self._end, self.delivered.to_bytes(4, "little"))


def test_interrupt(board, vectors, monkeypatch):
    kernel = Kernel(board)
    monkeypatch.setattr(pynq.interrupt, "get_uio_irq", lambda line: kernel.path if line == 61 else None)
    try:
        with EEGAccelerator(FOLDER) as accelerator:
            assert accelerator._device.waits_for == "interrupt"
            before = kernel.delivered
            assert np.array_equal(accelerator.predict(vectors["windows"][:60]), vectors["classes"][:60])
            assert kernel.delivered > before
            assert accelerator._device.waits_for == "interrupt"
    finally:
        kernel.close()


def test_an_interrupt_of_another_is_given_up(board, vectors, monkeypatch):
    _, device = os.openpty()
    tty.setraw(device)
    monkeypatch.setattr(pynq.interrupt, "get_uio_irq", lambda line: os.ttyname(device))
    with EEGAccelerator(FOLDER) as accelerator:
        # The end of a batch must fall into a wait, not between two.
        rng = np.random.default_rng(0)
        board.between = lambda: board.simulator.run(int(rng.integers(9000)), until_interrupt=True)
        for _ in range(30):
            assert np.array_equal(accelerator.predict(vectors["windows"][:3]), vectors["classes"][:3])
        assert accelerator._device.waits_for == "polling"


def test_clock_that_the_board_cannot_give(board, altered):
    folder = altered(lambda manifest, _: manifest.update(clock_mhz=97))
    with pytest.raises(DeviceError, match="FCLK0 is at 100 MHz, the build was timed for 97"):
        EEGAccelerator(folder)


def test_another_build_is_refused_untouched(board, altered):
    written = []
    write = board.write_registers
    board.write_registers = lambda address, data: (written.append(address), write(address, data))
    try:
        with pytest.raises(DeviceError, match=f"the device is build .*, the folder {'0' * 32}"):
            EEGAccelerator(altered(lambda manifest, _: manifest.update(build_hash="0" * 32)))
    finally:
        del board.write_registers
    assert not [address for address in written if address in zynq.REGISTERS]


def test_forgotten_accelerators_free_their_buffers(board, vectors):
    accelerator = EEGAccelerator(FOLDER)
    accelerator.predict(vectors["windows"][:2])
    assert board.default_memory.live
    del accelerator
    assert not board.default_memory.live


def test_closed(board, vectors):
    accelerator = EEGAccelerator(FOLDER)
    accelerator.close()
    accelerator.close()
    assert not board.default_memory.live
    with pytest.raises(InputError, match="closed"):
        accelerator.predict(vectors["windows"][:2])
