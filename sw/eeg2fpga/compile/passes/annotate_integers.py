"""Thresholds to integers, and every tensor's datatype to the range that it can really take."""

import numpy as np
from qonnx.core.datatype import BaseDataType, DataType
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation


class AnnotateIntegers(Transformation):
    """Interval arithmetic from the input: the smallest integer type of each sum, and thresholds rounded up and clipped.

    x >= t is x >= ceil(t) for an integer x; thresholds below (above) its range become its minimum (maximum + 1), which
    changes no comparison. (FINN's own RoundAndClipThresholds sees INT32 for every MatMul, and so clips nothing.)
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Annotate MatMul, Add, GlobalAccPool and TopK outputs; rewrite the thresholds."""
        for node in model.graph.node:
            source, target = node.input[0], node.output[0]
            if node.op_type == "MatMul":
                # Dense or depthwise alike: the column with the most non-zero weights; pads are in the input's range.
                weights = np.abs(model.get_initializer(node.input[1])).sum(0).max()
                model.set_tensor_datatype(
                    target, _smallest(-weights * _reach(model, source), weights * _reach(model, source))
                )
            elif node.op_type == "Add":
                low, high = (sum(bounds) for bounds in zip(*(_bounds(model, name) for name in node.input), strict=True))
                model.set_tensor_datatype(target, _smallest(low, high))
            elif node.op_type == "GlobalAccPool":
                shape = model.get_tensor_shape(source)
                low, high = _bounds(model, source)
                model.set_tensor_datatype(target, _smallest(low * shape[1] * shape[2], high * shape[1] * shape[2]))
            elif node.op_type == "TopK":
                model.set_tensor_datatype(target, model.get_tensor_datatype(source))
                model.set_tensor_datatype(node.input[1], DataType["UINT2"])
                classes = model.get_tensor_shape(source)[-1]
                model.set_tensor_datatype(node.output[1], DataType.get_smallest_possible(classes - 1))
            elif node.op_type == "MultiThreshold":
                _round(model, source, node.input[1])
        return model, False


def _round(model: ModelWrapper, source: str, name: str) -> None:
    """Ceil and clip the thresholds `name` of the integers `source`."""
    low, high = _bounds(model, source)
    # + 0 makes -0 plain 0.
    thresholds = (np.clip(np.ceil(model.get_initializer(name)), low, high + 1) + 0.0).astype(np.float32)
    model.set_initializer(name, thresholds)
    model.set_tensor_datatype(name, _smallest(min(low, -1), high + 1))


def _bounds(model: ModelWrapper, name: str) -> tuple[int, int]:
    values = model.get_initializer(name)
    if values is not None:
        return int(values.min()), int(values.max())
    datatype = model.get_tensor_datatype(name)
    return int(datatype.min()), int(datatype.max())


def _reach(model: ModelWrapper, name: str) -> int:
    return max(abs(bound) for bound in _bounds(model, name))


def _smallest(low: float, high: float) -> BaseDataType:
    """The smallest signed type that holds both."""
    return DataType.get_smallest_possible(min(int(low), -int(high) - 1, -1))
