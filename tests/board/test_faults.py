"""Whatever goes wrong in a batch: an exception that says so, no buffer left, and the next batch is right."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np
import pytest
from eeg2fpga.board import DeviceError, DeviceGoneError, DeviceTimeoutError, EEGAccelerator, InputError, registers
from eeg2fpga.board.batches import Batches
from eeg2fpga.board.simulator import DECODE_ERROR, SLAVE_ERROR, Buffer, Simulator

from .conftest import SIMULATOR
from .wrapped import Wrapped

NAMES = {(SLAVE_ERROR, 0): "READ_SLAVE", (DECODE_ERROR, 0): "READ_DECODE"}
NAMES |= {(SLAVE_ERROR, 1): "WRITE_SLAVE", (DECODE_ERROR, 1): "WRITE_DECODE"}


@pytest.mark.parametrize("seed", range(24))
def test_errors_at_any_address(accelerator, device, vectors, seed):
    """Any byte of the windows or of the results, under any stalls: the error, its place, the registers."""
    rng = np.random.default_rng(seed)
    windows, classes = vectors["windows"][seed : seed + 20], vectors["classes"][seed : seed + 20]
    accelerator.predict(windows)
    base = [accelerator.registers()[name] for name in ("SOURCE", "DESTINATION")]
    response, write = int(rng.choice([SLAVE_ERROR, DECODE_ERROR])), seed % 2
    number = int(rng.integers(20))
    size = 1 if write else windows[0].size
    address = base[write] + number * size + int(rng.integers(size))
    device.configure(stall_per_mille=int(rng.integers(0, 400)), seed=seed + 1)
    device.fault(address, address + 1, response)
    with pytest.raises(DeviceError, match=NAMES[response, write]) as caught:
        accelerator.predict(windows)
    assert not isinstance(caught.value, DeviceTimeoutError)
    said = caught.value.registers
    # The address is that of the burst: at most 16 beats of 8 bytes before the byte.
    assert address - 128 < said["ERROR_ADDRESS"] <= address
    assert f"at address {said['ERROR_ADDRESS']:#x}, {'result' if write else 'window'}" in str(caught.value)
    assert said["STATUS"] & registers.ERRED and not said["STATUS"] & registers.BUSY
    assert "\n" not in str(caught.value)
    assert device.buffers == 0
    device.clear_faults()
    np.testing.assert_array_equal(accelerator.predict(windows), classes)


def test_time_out_shows_the_registers(accelerator, device, vectors):
    """Reads that are never answered; the abort cannot end, so the device is reset."""
    device.configure(read_latency=1 << 40)
    with pytest.raises(DeviceTimeoutError) as caught:
        accelerator.predict(vectors["windows"][:3])
    said = str(caught.value)
    for name in registers.DUMPED:
        assert f"{name} {caught.value.registers[name]:#x}" in said
    assert caught.value.registers["STALL_INPUT"] > 100_000
    assert "the batch of windows 0 to 2 did not end within" in said
    assert device.buffers == 0
    device.configure()
    np.testing.assert_array_equal(accelerator.predict(vectors["windows"][:7]), vectors["classes"][:7])


def test_time_out_in_a_later_batch_names_its_windows(accelerator, device, vectors, monkeypatch):
    monkeypatch.setattr(accelerator._batches, "capacity", 4)
    starts = []

    def write(offset, value):
        if offset == registers.CONTROL and value == registers.START:
            starts.append(value)
            if len(starts) == 3:
                device.configure(read_latency=1 << 40)
        device.write(offset, value)

    accelerator._batches._device = Wrapped(device, write=write)
    with pytest.raises(DeviceTimeoutError, match="windows 8 to 11 did not end"):
        accelerator.predict(vectors["windows"][:20])
    device.configure()


def test_no_clock(folder, device, vectors):
    """A counter that stands still ends the wait, however little time has passed."""
    with EEGAccelerator(folder, device) as accelerator:
        frozen = {registers.STATUS: registers.BUSY, registers.CYCLES: 7}
        accelerator._batches._device = Wrapped(device, read=lambda offset: frozen.get(offset, device.read(offset)))
        with pytest.raises(DeviceTimeoutError, match="did not end within 7 cycles"):
            accelerator.predict(vectors["windows"][:2])
        assert device.buffers == 0
        accelerator._batches._device = device
        np.testing.assert_array_equal(accelerator.predict(vectors["windows"][:2]), vectors["classes"][:2])


def test_interrupted_while_stopping(accelerator, device, vectors):
    """A second Ctrl-C, in the abort of the first: reset, buffers free, device as new."""
    waits = []

    def wait(seconds):
        waits.append(seconds)
        device.run(3000)
        raise KeyboardInterrupt

    device.configure(read_latency=50_000)
    accelerator._batches._device = Wrapped(device, wait=wait)
    with pytest.raises(KeyboardInterrupt):
        accelerator.predict(vectors["windows"][:2])
    assert len(waits) == 2
    assert device.buffers == 0
    assert device.read(registers.STATUS) == 0
    accelerator._batches._device = device
    device.configure()
    np.testing.assert_array_equal(accelerator.predict(vectors["windows"][:2]), vectors["classes"][:2])


def test_no_memory_for_the_results(accelerator, device, vectors):
    def allocate(shape, dtype):
        if dtype == np.uint8:
            raise MemoryError("CMA is full")
        return device.allocate(shape, dtype)

    accelerator._batches._device = Wrapped(device, allocate=allocate)
    with pytest.raises(DeviceError, match=r"no 99 bytes of memory for the accelerator \(CMA is full\)"):
        accelerator.predict(vectors["windows"][:99])
    assert device.buffers == 0


def test_buffers_out_of_reach(accelerator, device, vectors):
    def allocate(shape, dtype):
        buffer = device.allocate(shape, dtype)
        return Wrapped(buffer, device_address=buffer.device_address + 4)

    accelerator._batches._device = Wrapped(device, allocate=allocate)
    with pytest.raises(DeviceError, match="0x10000004, which the accelerator cannot address"):
        accelerator.predict(vectors["windows"][:99])
    assert device.buffers == 0


@pytest.mark.parametrize("call", ["predict", "scores"])
def test_results_that_were_not_written(accelerator, device, vectors, call, monkeypatch):
    """The device says that all is done, and memory does not have it."""
    monkeypatch.setattr(Buffer, "invalidate", lambda _: None)
    with pytest.raises(DeviceError, match="the result of window 0 was not written, the network has 2 classes"):
        getattr(accelerator, call)(vectors["windows"][:9])
    assert device.buffers == 0


def test_loopback_finds_bytes_that_changed(accelerator, device, monkeypatch):
    assert accelerator.loopback() == 1 << 16
    assert accelerator.loopback(8) == 8
    for size in (0, 7, -8, (4 << 20) + 8):
        with pytest.raises(InputError, match="give a multiple of 8 from 8 to 4194304"):
            accelerator.loopback(size)

    invalidate = Buffer.invalidate

    def narrow(buffer):
        """A port of 32 bits: the upper half of each beat is that of the one before."""
        invalidate(buffer)
        buffer.reshape(-1, 8)[1:, 4:] = buffer.reshape(-1, 8)[:-1, 4:]

    monkeypatch.setattr(Buffer, "invalidate", narrow)
    with pytest.raises(DeviceError, match=r"\d+ of 800 bytes came back as others, the first at (9|1\d|2\d) "):
        accelerator.loopback(800)


def test_a_streamed_window_flushes_its_own_bytes(accelerator, vectors, monkeypatch):
    """Whatever the largest batch before."""
    accelerator.predict(vectors["windows"][:200])
    flushed, flush = [], Buffer.flush
    monkeypatch.setattr(Buffer, "flush", lambda buffer: (flushed.append(buffer.nbytes), flush(buffer)))
    accelerator.predict(vectors["windows"][:1])
    assert sorted(flushed) == [1, vectors["windows"][0].size]


def test_threads_take_turns(accelerator, device, vectors):
    """Every one of them gets its own results."""
    parts = [slice(start, start + 20) for start in range(0, 200, 20)]
    with ThreadPoolExecutor(5) as pool:
        found = list(pool.map(lambda part: accelerator.predict(vectors["windows"][part]), parts))
    for part, classes in zip(parts, found, strict=True):
        np.testing.assert_array_equal(classes, vectors["classes"][part])


def test_a_simulator_of_several_threads_or_closed(folder):
    """A segmentation fault before: register reads of three threads, and calls after close()."""
    device = Simulator(folder / SIMULATOR)
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(lambda _: device.read(registers.IDENTITY), range(3000)))
    assert set(found) == {registers.IDENTITY_VALUE}
    buffer = device.allocate((8,), np.uint8)
    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(device.run, 20_000) for _ in range(2)]
        pool.submit(device.close).result()
        for run in running:
            with suppress(DeviceGoneError):
                run.result()
    calls = (
        *(lambda: device.read(0), lambda: device.write(0, 0), lambda: device.run(1), lambda: device.wait(1e-6)),
        *(device.counts, device.configure, device.clear_faults, lambda: device.fault(0, 8, 2), device.reset),
        lambda: device.allocate((8,), np.uint8),
    )
    for call in calls:
        with pytest.raises(DeviceGoneError, match="this simulator is closed"):
            call()
    buffer.freebuffer()
    device.close()


def test_an_accelerator_whose_device_was_closed(folder, vectors):
    """Its calls say so; closing it, in the middle of a batch too, is no fault."""
    device = Simulator(folder / SIMULATOR)
    accelerator = EEGAccelerator(folder, device)
    accelerator._batches._running = True
    device.close()
    with pytest.raises(DeviceGoneError, match="this simulator is closed"):
        accelerator.predict(vectors["windows"][:2])
    accelerator.close()
    assert device.buffers == 0


def test_another_build_in_the_device_is_noticed_in_every_batch(folder, device, vectors):
    """Something else was loaded since: nothing is written to it."""
    with EEGAccelerator(folder, device) as accelerator:
        written = []
        other = {registers.HASH[2]: 0x12345678}
        accelerator._device = Wrapped(
            device,
            read=lambda offset: other.get(offset, device.read(offset)),
            write=lambda offset, value: written.append(offset),
        )
        for call in (accelerator.predict, accelerator.scores):
            with pytest.raises(
                DeviceError, match=r"the device is build [0-9a-f]{8}12345678.*load this folder's bit file"
            ):
                call(vectors["windows"][:2])
        assert not written


def test_no_cache_is_forgotten(device, folder, vectors):
    """A device whose memory sees only what was flushed: two batches of other windows in the same buffers."""
    with EEGAccelerator(folder, device) as accelerator:
        for start in (0, 40, 13):
            part = slice(start, start + 10)
            np.testing.assert_array_equal(accelerator.predict(vectors["windows"][part]), vectors["classes"][part])
        assert device.buffers == 2


def test_batches_know_their_size():
    """4 MiB of windows a batch, and at least one."""
    made = Batches(None, 19, 128, 2, 7680, 8662)
    assert made.capacity == (4 << 20) // (19 * 128)
    assert Batches(None, 64, 1 << 17, 2, 1, 1).capacity == 1
