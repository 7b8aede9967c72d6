"""The code of FINN's layers: C++ and Tcl for Vitis HLS, or Verilog, in a folder a node."""

import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from finn.util.fpgadataflow import is_hls_node
from finn.util.settings import get_settings
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from eeg2fpga.compile.hls.layers import layer_of
from eeg2fpga.compile.hls.libraries import FINN_HLSLIB
from eeg2fpga.files import write_json

LISTING = "layers.json"
"""Which node computes which layer, and its files: written last, so a folder with it is whole."""


@dataclass(frozen=True)
class NodeCode:
    """The generated code of a node."""

    layer: str
    node: str
    operator: str
    """FINN's, ending in _hls or _rtl."""
    files: tuple[str, ...]
    """In the folder named after the node."""


def generate_code(model: ModelWrapper, folder: Path, part: str, clock_mhz: float) -> list[NodeCode]:
    """Write the code of every node of `model` (named as fold.name_after_layers does) to `folder`, replacing it.

    The attribute code_gen_dir_ipgen of each node then names its folder. <node>/top_<node>.cpp and hls_syn_<node>.tcl
    are for `vitis_hls`, with EEG2FPGA_FINN_HLSLIB naming FINN's C++ library and FINN_CUSTOM_HLS finn-plus's custom_hls.
    """
    shutil.rmtree(folder, ignore_errors=True)
    try:
        listing = [_generate_node(model, node, folder / node.name, part, clock_mhz) for node in model.graph.node]
        write_json(folder / LISTING, [asdict(entry) for entry in listing])
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return listing


def _generate_node(model: ModelWrapper, node, folder: Path, part: str, clock_mhz: float) -> NodeCode:
    folder.mkdir(parents=True)
    op = getCustomOp(node)
    op.set_nodeattr("code_gen_dir_ipgen", str(folder))
    op.code_generation_ipgen(model, part, 1000 / clock_mhz)
    if is_hls_node(node):
        _name_library(folder / f"hls_syn_{node.name}.tcl")
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    return NodeCode(layer_of(model, node), node.name, node.op_type, tuple(files))


def _name_library(script: Path) -> None:
    """FINN writes where its own command puts its libraries: here the user says where they are."""
    text = script.read_text()
    for library in ("finn-hlslib", "attention-hlslib"):
        text = text.replace(str(get_settings().finn_deps / library), f"$::env({FINN_HLSLIB})")
    script.write_text(text)
