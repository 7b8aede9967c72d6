"""The ends of a section, a chain of units that never wait: a gate that lets in what fits, a FIFO that takes all."""

import numpy as np
from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile import luts
from eeg2fpga.compile.ops.base import operator
from eeg2fpga.compile.ops.elementwise import Fifo, _Passing
from eeg2fpga.compile.schedule.processes import Process, first

FIFOS = ("fifo", "credit_fifo")
"""Units that are queues."""


@operator
class CreditGate(_Passing):
    """Words of a window, and behind them the cycles in which the section's tap_window takes its padding.

    Steps: of a window, words and padding. The words that leave the section come of step First - 1 and every Stride-th
    after it, Latency cycles later. Credits: words that the credit FIFO holds.
    """

    unit = "credit_gate"
    waitless = ("m",)

    @classmethod
    def integers(cls) -> tuple[str, ...]:
        """Attributes."""
        return ("Pixels", "Channels", "Steps", "First", "Stride", "Latency", "Credits")

    def get_exp_cycles(self) -> int:
        """A word, or none, a cycle."""
        return self["Steps"]

    def schedule(self) -> tuple[Process]:
        """That of the whole section: the units in it never wait."""
        return (
            Process(
                self["Steps"],
                first(self.input_stream().words, self["Steps"]),
                self._gives(),
                self["Latency"],
                credited=True,
            ),
        )

    def least_credits(self) -> int:
        """One more than the words of the padding."""
        return 1 + int(self._gives()[self.input_stream().words :].sum())

    def _gives(self) -> np.ndarray:
        steps = np.arange(self["Steps"]) - (self["First"] - 1)
        return (steps >= 0) & (steps % self["Stride"] == 0)

    def lut_estimation(self, fpgapart: str) -> int:
        """The words on their way; in a window's section also its steps."""
        counted = self["Steps"] > self.input_stream().words or self["First"] * self["Stride"] > 1
        return 5 + luts.clog2(self["Credits"] + 1) + (3 * luts.clog2(self["Steps"] + 1) // 2 + 8 if counted else 0)

    def parameters(self, model: ModelWrapper) -> dict[str, int]:
        """As in hw/rtl/credit_gate."""
        return {
            "WIDTH": self.get_instream_width(),
            "WORDS": self.input_stream().words,
            "STEPS": self["Steps"],
            "FIRST": self["First"],
            "STRIDE": self["Stride"],
            "CREDITS": self["Credits"],
        }


@operator
class CreditFifo(Fifo):
    """`Depth` words; one is a register."""

    unit = "credit_fifo"
    waitless = ("s",)

    def luts_at(self, depth: int) -> int:
        """The credit, and the FIFO."""
        return 3 if depth == 1 else 1 + super().luts_at(depth)

    def parameters(self, model: ModelWrapper) -> dict[str, int]:
        """As in hw/rtl/credit_fifo."""
        return {"WIDTH": self.get_instream_width(), "DEPTH": self["Depth"], "BLOCK": self["Block"]}

    def block_choices(self) -> dict[str, tuple[int, int]]:
        """None for a register, as for a pair."""
        return {} if self["Depth"] == 1 else super().block_choices()
