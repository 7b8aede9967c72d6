"""Layers whose weights and thresholds are logic: a whole pixel, or all its taps, a cycle.

Their module is generated for each layer: hw/rtl/constant_layer follows its words, compile.logic has the rest.
"""

import hashlib
import os
from abc import abstractmethod
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from math import log2
from multiprocessing import get_context
from typing import Any

import numpy as np
from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile.arithmetic import Integers
from eeg2fpga.compile.logic import Layer, build_depthwise, build_layer
from eeg2fpga.compile.logic.pairs import code_bits
from eeg2fpga.compile.memory import padded
from eeg2fpga.compile.ops.base import Generated, Memory, Stream, Unit, operator
from eeg2fpga.compile.ops.binary_mvu import BinaryMVU
from eeg2fpga.compile.ops.depthwise import BinaryDepthwise
from eeg2fpga.compile.render import render
from eeg2fpga.compile.schedule.processes import Process

LARGE = 1000
"""Weights of a layer that is worth a process of its own."""

_BUILT: dict[str, Layer] = {}
"""Layers by the hash of all that they depend on: a process asks several times for each."""


Recipe = tuple[str, Callable[..., Layer], tuple, dict[str, object]]
"""Key, and the call that builds the layer."""


def build_layers(model: ModelWrapper, ops: Iterable["ConstantLayer"]) -> None:
    """Build all layers' netlists, side by side where there are several large ones, and note their latencies."""
    ops = list(ops)
    recipes = {recipe[0]: recipe for recipe in (op._recipe(model) for op in ops) if recipe[0] not in _BUILT}
    large = [recipe for recipe in recipes.values() if recipe[2][0].size > LARGE]
    if len(large) > 1:
        # Largest first: the others fill the time.
        large.sort(key=lambda recipe: -recipe[2][0].size)
        with ProcessPoolExecutor(len(os.sched_getaffinity(0)), mp_context=get_context("fork")) as pool:
            jobs = {key: pool.submit(builder, *args, **options) for key, builder, args, options in large}
            _BUILT.update({key: job.result() for key, job in jobs.items()})
    for op in ops:
        op.set_nodeattr("Latency", op.logic(model).pipeline().latency)


class ConstantLayer(Unit):
    """What the two kinds share. `PE` is the number of output channels."""

    unit = "constant_layer"
    waitless = ("s", "m")

    @property
    def module(self) -> str:
        """Each layer has a module of its own."""
        return f"layer_{self.identifier}"

    def parameters(self, model: ModelWrapper | None) -> dict[str, int]:
        """None: the module is generated."""
        return {}

    def memories(self, model: ModelWrapper) -> dict[str, Memory]:
        """None."""
        return {}

    def output_stream(self, index: int = 0) -> Stream:
        """A pixel a word."""
        channels = self._outputs()
        return Stream(self["Pixels"], channels, self.get_output_datatype().bitwidth(), channels)

    def block_choices(self) -> dict[str, tuple[int, int]]:
        """None."""
        return {}

    def get_nodeattr_types(self) -> dict[str, Any]:
        """Latency: cycles from word to word, once the layer has been generated."""
        return super().get_nodeattr_types() | {"Latency": ("i", False, 1)}

    def get_exp_cycles(self) -> int:
        """A pixel a cycle."""
        return self["Pixels"]

    def parallel_macs(self) -> int:
        """All."""
        return self._products() * self.get_input_datatype().bitwidth()

    def schedule(self) -> tuple[Process, ...]:
        """The gate of its section has it."""
        return ()

    def latency(self) -> int:
        """Cycles from word to word."""
        return self["Latency"]

    def logic(self, model: ModelWrapper) -> Layer:
        """The layer as a netlist."""
        key, builder, arguments, options = self._recipe(model)
        if key not in _BUILT:
            _BUILT[key] = builder(*arguments, **options)
        return _BUILT[key]

    def _constants(self, model: ModelWrapper) -> tuple[Integers, Integers]:
        """Weights, and thresholds or bias."""
        weights, last = (model.get_initializer(name).astype(np.int64) for name in self.onnx_node.input[1:])
        return weights, last

    def _recipe(self, model: ModelWrapper) -> Recipe:
        weights, last = self._constants(model)
        options = {"output_bits": self.get_output_datatype().bitwidth(), "offset": self["Offset"], **self._options()}
        options["thresholds" if self["Levels"] else "bias"] = last
        arguments = (weights, self.get_input_datatype().bitwidth())
        key = hashlib.sha256(repr((type(self).__name__, weights.shape, sorted(options))).encode())
        for value in (*arguments, *(options[name] for name in sorted(options))):
            key.update(np.asarray(value).tobytes())
        return key.hexdigest(), self._builder(), arguments, options

    def evaluate_netlist(self, model: ModelWrapper, x: Integers, *constants: Integers) -> Integers:
        """What the LUTs give."""
        return self.logic(model).evaluate(x.reshape(*x.shape[:2], -1))

    def exact_luts(self, model: ModelWrapper) -> int:
        """LUT sites, counted in the netlist."""
        return self.logic(model).pipeline().luts()[1]

    @abstractmethod
    def _products(self) -> int:
        """Weights."""

    @abstractmethod
    def _outputs(self) -> int:
        """Output channels."""

    @abstractmethod
    def _builder(self) -> Callable[..., Layer]:
        """What makes the netlist."""

    def _options(self) -> dict[str, object]:
        return {}

    def generated(self, model: ModelWrapper) -> Generated:
        """The layer's module for synthesis (LUT primitives) and for simulation (sums and comparisons)."""
        layer, source, sink = self.logic(model), self.input_stream(), self.output_stream()
        shell = render(
            "constant_layer.v.j2",
            module=self.module,
            latency=self["Latency"],
            inputs=source.bits * source.lanes,
            outputs=sink.bits * sink.lanes,
            input_port=source.width,
            output_port=padded(sink.bits * sink.lanes),
        )
        return Generated(shell, *(layer.verilog(f"{self.module}_logic", style) for style in ("paired", "arithmetic")))


@operator
class ConstantMVU(ConstantLayer, BinaryMVU):
    """Inputs: stream, weights (MW, MH), and thresholds (MH, levels) if Levels > 0, else bias (MH,)."""

    @classmethod
    def integers(cls) -> tuple[str, ...]:
        """Attributes."""
        return ("Pixels", "MW", "MH", "Levels", "Offset")

    def input_stream(self, index: int = 0) -> Stream:
        """A pixel a word."""
        return Stream(self["Pixels"], self["MW"], self.get_input_datatype().bitwidth(), self["MW"])

    def _products(self) -> int:
        return self["MW"] * self["MH"]

    def _outputs(self) -> int:
        return self["MH"]

    def lut_estimation(self, fpgapart: str) -> int:
        """Fitted to 27 layers of random weights, 7 % off on average: rows that share sums make each other cheaper.

        Of ternary weights half are 0, and such rows share next to nothing: fitted to the trained S, M and L.
        """
        inputs, outputs, bits = self["MW"], self["MH"], self.get_input_datatype().bitwidth()
        if self.weight_bits() == 1:
            sums = inputs * bits * (0.39 - 0.04 * log2(outputs)) + 0.04 * inputs - 1.7
        else:
            sums = 0.244 * inputs * bits
        comparisons = 0.24 * self["Levels"].bit_length() * (log2(inputs) + self.weight_bits() - 1 + bits)
        return int(outputs * max(1, sums + comparisons))

    def _builder(self) -> Callable[..., Layer]:
        return build_layer


@operator
class ConstantDepthwise(ConstantLayer, BinaryDepthwise):
    """Inputs: window stream (pixels, channels, kernel), weights (channels, kernel), thresholds (channels, levels).

    Group: 1 for taps, 2 for codes of tap pairs, as the tap_window before it makes them.
    """

    @classmethod
    def integers(cls) -> tuple[str, ...]:
        """Attributes."""
        return ("Pixels", "Channels", "Kernel", "Levels", "Offset", "Group")

    def input_stream(self, index: int = 0) -> Stream:
        """All taps of all channels a word."""
        return tap_stream(
            self["Pixels"], self["Channels"], self["Kernel"], self.get_input_datatype().bitwidth(), self["Group"]
        )

    def _products(self) -> int:
        return self["Channels"] * self["Kernel"]

    def _outputs(self) -> int:
        return self["Channels"]

    def lut_estimation(self, fpgapart: str) -> int:
        """Fitted to 16 layers of random weights; a pair adds one bit more than one of its taps has."""
        kernel, bits = self["Kernel"], self.get_input_datatype().bitwidth()
        width, a, b, c = (bits, 0.64, 0.31, 0.13) if self["Group"] == 1 else ((bits + 1) / 2, 0.72, 0.355, 0.15)
        levels = self["Levels"].bit_length() if bits > 1 else 0
        channel = kernel * (a * width - b) + c * levels * (log2(kernel) + bits)
        return int(self["Channels"] * max(1, channel))

    def _builder(self) -> Callable[..., Layer]:
        return build_depthwise

    def _options(self) -> dict[str, object]:
        return {"paired_taps": self["Group"] == 2}


def tap_stream(pixels: int, channels: int, kernel: int, bits: int, group: int) -> Stream:
    """The stream between tap_window and a constant depthwise layer: one word an output pixel."""
    groups = kernel // group
    return Stream(pixels, channels, bits if group == 1 else code_bits(bits), channels * groups, groups)
