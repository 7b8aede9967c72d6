"""-1 padding: a Pad node before a convolution becomes the padding of its sliding window."""

import numpy as np
from onnx import helper
from qonnx.core.datatype import DataType
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.base import Transformation


class FoldBipolarPad(Transformation):
    """Pad(-1, NCHW) -> Conv becomes Conv with pads.

    The Conv alone would pad with 0 and be wrong: `SetBipolarPadValue` must follow once it is lowered to Im2Col.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Fold every Pad with value -1 whose only consumer is a Conv."""
        for node in list(model.graph.node):
            if node.op_type != "Pad":
                continue
            value = model.get_initializer(node.input[2]) if len(node.input) > 2 else None
            consumers = model.find_consumers(node.output[0])
            if value is None or float(np.ravel(value)[0]) != -1.0:
                continue
            if len(consumers) != 1 or consumers[0].op_type != "Conv":
                continue
            top, left, bottom, right = _image_pads(model, node)
            conv = consumers[0]
            for attribute in [a for a in conv.attribute if a.name in ("pads", "auto_pad")]:
                conv.attribute.remove(attribute)
            conv.attribute.append(helper.make_attribute("pads", [top, left, bottom, right]))
            conv.input[0] = node.input[0]
            model.graph.node.remove(node)
        return model, False


class SetBipolarPadValue(Transformation):
    """Im2Col on a bipolar tensor pads with -1: +-1 has no 0, and bit 0 of the hardware is -1."""

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Set pad_value of every padded Im2Col whose input is bipolar."""
        for node in model.graph.node:
            if node.op_type == "Im2Col" and model.get_tensor_datatype(node.input[0]) == DataType["BIPOLAR"]:
                im2col = getCustomOp(node)
                if any(im2col.get_nodeattr("pad_amount")):
                    im2col.set_nodeattr("pad_value", -1)
        return model, False


def _image_pads(model: ModelWrapper, node) -> tuple[int, int, int, int]:
    """Top, left, bottom, right of an NCHW Pad node, with or without its axes input."""
    pads = [int(pad) for pad in np.ravel(model.get_initializer(node.input[1]))]
    if len(node.input) > 3 and node.input[3]:
        axes = [int(axis) % 4 for axis in np.ravel(model.get_initializer(node.input[3]))]
        full = [0] * 8
        for index, axis in enumerate(axes):
            full[axis], full[axis + 4] = pads[index], pads[index + len(axes)]
        pads = full
    return pads[2], pads[3], pads[6], pads[7]
