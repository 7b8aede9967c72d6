"""Layer names of the design's table on the nodes and tensors of the streamlined graph."""

import json

from onnx import NodeProto
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.transformation.base import Transformation

from eeg2fpga.errors import UserError

LAYERS_KEY = "eeg2fpga.layers"
TENSORS_KEY = "eeg2fpga.tensors"


class NameLayers(Transformation):
    """Name every node `<layer>.<role>` and every layer's output tensor `<layer>`; list them in the metadata.

    The layers with thresholds lie on one path (spatial ... add), so the k-th MultiThreshold in graph order is the
    k-th of them.
    Without metadata the layers are numbered. Raises ValueError when the graph has another number of layers than the
    metadata, UserError when it has no global pool.
    """

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Rename in place; sets eeg2fpga.tensors = JSON {layer: output tensor}."""
        nodes = list(model.graph.node)
        listed = model.get_metadata_prop(LAYERS_KEY)
        layers = json.loads(listed) if listed else _numbered(nodes)
        last = {
            "pool": _pool(nodes).output[0],
            "classifier": nodes[-1].input[0],
            "argmax": nodes[-1].output[1],
        }
        thresholds = [node.output[0] for node in nodes if node.op_type == "MultiThreshold"]
        named = [layer for layer in layers if layer not in last]
        if len(named) != len(thresholds):
            raise ValueError(f"{len(thresholds)} MultiThreshold nodes for the layers {', '.join(named)}")
        outputs = dict(zip(named, thresholds, strict=True)) | last
        for layer, tensor in outputs.items():
            self._name_nodes(model, layer, tensor)
            model.rename_tensor(tensor, layer)
        model.set_metadata_prop(TENSORS_KEY, json.dumps({layer: layer for layer in layers}))
        return model, False

    @staticmethod
    def _name_nodes(model: ModelWrapper, layer: str, tensor: str) -> None:
        """Name the nodes from the layer's output back to the previous layer's (they are not named yet)."""
        node = model.find_producer(tensor)
        while node is not None and not node.name.startswith("layer:"):
            is_subsample = node.op_type == "Im2Col" and model.find_consumer(node.output[0]).op_type == "Add"
            role = "Subsample" if is_subsample else node.op_type
            node.name = f"layer:{layer}.{role}"
            for index, name in enumerate(node.input[1:], start=1):
                if model.get_initializer(name) is not None:
                    model.rename_tensor(name, f"{layer}.{role}.{_PARAMETERS.get(role, index)}")
            if node.output[0] != tensor and layer != "argmax":
                model.rename_tensor(node.output[0], f"{layer}.{role}.out")
            if node.op_type == "Add" and model.get_initializer(node.input[1]) is None:
                for branch in map(model.find_producer, node.input):
                    if branch is not None and branch.op_type == "Im2Col":
                        branch.name = f"layer:{layer}.Subsample"
                        model.rename_tensor(branch.output[0], f"{layer}.Subsample.out")
                break
            node = model.find_producer(node.input[0])
        if layer == "argmax":
            for node in model.graph.node:
                node.name = node.name.removeprefix("layer:")


def _pool(nodes: list[NodeProto]) -> NodeProto:
    pools = [node for node in nodes if node.op_type == "GlobalAccPool"]
    if len(pools) != 1:
        raise UserError(f"the model has {len(pools)} global means over time: it needs one, before its classifier")
    return pools[0]


def _numbered(nodes: list[NodeProto]) -> list[str]:
    """Names for a model that lists none: layer0, layer1, ... before the pool."""
    count = sum(node.op_type == "MultiThreshold" for node in nodes)
    return [*(f"layer{index}" for index in range(count)), "pool", "classifier", "argmax"]


_PARAMETERS = {"MatMul": "weights", "MultiThreshold": "thresholds", "Add": "bias", "TopK": "k"}
