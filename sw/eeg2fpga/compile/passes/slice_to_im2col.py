"""Subsampling of the skip in time: a strided Slice becomes an Im2Col with a kernel of one."""

import numpy as np
from onnx import TensorProto, helper
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation


class SliceToIm2Col(Transformation):
    """Slice(x, ::stride) along height of (1, C, H, W) to Transpose -> Im2Col(kernel 1, stride) -> Transpose.

    FINN knows Im2Col in every pass (types, scales, execution), and a sliding window with one tap is a subsampling.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Rewrite every such Slice; the new nodes lie where it was."""
        for index, node in enumerate(list(model.graph.node)):
            if node.op_type != "Slice":
                continue
            stride = _stride(model, node)
            if stride is None:
                continue
            batch, channels, height, width = model.get_tensor_shape(node.input[0])
            out_height = (height - 1) // stride + 1
            names = []
            for shape in ((batch, height, width, channels), (batch, out_height, width, channels)):
                info = helper.make_tensor_value_info(model.make_new_valueinfo_name(), TensorProto.FLOAT, shape)
                model.graph.value_info.append(info)
                names.append(info.name)
            im2col = helper.make_node(
                "Im2Col",
                [names[0]],
                [names[1]],
                domain="qonnx.custom_op.general",
                stride=[stride, 1],
                kernel_size=[1, 1],
                input_shape=f"({batch},{height},{width},{channels})",
            )
            into = helper.make_node("Transpose", [node.input[0]], [names[0]], perm=[0, 2, 3, 1])
            back = helper.make_node("Transpose", [names[1]], [node.output[0]], perm=[0, 3, 1, 2])
            model.graph.node.remove(node)
            for offset, new in enumerate((into, im2col, back)):
                model.graph.node.insert(index + offset, new)
            return model, True
        return model, False


def _stride(model: ModelWrapper, node) -> int | None:
    """Stride of a Slice that takes 0, stride, 2*stride, ... of the height and nothing else; otherwise None."""
    if len(node.input) != 5:
        return None
    start, end, axis, step = (int(np.ravel(model.get_initializer(name))[0]) for name in node.input[1:])
    height = model.get_tensor_shape(node.input[0])[2]
    whole = np.size(model.get_initializer(node.input[3])) == 1 and axis % 4 == 2 and start == 0 and end >= height
    return step if whole and step >= 1 else None
