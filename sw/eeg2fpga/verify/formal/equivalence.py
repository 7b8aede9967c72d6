"""RTL = netlist, for single units: the RTL as slang reads it against what Yosys makes of its own front end's reading.

The two sides share no front end: what one of them misreads is a difference. Registers that no reset sets start with 0,
as the chip's do, and the first cycle is one of reset. From then on every output is the same in every cycle (data while
they are valid), whatever the inputs are, resets included. ABC proves it without a bound: signal correspondence, then
what its `dprove` tries.
"""

import json
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from eeg2fpga.compile.memory import write_memory
from eeg2fpga.compile.rtl import primitive_models
from eeg2fpga.errors import UserError
from eeg2fpga.files import write_text
from eeg2fpga.implement.yosys import run_yosys
from eeg2fpga.verify.formal.abc import run_abc
from eeg2fpga.verify.formal.proof import Fault, Parameters, Proof, lay_out, seed, set_parameters, unit_files
from eeg2fpga.verify.formal.properties import run_smtbmc

_BLOCK_RAM = {"RAMB18E1", "RAMB36E1"}
_SECONDS = 120
"""What ABC may take."""


@dataclass(frozen=True)
class Equivalence:
    """One proof to be made. memories: $readmemh files, each its words and their bits."""

    unit: str
    parameters: Parameters = field(default_factory=dict)
    memories: dict[str, tuple[Sequence[int], int]] = field(default_factory=dict)

    def what(self) -> str:
        """What is proved."""
        return "RTL = netlist, every output in every cycle"

    def sought(self) -> "Equivalence":
        """The proof that is to find a fault."""
        return self

    def prove(self, folder: Path, fault: Fault | None = None) -> Proof:
        """Synthesise the unit in `folder` and prove the netlist equal to the RTL; with a fault, to see it found.

        Raises RuntimeError when a tool fails, UserError where ABC is not installed.
        """
        started = time.monotonic()
        names = self._lay_out(folder)
        for name, (words, bits) in self.memories.items():
            write_memory(folder / name, list(words), bits)
        seed(folder, fault)
        ports = self._synthesise(names, folder)
        if fault and not fault.both:
            names = [f"rtl/{name}" for name in self._lay_out(folder / "rtl")]
        self._join(names, ports, folder)
        holds, how, trace = _decided(folder)
        return Proof(self.unit, self.parameters, how, time.monotonic() - started, holds, trace)

    def _lay_out(self, folder: Path) -> list[str]:
        names = lay_out(folder, unit_files(self.unit))
        set_parameters(folder / f"{self.unit}.sv", self.parameters)
        return names

    def _synthesise(self, names: list[str], folder: Path) -> dict:
        """Write netlist.v, the module `netlist`, as a build makes it; return its ports as Yosys' JSON has them."""
        run_yosys(
            f"read_verilog -sv {' '.join(names)}; "
            f"synth_xilinx -family xc7 -top {self.unit} -noiopad; flatten; opt_clean; rename {self.unit} netlist; "
            "write_verilog -noattr netlist.v; write_json netlist.json",
            folder,
        )
        module = json.loads((folder / "netlist.json").read_text())["modules"]["netlist"]
        if boxes := _BLOCK_RAM & {cell["type"] for cell in module["cells"].values()}:
            raise UserError(f"{self.unit} {self.parameters}: {', '.join(boxes)} has too many bits for this proof")
        return module["ports"]

    def _join(self, names: list[str], ports: dict, folder: Path) -> None:
        """Write equal.aig: both sides, with one output, which is 1 where they differ."""
        models = lay_out(folder / "models", primitive_models())
        write_text(folder / "equal.v", self._miter(ports))
        files = " ".join([*names, *(f"models/{name}" for name in models), "netlist.v", "equal.v"])
        run_yosys(
            f"read_slang -j 1 --top equal {files}; hierarchy -check; proc; flatten; opt_clean; memory_collect; "
            "memory_map; async2sync; setundef -undriven -zero; zinit -all; opt_clean; write_rtlil equal.il; techmap; "
            "opt; dffunmap; setundef -zero; aigmap; opt_clean; write_aiger -zinit -symbols -map equal.map equal.aig",
            folder,
        )

    def _miter(self, ports: dict) -> str:
        inputs = {name: len(port["bits"]) for name, port in ports.items() if port["direction"] == "input"}
        outputs = {name: len(port["bits"]) for name, port in ports.items() if port["direction"] == "output"}
        resets = {"rst_n": "started && ", "core_rst_n": "started && "}
        if "rst_n" not in inputs:
            resets["clear"] = "!started || "

        def connections(side: str) -> str:
            given = [f".{name}({resets.get(name, '')}{name})" for name in inputs]
            return ", ".join(given + [f".{name}({side}_{name})" for name in outputs])

        wires = "\n".join(f"  wire [{width - 1}:0] rtl_{name}, net_{name};" for name, width in outputs.items())
        differ = " || ".join(_differs(name, outputs) for name in outputs)
        return f"""module equal (
  {", ".join(f"input wire [{width - 1}:0] {name}" for name, width in inputs.items())}, output wire differs
);
{wires}
  reg started;
  initial started = 1'b0;
  always @(posedge clk) started <= 1'b1;
  {self.unit} rtl ({connections("rtl")});
  netlist net ({connections("net")});
  assign differs = started && ({differ});
  (* keep *) wire same = !differs;
endmodule
"""


def _differs(name: str, outputs: Iterable[str]) -> str:
    """The condition in which an output counts as different: what goes with a valid signal, only while that is 1."""
    differs = f"rtl_{name} != net_{name}"
    found = re.match(r"(\w*axis_t|\w*axi_(?:aw|w|b|ar|r))(?!valid|ready)", name)
    return f"(rtl_{found[1]}valid && {differs})" if found and f"{found[1]}valid" in outputs else f"({differs})"


def _decided(folder: Path) -> tuple[bool, str, Path | None]:
    said = run_abc("read_aiger equal.aig; print_stats; scorr; dprove", folder, "abc.log", _SECONDS)
    if re.search(r"\bUNSATISFIABLE|Networks are equivalent", said):
        return True, f"equivalence, {re.findall(r'lat = +([0-9]+)', said)[0]} registers", None
    said = run_abc("read_aiger equal.aig; bmc3 -F 200", folder, "bmc.log", _SECONDS)
    found = re.search(r"asserted in frame (\d+)", said)
    if not found:
        return False, f"neither proved nor refuted in {_SECONDS} s", None
    run_yosys("read_rtlil equal.il; opt_expr; add -assert same; write_smt2 -wires model.smt2", folder)
    _, trace = run_smtbmc(folder, "counterexample", "-t", str(int(found[1]) + 1))
    return False, f"an output differs in cycle {found[1]} from reset", trace
