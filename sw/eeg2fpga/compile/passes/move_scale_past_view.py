"""Scalar scales move behind nodes that only rearrange elements."""

from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation
from qonnx.transformation.infer_datatypes import InferDataTypes

VIEWS = ("Transpose", "Im2Col", "Reshape", "Flatten")


class MoveScalePastView(Transformation):
    """Mul(scalar) -> view becomes view -> Mul(scalar). (Padding in an Im2Col is not rearranging: those stay.)"""

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Move one; qonnx repeats until nothing moves."""
        for node in model.graph.node:
            if node.op_type != "Mul" or model.is_fork_node(node):
                continue
            scale = model.get_initializer(node.input[1])
            view = model.find_consumer(node.output[0])
            if scale is None or scale.size != 1 or view is None or view.op_type not in VIEWS or _pads(view):
                continue
            source, middle, target = node.input[0], node.output[0], view.output[0]
            model.set_initializer(node.input[1], scale.reshape(()))
            model.set_tensor_shape(middle, model.get_tensor_shape(target))
            view.input[0], view.output[0] = source, middle
            node.input[0], node.output[0] = middle, target
            model.graph.node.remove(node)
            # Between them stood nothing that reads either, so behind the view is a legal place.
            model.graph.node.insert(list(model.graph.node).index(view) + 1, node)
            return model.transform(InferDataTypes()), True
        return model, False


def _pads(view) -> bool:
    return any(any(attribute.ints) for attribute in view.attribute if attribute.name == "pad_amount")
