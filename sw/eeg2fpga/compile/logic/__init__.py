"""Fully parallel layers with constant weights as explicit LUT netlists for Xilinx 7-series."""

from eeg2fpga.compile.logic.layer import Layer, build_depthwise, build_layer

__all__ = ["Layer", "build_depthwise", "build_layer"]
