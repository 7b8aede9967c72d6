"""Brevitas to QONNX."""

import contextlib
import io
import json
import logging
import tempfile
import warnings
from pathlib import Path

from eeg2fpga.compile import finn_environment

finn_environment.ensure()

import onnx  # noqa: E402
import torch  # noqa: E402
from brevitas.export import export_qonnx as brevitas_export  # noqa: E402
from google.protobuf.message import DecodeError  # noqa: E402
from qonnx.core.datatype import DataType  # noqa: E402
from qonnx.core.modelwrapper import ModelWrapper  # noqa: E402
from qonnx.util.cleanup import cleanup_model  # noqa: E402
from torch import nn  # noqa: E402

from eeg2fpga.compile import legality  # noqa: E402
from eeg2fpga.compile.convert import COPIES_KEY  # noqa: E402
from eeg2fpga.compile.passes.name_layers import LAYERS_KEY  # noqa: E402
from eeg2fpga.errors import UserError  # noqa: E402
from eeg2fpga.files import replacing  # noqa: E402
from eeg2fpga.models.eegnet import EEGNet  # noqa: E402

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
    `window`, INT8, (1, electrodes, window, 1); metadata `eeg2fpga.layers` lists the layers, `eeg2fpga.copies` says how
    many channels in a row are one electrode. Raises UserError for what the hardware cannot do; nothing is written then.
    """
    legality.check(model)
    model = model.eval()
    # A folder of its own: the exporter leaves a second file with the weights beside the model.
    with tempfile.TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.onnx"
        with warnings.catch_warnings(), torch.no_grad(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            # torch sets up its loggers at import, so only now: it would tell of torchvision, which nobody needs here.
            logging.getLogger("torch.onnx").setLevel(logging.ERROR)
            brevitas_export(model, torch.zeros(1, electrodes, window, 1), str(raw))
        exported = ModelWrapper(str(raw))
    prepared = prepare(exported)
    prepared.set_metadata_prop(LAYERS_KEY, json.dumps(layer_names(model)))
    if isinstance(model, EEGNet):
        prepared.set_metadata_prop(COPIES_KEY, str(model.inputs // model.electrodes))
    with replacing(path) as temporary:
        prepared.save(str(temporary))
    return prepared


def read_qonnx(path: Path) -> ModelWrapper:
    """A QONNX file, whoever exported it, ready to be streamlined: input `window`, INT8, (1, electrodes, samples, 1).

    Raises UserError for a file that is missing or no ONNX, and for what the hardware cannot do.
    """
    if not path.is_file():
        raise UserError(f"no such model {path}: export one with brevitas.export.export_qonnx")
    try:
        model = ModelWrapper(str(path))
        onnx.checker.check_model(model.model)
    except (DecodeError, onnx.checker.ValidationError):
        raise UserError(f"{path} is no ONNX model: export one with brevitas.export.export_qonnx") from None
    return prepare(model)


def prepare(exported: ModelWrapper) -> ModelWrapper:
    """Check what Brevitas exported, tidy it, and make its input `window`, INT8.

    Raises UserError for what the hardware cannot do and for an input of another shape.
    """
    legality.check(exported)
    model = cleanup_model(exported)
    source = model.graph.input[0].name
    shape = model.get_tensor_shape(source)
    if len(shape) != 4 or shape[0] != 1 or shape[3] != 1:
        raise UserError(f"the model's input is {shape}: the hardware takes one window, (1, electrodes, samples, 1)")
    model.rename_tensor(source, INPUT)
    model.set_tensor_datatype(INPUT, DataType["INT8"])
    return model
