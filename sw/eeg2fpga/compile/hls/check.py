"""FINN's layers beside the golden model: executed in Python, simulated in C++, integers compared layer by layer."""

import json
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile.arithmetic import Integers
from eeg2fpga.compile.hls.execute import PythonLayers
from eeg2fpga.compile.hls.layers import to_generic_layers
from eeg2fpga.compile.hls.libraries import Libraries
from eeg2fpga.compile.hls.simulate import CompiledLayers
from eeg2fpga.verify.compare import first_difference
from eeg2fpga.verify.golden import GoldenModel

EQUAL, DIFFERS, NOT_RUN = "equal", "DIFFERS", "not run"


@dataclass(frozen=True)
class LayerCheck:
    """One layer."""

    layer: str
    operators: tuple[str, ...]
    """FINN's, but for FIFOs and width converters."""
    files: int
    python: bool
    """Whether FINN's Python execution gave the golden model's integers."""
    simulation: str
    """Of its C++: EQUAL, DIFFERS, NOT_RUN, or what g++ said."""


@dataclass(frozen=True)
class Check:
    """All layers of a build."""

    windows: int
    layers: tuple[LayerCheck, ...]
    simulation: str
    """Why nothing was simulated; empty if it was."""
    differences: tuple[str, ...]
    """First difference of each execution, in words."""

    @classmethod
    def of(cls, found: dict) -> "Check":
        """From a dictionary, as dataclasses.asdict makes it."""
        named = {field.name: found[field.name] for field in fields(cls)}
        layers = (LayerCheck(**layer | {"operators": tuple(layer["operators"])}) for layer in found["layers"])
        return cls(**named | {"layers": tuple(layers), "differences": tuple(found["differences"])})

    @property
    def title(self) -> str:
        """Of a table."""
        return f"FINN's layers beside the golden model, {self.windows} windows"


def check_layers(
    golden: GoldenModel,
    streamlined: ModelWrapper,
    folded: ModelWrapper,
    windows: NDArray[np.int8],
    listing: Path,
    objects: Path,
    libraries: Libraries | None,
) -> Check:
    """Execute and, with `libraries`, simulate.

    folded: named after the layers (fold.name_after_layers), whose code `listing` lists (code.LISTING).
    windows: int8 (n, electrodes, samples). objects: folder of the simulation, replaced.
    """
    expected, sent = golden.layers(windows), golden.graph_windows(windows)
    executed = PythonLayers(to_generic_layers(streamlined)).run(sent)
    verdicts, simulated = dict.fromkeys(expected, NOT_RUN), {}
    if libraries is not None:
        compiled = CompiledLayers(folded, objects, libraries)
        simulated = compiled.run(sent, expected)
        verdicts |= {layer: f"not compiled: {error}" for layer, error in compiled.spoilt.items()}
        verdicts |= {layer: EQUAL if _equal(simulated[layer], expected[layer]) else DIFFERS for layer in simulated}
    nodes = json.loads(listing.read_text())
    layers = tuple(
        LayerCheck(
            layer,
            tuple(node["operator"] for node in nodes if node["layer"] == layer and not _is_plumbing(node["operator"])),
            sum(len(node["files"]) for node in nodes if node["layer"] == layer),
            _equal(executed[layer], expected[layer]),
            verdicts[layer],
        )
        for layer in expected
    )
    found = [first_difference("FINN's Python", expected, executed)]
    found += [
        first_difference("FINN's C simulation", {layer: expected[layer]}, {layer: values})
        for layer, values in simulated.items()
    ]
    reason = "" if libraries is not None else "FINN's C++ library is not there, so its C++ was not simulated"
    return Check(len(windows), layers, reason, tuple(str(difference) for difference in found if difference))


def _equal(got: Integers, expected: Integers) -> bool:
    return bool(np.array_equal(got.reshape(expected.shape), expected))


def _is_plumbing(operator: str) -> bool:
    return operator.startswith(("StreamingFIFO", "StreamingDataWidthConverter"))
