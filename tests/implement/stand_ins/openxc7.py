"""`nextpnr-xilinx`, `fasm2frames` and `xc7frames2bit`: what they read and write, and each fault that FAULT names.

PRINTS: `2025`, what nextpnr-xilinx prints since October 2023 (to 0.9.6 of September 2026); `2026`, what openXC7's
nextpnr-himbaechel prints behind the same name, which is to take its place; `2023`, what came before.
MHZ: what it says of each seed; REAL_MHZ: what its design reaches with the block RAM's delays.
"""

import os
import re
import signal
import sys
from pathlib import Path

import numpy as np
from eeg2fpga.implement.configuration import FRAME_WORDS, with_ecc
from eeg2fpga.implement.frames import read_part

from tests.bitfiles import bitfile, encoded, packets, written
from tests.implement.stand_ins.routed_design import write_routed

FAULT = os.environ.get("FAULT", "")
FRAMES = 40
SITES = 3500
BELS = {
    **{"SLICE_LUTX": (4100, 106_400), "SLICE_FFX": (4000, 106_400), "CARRY4": (210, 13_300)},
    **{"PSEUDO_GND": (1, 24_276), "PSEUDO_VCC": (1, 24_276), "HARD0": (0, 2_900), "RAMB18E1_RAMB18E1": (11, 280)},
    **{"FIFO18E1_FIFO18E1": (0, 140), "RAMBFIFO36E1_RAMBFIFO36E1": (0, 140), "RAMB36E1_RAMB36E1": (1, 140)},
    **{"DSP48E1_DSP48E1": (0, 220), "PAD": (131, 1_084), "PS7_PS7": (1, 1), "SELMUX2_1": (90, 39_900)},
}
"""Of a device: used, there are."""


def utilisation(prints: str) -> str:
    """As print_utilisation of nextpnr (common/design_utils.cc) writes it."""
    lines = ["Info: Device utilisation:"]
    for name, (used, there) in BELS.items():
        name = re.sub(r"^([A-Z0-9_]*)_\1$", r"\1", name) if prints == "2025" else name
        width = 7 if prints == "2026" else 5
        lines.append(f"Info: \t{name:>20}: {used:{width}d}/{there:{width}d} {100 * used // there:5d}%")
    return "\n".join([*lines, ""])


def option(arguments: list[str], name: str) -> str:
    return arguments[arguments.index(name) + 1]


def fail(name: str) -> None:
    if f"{name} exits" == FAULT:
        print(f"ERROR: {name} cannot")
        sys.exit(255)
    if f"{name} killed" == FAULT:
        os.kill(os.getpid(), signal.SIGKILL)


def nextpnr(arguments: list[str]) -> None:
    if arguments == ["--version"]:
        version = os.environ.get("VERSION", "0.9.6")
        print(f'"nextpnr-xilinx" -- Next Generation Place and Route (Version {version})', file=sys.stderr)
        return
    for name in ("--chipdb", "--xdc", "--json"):
        assert Path(option(arguments, name)).is_file(), arguments
    with Path("commands.txt").open("a") as file:
        file.write(" ".join(arguments) + "\n")
    fasm, seed = Path(option(arguments, "--fasm")), int(option(arguments, "--seed"))
    if f"seed {seed} exits" == FAULT:
        print("ERROR: Failed to route")
        sys.exit(255)
    if FAULT == "nextpnr-xilinx killed":
        fasm.write_text("CLBLL_L_X2Y")
    fail("nextpnr-xilinx")
    said, real = (by_seed(os.environ.get(name, "1=130,2=140,3=125"))[seed] for name in ("MHZ", "REAL_MHZ"))
    target = option(arguments, "--freq")
    if FAULT != "no utilisation":
        print(utilisation(os.environ.get("PRINTS", "2025")))
    if FAULT != "no clock":
        # The estimate before routing comes first, the judgement last.
        print(f"Info: Max frequency for clock 'zynq.clk': 300.00 MHz (PASS at {target} MHz)")
        print(f"Info: Max frequency for clock 'zynq.clk': {said:.2f} MHz (? at {target} MHz)")
    netlist, sdf = Path(option(arguments, "--write")), Path(option(arguments, "--sdf"))
    write_routed(netlist, sdf, 1000 / real)
    if FAULT == "no delays":
        sdf.unlink()
    if FAULT == "no netlist":
        netlist.write_text("{}")
    features = (
        "" if FAULT == "fasm empty" else "# routing only\nINT_L_X2Y1.A\n" if FAULT == "fasm without logic" else None
    )
    if FAULT != "no fasm":
        fasm.write_text(sites(seed) if features is None else features)


def by_seed(text: str) -> dict[int, float]:
    """Of `1=130,2=140`."""
    return {int(seed): float(mhz) for seed, mhz in (part.split("=") for part in text.split(","))}


def sites(seed: int) -> str:
    """Features of SITES LUT sites, as nextpnr-xilinx writes them: a line each, others between."""
    lines = [f"# seed {seed}"]
    for number in range(SITES):
        tile, letter = f"CLBLM_R_X{number // 200}Y{number // 8}", "ABCD"[number % 4]
        lut = f"{tile}.SLICE{'ML'[number // 4 % 2]}_X{number // 4 % 2}.{letter}LUT"
        lines += [f"{lut}.INIT[63:0] = 64'b{number:064b}", f"{lut}.SMALL", f"{lut[:-3]}FFMUX.O6"]
    return "\n".join([*lines, ""])


def fasm2frames(arguments: list[str]) -> None:
    source, target = (Path(name) for name in arguments[-2:])
    assert source.is_file() and Path(option(arguments, "--db-root")).is_dir()
    assert option(arguments, "--part") == "xc7z020clg400-1"
    seed = int(source.stem.removeprefix("seed"))
    addresses = read_part(Path(option(arguments, "--db-root"), option(arguments, "--part"), "part.yaml")).addresses
    lines = [
        f"0x{address:08X} " + ",".join(f"0x{seed << 16 | place << 8 | word:08X}" for word in range(101))
        for place, address in enumerate(addresses[700 : 700 + FRAMES])
    ]
    if FAULT == "frames blank":
        lines = [line.split()[0] + " " + ",".join(["0x00000000"] * 101) for line in lines]
    text = "" if FAULT == "frames empty" else "\n".join(lines) + "\n"
    if FAULT != "no frames":
        target.write_text(text[: len(text) - 300] if FAULT in ("frames cut", "fasm2frames killed") else text)
    fail("fasm2frames")


def frames2bit(arguments: list[str]) -> None:
    part = read_part(Path(option(arguments, "--part_file")))
    source = Path(option(arguments, "--frm_file"))
    frames = np.zeros((len(part.addresses), FRAME_WORDS), np.uint32)
    for line in source.read_text().splitlines():
        address, _, words = line.partition(" ")
        frames[part.addresses.index(int(address, 16))] = [int(word, 16) for word in words.split(",")]
    if FAULT == "bit of other frames":
        frames = np.roll(frames, 1, axis=0)
    if FAULT == "bit blank":
        frames[:] = 0
    data = encoded(packets(written(with_ecc(frames)), "xc7frames2bit"))
    bit = bitfile(data, option(arguments, "--part_name"), f"{source.name};Generator=xc7frames2bit")
    target = Path(option(arguments, "--output_file"))
    if FAULT != "no bit":
        target.write_bytes(bit[: len(bit) // 2] if FAULT in ("bit cut", "xc7frames2bit killed") else bit)
    if FAULT == "bit empty":
        target.write_bytes(b"")
    fail("xc7frames2bit")


if __name__ == "__main__":
    {"nextpnr-xilinx": nextpnr, "fasm2frames": fasm2frames, "xc7frames2bit": frames2bit}[sys.argv[1]](sys.argv[2:])
