"""Brevitas to QONNX."""

import contextlib
import io
import json
import tempfile
import warnings
from pathlib import Path

from eeg2fpga.compile import finn_environment

finn_environment.ensure()

import torch  # noqa: E402
from brevitas.export import export_qonnx as brevitas_export  # noqa: E402
from qonnx.core.datatype import DataType  # noqa: E402
from qonnx.core.modelwrapper import ModelWrapper  # noqa: E402
from qonnx.util.cleanup import cleanup_model  # noqa: E402
from torch import nn  # noqa: E402

from eeg2fpga.compile import legality  # noqa: E402
from eeg2fpga.compile.passes.name_layers import LAYERS_KEY  # noqa: E402
from eeg2fpga.files import replacing  # noqa: E402

INPUT = "window"


def layer_names(model: nn.Module) -> list[str]:
    """The layers of docs/design.md in order: the network's named stages, block members expanded, and `argmax`."""
    names = []
    for name, module in model.named_children():
        if name.startswith("block"):
            names += [f"{name}.{child}" for child, _ in module.named_children()]
        else:
            names.append(name)
    order = {"pool": 1, "classifier": 2}
    return [*sorted(names, key=lambda name: order.get(name, 0)), "argmax"]


def export_qonnx(model: nn.Module, electrodes: int, window: int, path: Path) -> ModelWrapper:
    """Write the binarized network as QONNX to `path` and return it.

    `model` maps float32 (N, electrodes, window, 1) to scores; `window` is in samples. The graph input is
    `window`, INT8, (1, electrodes, window, 1); metadata `eeg2fpga.layers` lists the layers. Raises UserError for what
    the hardware cannot do; nothing is written then.
    """
    legality.check(model)
    model = model.eval()
    # A folder of its own: the exporter leaves a second file with the weights beside the model.
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.onnx"
        with warnings.catch_warnings(), torch.no_grad(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            brevitas_export(model, torch.zeros(1, electrodes, window, 1), str(raw))
        exported = ModelWrapper(str(raw))
    legality.check(exported)
    exported = cleanup_model(exported)
    exported.rename_tensor(exported.graph.input[0].name, INPUT)
    exported.set_tensor_datatype(INPUT, DataType["INT8"])
    exported.set_metadata_prop(LAYERS_KEY, json.dumps(layer_names(model)))
    with replacing(path) as temporary:
        exported.save(str(temporary))
    return exported
