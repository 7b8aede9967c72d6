"""The end of the network: scores = (accumulator + bias) * scale become integers, and their argmax a TopK."""

import numpy as np
from onnx import TensorProto, helper
from qonnx.core.datatype import DataType
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from eeg2fpga.errors import UserError

LINEAR = ("Mul", "Add", "Reshape", "Flatten", "Transpose")


class ScoresToTopK(Transformation):
    """MatMul -> scalar Mul, class Add, views, in any order -> output becomes MatMul -> Add(integers) -> TopK.

    score = a*z + b per class has the argmax of z + b/a when a > 0; z is an integer and b/a must be one.
    Raises UserError when it is not, or when a <= 0.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Rewrite the end of the graph; the output is then the class index, (1, 1, 1, 1)."""
        if model.graph.node[-1].op_type == "TopK":
            return model, False
        tail = _tail(model)
        matmul = model.find_producer(tail[0].input[0]) if tail else model.find_producer(model.graph.output[0].name)
        if matmul is None or matmul.op_type != "MatMul":
            raise UserError(
                "layer `classifier`: the network must end with it: a 1x1 convolution, bias and one positive gain"
            )
        classes = model.get_tensor_shape(matmul.output[0])[-1]
        scale, offset = _affine(model, tail, classes)
        if scale <= 0:
            raise UserError("layer `classifier`: its gain is not positive: keep it above 0 while training")
        bias = np.rint(offset / scale)
        if np.abs(offset / scale - bias).max() > 1e-3:
            raise UserError("layer `classifier`: its bias is not whole accumulator steps: round it before export")
        for node in tail:
            model.graph.node.remove(node)
        _append(model, matmul.output[0], bias, classes)
        return model, False


def _tail(model: ModelWrapper) -> list:
    """The linear nodes before the output, first one first."""
    tail = []
    node = model.find_producer(model.graph.output[0].name)
    while node is not None and node.op_type in LINEAR:
        tail.insert(0, node)
        node = model.find_producer(node.input[0])
    return tail


def _affine(model: ModelWrapper, tail: list, classes: int) -> tuple[float, np.ndarray]:
    """Scale and offset (classes,) that the nodes apply to the accumulators."""
    scale, offset = 1.0, np.zeros(classes)
    for node in tail:
        if node.op_type not in ("Mul", "Add"):
            continue
        value = model.get_initializer(node.input[1])
        if value is None or (node.op_type == "Mul" and value.size != 1):
            raise UserError("layer `classifier`: a gain per class cannot become integers: use one gain for all classes")
        value = np.ravel(value).astype(np.float64)
        if node.op_type == "Mul":
            scale, offset = scale * value[0], offset * value[0]
        else:
            offset = offset + value
    return scale, offset


def _append(model: ModelWrapper, scores: str, bias: np.ndarray, classes: int) -> None:
    """Add the integer bias and TopK behind `scores`, and make the index the graph output."""
    shape = [1, 1, 1, classes]
    bias_name, sum_name, k_name, value_name, index_name = (
        f"argmax_{part}" for part in ("bias", "in", "k", "max", "out")
    )
    for name, kind, dims in (
        (sum_name, TensorProto.FLOAT, shape),
        (value_name, TensorProto.FLOAT, [1, 1, 1, 1]),
    ):
        model.graph.value_info.append(helper.make_tensor_value_info(name, kind, dims))
    model.set_initializer(bias_name, bias.astype(np.float32))
    model.set_initializer(k_name, np.array([1], dtype=np.int64))
    model.set_tensor_datatype(bias_name, DataType.get_smallest_possible(-max(1.0, np.abs(bias).max())))
    model.graph.node.append(helper.make_node("Add", [scores, bias_name], [sum_name]))
    model.graph.node.append(
        helper.make_node("TopK", [sum_name, k_name], [value_name, index_name], axis=-1, largest=1, sorted=1)
    )
    del model.graph.output[:]
    model.graph.output.append(helper.make_tensor_value_info(index_name, TensorProto.INT64, [1, 1, 1, 1]))
    model.set_tensor_datatype(index_name, DataType["UINT32"])
