"""FINN's global pool on a series: its C++ squares the height of what it takes for an image.

finn-plus 1.6.1 calls finn-hlslib's AccPool_Batch with the number of pixels along the height, and that sums
height * height of them: of 16 time steps it waits for 256, sixteen windows in one sum. FINN's Python does not show it.
So the series becomes a square: zeros at its end up to the next square number, which no sum feels, and a new shape.
"""

from math import isqrt

from onnx import TensorProto, helper
from qonnx.core.modelwrapper import ModelWrapper
from qonnx.custom_op.registry import getCustomOp
from qonnx.transformation.base import Transformation

from eeg2fpga.compile.hls.layers import HARDWARE_DOMAIN


class SquarePool(Transformation):
    """Put FINN's FMPadding, where the length is no square, and Reshape before each GlobalAccPool over a series."""

    def apply(self, model: ModelWrapper) -> tuple[ModelWrapper, bool]:
        """Change folded layers in place; what is put in takes the pool's PE."""
        for index, node in reversed(list(enumerate(model.graph.node))):
            if not node.op_type.startswith("GlobalAccPool"):
                continue
            pool = getCustomOp(node)
            batch, pixels, width = pool.get_nodeattr("numInputVectors")
            if pixels == width:
                continue
            side = isqrt(pixels * width - 1) + 1
            channels, pe = pool.get_nodeattr("NumChannels"), pool.get_nodeattr("PE")
            kind = pool.get_nodeattr("inputDataType")
            square = f"{node.output[0]}.Reshape.out"
            shape = (batch, side * side, 1, channels)
            source, nodes = node.input[0], []
            if side * side != pixels * width:
                source = f"{node.output[0]}.FMPadding.out"
                sizes = {"ImgDim": [pixels * width, 1], "Padding": [0, 0, side * side - pixels * width, 0]}
                attributes = sizes | {"NumChannels": channels, "SIMD": pe, "inputDataType": kind}
                nodes.append(_node("FMPadding", [node.input[0]], [source], **attributes))
                _declare(model, source, shape, node.input[0])
            attributes = {"inp_shape": shape, "out_shape": (batch, side, side, channels), "dtype": kind, "PE": pe}
            nodes.append(_node("Reshape", [source], [square], **attributes))
            _declare(model, square, attributes["out_shape"], node.input[0])
            pool.set_nodeattr("numInputVectors", [batch, side, side])
            node.input[0] = square
            for offset, made in enumerate(nodes):
                model.graph.node.insert(index + offset, made)
        return model, False


def _node(operator: str, inputs: list[str], outputs: list[str], **attributes: object):
    return helper.make_node(
        operator, inputs, outputs, name=outputs[0], domain=HARDWARE_DOMAIN, backend="fpgadataflow", **attributes
    )


def _declare(model: ModelWrapper, name: str, shape: tuple[int, ...], like: str) -> None:
    model.graph.value_info.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
    model.set_tensor_datatype(name, model.get_tensor_datatype(like))
