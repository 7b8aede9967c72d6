"""ReduceMean over the image to GlobalAveragePool."""

import numpy as np
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation


class MeanToGlobalAveragePool(Transformation):
    """ReduceMean over height and width, as torch exports AdaptiveAvgPool2d(1), to the GlobalAveragePool FINN knows."""

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Rewrite every such node in place."""
        for node in model.graph.node:
            if node.op_type != "ReduceMean" or len(node.input) < 2:
                continue
            axes = model.get_initializer(node.input[1])
            if axes is not None and sorted(int(axis) % 4 for axis in np.ravel(axes)) == [2, 3]:
                node.op_type = "GlobalAveragePool"
                del node.attribute[:]
                del node.input[1]
        return model, False
