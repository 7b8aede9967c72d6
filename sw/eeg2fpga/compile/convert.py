"""Streamlined graph to dataflow graph: each pattern of standard nodes becomes one of our operators.

MatMul, MultiThreshold            -> BinaryMVU with thresholds
Im2Col, MatMul, MultiThreshold    -> SlidingWindow, BinaryDepthwise
Im2Col with a kernel of one       -> Subsample
Add of two streams, MultiThreshold (its saturation)  -> ResidualAdd
GlobalAccPool                     -> GlobalPool
MatMul, Add of integers           -> BinaryMVU with bias
TopK                              -> Argmax
a tensor with two consumers       -> StreamDuplicate
"""

import json

import numpy as np
from onnx import NodeProto, TensorProto, helper
from qonnx.core.datatype import DataType
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.util.basic import qonnx_make_model

from eeg2fpga.compile.arithmetic import Integers
from eeg2fpga.compile.graph import COPIES_KEY, LAYERS_KEY, make_node
from eeg2fpga.errors import UserError

TENSORS_KEY = "eeg2fpga.tensors"
CLASS_TYPE = "UINT8"


def to_dataflow(streamlined: ModelWrapper) -> ModelWrapper:
    """A new model of our operators only, unfolded (PE = SIMD = 1).

    Raises UserError, naming the node, for one that none of the patterns takes.
    """
    return _Conversion(streamlined).model()


class _Conversion:
    def __init__(self, source: ModelWrapper) -> None:
        self._source = source
        self._copies = int(source.get_metadata_prop(COPIES_KEY) or 1)
        if self._copies not in (1, 2):
            raise UserError(f"{COPIES_KEY} is {self._copies}: each electrode once or twice")
        self._layers: dict[str, str] = json.loads(source.get_metadata_prop(TENSORS_KEY))
        self._names = {tensor: layer for layer, tensor in self._layers.items()}
        self._nodes: list[NodeProto] = []
        self._initialisers: dict[str, np.ndarray] = {}
        self._types: dict[str, tuple[list[int], str]] = {}
        self._done: set[str] = set()

    def model(self) -> ModelWrapper:
        """Convert every node, split the forks, assemble."""
        source = self._source
        for node in source.graph.node:
            if node.name not in self._done:
                self._convert(node)
        self._split_forks()
        entry, exit_ = source.graph.input[0].name, source.graph.output[0].name
        *shape, channels = source.get_tensor_shape(entry)
        # The device takes each electrode once.
        self._types[entry] = ([*shape, channels // self._copies], "INT8")
        infos = {
            name: helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
            for name, (shape, _) in self._types.items()
        }
        inner = [info for name, info in infos.items() if name not in (entry, exit_)]
        graph = helper.make_graph(self._nodes, "dataflow", [infos[entry]], [infos[exit_]], value_info=inner)
        model = ModelWrapper(qonnx_make_model(graph, producer_name="eeg2fpga"))
        for name, value in self._initialisers.items():
            model.set_initializer(name, value.astype(np.float32))
        for name, (_, kind) in self._types.items():
            model.set_tensor_datatype(name, DataType[kind])
        model.set_metadata_prop(LAYERS_KEY, json.dumps(self._layers))
        return model

    def _convert(self, node: NodeProto) -> None:
        handlers = {
            "MatMul": self._matmul,
            "Im2Col": self._im2col,
            "Add": self._add,
            "GlobalAccPool": self._pool,
            "TopK": self._topk,
        }
        handler = handlers.get(node.op_type)
        if handler is None:
            raise UserError(f"node {node.name} ({node.op_type}): no hardware unit for it; docs/design.md lists them")
        handler(node)

    # --- one pattern each ---
    def _im2col(self, node: NodeProto) -> None:
        op = getCustomOp(node)
        kernel, stride = op.get_nodeattr("kernel_size")[0], op.get_nodeattr("stride")[0]
        pads = list(op.get_nodeattr("pad_amount") or [0, 0, 0, 0])
        _, pixels, width, channels = self._shape(node.input[0])
        if width != 1 or op.get_nodeattr("kernel_size")[1] != 1:
            raise UserError(f"node {node.name}: kernels over time only, (k, 1); its input is {width} wide")
        kind = self._kind(node.input[0])
        shared = {"Pixels": pixels, "Channels": channels, "Stride": stride}
        kinds = {"inputDataType": kind, "outputDataType": kind}
        if kernel == 1:
            self._emit("Subsample", node, node.output[0], [node.input[0]], kind, **shared, **kinds)
            return
        value = int(op.get_nodeattr("pad_value"))
        pad = {"PadBefore": pads[0], "PadAfter": pads[2], "PadValue": value}
        outputs = self._shape(node.output[0])[1]
        shape = [1, outputs, channels, kernel]
        self._emit(
            "SlidingWindow", node, node.output[0], [node.input[0]], kind, shape, Kernel=kernel, **shared, **pad, **kinds
        )

    def _matmul(self, node: NodeProto) -> None:
        (follower,) = self._source.find_consumers(node.output[0])
        producer = self._source.find_producer(node.input[0])
        weights = self._source.get_initializer(node.input[1])
        if weights is None or not np.isin(weights, (-1, 1, 0)).all():
            raise UserError(f"node {node.name}: weights must be +-1 constants: binarize this layer")
        window = (
            producer is not None
            and producer.op_type == "Im2Col"
            and self._shape(producer.output[0])[3] != (self._shape(producer.input[0])[3])
        )
        if follower.op_type == "MultiThreshold":
            last, attributes, kind = self._thresholds(follower, weights.shape[1])
        elif follower.op_type == "Add" and self._constant(follower) is not None:
            last = np.broadcast_to(np.ravel(self._constant(follower)), (weights.shape[1],))
            attributes, kind = {"Levels": 0, "Offset": 0}, None
        else:
            raise UserError(f"node {follower.name} ({follower.op_type}) behind {node.name}: use thresholds or a bias")
        self._done.add(follower.name)
        pixels = self._shape(node.output[0])[1]
        if window:
            channels = weights.shape[1]
            kernel = weights.shape[0] // channels
            # Rows are (tap, channel), channel fastest; off the diagonal the matrix is zero.
            taps = weights.reshape(kernel, channels, channels)[:, np.arange(channels), np.arange(channels)].T
            sizes = {"Channels": channels, "Kernel": kernel}
            operator, matrix = "BinaryDepthwise", taps
        else:
            sizes = {"MW": weights.shape[0], "MH": weights.shape[1], "SIMD": 1}
            operator, matrix = "BinaryMVU", weights
        if (matrix == 0).any():
            raise UserError(f"node {node.name}: a weight is 0: +-1 only, and groups are 1 or one a channel")
        if self._copies > 1 and node.input[0] == self._source.graph.input[0].name:
            if window or not attributes["Levels"]:
                raise UserError(f"node {node.name}: takes copies of its input: make it pointwise, with thresholds")
            matrix, last = _merged(matrix, last)
            sizes |= {"MW": len(matrix), "weightDataType": "TERNARY"}
        if kind is None:
            kind = self._sum_type(node.input[0], weights.shape[0], last)
        name = self._names.get(follower.output[0], node.name)
        inputs = [node.input[0], self._constant_input(name, "weights", matrix)]
        inputs.append(self._constant_input(name, "thresholds" if attributes["Levels"] else "bias", last))
        kinds = {"inputDataType": self._kind(node.input[0]), "outputDataType": kind}
        self._emit(operator, follower, follower.output[0], inputs, kind, Pixels=pixels, **sizes, **attributes, **kinds)

    def _add(self, node: NodeProto) -> None:
        (follower,) = self._source.find_consumers(node.output[0])
        if self._constant(node) is not None or follower.op_type != "MultiThreshold":
            raise UserError(f"node {node.name}: quantise the sum of the two streams (4-bit, same scale)")
        self._check_saturation(follower)
        self._done.add(follower.name)
        _, pixels, _, channels = self._shape(node.output[0])
        kind = self._kind(follower.output[0])
        stream, skip = self._order(node)
        kinds = {"inputDataType": self._kind(stream), "outputDataType": kind}
        self._emit(
            "ResidualAdd", follower, follower.output[0], [stream, skip], kind, Pixels=pixels, Channels=channels, **kinds
        )

    def _pool(self, node: NodeProto) -> None:
        _, pixels, _, channels = self._shape(node.input[0])
        kind = self._source.get_tensor_datatype(node.input[0])
        reach = pixels * int(max(-kind.min(), kind.max()))
        total = DataType.get_smallest_possible(-reach).name
        kinds = {"inputDataType": kind.name, "outputDataType": total}
        self._types[node.output[0]] = (list(self._shape(node.output[0])), total)
        self._emit(
            "GlobalPool", node, node.output[0], [node.input[0]], total, Pixels=pixels, Channels=channels, **kinds
        )

    def _topk(self, node: NodeProto) -> None:
        classes = self._shape(node.input[0])[-1]
        kinds = {"inputDataType": self._types[node.input[0]][1], "outputDataType": CLASS_TYPE}
        output = self._source.graph.output[0].name
        self._emit("Argmax", node, output, [node.input[0]], CLASS_TYPE, [1, 1, 1, 1], Classes=classes, **kinds)

    # --- helpers ---
    def _emit(
        self,
        operator: str,
        origin: NodeProto,
        output: str,
        inputs: list[str],
        kind: str,
        shape: list[int] | None = None,
        **attributes: object,
    ) -> None:
        name = self._names.get(output, origin.name)
        self._types[output] = (shape or list(self._shape(output)), kind)
        self._nodes.append(make_node(operator, name, inputs, [output], PE=1, **attributes))

    def _shape(self, tensor: str) -> list[int]:
        return self._source.get_tensor_shape(tensor)

    def _kind(self, tensor: str) -> str:
        return self._types[tensor][1] if tensor in self._types else self._source.get_tensor_datatype(tensor).name

    def _constant(self, node: NodeProto) -> np.ndarray | None:
        values = [self._source.get_initializer(name) for name in node.input]
        return next((value for value in values if value is not None), None)

    def _sum_type(self, tensor: str, fan_in: int, bias: np.ndarray) -> str:
        """Smallest type of fan_in products and a bias."""
        kind = DataType[self._kind(tensor)]
        reach = fan_in * int(max(-kind.min(), kind.max())) + int(np.abs(bias).max())
        return DataType.get_smallest_possible(-reach).name

    def _constant_input(self, layer: str, what: str, value: np.ndarray) -> str:
        name = f"{layer}.{what}"
        self._initialisers[name] = value
        return name

    def _thresholds(self, node: NodeProto, channels: int) -> tuple[Integers, dict[str, int], str]:
        op = getCustomOp(node)
        thresholds = self._source.get_initializer(node.input[1])
        if not np.array_equal(thresholds, np.round(thresholds)):
            raise UserError(f"node {node.name}: thresholds must be integers: streamline the graph first")
        kind = op.get_nodeattr("out_dtype")
        thresholds = np.broadcast_to(thresholds, (channels, thresholds.shape[1])).astype(np.int64)
        offset = 0 if kind == "BIPOLAR" else int(op.get_nodeattr("out_bias"))
        return thresholds, {"Levels": thresholds.shape[1], "Offset": offset}, kind

    def _check_saturation(self, node: NodeProto) -> None:
        """The thresholds behind an add must be the identity, clipped."""
        thresholds, attributes, kind = self._thresholds(node, 1)
        lowest = int(DataType[kind].min())
        expected = np.arange(lowest + 1, lowest + 1 + attributes["Levels"])
        if attributes["Offset"] != lowest or not np.array_equal(thresholds[0], expected):
            raise UserError(f"node {node.name}: the sum must stay on its inputs' grid: give all three the same scale")

    def _order(self, node: NodeProto) -> tuple[str, str]:
        """The inputs of an add, the longer branch first: the other is the skip, which waits."""
        first, second = node.input
        return (first, second) if self._distance(first) >= self._distance(second) else (second, first)

    def _distance(self, tensor: str) -> int:
        """Nodes since the last fork."""
        steps = 0
        while len(self._source.find_consumers(tensor)) == 1:
            producer = self._source.find_producer(tensor)
            if producer is None:
                break
            steps, tensor = steps + 1, producer.input[0]
        return steps

    def _split_forks(self) -> None:
        """A tensor that two operators take passes a StreamDuplicate first."""
        for tensor in list(self._types):
            takers = [(node, port) for node in self._nodes for port, name in enumerate(node.input) if name == tensor]
            if len(takers) < 2:
                continue
            if len(takers) > 2:
                raise UserError(f"tensor {tensor} feeds {len(takers)} layers: two at most")
            shape, kind = self._types[tensor]
            copies = [f"{tensor}_copy{index}" for index in range(2)]
            for (node, port), copy in zip(takers, copies, strict=True):
                node.input[port] = copy
                self._types[copy] = (shape, kind)
            sizes = {"Pixels": shape[1], "Channels": shape[3], "inputDataType": kind, "outputDataType": kind}
            name = f"{self._names.get(tensor, tensor)}_fork"
            fork = make_node("StreamDuplicate", name, [tensor], copies, PE=1, **sizes)
            first = min(self._nodes.index(node) for node, _ in takers)
            self._nodes.insert(first, fork)


def _merged(weights: Integers, thresholds: Integers) -> tuple[Integers, Integers]:
    """Two copies of each input (side by side) as one: +-1 and +-1 are 2 * (-1, 0 or +1), and the 2 leaves sum and T.

    weights: (2 * inputs, outputs) -> (inputs, outputs); thresholds: (outputs, levels).
    """
    return (weights[::2] + weights[1::2]) // 2, -(-thresholds // 2)
