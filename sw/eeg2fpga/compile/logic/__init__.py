"""Fully parallel layers with constant weights as explicit LUT netlists for Xilinx 7-series."""

from eeg2fpga.compile.logic.layer import Layer, build_depthwise, build_layer
from eeg2fpga.compile.logic.pairs import PairFront, build_pair_front

__all__ = ["Layer", "PairFront", "build_depthwise", "build_layer", "build_pair_front"]
