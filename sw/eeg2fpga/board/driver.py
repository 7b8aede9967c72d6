"""The accelerator as a Python object: EEG in, classes out."""

from __future__ import annotations

import time
import weakref
from contextlib import contextmanager
from pathlib import Path
from typing import Iterable, Iterator, Sequence

import numpy as np

from . import decision, registers
from .batches import BUFFER_BYTES, Batches, Measured
from .device import Device
from .errors import DeviceError, DeviceGoneError, FolderError, InputError
from .manifest import file_names, read_manifest, read_selftest
from .network_input import NetworkInput, Quantiser
from .stream import Stream

CLASSIFIED = 8
"""Windows of the self-test whose classes are compared too."""


class EEGAccelerator:
    """The accelerator of a folder that `make bitstream` or `make simulator` wrote.

    device: None is the FPGA of this board, "simulator" the verilated accelerator in the folder, or any Device (which
    stays open when this object closes). prove: run the self-test. Loading checks the folder's hashes, that the device
    is the one of the manifest, and the self-test windows. Raises FolderError or DeviceError where one of these is not
    as it must be.

    Use it in a `with` block, or close() it: it holds memory that the FPGA writes to. Threads may share it: their calls
    come one after the other. Of several objects of a board the last one made has the FPGA; calls of the others, and of
    one that was closed, raise DeviceGoneError.
    """

    def __init__(self, folder: str | Path, device: Device | str | None = None, prove: bool = True) -> None:
        self.folder = Path(folder)
        self.manifest = read_manifest(self.folder)
        about = self.manifest["input"]
        self.input = NetworkInput(about)
        self.class_names = tuple(about["class_names"])
        self._threshold = self.manifest["decision_threshold"]
        self._device = open_device(self.folder, self.manifest, device)
        owned = self._device is not device
        self._batches = Batches(
            self._device,
            len(self.input.electrodes),
            self.input.window,
            len(self.class_names),
            self.manifest["cycles_per_window"],
            self.manifest["latency_cycles"],
        )
        self._inside = 0
        """How deep the thread that has the device is in `_used`."""
        # Runs at close(), when this object is forgotten, or when Python ends: whichever is first, and once.
        self._release = weakref.finalize(self, _release, self._batches, self._device if owned else None)
        try:
            with self._device.use():
                self._check_identity()
                self._batches.stop()
                if prove:
                    self.selftest()
        except BaseException:
            self.close()
            raise

    def predict(
        self,
        signal: np.ndarray,
        sampling_rate: float | None = None,
        electrodes: Sequence[str] | None = None,
        baseline: np.ndarray | None = None,
        stride: int | None = None,
    ) -> np.ndarray:
        """Class of each window, int64 (n,).

        signal: int8 windows (n, electrodes, samples) as they are, or a recording in microvolt, floating point
        (electrodes, samples). A recording needs its sampling_rate (Hz) and the names of its rows; rows that the network
        does not know are left out, the others put in its order. baseline: a stretch at rest with the same rows, for a
        network normalised by `calibration`. stride: samples from one window's start to the next's; default: no overlap.

        Where the manifest has a `decision_threshold`, classes are relative to the scores of the baseline, whose windows
        are sent first. Windows can have int8 windows as baseline; without, the largest score is their class.

        Raises InputError for what does not fit, DeviceError when the device fails.
        """
        signal = np.asarray(signal)
        if signal.dtype == np.int8 or signal.ndim == 3:
            if (sampling_rate, electrodes, stride) != (None, None, None):
                raise InputError("sampling_rate, electrodes and stride are for recordings, not for windows")
            windows = self.input.check_windows(signal)
            return self._classify(windows, self._offset(baseline))
        stride = self.input.check_stride(stride)
        rows, quantiser = self._recorder(sampling_rate, electrodes, baseline)
        windows = self._cut(signal, rows, len(electrodes), quantiser, stride)
        return self._classify(windows, self._offset(self._resting(baseline, rows, len(electrodes), quantiser)))

    def scores(self, windows: np.ndarray) -> np.ndarray:
        """Scores int64 (n, classes) of windows int8 (n, electrodes, samples). Raises as `predict`."""
        return self._scores(self.input.check_windows(np.asarray(windows)))

    def loopback(self, size: int = 1 << 16) -> int:
        """Send `size` random bytes through memory, DMA and memory, past the accelerator; how many they were.

        size: a multiple of 8, up to 4 MiB. Raises DeviceError where one comes back as another: then memory, caches or
        the memory port are at fault, not the network.
        """
        if size < 8 or size % 8 or size > BUFFER_BYTES:
            raise InputError(f"loopback of {size} bytes: give a multiple of 8 from 8 to {BUFFER_BYTES}")
        sent = np.random.default_rng(size).integers(0, 256, size, dtype=np.uint8)
        with self._used():
            back = self._batches.loopback(sent)
            wrong = np.flatnonzero(back != sent)
            if len(wrong):
                first = int(wrong[0])
                raise DeviceError(
                    f"{len(wrong)} of {size} bytes came back as others, the first at {first} "
                    f"({sent[first]:#04x} became {back[first]:#04x}): memory, its caches or the memory port's width",
                    registers.dump(self._device.read),
                )
        return size

    def windows(
        self,
        recording: np.ndarray,
        sampling_rate: float | None = None,
        electrodes: Sequence[str] | None = None,
        baseline: np.ndarray | None = None,
        stride: int | None = None,
    ) -> np.ndarray:
        """The windows that `predict` makes of a recording, int8 (n, electrodes, samples). Raises InputError."""
        stride = self.input.check_stride(stride)
        rows, quantiser = self._recorder(sampling_rate, electrodes, baseline)
        return self._cut(recording, rows, len(electrodes), quantiser, stride)

    def stream(
        self,
        blocks: Iterable[np.ndarray] | None = None,
        sampling_rate: float | None = None,
        electrodes: Sequence[str] | None = None,
        baseline: np.ndarray | None = None,
        stride: int | None = None,
    ) -> Stream | Iterator[tuple[float, int]]:
        """Classify samples as they arrive; the other parameters are those of `predict`.

        blocks: an iterable of blocks in microvolt (electrodes, any number of samples); the answer is then an iterator
        of (time, class), time being seconds from the first sample to the window's end. Without blocks the answer is a
        Stream, whose push(block) returns such a list. Raises InputError at once.
        """
        stride = self.input.check_stride(stride)
        rows, quantiser = self._recorder(sampling_rate, electrodes, baseline)
        named = len(electrodes)
        offset = self._offset(self._resting(baseline, rows, named, quantiser))
        stream = Stream(
            self.input,
            quantiser,
            lambda block: self.input.select(block, rows, named, "block"),
            lambda windows: self._classify(windows, offset),
            stride,
        )
        return stream if blocks is None else (decision for block in blocks for decision in stream.push(block))

    def throughput(self, windows: int = 256) -> dict:
        """Measure: classify `windows` of the self-test's windows in turn, and say how long it took.

        Returns a dictionary: `windows`; `cycles` of the device, `windows_per_second` at its clock; `seconds` on this
        computer's clock with copying and all, `windows_per_second_wall`; `stall_input`, `stall_output`: share of the
        cycles in which the accelerator waited for memory; `first_result_cycles`: from START to the first result;
        `clock_mhz`. Raises DeviceError as `predict` does, and where a class is wrong.
        """
        if windows < 1:
            raise InputError(f"throughput of {windows} windows: give at least 1")
        given, classes = read_selftest(self.folder)[::2]
        order = np.arange(windows) % len(given)
        chosen = given[order]
        start = time.perf_counter()
        found, measured = self._run(chosen)
        seconds = time.perf_counter() - start
        if (found != classes[order]).any():
            raise DeviceError("the device's classes of the self-test windows changed: check its power and its clock")
        return {
            "windows": measured.windows,
            "cycles": measured.cycles,
            "windows_per_second": measured.windows * self._device.clock_hz / measured.cycles,
            "seconds": seconds,
            "windows_per_second_wall": windows / seconds,
            "stall_input": measured.stall_input / measured.cycles,
            "stall_output": measured.stall_output / measured.cycles,
            "first_result_cycles": measured.first_result,
            "clock_mhz": self._device.clock_hz / 1e6,
        }

    def selftest(self) -> int:
        """Compare the folder's self-test windows with the golden model; how many there are.

        The scores of all, and the classes of the first few: those come from the scores. Raises DeviceError if one is
        another.
        """
        windows, scores, classes = read_selftest(self.folder)
        few = slice(CLASSIFIED)
        with self._used():
            windows = self.input.check_windows(windows)
            self._compare("other scores", self._scores(windows), scores)
            self._compare("another class", self._classify(windows[few])[:, None], classes[few, None])
        return len(classes)

    def _compare(self, what: str, found: np.ndarray, expected: np.ndarray) -> None:
        wrong = int((found != expected).any(axis=1).sum())
        if wrong:
            raise DeviceError(
                f"{wrong} of {len(expected)} self-test windows have {what} than the golden model says: "
                "the device is not reliable at this clock, or not this build",
                registers.dump(self._device.read),
            )

    def registers(self) -> dict[str, int]:
        """Name -> value of the registers that say what the device is doing."""
        with self._used():
            return registers.dump(self._device.read)

    def close(self) -> None:
        """Stop the device, free its memory. A second call does nothing."""
        self._release()

    def __enter__(self) -> EEGAccelerator:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _recorder(
        self, sampling_rate: float | None, electrodes: Sequence[str] | None, baseline: np.ndarray | None
    ) -> tuple[list[int], Quantiser]:
        """The recording's row of each electrode of the network; how samples become int8. Raises InputError."""
        self.input.check_rate(sampling_rate)
        rows = self.input.rows(electrodes)
        return rows, self.input.quantiser(baseline, rows, len(electrodes))

    def _cut(self, recording: np.ndarray, rows: list[int], named: int, quantiser: Quantiser, stride: int) -> np.ndarray:
        """The windows of a recording in microvolt, int8. Raises InputError."""
        samples = self.input.select(recording, rows, named)
        if samples.shape[1] < self.input.window:
            raise InputError(
                f"{samples.shape[1]} samples are shorter than a window of {self.input.window}: record more"
            )
        return self.input.cut(samples, quantiser, stride)

    def _resting(
        self, baseline: np.ndarray | None, rows: list[int], named: int, quantiser: Quantiser
    ) -> np.ndarray | None:
        """The windows of a checked baseline in microvolt, int8; None where decisions are absolute."""
        if self._threshold is None:
            return None
        return self.input.cut(self.input.select(baseline, rows, named, "baseline"), quantiser, self.input.window)

    def _offset(self, resting: np.ndarray | None) -> int:
        """What makes decisions relative to windows at rest; 0 without them. Raises InputError for none of them."""
        if resting is None:
            return 0
        if self._threshold is None:
            raise InputError("this network's decisions are absolute: leave baseline out")
        windows = self.input.check_windows(np.asarray(resting))
        if not len(windows):
            raise InputError(f"the baseline is shorter than a window of {self.input.window} samples: record more rest")
        level = decision.resting_level(np.diff(self._scores(windows))[:, 0])
        return decision.offset(level, self._threshold)

    def _classify(self, windows: np.ndarray, offset: int = 0) -> np.ndarray:
        return self._run(windows, offset)[0]

    def _run(self, windows: np.ndarray, offset: int = 0) -> tuple[np.ndarray, Measured]:
        with self._used():
            return self._batches.run(windows, offset)

    def _scores(self, windows: np.ndarray) -> np.ndarray:
        with self._used():
            return self._batches.scores(windows)[0]

    @contextmanager
    def _used(self) -> Iterator[None]:
        """The device for this thread, which is still this build's: another bit file may have been loaded since."""
        if not self._release.alive:
            raise DeviceGoneError("this accelerator is closed: make a new EEGAccelerator")
        with self._device.use():
            if not self._inside:
                self._check_build()
            self._inside += 1
            try:
                yield
            finally:
                self._inside -= 1

    def _check_build(self) -> None:
        found = registers.read_hash(self._device.read)
        if found != self.manifest["build_hash"]:
            raise DeviceError(
                f"the device is build {found}, the folder {self.manifest['build_hash']}: load this folder's bit file"
            )

    def _check_identity(self) -> None:
        read = self._device.read
        identity = read(registers.IDENTITY)
        if identity != registers.IDENTITY_VALUE:
            raise DeviceError(
                f"there is no eeg2fpga accelerator at the manifest's address (IDENTITY {identity:#010x}): "
                "load the bit file of this folder"
            )
        version = read(registers.VERSION)
        if version >> 16 != registers.MAJOR or version & 0xFFFF < registers.MINOR:
            raise DeviceError(
                f"the device has register map {version >> 16}.{version & 0xFFFF}, this driver is for "
                f"{registers.MAJOR}.{registers.MINOR}: use the eeg2fpga_board of its folder"
            )
        self._check_build()
        classes = read(registers.CLASSES)
        if classes != len(self.class_names):
            raise DeviceError(
                f"the device has {classes} classes, the manifest {len(self.class_names)}: copy the folder again"
            )
        geometry = read(registers.GEOMETRY)
        expected = self.input.window << 16 | len(self.input.electrodes)
        if geometry != expected:
            raise DeviceError(
                f"the device takes {geometry & 0xFFFF} electrodes and {geometry >> 16} samples, the manifest says "
                f"{expected & 0xFFFF} and {expected >> 16}: copy the folder again"
            )


def open_device(folder: Path, manifest: dict, device: Device | str | None) -> Device:
    """The device that `device` names, or is. Raises InputError, FolderError, AcceleratorError or DeviceError."""
    if not (device is None or isinstance(device, str)):
        return device
    if device == "simulator":
        from .simulator import Simulator

        library = _present(folder, manifest, "simulator", "write one with `make simulator`")
        return Simulator(library, manifest["clock_mhz"] * 1e6)
    if device is not None:
        raise InputError(f"device {device!r}: leave it out on a board, or say 'simulator' or give a Device")
    _present(folder, manifest, "bit", "write one with `make bitstream`, or on a PC say device='simulator'")
    from .pynq_device import PynqDevice

    return PynqDevice(folder, manifest)


def _present(folder: Path, manifest: dict, key: str, remedy: str) -> Path:
    path = folder / file_names(manifest["build_hash"])[key]
    if not path.is_file():
        raise FolderError(f"no {path.name} in {folder}: {remedy}")
    return path


def _release(batches: Batches, device: Device | None) -> None:
    """Not a method: it must not hold the accelerator, or that would never be forgotten."""
    try:
        batches.free()
    finally:
        if device is not None:
            device.close()
