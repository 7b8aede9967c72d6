"""QONNX to a graph of integers: FINN's transformations and the project's own passes, in order, saved after each step.

The streamlined graph, the input of the conversion to the project's own operators, is channels-last, (1, pixels, 1,
channels); its input `window` is INT8 (1, T, 1, E). A node's name is `<layer>.<role>`, a layer's output tensor has the
layer's name (metadata eeg2fpga.tensors), and its parameters are `<layer>.MatMul.weights`,
`<layer>.MultiThreshold.thresholds` and `classifier.Add.bias`. Node patterns by layer:

- spatial, expand, project: MatMul [MW, MH], BIPOLAR weights -> MultiThreshold.
- stem, depthwise: Im2Col (depthwise=1, kernel_size [k, 1], stride [s, 1], pad_amount [before, 0, after, 0], pad_value 0
  for the stem, -1 for a bipolar input) -> MatMul -> MultiThreshold. Im2Col's output is (1, T', 1, k*C), tap slowest,
  channel fastest. The MatMul's weights are the dense form of the depthwise ones, [k*C, C]: row tap*C + c holds the +-1
  of (tap, c) in column c and 0 elsewhere, so w[c, tap] = W.reshape(k, C, C)[tap, c, c]. They are annotated BIPOLAR
  (with those zeros) and have the sparsity annotation {"dw": {"kernel_shape": [k, 1]}}.
- add: Add(project, skip), two integer tensors in either order -> MultiThreshold, one row of 2^n - 1 thresholds for all
  channels: the saturation. With a stride above 1 the skip comes through `<layer>.Subsample`: Im2Col, kernel_size
  [1, 1], stride [s, 1], depthwise=0.
- pool: GlobalAccPool (FINN's; sum over pixels).
- classifier: MatMul -> Add of an integer bias per class.
- argmax: TopK (k=1), whose second output, the graph's output, is the class index (1, 1, 1, 1).

MultiThreshold: data_layout NHWC, integer thresholds [channels, levels]; out_scale 1 and out_bias -2^(n-1) with
out_dtype INTn, or out_scale 2, out_bias -1, out_dtype BIPOLAR. Negative batch norm gains are in the weights' signs. No
Mul, no Transpose.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eeg2fpga.compile import finn_environment

finn_environment.ensure()

from finn.transformation.fpgadataflow.convert_to_hw.global_acc_pool import InferGlobalAccPoolLayer  # noqa: E402
from finn.transformation.qonnx.convert_qonnx_to_finn import ConvertQONNXtoFINN  # noqa: E402
from finn.transformation.streamline import Streamline, absorb, reorder  # noqa: E402
from qonnx.core.datatype import DataType  # noqa: E402
from qonnx.core.modelwrapper import ModelWrapper  # noqa: E402
from qonnx.core.onnx_exec import execute_node  # noqa: E402
from qonnx.custom_op.registry import getCustomOp  # noqa: E402
from qonnx.transformation.base import Transformation  # noqa: E402
from qonnx.transformation.fold_constants import FoldConstants  # noqa: E402
from qonnx.transformation.general import (  # noqa: E402
    GiveReadableTensorNames,
    GiveUniqueNodeNames,
    RemoveStaticGraphInputs,
    RemoveUnusedTensors,
    SortGraph,
)
from qonnx.transformation.infer_data_layouts import InferDataLayouts  # noqa: E402
from qonnx.transformation.infer_datatypes import InferDataTypes  # noqa: E402
from qonnx.transformation.infer_shapes import InferShapes  # noqa: E402
from qonnx.transformation.lower_convs_to_matmul import LowerConvsToMatMul  # noqa: E402

from eeg2fpga.compile.passes.annotate_integers import AnnotateIntegers  # noqa: E402
from eeg2fpga.compile.passes.channels_last_input import ChannelsLastInput  # noqa: E402
from eeg2fpga.compile.passes.constant_channels import ConstantChannels  # noqa: E402
from eeg2fpga.compile.passes.fold_bipolar_pad import FoldBipolarPad, SetBipolarPadValue  # noqa: E402
from eeg2fpga.compile.passes.mean_to_pool import MeanToGlobalAveragePool  # noqa: E402
from eeg2fpga.compile.passes.move_scale_past_view import MoveScalePastView  # noqa: E402
from eeg2fpga.compile.passes.name_layers import TENSORS_KEY, NameLayers  # noqa: E402
from eeg2fpga.compile.passes.scores_to_topk import ScoresToTopK  # noqa: E402
from eeg2fpga.compile.passes.slice_to_im2col import SliceToIm2Col  # noqa: E402

CHUNK = 128
"""Windows in one pass of `run`: bounds the memory of the lowered convolutions."""

OPERATORS = {"MatMul", "Im2Col", "MultiThreshold", "Add", "GlobalAccPool", "TopK"}


INPUT = "window"
"""Name of the graph input."""


class NotIntegersError(Exception):
    """The streamlined graph holds something that is not integer arithmetic; the message names node and tensor."""


def streamline(model: ModelWrapper, save_dir: Path | None = None) -> ModelWrapper:
    """Exported QONNX (`export.export_qonnx`) to the graph of integers described above.

    With `save_dir` every step's model is saved there as <number>_<step>.onnx; each can be executed.
    Raises UserError for scores that are not integers times one positive gain, NotIntegersError for leftover floats.
    """
    for number, (name, step) in enumerate(STEPS):
        model = step(model)
        # FINN's naming passes call it global_in.
        model.rename_tensor(model.graph.input[0].name, INPUT)
        if save_dir is not None:
            save_dir.mkdir(parents=True, exist_ok=True)
            model.save(str(save_dir / f"{number}_{name}.onnx"))
    assert_integers_only(model)
    return model


def assert_integers_only(model: ModelWrapper) -> None:
    """Raise NotIntegersError for an operator outside OPERATORS, a tensor of floats, a constant that is not whole."""
    for node in model.graph.node:
        if node.op_type not in OPERATORS:
            raise NotIntegersError(f"node {node.name} ({node.op_type}) is left over")
        for name in [*node.input, *node.output]:
            datatype = model.get_tensor_datatype(name)
            if not datatype.is_integer():
                raise NotIntegersError(f"tensor {name} of node {node.name} is {datatype.name}")
            values = model.get_initializer(name)
            if values is not None and not np.array_equal(values, np.rint(values)):
                raise NotIntegersError(f"constant {name} of node {node.name} is not whole")


def run(
    model: ModelWrapper, windows: NDArray[np.int8], taps: Sequence[str] | None = None
) -> tuple[NDArray[np.int64], dict[str, NDArray[np.int64]]]:
    """Execute the streamlined graph on windows (n, E, T): class indices (n,) and the tensors of `taps`.

    A tap is a layer's or a tensor's name; its value is (n, pixels, channels). The nodes are executed by qonnx, FINN and
    onnxruntime, many windows at a time.
    """
    tensors = json.loads(model.get_metadata_prop(TENSORS_KEY))
    wanted = {tap: tensors.get(tap, tap) for tap in taps or ()}
    labels, tapped = [], {tap: [] for tap in wanted}
    for start in range(0, len(windows), CHUNK):
        context = _execute(model, windows[start : start + CHUNK])
        labels.append(context[model.graph.output[0].name].reshape(-1))
        for tap, tensor in wanted.items():
            value = context[tensor]
            tapped[tap].append(value.reshape(len(value), -1, value.shape[-1]))
    whole = {tap: np.concatenate(values).astype(np.int64) for tap, values in tapped.items()}
    return np.concatenate(labels).astype(np.int64), whole


def _execute(model: ModelWrapper, windows: NDArray[np.int8]) -> dict[str, NDArray]:
    """All tensors for a batch of windows (n, E, T); the batch takes the place of the leading 1."""
    count = len(windows)
    context = {tensor.name: model.get_initializer(tensor.name) for tensor in model.graph.initializer}
    context[model.graph.input[0].name] = windows.transpose(0, 2, 1)[:, :, None, :].astype(np.float32)
    opset = model.model.opset_import[0].version
    for node in model.graph.node:
        if node.op_type == "MatMul":
            context[node.output[0]] = context[node.input[0]] @ context[node.input[1]]
        elif node.op_type == "Add":
            context[node.output[0]] = context[node.input[0]] + context[node.input[1]]
        elif node.op_type == "TopK":
            # Equal values: the lower index, as ONNX's TopK says.
            context[node.output[1]] = context[node.input[0]].argmax(-1, keepdims=True)
        elif node.op_type == "Im2Col":
            # qonnx lowers one image; kernels are over the height only, so the windows go side by side in the width.
            local = {node.input[0]: context[node.input[0]].transpose(2, 1, 0, 3)}
            getCustomOp(node).execute_node(local, model.graph)
            context[node.output[0]] = local[node.output[0]].transpose(2, 1, 0, 3)
        else:
            context[node.output[0]] = np.empty((count, *model.get_tensor_shape(node.output[0])[1:]), np.float32)
            execute_node(node, context, model.graph, opset)
    return context


def _apply(model: ModelWrapper, *passes: Transformation) -> ModelWrapper:
    for single in passes:
        model = model.transform(single)
    return model


def _tidy(model: ModelWrapper) -> ModelWrapper:
    return _apply(
        model,
        SortGraph(),
        InferShapes(),
        FoldConstants(),
        GiveUniqueNodeNames(),
        GiveReadableTensorNames(),
        InferDataTypes(),
        InferDataLayouts(),
        RemoveStaticGraphInputs(),
        RemoveUnusedTensors(),
    )


def _to_finn(model: ModelWrapper) -> ModelWrapper:
    """Quantisers to MultiThreshold, the mean to a pool, the skip's slice to an Im2Col."""
    model = _apply(
        model, ConstantChannels(), MeanToGlobalAveragePool(), InferShapes(), ConvertQONNXtoFINN(), SliceToIm2Col()
    )
    model.set_tensor_datatype(model.graph.input[0].name, DataType["INT8"])
    return _tidy(model)


def _absorb_scales(model: ModelWrapper) -> ModelWrapper:
    """Batch norms into thresholds; the residual step past the skip's fork, subsampling and add."""
    return _tidy(
        _apply(
            model,
            Streamline(),
            reorder.MoveScalarLinearPastFork(),
            MoveScalePastView(),
            reorder.MoveLinearPastEltwiseAdd(),
            reorder.MoveScalarMulPastConv(),
            absorb.AbsorbMulIntoMultiThreshold(),
        )
    )


def _lower(model: ModelWrapper) -> ModelWrapper:
    """Convolutions to sliding windows and products; -1 padding into the windows (a Conv could only pad with 0)."""
    model = _tidy(_apply(model, FoldBipolarPad()))
    return _tidy(_apply(model, LowerConvsToMatMul(), SetBipolarPadValue()))


def _channels_last(model: ModelWrapper) -> ModelWrapper:
    """Transposes meet and vanish; the mean becomes a sum and its factor goes to the scores."""
    model = _apply(model, absorb.AbsorbTransposeIntoMultiThreshold(), absorb.AbsorbConsecutiveTransposes())
    model = _tidy(_apply(model, InferGlobalAccPoolLayer(), absorb.AbsorbConsecutiveTransposes()))
    model = _tidy(_apply(model, MoveScalePastView(), absorb.AbsorbConsecutiveTransposes()))
    # A block's transposes meet only when those of the block before have gone.
    while any(node.op_type == "Transpose" for node in model.graph.node[1:]):
        before = len(model.graph.node)
        model = _apply(
            model,
            reorder.MoveTransposePastFork(),
            absorb.AbsorbConsecutiveTransposes(),
            reorder.MoveTransposePastJoinAdd(),
            absorb.AbsorbTransposeIntoMultiThreshold(),
            absorb.AbsorbConsecutiveTransposes(),
        )
        model = _tidy(model)
        if len(model.graph.node) == before:
            break
    return _tidy(_apply(model, reorder.MoveScalarMulPastMatMul(), MoveScalePastView()))


def _integers(model: ModelWrapper) -> ModelWrapper:
    """Scores to TopK, input channels-last, integer thresholds and exact types."""
    model = _tidy(_apply(model, ScoresToTopK(), ChannelsLastInput()))
    return _apply(model, AnnotateIntegers(), NameLayers())


STEPS: tuple[tuple[str, Callable[[ModelWrapper], ModelWrapper]], ...] = (
    ("finn", _to_finn),
    ("scales", _absorb_scales),
    ("lowered", _lower),
    ("channels_last", _channels_last),
    ("integers", _integers),
)
"""The steps by name, in order."""
