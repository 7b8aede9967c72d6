"""The dataflow operators, one a unit in hw/rtl, registered with FINN on import (from outside, no patching)."""

from eeg2fpga.compile import finn_environment

finn_environment.ensure()

from eeg2fpga.compile.ops import (  # noqa: E402
    binary_mvu,
    constant_layers,
    depthwise,
    elementwise,
    reductions,
    sections,
    sliding_window,
    tap_window,
)

__all__ = [
    "binary_mvu",
    "constant_layers",
    "depthwise",
    "elementwise",
    "reductions",
    "sections",
    "sliding_window",
    "tap_window",
]
