"""Batch norms without gain in a channel: FINN absorbs no factor of 0 into thresholds."""

import numpy as np
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

TINY = 1e-12
"""Times any accumulator it is far less than what a settled constant keeps clear of a rounding boundary (2e-5)."""


class ConstantChannels(Transformation):
    """Give channels whose gain is 0 a gain of TINY: their thresholds then lie beyond every accumulator, on one side."""

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Change the gains of BatchNormalization nodes where they are 0."""
        for node in model.graph.node:
            if node.op_type != "BatchNormalization":
                continue
            gain = model.get_initializer(node.input[1])
            if gain is not None and (gain == 0).any():
                model.set_initializer(node.input[1], np.where(gain == 0, np.float32(TINY), gain))
        return model, False
