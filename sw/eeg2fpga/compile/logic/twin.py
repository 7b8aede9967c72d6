"""The layer as sums and comparisons in plain Verilog: no netlist, and by far the fastest to simulate."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from eeg2fpga.compile.logic.pairs import code_bits

if TYPE_CHECKING:
    from eeg2fpga.compile.logic.layer import Layer


def module(layer: "Layer", name: str, latency: int) -> str:
    """The module of verilog.module with the same ports and latency."""
    inputs, outputs = layer.weights.shape
    size = layer.output_bits * outputs
    width = code_bits(layer.input_bits) * inputs // 2 if layer.paired_taps else layer.input_bits * inputs
    body = "\n".join(f"  {line}" for line in [*_sums(layer), *_outputs(layer), *_delay(size, latency)])
    ports = f"input wire clk, input wire [{width - 1}:0] x, output wire [{size - 1}:0] y"
    head = f"// {latency} cycles from x to y\n`default_nettype none\n"
    return f"{head}module {name}({ports});\n{body}\nendmodule\n`default_nettype wire\n"


def _sums(layer: "Layer") -> Iterator[str]:
    bits = layer.input_bits
    if layer.paired_taps:
        yield from _pair_sums(layer)
        return
    if bits > 1:
        for k in range(len(layer.weights)):
            top = k * bits + bits - 1
            yield f"wire signed [31:0] x{k} = {{{{{33 - bits}{{x[{top}]}}}}, x[{k * bits} +: {bits - 1}]}};"
    for row, weights in enumerate(layer.weights.T.tolist()):
        used = [(k, weight) for k, weight in enumerate(weights) if weight]
        if bits == 1:
            # A channel's inputs are neighbours, so a slice is all that is counted.
            low, count = used[0][0], len(used)
            mask = sum(1 << (k - low) for k, weight in used if weight < 0)
            ones = f"$countones(x[{low} +: {count}] ^ {count}'h{mask:x})"
            yield f"wire signed [31:0] a{row} = 2 * $signed({ones}) - {count};"
        else:
            terms = "".join(f" {'+' if weight > 0 else '-'} x{k}" for k, weight in used)
            yield f"wire signed [31:0] a{row} = 0{terms};"


def _pair_sums(layer: "Layer") -> Iterator[str]:
    """Sums from codes of tap pairs (pairs.py)."""
    bits, width = layer.input_bits, code_bits(layer.input_bits)
    for row, weights in enumerate(layer.weights.T.tolist()):
        terms = []
        for k in range(0, len(weights), 2):
            if weights[k]:
                first = k // 2 * width
                half = first + (1 if weights[k] == weights[k + 1] else 1 + bits)
                pair = f"{{{31 - bits}'d0, x[{half} +: {bits}], x[{first}]}}"
                terms.append(f" {'+' if weights[k] > 0 else '-'} ($signed({pair}) - {1 << bits})")
        yield f"wire signed [31:0] a{row} = 0{''.join(terms)};"


def _outputs(layer: "Layer") -> Iterator[str]:
    bits = layer.output_bits
    yield f"wire [{bits * layer.weights.shape[1] - 1}:0] now;"
    for row in range(layer.weights.shape[1]):
        if layer.thresholds is None:
            value = f"a{row} + {_number(0 if layer.bias is None else int(layer.bias[row]))}"
        else:
            counts = "".join(f" + 32'(a{row} >= {_number(t)})" for t in layer.thresholds[row].tolist())
            value = f"{_number(layer.offset)}{counts}"
        yield f"wire signed [31:0] v{row} = {value};"
        yield f"assign now[{row * bits} +: {bits}] = v{row}[{bits - 1}:0];"


def _delay(size: int, latency: int) -> Iterator[str]:
    yield f"reg [{size - 1}:0] {', '.join(f'd{k}' for k in range(latency))};"
    yield "always @(posedge clk) begin"
    for k in range(latency):
        yield f"  d{k} <= {f'd{k - 1}' if k else 'now'};"
    yield "end"
    yield f"assign y = d{latency - 1};"


def _number(value: int) -> str:
    return f"32'sd{value}" if value >= 0 else f"-32'sd{-value}"
