"""What all dataflow operators share: a FINN custom op whose hardware is the unit of the same name in hw/rtl."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from finn.custom_op.fpgadataflow import register_custom_op as register_base
from finn.custom_op.fpgadataflow.hwcustomop import HWCustomOp
from finn.custom_op.fpgadataflow.rtl import register_custom_op as register_rtl
from finn.custom_op.fpgadataflow.rtlbackend import RTLBackend
from onnx import NodeProto
from qonnx.core.datatype import DataType
from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile.arithmetic import Integers
from eeg2fpga.compile.memory import padded
from eeg2fpga.compile.schedule.processes import Process

DOMAIN = "finn.custom_op.fpgadataflow.rtl"


@dataclass(frozen=True)
class Stream:
    """One port: a window is `pixels` x `channels` (x `repeat` taps) elements of `bits` bits, `lanes` a word."""

    pixels: int
    channels: int
    bits: int
    lanes: int
    repeat: int = 1

    @property
    def width(self) -> int:
        """Bits of a word, padded to bytes."""
        return padded(self.bits * self.lanes)

    @property
    def words(self) -> int:
        """Words a window."""
        return self.pixels * self.repeat * self.channels // self.lanes


@dataclass(frozen=True)
class Memory:
    """Contents of one memory file."""

    words: list[int]
    bits: int


@dataclass(frozen=True)
class Generated:
    """The modules of one layer, in Verilog."""

    shell: str
    """`module`: its streams, holding <module>_logic."""
    netlist: str
    """<module>_logic in the device's primitives."""
    twin: str
    """<module>_logic with the same ports and latency for fast simulation."""


def identifier(name: str) -> str:
    """A node or tensor name as a SystemVerilog identifier."""
    return "".join(c if c.isalnum() else "_" for c in name)


class Unit(HWCustomOp):
    """Base of the operators.

    Tensors are NHWC, (1, pixels, 1, channels); those of windows (1, pixels, channels, kernel).
    """

    unit: ClassVar[str]
    """Folder in hw/rtl."""
    inputs: ClassVar[tuple[str, ...]] = ("s",)
    """Prefixes of the stream inputs' ports, in the order of the node's inputs."""
    outputs: ClassVar[tuple[str, ...]] = ("m",)
    controls: ClassVar[tuple[str, ...]] = ()
    """The unit's ports that are not streams: the accelerator's of the same name, constant while windows are in it."""
    waitless: ClassVar[tuple[str, ...]] = ()
    """Ports without `tready`: every word is taken as it comes (compile/sections.py)."""
    streams: ClassVar[int] = 1
    """How many of the node's inputs are streams; the others are initialisers."""

    def get_nodeattr_types(self) -> dict[str, Any]:
        """FINN's attributes and the streams' own."""
        types = super().get_nodeattr_types()
        types["inputDataType"] = ("s", True, "")
        types["outputDataType"] = ("s", True, "")
        types["PE"] = ("i", False, 1)
        for name in self.integers():
            types[name] = ("i", True, 0)
        return types

    def __getitem__(self, name: str) -> int:
        """An integer attribute."""
        return self.get_nodeattr(name)

    @classmethod
    def integers(cls) -> tuple[str, ...]:
        """Names of the operator's required integer attributes."""
        return ()

    @abstractmethod
    def input_stream(self, index: int = 0) -> Stream:
        """Shape of input port `index`."""

    @abstractmethod
    def output_stream(self, index: int = 0) -> Stream:
        """Shape of output port `index`."""

    @abstractmethod
    def compute(self, *operands: Integers) -> Integers:
        """Integers out of integers: streams as (windows, pixels, channels[, kernel]), initialisers as they are."""

    def evaluate_netlist(self, model: ModelWrapper, *operands: Integers) -> Integers:
        """As `compute`, by the LUTs that the layer became where it became any."""
        return self.compute(*operands)

    @abstractmethod
    def parameters(self, model: ModelWrapper) -> dict[str, int]:
        """The unit's integer parameters."""

    @abstractmethod
    def schedule(self) -> tuple[Process, ...]:
        """When the unit takes and gives words, as in its RTL (docs/design.md, 'Schedules'); none in a section."""

    def memories(self, model: ModelWrapper) -> dict[str, Memory]:
        """Memory files by the name of the parameter that takes the path."""
        return {}

    def generated(self, model: ModelWrapper) -> Generated | None:
        """The module made for this node alone, where the unit is not a committed module with parameters."""
        return None

    def exact_luts(self, model: ModelWrapper) -> int:
        """LUTs before synthesis, where building a netlist tells them better than the formula."""
        return self.lut_estimation("")

    def parallel_macs(self) -> int:
        """Products of weights in a cycle, times the bits of the input."""
        return 0

    @property
    def identifier(self) -> str:
        """The node's name in SystemVerilog."""
        return identifier(self.onnx_node.name)

    @property
    def module(self) -> str:
        """The module that the top level instantiates."""
        return self.unit

    def block_choices(self) -> dict[str, tuple[int, int]]:
        """Attributes that put a memory into block RAM: the LUTs that this saves, the RAMB18s that it takes."""
        return {}

    # --- what FINN asks of a custom op ---
    def get_input_datatype(self, ind: int = 0) -> Any:
        """QONNX data type of a stream input."""
        return DataType[self.get_nodeattr("inputDataType")]

    def get_output_datatype(self, ind: int = 0) -> Any:
        """QONNX data type of the output."""
        return DataType[self.get_nodeattr("outputDataType")]

    def get_normal_input_shape(self, ind: int = 0) -> tuple[int, ...]:
        """Tensor shape of a stream input."""
        return _shape(self.input_stream(ind))

    def get_normal_output_shape(self, ind: int = 0) -> tuple[int, ...]:
        """Tensor shape of an output."""
        return _shape(self.output_stream(ind))

    def get_folded_input_shape(self, ind: int = 0) -> tuple[int, ...]:
        """Tensor shape split into words and lanes."""
        stream = self.input_stream(ind)
        return (1, stream.words, stream.lanes)

    def get_folded_output_shape(self, ind: int = 0) -> tuple[int, ...]:
        """Tensor shape split into words and lanes."""
        stream = self.output_stream(ind)
        return (1, stream.words, stream.lanes)

    def get_instream_width(self, ind: int = 0) -> int:
        """Bits of an input word before padding; 0 for an initialiser."""
        if ind >= self.streams:
            return 0
        stream = self.input_stream(ind)
        return stream.bits * stream.lanes

    def get_outstream_width(self, ind: int = 0) -> int:
        """Bits of an output word before padding."""
        stream = self.output_stream(ind)
        return stream.bits * stream.lanes

    def get_number_output_values(self) -> int:
        """Words a window at the output."""
        return self.output_stream().words

    def get_exp_cycles(self) -> int:
        """Cycles a window when nothing stalls."""
        return max(self.input_stream().words, self.output_stream().words)

    def infer_node_datatype(self, model: ModelWrapper) -> None:
        """Annotate the outputs."""
        for output in self.onnx_node.output:
            model.set_tensor_datatype(output, self.get_output_datatype())

    def verify_node(self) -> list[str]:
        """FINN's hook for node checks: the folding pass makes them."""
        return []

    def execute_node(self, context: dict[str, np.ndarray], graph: Any) -> None:
        """QONNX execution: the same integers as `compute`."""
        node: NodeProto = self.onnx_node
        operands = []
        for index, name in enumerate(node.input):
            value = np.asarray(context[name])
            if index < self.streams:
                stream = self.input_stream(index)
                value = value.reshape(_batch_shape(value, stream))
            operands.append(value.astype(np.int64))
        result = self.compute(*operands)
        for index, name in enumerate(node.output):
            shape = (len(result), *self.get_normal_output_shape(index)[1:])
            context[name] = result.reshape(shape).astype(np.float32)


def _shape(stream: Stream) -> tuple[int, ...]:
    if stream.repeat > 1:
        return (1, stream.pixels, stream.channels, stream.repeat)
    return (1, stream.pixels, 1, stream.channels)


def _batch_shape(value: np.ndarray, stream: Stream) -> tuple[int, ...]:
    tail = (stream.pixels, stream.channels, stream.repeat) if stream.repeat > 1 else (stream.pixels, stream.channels)
    return (value.size // int(np.prod(tail)), *tail)


class _RtlUnit(RTLBackend):
    """The RTL side that FINN asks for; the sources are the committed units, the top level is generated in rtl.py."""

    def generate_hdl(self, model: ModelWrapper, fpgapart: str, clk: float) -> None:
        """Nothing to generate a node: the units are parametrised (see eeg2fpga.compile.rtl for the whole)."""
        self.set_nodeattr("gen_top_module", self.unit)

    def get_rtl_file_list(self, abspath: bool = False) -> list[str]:
        """The unit's source."""
        return [f"hw/rtl/{self.unit}/{self.unit}.sv"]

    def code_generation_ipi(self) -> list[str]:
        """No block design: the top level instantiates the units."""
        return []


def operator(cls: type[Unit]) -> type[Unit]:
    """Register `cls` with FINN, and beside it `<name>_rtl`, the class that graphs use."""
    register_base(cls)

    def attributes(self: Unit) -> dict[str, Any]:
        return {**cls.get_nodeattr_types(self), **RTLBackend.get_nodeattr_types(self)}

    name = f"{cls.__name__}_rtl"
    members = {
        "get_nodeattr_types": attributes,
        "execute_node": cls.execute_node,
        "__doc__": f"{cls.__name__} as hw/rtl/{cls.unit}.",
        "__module__": cls.__module__,
    }
    register_rtl(type(name, (cls, _RtlUnit), members))
    return cls
