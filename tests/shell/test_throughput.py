"""S in its shell, from the committed checkpoint: windows/s in batches against the bare accelerator's, and latency."""

import numpy as np
import pytest
from eeg2fpga.board import registers as reg
from eeg2fpga.board.simulator import Simulator
from eeg2fpga.config import HardwareConfig, TargetConfig
from eeg2fpga.locations import CHECKPOINTS
from eeg2fpga.models.checkpoint import load_checkpoint
from eeg2fpga.verify.verilated import VerilatedAccelerator

from tests.shell.conftest import Shelled, shelled
from tests.shell.host import Host

PORT_BYTES = 8
BUILDS = {
    "10,000 windows/s": (HardwareConfig(), 40),
    "100,000 windows/s": (HardwareConfig(target=TargetConfig(windows_per_second=100_000)), 200),
    "parallel": (HardwareConfig(parallel=True), 500),
}


@pytest.fixture(scope="module", params=BUILDS)
def s(request, tmp_path_factory) -> tuple[Shelled, int]:
    """The network, and windows of a batch that is long enough to even out its beginning and end."""
    hardware, count = BUILDS[request.param]
    network = load_checkpoint(CHECKPOINTS / "eegmat-s" / "binary.npz").model
    return shelled(network, 19, 128, hardware, tmp_path_factory.mktemp("s")), count


def test_throughput_and_latency(s, tmp_path, record_property):
    """At least 95 % of the bare accelerator's rate or of the port's, where that is less; memory with 30 cycles latency.

    The first result comes at most 150 cycles later than out of the bare accelerator, whose words come without a pause;
    a fully parallel one takes words of 19 bytes, for which the port needs 19/8 cycles each.
    """
    network, count = s
    bare = VerilatedAccelerator(network.dataflow, network.rtl, tmp_path).run(network.windows(6))
    fastest = max(bare.cycles_per_window, network.window_bytes / PORT_BYTES)
    windows = network.windows(count)
    device = Simulator(network.library)
    host = Host(device)
    host.check(windows, network.classes(windows))
    cycles, first = device.read(reg.CYCLES), device.read(reg.FIRST_RESULT)
    read, written = device.counts()["read_beats"], device.counts()["write_beats"]
    device.close()
    share = fastest * count / cycles
    fed = max(bare.latency_cycles, network.window_bytes / PORT_BYTES)
    print(
        f"\nS, {bare.cycles_per_window} cycles a window bare: {cycles / count:.1f} in a batch of {count} "
        f"({share:.1%} of {fastest:.0f}), first result after {first} cycles ({bare.latency_cycles} bare), "
        f"stall counters and beats {read} {written}"
    )
    record_property("shell_throughput", share)
    assert share >= 0.95
    assert first <= fed + 150
    assert np.ceil(count * network.window_bytes / PORT_BYTES) == read
