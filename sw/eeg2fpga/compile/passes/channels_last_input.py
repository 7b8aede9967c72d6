"""The graph input in the order of the hardware's stream: pixels, electrodes fastest."""

from qonnx.core.datatype import DataType
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation


class ChannelsLastInput(Transformation):
    """input (1, E, T, 1) -> Transpose -> ... becomes input (1, T, 1, E) -> ..., INT8."""

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Remove the transpose at the input, if it is there."""
        graph_input = model.graph.input[0].name
        node = model.find_consumer(graph_input)
        if node is None or node.op_type != "Transpose" or list(node.attribute[0].ints) != [0, 2, 3, 1]:
            return model, False
        shape = model.get_tensor_shape(node.output[0])
        for consumer in model.find_consumers(node.output[0]):
            consumer.input[0] = graph_input
        model.graph.node.remove(node)
        model.set_tensor_shape(graph_input, shape)
        model.set_tensor_layout(graph_input, ["N", "H", "W", "C"])
        model.set_tensor_datatype(graph_input, DataType["INT8"])
        return model, False
