"""The dataflow operators, one a unit in hw/rtl, registered with FINN on import (from outside, no patching)."""

from eeg2fpga.compile import finn_environment

finn_environment.ensure()

from eeg2fpga.compile.ops import binary_mvu, depthwise, elementwise, reductions, sliding_window  # noqa: E402

__all__ = ["binary_mvu", "depthwise", "elementwise", "reductions", "sliding_window"]
