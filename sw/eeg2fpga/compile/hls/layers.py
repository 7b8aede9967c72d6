"""The streamlined graph as FINN's own hardware layers, with FINN's own conversions.

The order is that of finn.builder's step_convert_to_hw, which itself wants Vivado's simulator at import.

FINN has no padding of a bipolar stream, whatever the value (its FMPadding refuses a type without 0). What its hardware
holds are the bits 0 and 1, so here every bipolar tensor becomes BINARY, with -1 as 0: then padding with -1 is padding
with 0, and products of bits are FINN's XNOR mode, with thresholds on counts of agreements.
"""

import json

import numpy as np

from eeg2fpga.compile import finn_environment

finn_environment.ensure()

from finn.transformation.fpgadataflow.convert_to_hw.conv_inp_gen import InferConvInpGen  # noqa: E402
from finn.transformation.fpgadataflow.convert_to_hw.duplicate_streams import InferDuplicateStreamsLayer  # noqa: E402
from finn.transformation.fpgadataflow.convert_to_hw.elementwise_binary_operation import (  # noqa: E402
    InferElementwiseBinaryOperation,
)
from finn.transformation.fpgadataflow.convert_to_hw.label_select import InferLabelSelectLayer  # noqa: E402
from finn.transformation.fpgadataflow.convert_to_hw.quantized_matrix_vector_activation import (  # noqa: E402
    InferQuantizedMatrixVectorActivation,
)
from finn.transformation.fpgadataflow.convert_to_hw.thresholding import InferThresholdingLayer  # noqa: E402
from finn.transformation.fpgadataflow.convert_to_hw.vector_vector_activation import (  # noqa: E402
    InferVectorVectorActivation,
)
from finn.transformation.fpgadataflow.minimize_accumulator_width import MinimizeAccumulatorWidth  # noqa: E402
from finn.transformation.fpgadataflow.specialize_layers import SpecializeLayers  # noqa: E402
from finn.transformation.streamline.round_thresholds import RoundAndClipThresholds  # noqa: E402
from onnx import NodeProto  # noqa: E402
from qonnx.core.datatype import DataType  # noqa: E402
from qonnx.core.modelwrapper import ModelWrapper  # noqa: E402
from qonnx.custom_op.registry import getCustomOp  # noqa: E402
from qonnx.transformation.base import Transformation  # noqa: E402
from qonnx.transformation.general import GiveUniqueNodeNames  # noqa: E402
from qonnx.transformation.infer_datatypes import InferDataTypes  # noqa: E402

from eeg2fpga.compile.arithmetic import popcount_thresholds  # noqa: E402
from eeg2fpga.compile.passes.name_layers import TENSORS_KEY  # noqa: E402
from eeg2fpga.errors import UserError  # noqa: E402

HARDWARE_DOMAIN = "finn.custom_op.fpgadataflow"
BITS_KEY = "eeg2fpga.bits"


def to_finn_layers(streamlined: ModelWrapper, part: str, standalone_thresholds: bool = False) -> ModelWrapper:
    """FINN's layers, HLS or RTL as FINN chooses for `part`, not folded.

    standalone_thresholds, errors: see to_generic_layers.
    """
    model = to_generic_layers(streamlined, standalone_thresholds)
    return model.transform(SpecializeLayers(part)).transform(GiveUniqueNodeNames())


def to_generic_layers(streamlined: ModelWrapper, standalone_thresholds: bool = False) -> ModelWrapper:
    """FINN's layers before it chooses between HLS and RTL: those that it executes in Python.

    standalone_thresholds: as in FINN's DataflowBuildConfig; false, its default, puts thresholds into the products.
    The metadata BITS_KEY lists the layers whose -1 is now 0. Raises UserError, naming the nodes, for what FINN has no
    layer for.
    """
    model = streamlined.transform(BipolarAsBits())
    first = [InferThresholdingLayer()] if standalone_thresholds else []
    for conversion in (
        *first,
        InferQuantizedMatrixVectorActivation(),
        InferVectorVectorActivation(),
        XnorMode(),
        InferLabelSelectLayer(),
        InferThresholdingLayer(),
        InferConvInpGen(),
        InferElementwiseBinaryOperation(),
        InferDuplicateStreamsLayer(),
        # MinimizeWeightBitWidth is left out, in FINN's favour: it makes INT2 of BIPOLAR weights.
        MinimizeAccumulatorWidth(),
        XnorAccumulators(),
        InferDataTypes(),
        RoundAndClipThresholds(),
    ):
        model = model.transform(conversion)
    foreign = [node.name for node in model.graph.node if not node.domain.startswith(HARDWARE_DOMAIN)]
    if foreign:
        raise UserError(f"FINN has no hardware layer for {', '.join(foreign)}: use `backend: rtl`")
    return model.transform(GiveUniqueNodeNames())


def layer_of(model: ModelWrapper, node: NodeProto) -> str:
    """The layer that the node computes or, for a stream's converters, FIFOs and forks, feeds."""
    layers = list(json.loads(model.get_metadata_prop(TENSORS_KEY)))
    tensor = node.output[0]
    owners = [layer for layer in layers if tensor == layer or tensor.startswith(f"{layer}.")]
    if owners:
        return max(owners, key=len)
    consumer = model.find_consumer(tensor)
    return layer_of(model, consumer) if consumer is not None else layers[-1]


class BipolarAsBits(Transformation):
    """Bipolar activations, and weights that meet them, become BINARY: 0 for -1; thresholds count agreements."""

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Change products first, while their inputs still say that they are bipolar."""
        bipolar = DataType["BIPOLAR"]
        for node in model.graph.node:
            if node.op_type == "MatMul" and model.get_tensor_datatype(node.input[0]) == bipolar:
                self._product(model, node)
        bits = []
        for node in model.graph.node:
            if node.op_type == "Im2Col":
                getCustomOp(node).set_nodeattr("pad_value", 0)
            if node.op_type == "Add" and model.get_tensor_datatype(node.input[1]) == bipolar:
                # FINN's code would have bits 0 and 1 of a bias of -1 and +1, and add them.
                model.set_tensor_datatype(node.input[1], DataType["INT2"])
            if node.op_type == "MultiThreshold" and getCustomOp(node).get_nodeattr("out_dtype") == "BIPOLAR":
                bits.append(node.output[0])
                for attribute, value in {"out_dtype": "BINARY", "out_scale": 1.0, "out_bias": 0.0}.items():
                    getCustomOp(node).set_nodeattr(attribute, value)
        model.set_metadata_prop(BITS_KEY, json.dumps(bits))
        return model.transform(InferDataTypes()), False

    def _product(self, model: ModelWrapper, node) -> None:
        """Weights to bits; the thresholds behind them, on sums of +-1, to counts of equal bits."""
        weights = model.get_initializer(node.input[1])
        terms = int(np.abs(weights[:, 0]).sum())
        model.set_initializer(node.input[1], (weights > 0).astype(np.float32))
        model.set_tensor_datatype(node.input[1], DataType["BINARY"])
        (follower,) = model.find_consumers(node.output[0])
        if follower.op_type == "MultiThreshold":
            counts = popcount_thresholds(model.get_initializer(follower.input[1]).astype(np.int64), terms)
            # A count is never negative; FINN generates no code for a threshold that is.
            counts = np.maximum(counts, 0)
            model.set_initializer(follower.input[1], counts.astype(np.float32))


class XnorMode(Transformation):
    """Products of two BINARY operands are XNOR and a count."""

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Set FINN's attribute, as its own conversion of XnorPopcountMatMul does."""
        for node in model.graph.node:
            if node.op_type in ("MVAU", "VVAU"):
                op = getCustomOp(node)
                if op.get_input_datatype(0) == op.get_input_datatype(1) == DataType["BINARY"]:
                    op.set_nodeattr("binaryXnorMode", 1)
        return model, False


class XnorAccumulators(Transformation):
    """Accumulators as wide as a count of agreements gets.

    FINN's MinimizeAccumulatorWidth takes weights of +-1 but inputs of 0 and 1 there: of n terms with p weights +1 it
    says p - n ... p, where the count is 0 ... n. Thresholds above that are clipped then, and outputs are wrong.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Set FINN's attribute of products in XNOR mode."""
        for node in model.graph.node:
            if node.op_type in ("MVAU", "VVAU") and getCustomOp(node).get_nodeattr("binaryXnorMode"):
                op = getCustomOp(node)
                terms = op.get_nodeattr("MW") if node.op_type == "MVAU" else int(np.prod(op.get_nodeattr("Kernel")))
                counts = f"UINT{terms.bit_length()}"
                op.set_nodeattr("accDataType", counts)
                if op.get_nodeattr("noActivation"):
                    op.set_nodeattr("outputDataType", counts)
        return model, False
