"""How cost and time grow with the network: random networks, one quantity swept at a time."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.bench.figures import buffer_bits
from eeg2fpga.bench.power_law import PowerLaw, fit_power_law
from eeg2fpga.compile.dataflow import build_dataflow, expected_cycles, predicted_luts
from eeg2fpga.compile.export import export_qonnx
from eeg2fpga.compile.rtl import generate
from eeg2fpga.compile.streamline import streamline
from eeg2fpga.config import BlockConfig, HardwareConfig, ModelConfig
from eeg2fpga.errors import UserError
from eeg2fpga.implement.yosys import synthesise
from eeg2fpga.models.random_network import random_network


@dataclass(frozen=True)
class Network:
    """What is swept. Blocks expand to three times the width; the first has stride 2, as in the sizes."""

    width: int = 24
    blocks: int = 1
    window: int = 128
    """Samples."""
    electrodes: int = 19
    stem_kernel: int = 40
    block_kernel: int = 7

    def model(self) -> ModelConfig:
        """As a network's configuration."""
        blocks = [
            BlockConfig(hidden=3 * self.width, kernel=self.block_kernel, stride=1 if index else 2)
            for index in range(self.blocks)
        ]
        return ModelConfig(width=self.width, stem_kernel=self.stem_kernel, blocks=tuple(blocks))


RANGES: dict[str, tuple[int, ...]] = {
    "width": (8, 16, 24, 32, 48),
    "blocks": (1, 2, 3, 4),
    "window": (64, 128, 256, 512),
    "electrodes": (4, 8, 16, 32, 64),
}
"""Values of each swept quantity; the others stay as in Network()."""


@dataclass(frozen=True)
class Measured:
    """One network through the flow."""

    network: Network
    lut_estimated: int
    lut: int | None
    """By Yosys; None where synthesis was left out."""
    buffer_bits: int
    cycles_per_window: int
    seconds: dict[str, float]
    """CPU seconds of export, streamline, rtl and synthesis."""


FIGURES: dict[str, Callable[[Measured], float | None]] = {
    "lut_estimated": lambda measured: measured.lut_estimated,
    "lut": lambda measured: measured.lut,
    "buffer_bits": lambda measured: measured.buffer_bits,
    "cycles_per_window": lambda measured: measured.cycles_per_window,
    "cpu_seconds": lambda measured: sum(measured.seconds.values()),
}
"""What is fitted against each swept quantity; None: not measured."""


@dataclass
class Sweep:
    """One quantity over its range."""

    quantity: str
    measured: list[Measured] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)
    """Values that the flow refused (rate out of reach, device full), and what it said."""

    def values(self) -> list[int]:
        """x: the quantity, for each network that was measured."""
        return [getattr(measured.network, self.quantity) for measured in self.measured]

    def figure(self, name: str) -> list[float] | None:
        """y: a figure of FIGURES, or None where it was not measured."""
        values = [FIGURES[name](measured) for measured in self.measured]
        return None if None in values else values

    def fits(self) -> dict[str, PowerLaw]:
        """Power laws by figure; empty for fewer than two networks."""
        if len(self.measured) < 2:
            return {}
        figures = {name: self.figure(name) for name in FIGURES}
        return {name: fit_power_law(self.values(), y) for name, y in figures.items() if y is not None}

    def dictionary(self) -> dict[str, object]:
        """As plain values by name."""
        return {
            "quantity": self.quantity,
            "measured": [asdict(measured) for measured in self.measured],
            "refused": self.refused,
            "fits": {name: asdict(law) for name, law in self.fits().items()},
        }


def measure(network: Network, hardware: HardwareConfig, synthesis: bool) -> Measured:
    """A random network from export to synthesis, each stage timed.

    Raises UserError for what the flow refuses.
    """
    seconds: dict[str, float] = {}
    with TemporaryDirectory() as name:
        folder = Path(name)
        model = random_network(network.model(), network.electrodes, network.window, seed=0)
        with _timed(seconds, "export"):
            export_qonnx(model, network.electrodes, network.window, folder / "model.onnx")
        with _timed(seconds, "streamline"):
            streamlined = streamline(ModelWrapper(str(folder / "model.onnx")))
        with _timed(seconds, "rtl"):
            dataflow = build_dataflow(streamlined, hardware)
            generate(dataflow, folder / "rtl", "scaling")
        lut = None
        if synthesis:
            with _timed(seconds, "synthesis"):
                lut = synthesise(folder / "rtl").total.lut
    return Measured(
        network=network,
        lut_estimated=sum(predicted_luts(dataflow).values()),
        lut=lut,
        buffer_bits=buffer_bits(dataflow),
        cycles_per_window=expected_cycles(dataflow),
        seconds=seconds,
    )


def sweep(
    hardware: HardwareConfig,
    synthesis: bool = True,
    base: Network = Network(),  # noqa: B008 (frozen)
    ranges: Mapping[str, Sequence[int]] = RANGES,
    said: Callable[[str], None] = lambda text: None,
) -> list[Sweep]:
    """Each quantity of `ranges` over its values, the others as in `base`. `said` is told of each network."""
    # The first export loads torch's exporter, seconds that no network is to blame for.
    measure(replace(base, width=4, window=32), hardware, synthesis=False)
    known: dict[Network, Measured] = {}
    sweeps = []
    for quantity, values in ranges.items():
        found = Sweep(quantity)
        for value in values:
            network = replace(base, **{quantity: value})
            try:
                if network not in known:
                    known[network] = measure(network, hardware, synthesis)
                found.measured.append(known[network])
                said(f"{quantity} {value}: {sum(known[network].seconds.values()):.0f} CPU s")
            except UserError as error:
                found.refused[value] = str(error)
                said(f"{quantity} {value}: {error}")
        sweeps.append(found)
    return sweeps


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    """CPU seconds of this process and of those that it waited for (Yosys): other work on the machine adds nothing."""
    start = _cpu_seconds()
    yield
    seconds[stage] = round(_cpu_seconds() - start, 3)


def _cpu_seconds() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
