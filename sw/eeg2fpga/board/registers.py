"""The shell's registers, 32 bits each, by byte offset: version 1.2 of the map in docs/board.md."""

MAJOR = 1
MINOR = 2

IDENTITY = 0x00
VERSION = 0x04
HASH = (0x08, 0x0C, 0x10, 0x14)
"""HASH0 (bits 31:0) to HASH3."""
GEOMETRY = 0x18
CONTROL = 0x20
STATUS = 0x24
ERROR = 0x28
ERROR_ADDRESS = 0x2C
INTERRUPT_ENABLE = 0x30
INTERRUPT = 0x34
SOURCE = 0x38
DESTINATION = 0x3C
WINDOWS = 0x40
WINDOWS_DONE = 0x44
CYCLES = 0x48
"""Reading it latches CYCLES_HIGH."""
CYCLES_HIGH = 0x4C
STALL_INPUT = 0x50
STALL_OUTPUT = 0x54
FIRST_RESULT = 0x58
OFFSET = 0x5C
"""What is added to the score of class 1 of two: OFFSET_BITS, two's complement."""
OFFSET_BITS = 16
MODE = 0x60
"""What a batch's results are: CLASSES_MODE, SCORES or LOOPBACK."""
CLASSES = 0x64
"""How many classes the network has."""

IDENTITY_VALUE = 0x45324647
"""`E2FG`."""

START = 1 << 0
ABORT = 1 << 1
CLEAR = 1 << 2

CLASSES_MODE = 0
"""A byte a window: its class."""
SCORES = 1
"""Beats of two scores a window, 32 bits each, signed, a last one of an odd number with 0 above."""
LOOPBACK = 2
"""What is read, WINDOWS beats of 8 bytes, is written as it is."""

BUSY = 1 << 0
DONE = 1 << 1
ERRED = 1 << 2
ABORTED = 1 << 3

ERRORS = (
    (1 << 0, "READ_SLAVE", "the memory refused a read (SLVERR)"),
    (1 << 1, "READ_DECODE", "nothing answers reads there (DECERR)"),
    (1 << 2, "WRITE_SLAVE", "the memory refused a write (SLVERR)"),
    (1 << 3, "WRITE_DECODE", "nothing answers writes there (DECERR)"),
    (1 << 4, "BAD_ADDRESS", "SOURCE or DESTINATION is not a multiple of 8"),
    (1 << 5, "NO_WINDOWS", "a batch of no windows was started"),
    (1 << 6, "START_WHILE_BUSY", "a batch was started while another ran"),
)
"""(bit of ERROR, name, meaning)."""

ALIGNMENT = 8
"""SOURCE and DESTINATION are multiples of it."""
PORT_BYTES = 8
"""Of the memory port, a clock cycle."""

# What a dump shows, in order. CYCLES comes before CYCLES_HIGH, which it latches.
DUMPED = {
    "STATUS": STATUS,
    "ERROR": ERROR,
    "ERROR_ADDRESS": ERROR_ADDRESS,
    "INTERRUPT": INTERRUPT,
    "SOURCE": SOURCE,
    "DESTINATION": DESTINATION,
    "WINDOWS": WINDOWS,
    "WINDOWS_DONE": WINDOWS_DONE,
    "CYCLES": CYCLES,
    "CYCLES_HIGH": CYCLES_HIGH,
    "STALL_INPUT": STALL_INPUT,
    "STALL_OUTPUT": STALL_OUTPUT,
    "FIRST_RESULT": FIRST_RESULT,
    "OFFSET": OFFSET,
    "MODE": MODE,
}


def dump(read):
    """Name -> value of the registers that say what the device is doing. read: function of an offset."""
    return {name: read(offset) for name, offset in DUMPED.items()}


def read_hash(read):
    """BUILD_HASH as 32 hex digits, HASH3 first. read: function of an offset."""
    return "".join(f"{read(offset):08x}" for offset in reversed(HASH))
