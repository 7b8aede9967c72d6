"""What of PyTorch and QONNX the hardware has no unit for, said before anything is compiled."""

import ast

from eeg2fpga.compile import finn_environment

finn_environment.ensure()

import brevitas.nn as qnn  # noqa: E402
import numpy as np  # noqa: E402
from onnx import NodeProto, numpy_helper  # noqa: E402
from qonnx.core.modelwrapper import ModelWrapper  # noqa: E402
from torch import nn  # noqa: E402

from eeg2fpga.errors import UserError  # noqa: E402

CONV3D = "Conv3d has no hardware unit: factorise it into 2-D convolutions, depthwise over space, then over time"
PRELU = "PReLU has no hardware unit: use a sign (QuantIdentity with BipolarActivation)"
HARDTANH = "Hardtanh has no hardware unit: use a quantiser on the residual grid (QuantIdentity with ResidualActivation)"
GROUPS = "groups={groups} has no hardware unit: use groups=1, or groups=channels with as many outputs (depthwise)"
AVERAGE = (
    "AvgPool2d without Trunc is not an integer: use brevitas.nn.TruncAvgPool2d, or a global mean before the classifier"
)
PADDING = (
    "zero padding on a bipolar tensor (+-1 has no 0): use F.pad(x, ..., value=-1) and padding=0 in the convolution"
)
SKIP = "an unquantised skip add: quantise both inputs and the sum on one residual grid (models.eegnet.SaturatingAdd)"

VIEWS = ("Slice", "Transpose", "Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity", "Pad")


def check(model: nn.Module | ModelWrapper) -> None:
    """Raise UserError, naming the layer and what to use instead, for the first construct without a hardware unit.

    A module is checked by the types of its layers, a QONNX graph (as exported) by its nodes: only there are paddings of
    bipolar tensors and unquantised skips visible.
    """
    if isinstance(model, nn.Module):
        for name, module in model.named_modules():
            _refuse(name or type(module).__name__, _module_fault(module))
    else:
        for node in model.graph.node:
            _refuse(_layer(node), _node_fault(model, node))


def _refuse(layer: str, fault: str | None) -> None:
    if fault is not None:
        raise UserError(f"layer `{layer}`: {fault}")


def _module_fault(module: nn.Module) -> str | None:
    if isinstance(module, nn.Conv3d):
        return CONV3D
    if isinstance(module, nn.PReLU):
        return PRELU
    if isinstance(module, nn.Hardtanh | qnn.QuantHardTanh):
        return HARDTANH
    if isinstance(module, nn.AvgPool2d) and not isinstance(module, qnn.TruncAvgPool2d):
        return AVERAGE
    if isinstance(module, nn.Conv1d | nn.Conv2d) and not _groups_legal(
        module.groups, module.in_channels, module.out_channels
    ):
        return GROUPS.format(groups=module.groups)
    return None


def _node_fault(model: ModelWrapper, node: NodeProto) -> str | None:
    attributes = {attribute.name: attribute for attribute in node.attribute}
    if node.op_type == "PRelu":
        return PRELU
    if node.op_type == "Clip":
        return HARDTANH
    if node.op_type == "AveragePool" and not _feeds(model, node, {"Trunc"}):
        return AVERAGE
    if node.op_type == "Conv":
        return _conv_fault(model, node, attributes)
    if node.op_type == "Pad" and _is_bipolar(model, node.input[0]) and _pad_value(model, node) != -1.0:
        return PADDING
    if node.op_type == "Add" and _is_unquantised_skip(model, node):
        return SKIP
    return None


def _conv_fault(model: ModelWrapper, node: NodeProto, attributes: dict) -> str | None:
    weights = model.get_tensor_shape(node.input[1])
    if "kernel_shape" in attributes and len(attributes["kernel_shape"].ints) == 3:
        return CONV3D
    groups = attributes["group"].i if "group" in attributes else 1
    if weights is not None and not _groups_legal(groups, weights[1] * groups, weights[0]):
        return GROUPS.format(groups=groups)
    if "pads" in attributes and any(attributes["pads"].ints) and _is_bipolar(model, node.input[0]):
        return PADDING
    return None


def _groups_legal(groups: int, channels_in: int, channels_out: int) -> bool:
    return groups == 1 or groups == channels_in == channels_out


def _is_unquantised_skip(model: ModelWrapper, node: NodeProto) -> bool:
    """An Add of two computed tensors without a quantiser before each and behind."""
    if any(model.get_initializer(name) is not None or _is_constant(model, name) for name in node.input):
        return False
    quantisers = {"Quant", "BipolarQuant"}
    sources = [_source(model, name) for name in node.input]
    return any(s is None or s.op_type not in quantisers for s in sources) or not _feeds(model, node, quantisers)


def _is_constant(model: ModelWrapper, name: str) -> bool:
    source = _source(model, name)
    return source is not None and source.op_type == "Constant"


def _feeds(model: ModelWrapper, node: NodeProto, kinds: set[str]) -> bool:
    consumers = model.find_consumers(node.output[0]) or []
    return bool(consumers) and all(consumer.op_type in kinds for consumer in consumers)


def _is_bipolar(model: ModelWrapper, name: str) -> bool:
    source = _source(model, name)
    return source is not None and source.op_type == "BipolarQuant"


def _source(model: ModelWrapper, name: str) -> NodeProto | None:
    """The node that computes `name`, seen through nodes that only rearrange."""
    node = model.find_producer(name)
    while node is not None and node.op_type in VIEWS:
        node = model.find_producer(node.input[0])
    return node


def _pad_value(model: ModelWrapper, node: NodeProto) -> float:
    """The constant that a Pad node pads with; 0 is ONNX's default."""
    if len(node.input) < 3 or not node.input[2]:
        return 0.0
    value = model.get_initializer(node.input[2])
    if value is None:
        producer = model.find_producer(node.input[2])
        return float("nan") if producer is None else _constant(producer)
    return float(np.ravel(value)[0])


def _constant(node: NodeProto) -> float:
    tensors = [attribute.t for attribute in node.attribute if attribute.name == "value"]
    return float(np.ravel(numpy_helper.to_array(tensors[0]))[0]) if tensors else float("nan")


def _layer(node: NodeProto) -> str:
    """The PyTorch module that a node came from, as the exporter notes it; else the node's own name."""
    for entry in node.metadata_props:
        if entry.key == "pkg.torch.onnx.name_scopes":
            scopes = [scope for scope in _strings(entry.value) if scope]
            # The last scope is the operator itself.
            return scopes[-2] if len(scopes) > 1 else scopes[-1]
    return node.name or node.op_type


def _strings(text: str) -> list[str]:
    return [str(part) for part in ast.literal_eval(text)]
