"""The generated accelerator: one top level, the units it uses, memory files and a file list in one folder."""

import shutil
from pathlib import Path

from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga import __version__
from eeg2fpga.board.registers import OFFSET_BITS
from eeg2fpga.compile.graph import layer_tensors, operators
from eeg2fpga.compile.memory import write_memory
from eeg2fpga.compile.ops.base import Stream, Unit, identifier
from eeg2fpga.compile.render import render
from eeg2fpga.compile.sections import sections
from eeg2fpga.files import write_text
from eeg2fpga.locations import HARDWARE

TOP = "eeg2fpga_accelerator"
TAPPED = f"{TOP}_tapped"
SIMULATION = "simulation"
NETLIST = "_logic.v"
"""Ends the names of files with layers of logic in primitives."""
SYNTHESISED = "netlist.v"
"""The whole accelerator in primitives, hierarchy kept, as synthesis leaves it (implement.yosys)."""
TAPPED_NETLIST = f"{TOP}_netlist.sv"
"""A module TAPPED around it."""
PRIMITIVES = HARDWARE / "models" / "xc7"
"""Functional models of the device's primitives, a family a file."""
DECIDED = "decided"
"""The top level's stream of the scores that the last layer takes: those that do not leave."""
THRESHOLDING = ("thresholds", "multi_threshold", "serial_threshold")
SUBUNITS = {
    "binary_mvu": ("tile_sums", *THRESHOLDING),
    "depthwise": THRESHOLDING,
    "tap_window": ("tap_line",),
    "credit_fifo": ("fifo",),
}
"""Units that instantiate others."""


def generate(model: ModelWrapper, folder: Path, build: str) -> None:
    """Write the accelerator to `folder`, replacing what was there.

    files.f lists the sources to synthesise; <top>_tapped.sv is the same top level with each layer's stream led out, for
    the simulation that compares layers, and simulation/ has the twins of layers that are netlists (graph.run compares
    the netlists themselves). TAPPED_NETLIST does what <top>_tapped.sv does, for the netlist after synthesis.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "memory").mkdir(parents=True)
    for op in operators(model):
        for parameter, memory in op.memories(model).items():
            write_memory(folder / _memory_path(op, parameter), memory.words, memory.bits)
    files = [f"{unit}.sv" for unit in _used_units(model)]
    for name in files:
        shutil.copy(HARDWARE / "rtl" / name.removesuffix(".sv") / name, folder)
    for op in operators(model):
        generated = op.generated(model)
        if generated is not None:
            files += [f"{op.module}.v", f"{op.module}{NETLIST}"]
            write_text(folder / files[-2], generated.shell)
            write_text(folder / files[-1], generated.netlist)
            write_text(folder / SIMULATION / files[-1], generated.twin)
    write_text(folder / f"{TOP}.sv", _top(model, build, tapped=False))
    write_text(folder / f"{TAPPED}.sv", _top(model, build, tapped=True))
    write_text(folder / TAPPED_NETLIST, _top(model, build, tapped=True, netlist=TOP))
    write_text(folder / "files.f", "".join(f"{name}\n" for name in [*files, f"{TOP}.sv"]))


def simulation_files(folder: Path, luts: bool = False, top: str = TAPPED) -> list[Path]:
    """What a simulator compiles: the units, the top level (TAPPED or TOP), and the layers of logic.

    Those as their fast twins, or as the LUTs that they are in hardware, with models of the primitives.
    """
    listed = (folder / "files.f").read_text().split()[:-1]
    if luts:
        return [*primitive_models(), *(folder / name for name in listed), folder / f"{top}.sv"]
    twins = [folder / SIMULATION / name for name in listed]
    files = [twin if twin.exists() else folder / name for twin, name in zip(twins, listed, strict=True)]
    return [*files, folder / f"{top}.sv"]


def netlist_files(folder: Path, netlist: Path) -> list[Path]:
    """What a simulator compiles of a netlist of the accelerator in `folder`: TAPPED."""
    return [*primitive_models(), netlist, folder / TAPPED_NETLIST]


def primitive_models() -> list[Path]:
    """The files of PRIMITIVES, for netlists."""
    return sorted(PRIMITIVES.glob("*.v"))


def taps(model: ModelWrapper) -> dict[str, Stream]:
    """Stream of each layer's output, in order."""
    return {layer: _producer(model, tensor).output_stream() for layer, tensor in layer_tensors(model).items()}


def source_stream(model: ModelWrapper) -> Stream:
    """The accelerator's input."""
    return next(operators(model)).input_stream()


def score_stream(model: ModelWrapper) -> Stream:
    """The scores that the last layer decides by."""
    return _decider(model).input_stream()


def _decider(model: ModelWrapper) -> Unit:
    return _producer(model, list(layer_tensors(model).values())[-1])


def _producer(model: ModelWrapper, tensor: str) -> Unit:
    (op,) = [op for op in operators(model) if tensor in op.onnx_node.output]
    return op


def _used_units(model: ModelWrapper) -> list[str]:
    used = {op.unit for op in operators(model)}
    for unit in list(used):
        used.update(SUBUNITS.get(unit, ()))
    return sorted(used)


def _memory_path(op: Unit, parameter: str) -> str:
    kind = parameter.removesuffix("_FILE").lower()
    return f"memory/{op.identifier}_{kind}.mem"


def _parameters(op: Unit, model: ModelWrapper) -> dict[str, str]:
    parameters = {name: str(value) for name, value in op.parameters(model).items()}
    return parameters | {name: f'"{_memory_path(op, name)}"' for name in op.memories(model)}


def _ports(op: Unit, decider: Unit) -> list[tuple[str, str, bool]]:
    """Prefix, wire, and whether it has `tready`."""
    node = op.onnx_node
    ends = [*zip(op.inputs, node.input, strict=False), *zip(op.outputs, node.output, strict=False)]
    decides = node.name == decider.onnx_node.name
    wires = [(prefix, DECIDED if decides and prefix == "s" else identifier(tensor)) for prefix, tensor in ends]
    return [(prefix, wire, prefix not in op.waitless) for prefix, wire in wires]


def _credits(model: ModelWrapper) -> dict[str, str]:
    """The wire from each section's end to its beginning, by the names of both."""
    return {
        op.onnx_node.name: f"{section.gate.identifier}_credit"
        for section in sections(model)
        for op in (section.gate, section.fifo)
    }


def _output_port(op: Unit, tensor: str) -> str:
    (prefix,) = [prefix for prefix, name in zip(op.outputs, op.onnx_node.output, strict=False) if name == tensor]
    return f"u_{op.identifier}.{prefix}"


def _top(model: ModelWrapper, build: str, tapped: bool, netlist: str | None = None) -> str:
    units, wires, waitless, credits, decider = [], {}, set(), _credits(model), _decider(model)
    for op in operators(model):
        node = op.onnx_node
        for index in range(op.streams):
            wires[identifier(node.input[index])] = op.input_stream(index).width
        for index, tensor in enumerate(node.output):
            wires[identifier(tensor)] = op.output_stream(index).width
        units.append(
            {
                "module": op.module,
                "name": op.identifier,
                "parameters": _parameters(op, model),
                "controls": op.controls,
                "ports": _ports(op, decider),
                "credit": credits.get(node.name),
            }
        )
        waitless.update(wire for _, wire, waits in units[-1]["ports"] if not waits)
    source, sink = source_stream(model), list(taps(model).values())[-1]
    tensors = list(layer_tensors(model).values())
    return render(
        "top.sv.j2",
        build=build,
        version=__version__,
        top=TAPPED if tapped else TOP,
        netlist=netlist,
        offset_bits=OFFSET_BITS,
        source={
            "name": identifier(model.graph.input[0].name),
            "width": source.width,
            "words": source.words,
            "lanes": source.lanes,
        },
        sink={"name": identifier(tensors[-1]), "width": sink.width},
        scores={
            "name": identifier(decider.onnx_node.input[0]),
            "width": score_stream(model).width,
            "decided": DECIDED,
        },
        wires=[{"name": name, "width": width, "waits": name not in waitless} for name, width in wires.items()],
        credits=sorted(set(credits.values())),
        units=units,
        taps=[
            {
                "port": tapped,
                "index": index,
                "wire": identifier(tensor),
                # Synthesis keeps units and their ports, not the names of all wires.
                "port_of": _output_port(_producer(model, tensor), tensor),
                "waits": identifier(tensor) not in waitless,
                "width": stream.width,
            }
            for index, (tensor, stream) in enumerate(zip(tensors, taps(model).values(), strict=True))
        ],
    )
