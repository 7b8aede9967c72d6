"""One entry for a layer: the forms are built, the smallest is kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from time import perf_counter

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eeg2fpga.compile.logic import twin, verilog
from eeg2fpga.compile.logic.depthwise import depthwise_form, paired_depthwise_form
from eeg2fpga.compile.logic.evaluate import evaluate
from eeg2fpga.compile.logic.matvec import forms
from eeg2fpga.compile.logic.netlist import Netlist
from eeg2fpga.compile.logic.pairing import count_luts
from eeg2fpga.compile.logic.pairs import code_bits, encode
from eeg2fpga.compile.logic.pipeline import Pipeline, cut
from eeg2fpga.compile.logic.plan import CAREFUL, QUICK
from eeg2fpga.compile.logic.problem import Problem, row_outputs

DEPTH_TARGET = 5
FLIP_FLOP_PRICE = 0.02
"""LUTs that a flip-flop is worth when forms are compared: there are two a LUT, and few designs use half of them."""

BEAMS = (QUICK, CAREFUL)
"""For all forms, and for the best ones once more."""


@dataclass(frozen=True)
class Tried:
    """What a form costs; latency and flip-flops at the depth target of the comparison."""

    luts: int
    luts_paired: int
    depth: int
    latency: int
    flip_flops: int
    seconds: float

    @property
    def price(self) -> float:
        """What is compared."""
        return self.luts_paired + FLIP_FLOP_PRICE * self.flip_flops


@dataclass
class Layer:
    """A layer as a netlist. `x` of evaluate and port x: elements in order, element 0 in the low bits; y likewise."""

    netlist: Netlist
    weights: NDArray
    """(inputs, outputs) of -1, 0, +1; 0 where a depthwise channel does not see an input."""
    input_bits: int
    output_bits: int
    offset: int
    thresholds: NDArray | None
    bias: NDArray | None
    form: str
    tried: dict[str, Tried] = field(default_factory=dict)
    paired_taps: bool = False
    """Port x holds codes of tap pairs (pairs.py) instead of the taps; evaluate() still takes the taps."""
    _pipelines: dict[int, Pipeline] = field(default_factory=dict)

    @cached_property
    def _counts(self) -> tuple[int, int]:
        return count_luts(self.netlist)

    @property
    def luts(self) -> int:
        """LUT functions: LUT1..LUT6 cells of style "primitives" as Yosys counts them."""
        return self._counts[0]

    @property
    def luts_paired(self) -> int:
        """LUT sites: LUT1..LUT6 and LUT6_2 cells of style "paired", without pipeline registers between pairs."""
        return self._counts[1]

    @property
    def depth(self) -> int:
        """LUT levels from x to y without registers, a carry chain being one beside its LUTs."""
        return self.netlist.depth()

    def evaluate(self, x: ArrayLike) -> NDArray[np.int64]:
        """y for inputs (..., inputs), by the netlist: what arithmetic.py's functions give."""
        x = np.asarray(x, np.int64)
        codes, width = (x + 1) // 2 if self.input_bits == 1 else x, self.input_bits
        if self.paired_taps:
            codes, width = encode(x, self.input_bits), code_bits(self.input_bits)
        bits = codes.reshape(-1, codes.shape[-1], 1) >> np.arange(width) & 1
        result = evaluate(self.netlist, bits.reshape(len(bits), -1).astype(bool))
        codes = (
            result.reshape(*x.shape[:-1], -1, self.output_bits).astype(np.int64) << np.arange(self.output_bits)
        ).sum(-1)
        if self.thresholds is None:
            return codes - ((codes >> (self.output_bits - 1)) << self.output_bits)
        if self.output_bits == 1:
            return 2 * codes - 1
        return ((codes - self.offset) & ((1 << self.output_bits) - 1)) + self.offset

    def pipeline(self, depth_target: int = DEPTH_TARGET) -> Pipeline:
        """The netlist with registers: .latency, .flip_flops(), .luts(), .depth."""
        if depth_target not in self._pipelines:
            self._pipelines[depth_target] = cut(self.netlist, depth_target)
        return self._pipelines[depth_target]

    def verilog(self, module_name: str, style: str = "paired", depth_target: int = DEPTH_TARGET) -> str:
        """A module in one of verilog.STYLES, or "arithmetic": sums and comparisons, for fast simulation."""
        pipeline = self.pipeline(depth_target)
        if style == "arithmetic":
            return twin.module(self, module_name, pipeline.latency)
        return verilog.module(pipeline, module_name, style)


def build_layer(
    weights: ArrayLike,
    input_bits: int,
    thresholds: ArrayLike | None = None,
    bias: ArrayLike | None = None,
    output_bits: int = 1,
    offset: int = 0,
    agreements: bool = False,
    only: str | None = None,
    every: bool = False,
) -> Layer:
    """A fully parallel layer y = multi_threshold(x @ weights) or x @ weights + bias.

    weights: (MW, MH) of -1, 0, +1; input_bits: 1 for bipolar, else two's complement. thresholds: (MH, levels) on
    signed sums, or on agreement counts where `agreements` (popcount_thresholds); levels up to 2**output_bits - 1,
    output_bits up to 4. bias: (MH,), only without thresholds. `only`: the name of the one form to build; `every`: try
    also the forms that hardly ever win.
    """
    weights, thresholds, bias = _checked(weights, thresholds, bias, output_bits, legal=(-1, 0, 1))
    if thresholds is not None and agreements:
        thresholds = 2 * thresholds - len(weights)
    rows = row_outputs(weights, input_bits, thresholds, bias, output_bits, offset)
    problem = Problem(weights, input_bits, rows)
    candidates = {
        name: (lambda beam, form=form: form(problem, beam))
        for name, form in forms(problem, every or only is not None).items()
        if only in (None, name)
    }
    net, form, tried = _smallest(candidates)
    return Layer(net, weights, input_bits, output_bits, offset, thresholds, bias, form, tried)


def build_depthwise(
    weights: ArrayLike,
    input_bits: int,
    thresholds: ArrayLike | None = None,
    bias: ArrayLike | None = None,
    output_bits: int = 1,
    offset: int = 0,
    agreements: bool = False,
    paired_taps: bool = False,
) -> Layer:
    """A depthwise layer on parallel taps. weights: (channels, kernel); input element channel * kernel + tap.

    With `paired_taps` (even kernel, input_bits over 1) port x has, at element channel * kernel / 2 + pair, the code of
    taps 2 * pair and 2 * pair + 1 that tap_window makes of two samples.
    """
    weights, thresholds, bias = _checked(weights, thresholds, bias, output_bits, rows=0)
    channels, kernel = weights.shape
    if thresholds is not None and agreements:
        thresholds = 2 * thresholds - kernel
    rows = row_outputs(weights.T, input_bits, thresholds, bias, output_bits, offset)
    if paired_taps and (kernel % 2 or input_bits == 1):
        raise ValueError("tap pairs need an even kernel and inputs of two bits or more")
    make = paired_depthwise_form if paired_taps else depthwise_form
    name = "paired heaps" if paired_taps else "heaps"
    net, form, tried = _smallest({name: lambda beam: make(weights, input_bits, rows, beam)})
    spread = np.zeros((channels * kernel, channels), np.int64)
    for channel in range(channels):
        spread[channel * kernel : (channel + 1) * kernel, channel] = weights[channel]
    return Layer(net, spread, input_bits, output_bits, offset, thresholds, bias, form, tried, paired_taps)


def _smallest(candidates: dict[str, Callable[[int], Netlist]]) -> tuple[Netlist, str, dict[str, Tried]]:
    """All candidates with quick plans, then the best two with careful ones."""
    tried: dict[str, Tried] = {}
    nets: dict[str, Netlist] = {}
    for beam in BEAMS:
        names = sorted(tried, key=lambda name: tried[name].price)[:2] if tried else list(candidates)
        for name in names:
            begin = perf_counter()
            net = candidates[name](beam)
            net.turn_outputs()
            seconds = perf_counter() - begin
            pipeline = cut(net, DEPTH_TARGET)
            result = Tried(*count_luts(net), net.depth(), pipeline.latency, pipeline.flip_flops(), seconds)
            if name not in tried or result.price < tried[name].price:
                tried[name], nets[name] = result, net
    best = min(tried, key=lambda name: tried[name].price)
    return nets[best], best, tried


def _checked(weights, thresholds, bias, output_bits, rows=1, legal=(-1, 1)):
    """The arrays as int64. Raises ValueError for what the generator does not cover."""
    weights = np.asarray(weights, np.int64)
    if not np.isin(weights, legal).all():
        raise ValueError(f"weights must be among {legal}")
    if thresholds is None:
        return weights, None, None if bias is None else np.asarray(bias, np.int64)
    thresholds = np.asarray(thresholds, np.int64)
    if thresholds.shape[0] != weights.shape[rows] or bias is not None:
        raise ValueError("thresholds need a row for each output and exclude a bias")
    if output_bits > 4 or thresholds.shape[1] >= 1 << output_bits:
        raise ValueError(f"{thresholds.shape[1]} levels in {output_bits} output bits, at most 15 in 4 are covered")
    return weights, np.sort(thresholds, 1), None
