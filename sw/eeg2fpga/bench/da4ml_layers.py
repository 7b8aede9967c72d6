"""Single layers by da4ml's constant-matrix optimiser (distributed arithmetic) and by compile/logic.

Both compute the layer's sums only, without registers: x @ W, on the bits 0 and 1 where inputs are bipolar (the rest of
a sum of +-1 is a constant, which thresholds take in). da4ml has no thresholds; ours with thresholds stand beside.
da4ml's LUTs are counted by Yosys; ours by the generator, which pairs them in LUT6_2 (Yosys counts the same: tests).
Yosys pairs nothing, but da4ml's adders, one LUT2 and one carry a bit, have nothing to pair within a carry chain.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from time import monotonic

import numpy as np
from numpy.typing import NDArray
from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.bench.lut_count import count_luts
from eeg2fpga.compile.convert import to_dataflow
from eeg2fpga.compile.graph import operators
from eeg2fpga.compile.logic import Layer, build_layer
from eeg2fpga.compile.ops.binary_mvu import BinaryMVU
from eeg2fpga.errors import UserError


@dataclass(frozen=True)
class Da4mlLayer:
    """LUTs of one layer, fully parallel."""

    layer: str
    inputs: int
    outputs: int
    input_bits: int
    da4ml_lut: int
    estimated: bool
    """da4ml's own cost, in LUTs of its adders: Yosys did not end in time."""
    da4ml_cost: int
    """da4ml's own cost in any case."""
    ours_lut: int
    ours_with_thresholds_lut: int
    """With thresholds, or the classifier's bias."""

    @property
    def ratio(self) -> float:
        """da4ml's LUTs by ours, both without thresholds."""
        return self.da4ml_lut / self.ours_lut

    def dictionary(self) -> dict[str, object]:
        """As plain values by name."""
        return asdict(self) | {"ratio": round(self.ratio, 3)}


@dataclass(frozen=True)
class Matrix:
    """A pointwise layer of the network."""

    name: str
    weights: NDArray[np.int64]
    """(inputs, outputs)."""
    input_bits: int
    last: NDArray[np.int64]
    """Thresholds (outputs, levels), or bias (outputs,)."""
    output_bits: int
    offset: int


def compare_layers(streamlined: ModelWrapper, seconds: float = 60) -> list[Da4mlLayer]:
    """Every pointwise layer of the network; `seconds`: Yosys' time for each layer by da4ml.

    Raises UserError if da4ml is not installed.
    """
    return [compare_layer(matrix, seconds) for matrix in pointwise_layers(streamlined)]


def compare_layer(matrix: Matrix, seconds: float) -> Da4mlLayer:
    """One layer."""
    cost, sources = da4ml_verilog(matrix.weights, matrix.input_bits)
    counted = _da4ml_luts(sources, seconds)
    return Da4mlLayer(
        layer=matrix.name,
        inputs=matrix.weights.shape[0],
        outputs=matrix.weights.shape[1],
        input_bits=matrix.input_bits,
        da4ml_lut=cost if counted is None else counted,
        estimated=counted is None,
        da4ml_cost=cost,
        ours_lut=sums_only(matrix.weights, matrix.input_bits).luts_paired,
        ours_with_thresholds_lut=_whole(matrix).luts_paired,
    )


def da4ml_verilog(weights: NDArray[np.int64], input_bits: int) -> tuple[int, dict[str, str]]:
    """da4ml's cost in LUTs, and its Verilog by file name (module `top`), for x @ weights.

    input_bits 1: x is 0 or 1; else two's complement. Raises UserError if da4ml is not installed.
    """
    try:
        import da4ml.codegen.rtl.verilog as verilog
        from da4ml.trace import FixedVariableArray, comb_trace
    except ImportError:
        raise UserError(
            "da4ml is not installed: run `pip install --no-deps -r requirements-bench.txt` (make bench does)"
        ) from None
    count = len(weights)
    signed = np.full(count, input_bits > 1)
    integer_bits = np.full(count, input_bits - int(input_bits > 1))
    x = FixedVariableArray.from_kif(signed, integer_bits, np.zeros(count, int))
    logic = comb_trace(x, x @ weights.astype(np.float64))
    library = (Path(verilog.__file__).parent / "source").glob("*.v")
    sources = {file.name: file.read_text() for file in library if file.stem in ("shift_adder", "negative")}
    return int(logic.cost), sources | {"top.v": verilog.comb_logic_gen(logic, "top")}


def sums_only(weights: NDArray[np.int64], input_bits: int) -> Layer:
    """Our layer for what da4ml computes; of bipolar inputs it gives 2 * (bits @ weights)."""
    bias = weights.sum(0) if input_bits == 1 else np.zeros(weights.shape[1], np.int64)
    reach = 2 * len(weights) if input_bits == 1 else len(weights) << (input_bits - 1)
    return build_layer(weights, input_bits, None, bias, output_bits=reach.bit_length() + 1)


def _da4ml_luts(sources: dict[str, str], seconds: float) -> int | None:
    """The smaller of adders synthesised one by one and all together, as far as time allows."""
    end = monotonic() + seconds
    counts = [count_luts(sources, "top", seconds)]
    if counts[0] is not None and monotonic() < end:
        counts.append(count_luts(sources, "top", end - monotonic(), flatten=True))
    return min((count for count in counts if count is not None), default=None)


def _whole(matrix: Matrix) -> Layer:
    thresholds, bias = (matrix.last, None) if matrix.last.ndim == 2 else (None, matrix.last)
    return build_layer(
        matrix.weights, matrix.input_bits, thresholds, bias, output_bits=matrix.output_bits, offset=matrix.offset
    )


def pointwise_layers(streamlined: ModelWrapper) -> Iterator[Matrix]:
    """The network's layers that are one matrix, in order."""
    dataflow = to_dataflow(streamlined)
    for op in operators(dataflow):
        if isinstance(op, BinaryMVU):
            weights, last = (dataflow.get_initializer(name).astype(np.int64) for name in op.onnx_node.input[1:])
            yield Matrix(
                name=op.onnx_node.name,
                weights=weights,
                input_bits=op.get_input_datatype().bitwidth(),
                last=last,
                output_bits=op.get_output_datatype().bitwidth(),
                offset=op["Offset"],
            )
