"""The hardware handoff (.hwh) that PYNQ reads beside a bit file, written without a block design."""

from eeg2fpga.board.manifest import ADDRESS_RANGE, BASE_ADDRESS
from eeg2fpga.implement.boards import Board, divide
from eeg2fpga.implement.register_map import REGISTERS
from eeg2fpga.implement.render import render

VLNV = "eeg2fpga.org:user:eeg2fpga:1.0"
INSTANCE = "eeg2fpga_0"
"""Name of the IP in PYNQ's ip_dict."""


def handoff(board: Board, clock_mhz: float, build: str, build_hash: str, parameters: dict[str, str]) -> str:
    """The .hwh of a bit file: one IP with its registers, its interrupt on IRQ_F2P[0], FCLK0, S_AXI_HP0.

    build_hash: 32 hex digits. parameters: compile.shell.shell_parameters.
    """
    device, package, speed = board.part[:7], board.part[7:-2], board.part[-2:]
    return render(
        "handoff.hwh.j2",
        board=board,
        device=device,
        package=package,
        speed=speed,
        clock=divide(board, clock_mhz),
        instance=INSTANCE,
        vlnv=VLNV,
        build=build,
        build_hash=build_hash,
        parameters={name: value for name, value in parameters.items() if name != "BUILD_HASH"},
        base=BASE_ADDRESS,
        high=BASE_ADDRESS + ADDRESS_RANGE - 1,
        size=ADDRESS_RANGE,
        registers=REGISTERS,
    )
