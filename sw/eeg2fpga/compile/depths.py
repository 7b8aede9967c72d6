"""FIFO depths: the fewest words with which windows follow each other as fast as the slowest unit lets them."""

from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile.graph import operators
from eeg2fpga.compile.ops.elementwise import Fifo
from eeg2fpga.compile.ops.sections import FIFOS
from eeg2fpga.compile.schedule.simulate import ENDLESS, Outcome, Run, ScheduleSimulation
from eeg2fpga.compile.sections import sections

LEAST = 2
"""The fifo unit's own minimum: it registers the handshake, so no ready signal runs through two units."""
LEAST_RAM = 3
"""The least that is RAM, which has no multiplexer of the word."""
REGISTER = 1
"""A credit FIFO that is a register: for words that come so far apart that one is gone before the next sets out."""
WINDOWS = 16
"""A schedule that has not settled after so many counts as too slow. Those that settle do so in three or four."""


class TooSlowError(RuntimeError):
    """The units do not reach the interval that their cycles promise."""


def set_fifo_depths(model: ModelWrapper) -> ModelWrapper:
    """Set every FIFO's Depth so that none of them can be a word shallower without slowing the accelerator.

    Wide ones are RAM at least, which takes fewer LUTs than a pair of registers.
    Raises TooSlowError if the units do not reach the interval that their cycles promise, whatever the FIFOs.
    """
    interval = max(op.get_exp_cycles() for op in operators(model))
    fifos = {op.onnx_node.name: op for op in operators(model) if op.unit in FIFOS}
    gates = {section.fifo.onnx_node.name: section.gate for section in sections(model)}
    least = {name: least_depth(fifo) for name, fifo in fifos.items()}
    least |= {name: max(LEAST_RAM, gate.least_credits()) for name, gate in gates.items()}
    registers = {name for name, gate in gates.items() if gate.least_credits() == REGISTER}
    for name, depth in _Search(ScheduleSimulation(model), interval, least, registers).shallowest().items():
        fifos[name].set_nodeattr("Depth", depth)
        if name in gates:
            gates[name].set_nodeattr("Credits", depth)
    return model


def least_depth(fifo: Fifo) -> int:
    """The depth that a FIFO has at least: of a pair and the smallest RAM, the one of fewer LUTs."""
    return min((LEAST, LEAST_RAM), key=fifo.luts_at)


class _Search:
    """Depths go down one FIFO after the other, as long as a source paced at the interval is kept up with.

    Then a source that always offers is kept up with too: the times at which the words moved behind the paced source are
    times at which they may move, and units that move each word as early as they can are never later.
    """

    def __init__(
        self, simulation: ScheduleSimulation, interval: int, least: dict[str, int], registers: set[str]
    ) -> None:
        """registers: names of the FIFOs that are better still as a register, where that is enough."""
        self._simulation = simulation
        self._interval = interval
        self._least = dict(least)
        self._registers = registers

    def shallowest(self) -> dict[str, int]:
        """Least depths; those nearer the input go down first, which leaves the fewest words in all."""
        start = self._run(dict.fromkeys(self._simulation.depths, ENDLESS))
        if start.outcome is not Outcome.STEADY:
            raise TooSlowError(f"the units do not reach {self._interval} cycles a window, with FIFOs of any depth")
        depths = self._filled(start)
        for name in depths:
            if name in self._registers and self._run(depths | {name: REGISTER}).outcome is Outcome.STEADY:
                self._least[name] = REGISTER
            depths = self._bisect(depths, name)
        return self._confirmed(depths)

    def _bisect(self, depths: dict[str, int], name: str) -> dict[str, int]:
        least = self._least[name]
        while least < depths[name]:
            middle = (least + depths[name]) // 2
            run = self._run(depths | {name: middle})
            if run.outcome is Outcome.STEADY:
                depths = self._filled(run)
            else:
                least = middle + 1
        return depths

    def _confirmed(self, depths: dict[str, int]) -> dict[str, int]:
        """Until no FIFO can give up one word.

        Bisection takes for granted that more words are never slower. A pipeline that stands as a whole keeps the gaps
        between its words, so that is not quite a law.
        """
        for name in depths:
            if depths[name] > self._least[name]:
                run = self._run(depths | {name: depths[name] - 1})
                if run.outcome is Outcome.STEADY:
                    return self._confirmed(self._filled(run))
        return depths

    def _run(self, depths: dict[str, int]) -> Run:
        return self._simulation.run(WINDOWS, depths, self._interval, self._interval)

    def _filled(self, run: Run) -> dict[str, int]:
        """With no more words than the FIFOs held, every word moves as it did."""
        return {name: max(self._least[name], fill) for name, fill in run.fill.items()}
