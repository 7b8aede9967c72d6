"""Static timing analysis of a flat netlist: how fast, which path, which nets, and rules that keep a design fast."""

from eeg2fpga.implement.timing.report import Timing, analyse, clock_warning, timing_rows

__all__ = ["Timing", "analyse", "clock_warning", "timing_rows"]
