"""EEGAccelerator over the verilated shell: classes, refusals in a sentence, checks on load."""

import os
import subprocess
import sys

import numpy as np
import pytest
from eeg2fpga.board import DeviceError, DeviceGoneError, EEGAccelerator, FolderError, InputError, registers
from eeg2fpga.board.decision import resting_level
from eeg2fpga.board.manifest import NAME
from eeg2fpga.board.simulator import Simulator
from eeg2fpga.data.recording import Recording
from eeg2fpga.data.windows import build_dataset
from eeg2fpga.implement.example import example_recording
from eeg2fpga.training.decision import decide
from eeg2fpga.verify.golden import GoldenModel

from .conftest import SIMULATOR
from .wrapped import Wrapped


@pytest.fixture
def example(accelerator) -> Recording:
    return example_recording(accelerator.manifest["input"])


@pytest.fixture
def about(example) -> dict:
    return {"sampling_rate": 128, "electrodes": example.electrodes, "baseline": example.baseline}


def test_thousand_windows(accelerator, vectors):
    found = accelerator.predict(vectors["windows"])
    assert found.dtype == np.int64 and len(found) == 1000
    assert int((found != vectors["classes"]).sum()) == 0
    assert set(found) == {0, 1}
    print(f"{vectors['source']}: 1000 windows, 0 mismatches; {accelerator.throughput()}")


def test_throughput(accelerator):
    """Cycles and rates are those of the registers; the shell costs at most 5 % of the bare accelerator's windows/s."""
    measured = accelerator.throughput(64)
    values = accelerator.registers()
    assert measured["cycles"] == values["CYCLES"] and measured["windows"] == 64
    assert measured["windows_per_second"] == pytest.approx(100e6 * 64 / values["CYCLES"])
    assert measured["first_result_cycles"] == values["FIRST_RESULT"]
    bare = 1 / accelerator.manifest["cycles_per_window"]
    assert (measured["windows"] - 1) / (measured["cycles"] - measured["first_result_cycles"]) >= 0.95 * bare
    assert measured["windows_per_second_wall"] == pytest.approx(64 / measured["seconds"])
    assert 0 <= measured["stall_input"] < 0.05 and measured["stall_output"] == 0


def test_recording(accelerator, example, about, outputs):
    """Golden classes of the windows that training would cut."""
    made = build_dataset([example], ("a", "b"), 128, 32)
    windows, golden = made.windows(), GoldenModel.load(outputs / "golden.npz")
    threshold = accelerator.manifest["decision_threshold"]
    expected = decide(made, np.arange(len(made)), golden.scores, threshold).classes
    assert (expected != golden.predict(windows)).any(), "rest must matter here"
    np.testing.assert_array_equal(accelerator.predict(example.data, stride=32, **about), expected)
    np.testing.assert_array_equal(accelerator.windows(example.data, stride=32, **about), windows)
    blocks = np.array_split(example.data, 61, axis=1)
    streamed = list(accelerator.stream(blocks, stride=32, **about))
    assert [label for _, label in streamed] == list(expected)
    pushed = accelerator.stream(stride=32, **about)
    assert [decision for block in blocks for decision in pushed.push(block)] == streamed


def counted_starts(accelerator, monkeypatch) -> list[int]:
    """Grows with every batch that is started."""
    starts, device = [], accelerator._device

    def write(offset, value):
        if offset == registers.CONTROL and value & registers.START:
            starts.append(device.read(registers.WINDOWS))
        device.write(offset, value)

    monkeypatch.setattr(accelerator._batches, "_device", Wrapped(device, write=write))
    return starts


def test_windows_relative_to_windows_at_rest(accelerator, vectors, outputs, monkeypatch):
    """The level is that of the golden model's scores, and takes one batch."""
    windows, resting = vectors["windows"][:40], vectors["windows"][700:731]
    scores = GoldenModel.load(outputs / "golden.npz").scores
    margins, at_rest = (np.diff(scores(given))[:, 0] for given in (windows, resting))
    expected = margins - resting_level(at_rest) > accelerator.manifest["decision_threshold"]
    starts = counted_starts(accelerator, monkeypatch)
    np.testing.assert_array_equal(accelerator.predict(windows, baseline=resting), expected)
    assert len(starts) == 2
    np.testing.assert_array_equal(accelerator.predict(windows), margins > 0)


def test_absolute_networks_take_no_windows_at_rest(accelerator, vectors, example, about, monkeypatch):
    monkeypatch.setattr(accelerator, "_threshold", None)
    refused("decisions are absolute", accelerator, vectors["windows"][:2], baseline=vectors["windows"][:2])
    windows = accelerator.windows(example.data, **about)
    np.testing.assert_array_equal(accelerator.predict(example.data, **about), accelerator.predict(windows))


def test_batches_are_split(accelerator, vectors, monkeypatch):
    monkeypatch.setattr(accelerator._batches, "capacity", 6)
    np.testing.assert_array_equal(accelerator.predict(vectors["windows"][:20]), vectors["classes"][:20])
    assert accelerator.registers()["WINDOWS"] == 2


def test_no_windows(accelerator):
    found = accelerator.predict(np.zeros((0, 19, 128), np.int8))
    assert found.shape == (0,) and found.dtype == np.int64


def test_noncontiguous_windows(accelerator, vectors):
    given = np.asfortranarray(vectors["windows"][:12])[::-2]
    np.testing.assert_array_equal(accelerator.predict(given), vectors["classes"][:12][::-2])


def refused(message: str, accelerator: EEGAccelerator, signal: np.ndarray, **about) -> None:
    with pytest.raises(InputError, match=message) as caught:
        accelerator.predict(signal, **about)
    assert "\n" not in str(caught.value)


def test_refuses_windows(accelerator, vectors):
    windows = vectors["windows"][:2]
    for bad in (windows.astype(np.int16), windows[:, :18], windows[:, :, :127], windows[0], windows[None]):
        refused(r"windows must be int8 \(n, 19, 128\), these are", accelerator, bad)
    refused("for recordings, not for windows", accelerator, windows, sampling_rate=128)


def test_refuses_recordings(accelerator, example, about):
    data = example.data
    refused("resample it first", accelerator, data, **about | {"sampling_rate": 500})
    refused("say the recording's sampling rate", accelerator, data, **about | {"sampling_rate": None})
    refused("name the recording's rows", accelerator, data, **about | {"electrodes": None})
    refused("a list of names", accelerator, data, **about | {"electrodes": "Fp1"})
    names = list(example.electrodes)
    refused(
        "lacks electrode Fp2, Pz", accelerator, data, **about | {"electrodes": [names[0], "X1", *names[2:-1], "X2"]}
    )
    refused("Fz is in the recording twice", accelerator, data, **about | {"electrodes": [*names, "EEG Fz"]})
    refused("19 rows, its shape is", accelerator, data[:5], **about)
    refused("is int16", accelerator, data.astype(np.int16), **about)
    refused("is complex", accelerator, data.astype(complex), **about)
    refused("127 samples are shorter than a window of 128", accelerator, data[:, :127], **about)
    refused("stride must be", accelerator, data, **about, stride=0)
    refused("stride must be", accelerator, data, **about, stride=2.5)
    for value in (np.nan, np.inf):
        broken = data.copy()
        broken[7, 300] = value
        refused(r"NaN or infinite samples \(electrode T8, first at sample 300\)", accelerator, broken, **about)
    refused("recording has NaN", accelerator, np.full((19, 128), 1e39), **about)


def test_refuses_baselines(accelerator, example, about):
    refused("needs a baseline", accelerator, example.data, **about | {"baseline": None})
    refused("baseline has 1 samples", accelerator, example.data, **about | {"baseline": example.baseline[:, :1]})
    refused(
        "baseline is shorter than a window", accelerator, example.data, **about | {"baseline": example.baseline[:, :99]}
    )
    flat = example.baseline.copy()
    flat[2] = 1
    refused("F3 is flat in the baseline", accelerator, example.data, **about | {"baseline": flat})
    with pytest.raises(InputError, match="needs a baseline"):
        accelerator.stream(sampling_rate=128, electrodes=example.electrodes)


def test_refuses_streamed_blocks(accelerator, about):
    stream = accelerator.stream(**about)
    with pytest.raises(InputError, match="the block must be"):
        stream.push(np.zeros((18, 10), np.float32))
    with pytest.raises(InputError, match="the block has NaN"):
        stream.push(np.full((19, 10), np.nan, np.float32))


def test_another_device_is_refused(folder):
    with pytest.raises(InputError, match="device 'gpu'"):
        EEGAccelerator(folder, "gpu")


def test_folders_that_are_none(folder, outputs, tmp_path):
    with pytest.raises(FolderError, match=r"no manifest\.json"):
        EEGAccelerator(tmp_path)
    with pytest.raises(FolderError, match=r"no eeg2fpga_[0-9a-f]{12}\.bit .* on a PC say device='simulator'"):
        EEGAccelerator(folder)
    with pytest.raises(FolderError, match=r"no eeg2fpga.so .*make simulator"):
        EEGAccelerator(outputs / "pynq-z2", "simulator")


@pytest.mark.parametrize("name", ["selftest.npz", "example.npz", "eeg2fpga.so"])
def test_files_that_were_changed(altered, name):
    with altered() as (folder, _):
        pass
    content = bytearray((folder / name).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(FolderError, match=f"{name} is not the file that was built"):
        EEGAccelerator(folder, "simulator")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 2}, "not of format 1"),
        ({"register_map": [2, 0]}, "register map 2.0, this driver is for 1.2"),
        ({"register_map": [1, 1]}, "register map 1.1, this driver is for 1.2"),
        ({"register_map": []}, "register map , this driver is for 1.2"),
        ({"clock_mhz": "fast"}, "`clock_mhz` is missing or of a wrong type"),
        ({"input": {}}, "`electrodes` is missing"),
        ({"build_hash": "ab" * 16}, "the device is build .*, the folder (ab)+: load"),
    ],
)
def test_manifests_that_do_not_fit(altered, change, message):
    with altered() as (folder, manifest):
        manifest |= change
    with pytest.raises((FolderError, DeviceError), match=message):
        EEGAccelerator(folder, "simulator")


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("window", 64, "the device takes 19 electrodes and 128 samples, the manifest says 19 and 64"),
        ("input_clip", 5.0, "input_clip or input_scale is not this driver's"),
        ("normalisation", "median", "unknown normalisation `median`"),
        ("normalisation", "fixed", "fixed_microvolt is not this driver's"),
    ],
)
def test_inputs_that_do_not_fit(altered, key, value, message):
    with altered() as (folder, manifest):
        manifest["input"][key] = value
    with pytest.raises((FolderError, DeviceError), match=message):
        EEGAccelerator(folder, "simulator")


def test_a_damaged_manifest(altered):
    with altered() as (folder, _):
        pass
    (folder / NAME).write_text((folder / NAME).read_text()[:-20])
    with pytest.raises(FolderError, match="damaged"):
        EEGAccelerator(folder, "simulator")


@pytest.mark.parametrize(("name", "said"), [("scores", "64 .* other scores"), ("classes", "8 .* another class")])
def test_the_self_test_can_fail(altered, folder, name, said):
    """One score of one window is one more, or a class is another: nothing is left open."""
    device = Simulator(folder / SIMULATOR)
    with altered() as (changed, _):
        with np.load(changed / "selftest.npz") as stored:
            content = {name: stored[name] for name in stored.files}
        assert sorted(set(content["classes"])) == [0, 1]
        if name == "scores":
            content["scores"][40, 1] += 1
        else:
            content["classes"][5] = 1 - content["classes"][5]
        np.savez(changed / "selftest.npz", **content)
    with pytest.raises(DeviceError, match=f"1 of {said}"):
        EEGAccelerator(changed, device)
    assert device.buffers == 0


def test_a_device_left_busy_is_stopped_first(folder, device, vectors):
    """A process that was killed in a batch."""
    buffer = device.allocate((1 << 20,), np.uint8)
    for offset, value in ((registers.SOURCE, buffer.device_address), (registers.DESTINATION, buffer.device_address)):
        device.write(offset, value)
    device.write(registers.WINDOWS, 400)
    device.write(registers.CONTROL, registers.START)
    device.run(50_000)
    assert device.read(registers.STATUS) & registers.BUSY

    def reset():
        raise AssertionError("an abort is enough where memory answers")

    with EEGAccelerator(folder, Wrapped(device, reset=reset)) as accelerator:
        np.testing.assert_array_equal(accelerator.predict(vectors["windows"][:5]), vectors["classes"][:5])
    buffer.freebuffer()


def test_closed(folder, device, vectors):
    accelerator = EEGAccelerator(folder, device)
    accelerator.predict(vectors["windows"][:2])
    assert device.buffers == 2
    accelerator.close()
    accelerator.close()
    assert device.buffers == 0
    calls = (accelerator.registers, accelerator.selftest, accelerator.throughput, accelerator.loopback)
    for call in (*calls, lambda: accelerator.predict(vectors["windows"][:2])):
        with pytest.raises(DeviceGoneError, match="closed"):
            call()
    device.read(registers.STATUS)


def test_the_folder_runs_alone(outputs, tmp_path):
    """From the folder and numpy: no module of this repository, none of torch, scipy or mne, is loaded."""
    script = (
        "import sys; from eeg2fpga_board import EEGAccelerator\n"
        "with EEGAccelerator('.', device='simulator') as a:\n"
        "    print(a.selftest(), *sorted({name.split('.')[0] for name in sys.modules}))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=outputs / "simulator", env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    checked, *modules = done.stdout.split()
    assert checked == "64" and "eeg2fpga_board" in modules
    assert not {"eeg2fpga", "torch", "scipy", "mne", "pynq"} & set(modules)
