"""The boards that a bitstream can be made for."""

from dataclasses import dataclass
from pathlib import Path

from eeg2fpga.errors import UserError
from eeg2fpga.locations import REPOSITORY


@dataclass(frozen=True)
class Board:
    """A Zynq-7000 board."""

    name: str
    title: str
    part: str
    io_pll_mhz: int = 1000
    """What FCLK0 is divided from: the IO PLL, as the board's boot image sets it."""

    @property
    def constraints(self) -> Path:
        """Pins of the top level."""
        return REPOSITORY / "vivado_constraints" / f"{self.name}.xdc"


BOARDS = {
    board.name: board
    for board in (
        Board("pynq-z2", "TUL PYNQ-Z2", "xc7z020clg400-1"),
        Board("pynq-z1", "Digilent PYNQ-Z1", "xc7z020clg400-1"),
        Board("arty-z7-20", "Digilent Arty Z7-20", "xc7z020clg400-1"),
    )
}


def find_board(name: str) -> Board:
    """The board of that name. Raises UserError, with the names there are."""
    if name not in BOARDS:
        raise UserError(f"no board `{name}`: pick one of {', '.join(BOARDS)}")
    return BOARDS[name]


@dataclass(frozen=True)
class Divided:
    """A clock that the PS divides from its IO PLL, twice."""

    divisor0: int
    divisor1: int
    mhz: float


def divide(board: Board, clock_mhz: float) -> Divided:
    """The fastest FCLK0 up to `clock_mhz`: divisors of 1 to 63 (UG585, FPGA0_CLK_CTRL), as alike as can be."""
    pairs = [(d0, d1) for d0 in range(1, 64) for d1 in range(1, 64)]
    choices = [(board.io_pll_mhz / (d0 * d1), -abs(d0 - d1), d0, d1) for d0, d1 in pairs]
    # 100.0000001 is 100 to a person.
    legal = [choice for choice in choices if choice[0] <= clock_mhz * (1 + 1e-9)]
    if not legal:
        slowest = board.io_pll_mhz / 63 / 63
        raise UserError(
            f"clock_mhz {clock_mhz} is slower than FCLK0 gets ({slowest:.2f} MHz): raise hardware.clock_mhz"
        )
    mhz, _, divisor0, divisor1 = max(legal)
    return Divided(divisor0, divisor1, mhz)
