"""How long a wire is before anything is placed: a model fitted to placed and routed designs.

Within a slice there is no wire: a LUT to the register behind it, to the wide multiplexer and into the carry chain, a
chain to its next part. Everything else goes through the routing. Its delay grows with the number of slices that a net
reaches; wires from block RAM are longer, since nextpnr-xilinx sees no haste in what its timing leaves out. It gives
each bit of a carry chain LUTs of its own: where no LUT that drives nothing else is there, one that only passes on is
put in (its pack_carry_xc7.cc).

Fitted to what was placed: of a grid the smallest error (tests/implement/placed.json; docs/design.md, "Timing").
"""

from dataclasses import dataclass

from eeg2fpga.implement.timing.delays import FF_DATA, FF_DATA_ROUTED, LUT
from eeg2fpga.implement.timing.netlist import Load, Netlist

_SLICE_CONTROLS = ("CE", "R", "S", "CLR", "PRE")
_PASSED_ON = ("S", "DI")
_CHAIN_EXIT = 0.334
"""A carry that leaves its chain does so through the sum of the bit behind."""
_REGISTERS_PER_SLICE = 4
"""That a control wire reaches at once: half of the eight, since control sets and neighbours are rarely whole."""


@dataclass(frozen=True)
class RoutingModel:
    """Delay of a net in ns: base + reach * (slices it reaches - 1), and `block_ram` more from a block RAM."""

    base: float = 0.8
    reach: float = 0.003
    block_ram: float = 1.1

    def delay(self, netlist: Netlist, net: int) -> float:
        """Of a net that leaves its slice."""
        loads = netlist.loads[net]
        controls = sum(load.port in _SLICE_CONTROLS and load.cell.kind.startswith("FD") for load in loads)
        reached = max(1.0, len(loads) - controls + controls / _REGISTERS_PER_SLICE)
        driver = netlist.drivers.get(net)
        extra = self.block_ram if driver and driver.cell.kind.startswith("RAMB") else 0.0
        return self.base + self.reach * (reached - 1) + extra


class Routing:
    """Delays of the wires of a netlist by the model, each computed once."""

    def __init__(self, netlist: Netlist, model: RoutingModel | None = None) -> None:
        self._netlist, self._model = netlist, model or RoutingModel()
        self._found: dict[int, float] = {}

    def delay(self, net: int, load: Load) -> float:
        """From the driver of `net` to a pin that it drives, with what place and route puts between, ns."""
        driver = self._netlist.drivers.get(net)
        if driver is not None and self._within_slice(driver, load, net):
            return 0.0
        return self._wire(net) + self._inserted(driver, load)

    def _wire(self, net: int) -> float:
        if net not in self._found:
            self._found[net] = self._model.delay(self._netlist, net)
        return self._found[net]

    def _within_slice(self, driver: Load, load: Load, net: int) -> bool:
        source, target = driver.cell.kind, load.cell.kind
        logic = source.startswith("LUT")
        if source == "CARRY4":
            return target == "CARRY4" and load.port == "CI"
        if target == "CARRY4":
            return logic and source != "LUT6" and load.port in _PASSED_ON and len(self._netlist.loads[net]) == 1
        if target.startswith("FD"):
            return logic and load.port == "D"
        return ((target == "MUXF7" and logic) or (target == "MUXF8" and source == "MUXF7")) and load.port != "S"

    def _inserted(self, driver: Load | None, load: Load) -> float:
        extra = _CHAIN_EXIT if driver and driver.cell.kind == "CARRY4" and driver.port == "CO" else 0.0
        if load.cell.kind == "CARRY4" and load.port in _PASSED_ON:
            return extra + LUT
        if load.cell.kind.startswith("FD") and load.port == "D":
            return extra + FF_DATA_ROUTED - FF_DATA
        return extra
