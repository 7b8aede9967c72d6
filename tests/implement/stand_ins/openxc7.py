"""`nextpnr-xilinx`, `fasm2frames` and `xc7frames2bit`: what they read and write, and each fault that FAULT names.

A bit file is that of the environment's BIT, with the frames of the frames file in it.
"""

import os
import signal
import sys
from pathlib import Path

FAULT = os.environ.get("FAULT", "")
FRAMES = 40


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
        print(f"nextpnr-xilinx -- Next Generation Place and Route (Version {version})", file=sys.stderr)
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
    speed = dict(part.split("=") for part in os.environ.get("MHZ", "1=130,2=140,3=125").split(","))[str(seed)]
    target = option(arguments, "--freq")
    print("Info: \t          SLICE_LUTX:  3500/106400     3%\nInfo: \t           SLICE_FFX:  4000/106400     3%")
    print("Info: \t   RAMB18E1_RAMB18E1:    13/  280     4%\nInfo: \t     DSP48E1_DSP48E1:     0/  220     0%")
    if FAULT != "no clock":
        # The estimate before routing comes first, the judgement last.
        print(f"Info: Max frequency for clock 'zynq.clk': 300.00 MHz (PASS at {target} MHz)")
        print(f"Info: Max frequency for clock 'zynq.clk': {float(speed):.2f} MHz (? at {target} MHz)")
    features = (
        "" if FAULT == "fasm empty" else "# routing only\nINT_L_X2Y1.A\n" if FAULT == "fasm without logic" else None
    )
    if FAULT != "no fasm":
        fasm.write_text(f"CLBLL_L_X2Y1.SLICEL_X0.ALUT.INIT[{seed}]\n" if features is None else features)


def fasm2frames(arguments: list[str]) -> None:
    source, target = (Path(name) for name in arguments[-2:])
    assert source.is_file() and Path(option(arguments, "--db-root")).is_dir()
    assert option(arguments, "--part") == "xc7z020clg400-1"
    seed = int(source.stem.removeprefix("seed"))
    lines = [
        f"0x{0x400000 + frame:08X} " + ",".join(f"0x{seed << 16 | frame << 8 | word:08X}" for word in range(101))
        for frame in range(FRAMES)
    ]
    if FAULT == "frames blank":
        lines = [line.split()[0] + " " + ",".join(["0x00000000"] * 101) for line in lines]
    text = "" if FAULT == "frames empty" else "\n".join(lines) + "\n"
    if FAULT != "no frames":
        target.write_text(text[: len(text) - 300] if FAULT in ("frames cut", "fasm2frames killed") else text)
    fail("fasm2frames")


def frames2bit(arguments: list[str]) -> None:
    assert Path(option(arguments, "--part_file")).is_file()
    frames = Path(option(arguments, "--frm_file")).read_text().split("\n")[:-1]
    bit = bytearray(Path(os.environ["BIT"]).read_bytes())
    for number, line in enumerate(frames):
        data = b"".join(int(word, 16).to_bytes(4, "big") for word in line.partition(" ")[2].split(","))
        place = 2_000_000 + 404 * number
        if FAULT not in ("bit of other frames", "bit blank"):
            bit[place : place + 404] = data
    if FAULT == "bit blank":
        head = bit.index(b"\xaa\x99\x55\x66")
        bit[head + 4 :] = bytes(len(bit) - head - 4)
    target = Path(option(arguments, "--output_file"))
    if FAULT != "no bit":
        target.write_bytes(bit[: len(bit) // 2] if FAULT in ("bit cut", "xc7frames2bit killed") else bit)
    if FAULT == "bit empty":
        target.write_bytes(b"")
    fail("xc7frames2bit")


if __name__ == "__main__":
    {"nextpnr-xilinx": nextpnr, "fasm2frames": fasm2frames, "xc7frames2bit": frames2bit}[sys.argv[1]](sys.argv[2:])
