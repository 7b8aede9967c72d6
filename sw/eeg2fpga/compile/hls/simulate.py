"""FINN's C simulation: each HLS node compiled with g++ and run on what the node before gave.

Nodes that FINN has in Verilog only (padding, sliding windows, the saturation's thresholds, FIFOs, width converters)
are executed by FINN's Python in between. Every layer starts from the golden model's values, so that one that differs,
or does not compile, says nothing of the next.
"""

import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import finn.custom_hls
import finn.templates
import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp

from eeg2fpga.compile.arithmetic import Integers
from eeg2fpga.compile.graph import copied
from eeg2fpga.compile.hls.execute import empty_context, layer_tensor, layer_value, window_tensor
from eeg2fpga.compile.hls.layers import layer_of
from eeg2fpga.compile.hls.libraries import Libraries
from eeg2fpga.compile.passes.name_layers import TENSORS_KEY
from eeg2fpga.errors import UserError
from eeg2fpga.files import write_text

EXECUTABLE = "node_model"
HLS = "_hls"
STAND_INS = Path(__file__).parent / "include"


class CompiledLayers:
    """The nodes of a folded model (fold.name_after_layers), compiled in `folder`.

    `failures`: what g++ said first of each node that it refused. Raises UserError where it refuses all.
    """

    def __init__(self, model: ModelWrapper, folder: Path, libraries: Libraries) -> None:
        self._model = copied(model)
        self._tensors = json.loads(model.get_metadata_prop(TENSORS_KEY))
        shutil.rmtree(folder, ignore_errors=True)
        nodes = [node for node in self._model.graph.node if node.op_type.endswith(HLS)]
        for node in self._model.graph.node:
            getCustomOp(node).set_nodeattr("exec_mode", "cppsim")
        sources = [_generate(self._model, node, folder / node.name) for node in nodes]
        compiler = _Compiler(libraries, folder)
        with ThreadPoolExecutor(2) as pool:
            said = list(pool.map(compiler.compile, sources))
        self.failures = {node.name: error for node, error in zip(nodes, said, strict=True) if error}
        if len(self.failures) == len(nodes):
            name, error = next(iter(self.failures.items()))
            raise UserError(f"g++ compiles none of FINN's layers with these libraries; of {name} it says: {error}")

    @property
    def layers(self) -> dict[str, list[str]]:
        """Of each layer that can be simulated, the nodes that run as C++."""
        names: dict[str, list[str]] = {layer: [] for layer in self._tensors if layer not in self.spoilt}
        for node in self._model.graph.node:
            layer = layer_of(self._model, node)
            if layer in names and node.op_type.endswith(HLS):
                names[layer].append(node.name)
        return names

    def run(self, windows: NDArray[np.int8], golden: dict[str, Integers]) -> dict[str, Integers]:
        """windows: int8 (n, electrodes * copies, samples); golden: each layer's output for them.

        Returns the outputs of `layers`, int64 (n, pixels, channels).
        """
        results = [
            self._run_window(window, {layer: values[index] for layer, values in golden.items()})
            for index, window in enumerate(windows)
        ]
        return {layer: np.stack([result[layer] for result in results]) for layer in self.layers}

    def _run_window(self, window: NDArray[np.int8], golden: dict[str, Integers]) -> dict[str, Integers]:
        context, found = empty_context(self._model), {}
        context[self._model.graph.input[0].name] = window_tensor(window)
        owners = {tensor: layer for layer, tensor in self._tensors.items()}
        for node in self._model.graph.node:
            if node.name not in self.failures:
                getCustomOp(node).execute_node(context, self._model.graph)
            layer = owners.get(node.output[0])
            if layer is not None:
                found[layer] = layer_value(self._model, layer, context[node.output[0]])
                context[node.output[0]] = layer_tensor(self._model, layer, golden[layer])
        return found

    @property
    def spoilt(self) -> dict[str, str]:
        """Layers with a node that did not compile, or that such a node feeds; node and what g++ said."""
        owners = {tensor: layer for layer, tensor in self._tensors.items()}
        # Tensors that are not known, and why; a layer's own is, from the golden model.
        unknown: dict[str, str] = {}
        layers: dict[str, str] = {}
        for node in self._model.graph.node:
            reasons = [unknown[name] for name in node.input if name in unknown]
            if node.name in self.failures:
                reasons.append(f"{node.name}: {self.failures[node.name]}")
            if reasons:
                layers |= {owners[name]: reasons[0] for name in node.output if name in owners}
                unknown |= {name: reasons[0] for name in node.output if name not in owners}
        return layers


def _generate(model: ModelWrapper, node: NodeProto, folder: Path) -> Path:
    folder.mkdir(parents=True)
    op = getCustomOp(node)
    op.set_nodeattr("code_gen_dir_cppsim", str(folder))
    op.set_nodeattr("executable_path", str(folder / EXECUTABLE))
    op.code_generation_cppsim(model)
    return folder / f"execute_{node.op_type}.cpp"


class _Compiler:
    """g++ with FINN's, the libraries' and, where they are needed, our stand-ins' folders."""

    def __init__(self, libraries: Libraries, folder: Path) -> None:
        templates = Path(finn.templates.get_templates_folder()) / "npy2stream"
        folders = [templates, libraries.finn_hlslib, libraries.ap_types, *finn.custom_hls.__path__]
        first = []
        if not libraries.complete:
            # The headers that Vitis HLS has and the open repositories have not.
            folders.insert(0, STAND_INS)
            first = ["-include", str(STAND_INS / "before_ap_int.h")]
        self._options = ["-std=c++17", "-O1", "-w", *first, *(f"-I{folder}" for folder in folders)]
        self._arrays = folder / "cnpy.o"
        error = self._run("-c", str(templates / "cnpy.cpp"), "-o", str(self._arrays), log=folder / "cnpy.log")
        if error:
            raise UserError(f"g++ does not compile FINN's cnpy.cpp with these libraries: {error}")

    def compile(self, source: Path) -> str | None:
        """Compile a node beside its source; return the first error that g++ found."""
        program = str(source.parent / EXECUTABLE)
        return self._run(str(source), str(self._arrays), "-lz", "-o", program, log=source.parent / "compile.log")

    def _run(self, *arguments: str, log: Path) -> str | None:
        result = subprocess.run(["g++", *self._options, *arguments], capture_output=True, text=True)
        write_text(log, result.stderr)
        if result.returncode == 0:
            return None
        errors = [line for line in result.stderr.splitlines() if "error" in line]
        return errors[0] if errors else result.stderr.strip()
