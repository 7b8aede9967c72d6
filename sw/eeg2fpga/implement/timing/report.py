"""What the analysis says of a netlist: figures, the longest paths, nets of many loads, rules that are broken."""

from collections import Counter
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path as File

from eeg2fpga.implement.timing.analysis import LEVELS, Graph, Longest, Path
from eeg2fpga.implement.timing.netlist import Netlist, read_netlist
from eeg2fpga.implement.timing.rules import Violation, ready_nets, violations


@dataclass(frozen=True)
class Fanout:
    """The net with the most loads, clocks apart."""

    net: str
    loads: int
    pins: dict[str, int]
    """Loads by kind: data, enable, reset, select."""


@dataclass(frozen=True)
class Timing:
    """An estimate: nothing is placed yet."""

    mhz: float
    levels: int
    """LUT levels of the deepest path, a carry chain being one beside the LUTs that feed it."""
    path: Path | None = None
    """The longest by time."""
    deepest: Path | None = None
    """The longest by levels."""
    ready_path: Path | None = None
    """The longest that passes a stream's ready."""
    fanout: Fanout | None = None
    broken: tuple[Violation, ...] = ()
    """Structural rules that do not hold (rules.py)."""

    def dictionary(self, clock_mhz: float) -> dict[str, object]:
        """As JSON, with the slack at `clock_mhz`: what a period has left, negative where the clock is missed."""
        found = asdict(self)
        del found["deepest"]
        slack = 1000 / clock_mhz - (self.path.ns if self.path else 0.0)
        return {"clock_mhz": clock_mhz, "slack_ns": round(slack, 3)} | found


def analyse(path: File, top: str, boxes: tuple[str, ...] = ()) -> Timing:
    """Analyse a flat netlist (Yosys' write_json after flatten).

    boxes: types of cells that are not looked into. Raises ValueError for a combinational loop.
    """
    netlist = read_netlist(path, top, boxes)
    graph = Graph(netlist)
    worst, deepest = Longest(graph).worst(), Longest(graph, LEVELS).worst()
    return Timing(
        mhz=1000 / worst.ns if worst else float("inf"),
        levels=deepest.levels if deepest else 0,
        path=worst,
        deepest=deepest,
        ready_path=Longest(graph, through=ready_nets(netlist)).worst(),
        fanout=_fanout(netlist),
        broken=tuple(violations(graph)),
    )


def timing_rows(timing: dict) -> list[tuple[str, str]]:
    """Rows of a table for a person: label and value. timing: Timing.dictionary."""
    clock, mhz, slack = timing["clock_mhz"], timing["mhz"], timing["slack_ns"]
    verdict = f"{slack:.2f} ns to spare" if slack >= 0 else f"MISSED by {-slack:.2f} ns"
    rows = [
        (f"at {clock:g} MHz: estimated", f"{mhz:.0f} MHz, not placed ({verdict})"),
        ("LUT levels between registers", str(timing["levels"])),
    ]
    for label, key in (("longest path", "path"), ("longest path through a ready", "ready_path")):
        if timing[key]:
            rows.append((label, _path_text(timing[key])))
    if timing["fanout"]:
        pins = ", ".join(f"{count} {kind}" for kind, count in timing["fanout"]["pins"].items())
        rows.append(("most loads", f"{timing['fanout']['net']}: {pins}"))
    broken = [f"{each['rule']}: {each['where']}, {each['what']}" for each in timing["broken"]]
    rows.append(("structural rules", "\n".join(broken) or "all hold"))
    return rows


def clock_warning(timing: dict) -> str | None:
    """A sentence where the estimate is below the clock. timing: Timing.dictionary."""
    if timing["slack_ns"] >= 0:
        return None
    return (
        f"estimated {timing['mhz']:.0f} MHz (not placed), below the build's clock of {timing['clock_mhz']:g} MHz: "
        "place and route may well miss it: lower hardware.clock_mhz, or fewer windows/s"
    )


def route(path: Path) -> str:
    """A path for a person: its units in their order, each once where it repeats."""
    return _path_text(asdict(path))


def _path_text(path: dict) -> str:
    units = [unit for unit, _ in groupby(step["unit"] for step in path["steps"])]
    return f"{path['ns']:.2f} ns, {path['levels']} LUT levels: {' > '.join(units)}"


def _fanout(netlist: Netlist) -> Fanout | None:
    nets = [net for net in netlist.loads if net not in netlist.clocks]
    if not nets:
        return None
    net = max(nets, key=lambda net: len(netlist.loads[net]))
    loads = netlist.loads[net]
    return Fanout(netlist.name(net), len(loads), dict(Counter(_pin(load.port) for load in loads)))


def _pin(port: str) -> str:
    if port in ("CE", "WE", "WEA", "WEBWE") or port.startswith(("EN", "REGCE")):
        return "enable"
    return "reset" if port in ("R", "S", "CLR", "PRE") or port.startswith("RST") else "data"
