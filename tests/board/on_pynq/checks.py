"""The driver on the real pynq package, over the verilated shell (zynq.py). Run by tests/board/test_pynq.py."""

import gc
import hashlib
import json
import os
import select
import shutil
import subprocess
import sys
import threading
import tty
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pynq
import pynq.interrupt
import pytest
import zynq
from eeg2fpga_board import (
    DeviceError,
    DeviceGoneError,
    DeviceTimeoutError,
    EEGAccelerator,
    ownership,
    registers,
)
from eeg2fpga_board import zynq as system
from eeg2fpga_board.simulator import DECODE_ERROR, SLAVE_ERROR
from pynq.pl_server.embedded_device import parse_bit_header

FOLDER, OTHER = Path(os.environ["EEG2FPGA_FOLDER"]), Path(os.environ["EEG2FPGA_OTHER"])
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
    gc.collect()
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
        assert accelerator.selftest() == 64
        assert accelerator._device.waits_for == "polling"
    header = parse_bit_header(next(FOLDER.glob("*.bit")).read_bytes())
    (loaded,) = board.downloads
    assert np.array_equal(np.frombuffer(loaded, ">u4"), np.frombuffer(header["data"], "<u4"))


@pytest.mark.parametrize("hwh", [None, "", "<EDKSYSTEM", "<EDKSYSTEM/>"])
def test_loads_as_bitstream_without_a_usable_hwh(board, altered, hwh):
    def change(manifest, folder):
        (path,) = folder.glob("*.hwh")
        path.unlink()
        if hwh is not None:
            path.write_text(hwh)
            manifest["hashes"]["hwh"] = hashlib.sha256(hwh.encode()).hexdigest()

    with EEGAccelerator(altered(change)) as accelerator:
        assert type(accelerator._device._bitstream) is pynq.Bitstream
        assert pynq.Clocks.fclk0_mhz == 100
        assert accelerator.selftest() == 64


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
    def renamed(manifest, folder):
        manifest.update(build_hash="0" * 32)
        for path in (*folder.glob("*.bit"), *folder.glob("*.hwh")):
            path.rename(path.with_name(f"eeg2fpga_{'0' * 12}{path.suffix}"))

    written = []
    write = board.write_registers
    board.write_registers = lambda address, data: (written.append(address), write(address, data))
    try:
        with pytest.raises(DeviceError, match=f"the device is build .*, the folder {'0' * 32}"):
            EEGAccelerator(altered(renamed))
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
    with pytest.raises(DeviceGoneError, match="closed"):
        accelerator.predict(vectors["windows"][:2])


def test_an_earlier_object_does_not_drive_a_later_one_s_bits(board, vectors):
    """Their files have other names; the earlier one's calls, reset included, are refused, and its end ends nothing."""
    windows, classes = vectors["windows"][:5], vectors["classes"][:5]
    earlier = EEGAccelerator(FOLDER)
    earlier.predict(windows)
    later = EEGAccelerator(OTHER)
    assert later.manifest["build_hash"] != earlier.manifest["build_hash"]
    assert len(board.firmware) == len(board.downloads) == 2
    before = dict(later.registers())
    for call in (lambda: earlier.predict(windows), earlier.registers, earlier.selftest, earlier._device.reset):
        with pytest.raises(DeviceGoneError, match="one made later loaded its own bit file"):
            call()
    assert later.registers() == before and len(board.downloads) == 2
    earlier.close()
    assert np.array_equal(later.predict(windows), classes)
    with EEGAccelerator(FOLDER) as again:
        assert np.array_equal(again.predict(windows), classes)
        with pytest.raises(DeviceGoneError):
            later.predict(windows)
    later.close()


def test_reset_loads_its_own_bits(accelerator, board, vectors):
    """Whatever lies under their name by then."""
    (name,) = board.firmware
    assert accelerator.manifest["build_hash"][:12] in name
    board.firmware[name] = bytes(100)
    accelerator._device.reset()
    assert board.downloads[1] == board.downloads[0]
    assert np.array_equal(accelerator.predict(vectors["windows"][:3]), vectors["classes"][:3])


def test_another_overlay_is_noticed(accelerator, board, vectors):
    """Loaded through pynq alone: nothing is written to it, and nothing is read."""
    pynq.Bitstream(str(next(OTHER.glob("*.bit")))).download()
    board.between = forbidden
    with pytest.raises(DeviceGoneError, match=r"another overlay was loaded \(.*\.bit\)"):
        accelerator.predict(vectors["windows"][:2])


def forbidden():
    raise AssertionError("a register of the FPGA was touched")


def test_a_batch_that_a_process_left_running_is_ended_first(board, vectors):
    """Its bursts are done when the FPGA is configured."""
    first = EEGAccelerator(FOLDER)
    first.predict(vectors["windows"][:60])
    device, said = first._device, first.registers()
    # Killed after START: nothing of it is called any more, and its lock is gone.
    device.write(registers.WINDOWS, 60)
    device.write(registers.CONTROL, registers.START)
    board.simulator.run(2000)
    assert board.simulator.read(registers.STATUS) & registers.BUSY and said
    with EEGAccelerator(OTHER) as second:
        assert board.torn == 0
        assert second.selftest() == 64
    first.close()


def test_reset_ends_the_batch_first(accelerator, board, vectors):
    accelerator.predict(vectors["windows"][:60])
    accelerator._device.write(registers.CONTROL, registers.START)
    board.simulator.run(2000)
    accelerator._device.reset()
    assert board.torn == 0 and len(board.downloads) == 2
    assert not accelerator._device.read(registers.STATUS)


def test_another_process_has_the_fpga(board):
    script = (
        f"import sys; sys.path.insert(0, {str(FOLDER)!r}); from eeg2fpga_board import ownership\n"
        f"ownership.FOLDERS = {ownership.FOLDERS!r}; ownership.FPGA.acquire(); ownership.FPGA.note()\n"
        "print('mine', flush=True); input()"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"mine\n"
        with pytest.raises(DeviceError, match=f"another process \\(number {other.pid}\\) has the FPGA: close"):
            EEGAccelerator(FOLDER)
        assert not board.downloads
        other.stdin.close()
        other.wait()
    with EEGAccelerator(FOLDER) as accelerator:
        assert accelerator.selftest() == 64


@pytest.mark.parametrize(
    ("address", "value", "said"),
    [
        (system.SYSTEM + system.FPGA0_THR_STA, 0, "stands still"),
        (system.SYSTEM + system.FPGA_RST_CTRL, 1, "held in reset"),
        (system.SYSTEM + system.LVL_SHFTR_EN, 0, "ports between processor and FPGA are off"),
    ],
)
def test_what_would_hang_the_processor_is_asked_first(board, vectors, address, value, said):
    """When it is opened, and before each batch: no register of the FPGA is touched."""
    with EEGAccelerator(FOLDER) as accelerator:
        good, board.own[address] = board.own.get(address, 0), value
        board.between = forbidden
        for call in (lambda: accelerator.predict(vectors["windows"][:2]), lambda: EEGAccelerator(OTHER)):
            with pytest.raises(DeviceError, match=said):
                call()
        board.between = None
        board.own[address] = good
    with EEGAccelerator(FOLDER) as accelerator:
        assert np.array_equal(accelerator.predict(vectors["windows"][:2]), vectors["classes"][:2])


@pytest.mark.parametrize("offset", [system.AFI_RDCHAN_CTRL, system.AFI_WRCHAN_CTRL])
def test_the_memory_port_becomes_wide(board, offset):
    board.own[system.PORT + offset] = 0xF01
    with EEGAccelerator(FOLDER):
        assert board.own[system.PORT + offset] == 0xF00
    board.own[system.PORT + offset] = 0xF01
    board.stuck.add(system.PORT + offset)
    downloads = len(board.downloads)
    with pytest.raises(DeviceError, match="S_AXI_HP0 has 32 bits and stays so"):
        EEGAccelerator(FOLDER)
    assert len(board.downloads) == downloads


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(13, "Permission denied"), "the FPGA needs root"),
        (OSError("Root permissions required."), "the FPGA needs root"),
        (OSError(16, "Device or resource busy"), "the FPGA manager is busy"),
        (OSError(28, "No space left on device"), "no room in /lib/firmware"),
        (RuntimeError("No Devices Found"), "pynq sees no FPGA"),
        (RuntimeError("xclbinutil failed:\nnot found"), "XRT is missing or not set up"),
        (KeyError("ps7"), "run pynq's own base overlay"),
    ],
)
def test_what_pynq_raises_becomes_a_sentence(board, monkeypatch, error, said):
    def fails(*_):
        raise error

    monkeypatch.setattr(board, "download", fails)
    with pytest.raises(DeviceError, match=f"^loading the bit file failed .*: .*{said}") as caught:
        EEGAccelerator(FOLDER)
    assert "\n" not in str(caught.value)
    monkeypatch.undo()
    with EEGAccelerator(FOLDER) as accelerator:
        assert accelerator.selftest() == 64


def test_no_board(board, monkeypatch):
    monkeypatch.setattr(type(pynq.Device), "active_device", property(lambda _: no_device()))
    with pytest.raises(DeviceError, match=r"pynq sees no FPGA. Run this on a board"):
        EEGAccelerator(FOLDER)


def no_device():
    raise RuntimeError("No Devices Found")


def test_a_streamed_window_flushes_its_own_bytes(accelerator, board, vectors, monkeypatch):
    accelerator.predict(vectors["windows"][:200])
    flushed, flush = [], board.flush
    monkeypatch.setattr(
        board, "flush", lambda bo, offset, address, size: (flushed.append(size), flush(bo, offset, address, size))
    )
    assert np.array_equal(accelerator.predict(vectors["windows"][:1]), vectors["classes"][:1])
    assert sorted(flushed) == [1, vectors["windows"][0].size]


def test_loopback(accelerator):
    assert accelerator.loopback(8) == 8 and accelerator.loopback() == 1 << 16
    assert accelerator.selftest() == 64


def test_threads_take_turns(accelerator, vectors):
    parts = [slice(start, start + 10) for start in range(0, 80, 10)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda part: accelerator.predict(vectors["windows"][part]), parts))
    for part, classes in zip(parts, found, strict=True):
        assert np.array_equal(classes, vectors["classes"][part])
