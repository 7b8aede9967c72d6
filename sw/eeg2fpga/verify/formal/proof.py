"""What a proof says: of which unit, with which parameters, how far it holds, and where a counterexample lies."""

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eeg2fpga.files import write_text
from eeg2fpga.locations import HARDWARE

Parameters = Mapping[str, int | str]


@dataclass(frozen=True)
class Proof:
    """The outcome for one unit and one set of parameters.

    how: how far it holds ("induction, depth 2"); where it does not, what was found. trace: the counterexample, a VCD.
    """

    unit: str
    parameters: Parameters
    how: str
    seconds: float
    holds: bool
    trace: Path | None = None


@dataclass(frozen=True)
class Fault:
    """A mutation of a unit's source that a proof has to find: `old`, which occurs there exactly once, becomes `new`.

    both: an equivalence sees it on both sides, read by two front ends; else in the netlist only.
    """

    unit: str
    what: str
    old: str
    new: str
    both: bool = False

    def seeded(self, text: str) -> str:
        """The source with the fault. Raises ValueError where `old` does not occur exactly once."""
        if text.count(self.old) != 1:
            raise ValueError(f"{self.unit}: {self.old!r} occurs {text.count(self.old)} times, not once")
        return text.replace(self.old, self.new)


def unit_files(unit: str) -> list[Path]:
    """The sources of the units that `unit` instantiates, each once, and its own, the last."""
    own = next(HARDWARE.glob(f"*/{unit}/{unit}.sv"))
    names = "|".join(sorted({path.stem for path in HARDWARE.glob("*/*/*.sv")} - {unit}))
    inner = re.findall(rf"^\s+({names})\s+(?:#\(|\w+\s*\()", own.read_text(), re.MULTILINE)
    found = [path for name in dict.fromkeys(inner) for path in unit_files(name)]
    return [*dict.fromkeys(found), own]


def lay_out(folder: Path, files: list[Path]) -> list[str]:
    """Copy sources into an emptied `folder`, which Yosys' sandbox sees; return their names."""
    shutil.rmtree(folder, ignore_errors=True)
    for path in files:
        write_text(folder / path.name, path.read_text())
    return [path.name for path in files]


def seed(folder: Path, fault: Fault | None) -> None:
    """Put a fault into the copy of its unit in `folder`."""
    if fault:
        path = folder / f"{fault.unit}.sv"
        path.write_text(fault.seeded(path.read_text()))


def set_parameters(path: Path, parameters: Parameters) -> None:
    """Make values the defaults of a unit's parameters in its copy: every front end then reads the same text.

    A string with a quote is a Verilog literal: `128'h0`. Raises ValueError for a parameter that the unit has not.
    """
    text = path.read_text()
    for name, value in parameters.items():
        literal = f'"{value}"' if isinstance(value, str) and "'" not in value else str(value)
        text, found = re.subn(
            rf"^( +parameter [^=\n]*\b{name} = )[^\n]*?(,?)$", rf"\g<1>{literal}\g<2>", text, flags=re.MULTILINE
        )
        if found != 1:
            raise ValueError(f"{path.stem} has no parameter {name}")
    path.write_text(text)


def described(parameters: Parameters) -> str:
    """Parameters in a table's cell."""
    return " ".join(f"{name}={value}" for name, value in parameters.items())
