"""Units as Yosys makes them of their RTL: on these, in primitives, their cocotb tests run too (bench.run_unit)."""

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from eeg2fpga.compile.rtl import NETLIST, primitive_models
from eeg2fpga.files import write_text
from eeg2fpga.implement.yosys import logic_boxes, run_yosys


def netlist_sources(
    unit: str, parameters: Mapping[str, int | str], sources: Sequence[Path], folder: Path
) -> list[Path]:
    """What a simulator compiles in place of `sources`: the netlist of `unit` with `parameters`, models of its cells.

    folder: where the memory files lie and the netlist goes; it is made again only when something changed. The ports are
    those of the RTL, parameters and inner names are gone. Raises RuntimeError with Yosys' message when it fails.
    """
    target, made = folder / "netlist.v", folder / "netlist.key"
    script = _script(unit, parameters, sources, target.name)
    digest = hashlib.sha256((version("pyosys") + script).encode())
    for path in [*sources, *sorted(folder.glob("*.mem")), *sorted(folder.glob("memory/*"))]:
        digest.update(path.read_bytes())
    if not target.is_file() or not made.is_file() or made.read_text() != digest.hexdigest():
        for path in sources:
            shutil.copyfile(path, folder / path.name)
        run_yosys(script, folder)
        write_text(made, digest.hexdigest())
    return [*primitive_models(), target]


def _script(unit: str, parameters: Mapping[str, int | str], sources: Sequence[Path], target: str) -> str:
    """As implement.whole synthesises, without pads."""
    boxes, filled = logic_boxes((path.name for path in sources if path.name.endswith(NETLIST)), unit)
    others = " ".join(path.name for path in sources if not path.name.endswith(NETLIST))
    given = "".join(f" -set {name} {_constant(value)}" for name, value in parameters.items())
    return (
        f"{boxes} read_verilog -sv {others}; {f'chparam{given} {unit};' if given else ''} "
        f"synth_xilinx -family xc7 -abc9 -nodsp -noiopad -top {unit}; {filled} flatten; opt_clean; check -assert; "
        f"write_verilog -noattr {target}"
    )


def _constant(value: int | str) -> str:
    """A parameter's value as Yosys reads it; it knows no negative numbers."""
    if isinstance(value, str):
        return value if "'" in value else f'"{value}"'
    return f"32'd{value & 0xFFFFFFFF}"
