"""The shell's registers (docs/board.md) as the hardware handoff describes them."""

from dataclasses import dataclass

from eeg2fpga.board import registers


@dataclass(frozen=True)
class Field:
    """Bits of a register."""

    name: str
    offset: int
    width: int
    meaning: str


@dataclass(frozen=True)
class Register:
    """32 bits at a byte offset. access: IP-XACT's word, `read-only`, `write-only` or `read-write`."""

    name: str
    offset: int
    access: str
    meaning: str
    fields: tuple[Field, ...] = ()


def _bits(*names: tuple[str, int, str]) -> tuple[Field, ...]:
    return tuple(Field(name, mask.bit_length() - 1, 1, meaning) for name, mask, meaning in names)


_ERRORS = _bits(*((name, mask, meaning) for mask, name, meaning in registers.ERRORS))
_CONTROL = _bits(
    ("START", registers.START, "start a batch"),
    ("ABORT", registers.ABORT, "end the batch"),
    ("CLEAR", registers.CLEAR, "clear status, errors and counters"),
)
_STATUS = _bits(
    ("BUSY", registers.BUSY, "a batch runs"),
    ("DONE", registers.DONE, "the batch is complete"),
    ("ERROR", registers.ERRED, "ERROR is not 0"),
    ("ABORTED", registers.ABORTED, "the batch was aborted"),
)
_GEOMETRY = (Field("ELECTRODES", 0, 16, "electrodes"), Field("SAMPLES", 16, 16, "samples of a window"))
_MODE = _bits(
    ("SCORES", registers.SCORES, "scores of each window instead of its class"),
    ("LOOPBACK", registers.LOOPBACK, "what is read, instead of results"),
)
_VERSION = (Field("MINOR", 0, 16, "minor version"), Field("MAJOR", 16, 16, "major version"))

REGISTERS = (
    Register("IDENTITY", registers.IDENTITY, "read-only", f"{registers.IDENTITY_VALUE:#x}"),
    Register("VERSION", registers.VERSION, "read-only", "version of this map", _VERSION),
    *(
        Register(f"HASH{word}", offset, "read-only", f"bits {32 * word + 31}:{32 * word} of the build's hash")
        for word, offset in enumerate(registers.HASH)
    ),
    Register("GEOMETRY", registers.GEOMETRY, "read-only", "shape of a window", _GEOMETRY),
    Register("CONTROL", registers.CONTROL, "write-only", "commands", _CONTROL),
    Register("STATUS", registers.STATUS, "read-only", "state of the batch", _STATUS),
    Register("ERROR", registers.ERROR, "read-only", "what went wrong", _ERRORS),
    Register("ERROR_ADDRESS", registers.ERROR_ADDRESS, "read-only", "address of the first burst that failed"),
    Register(
        "INTERRUPT_ENABLE",
        registers.INTERRUPT_ENABLE,
        "read-write",
        "lets INTERRUPT out",
        _bits(("ENABLE", 1, "enable")),
    ),
    Register(
        "INTERRUPT",
        registers.INTERRUPT,
        "read-write",
        "set when a batch ends; write 1 to clear",
        _bits(("PENDING", 1, "pending")),
    ),
    Register("SOURCE", registers.SOURCE, "read-write", "address of the first window"),
    Register("DESTINATION", registers.DESTINATION, "read-write", "address of the first result"),
    Register("WINDOWS", registers.WINDOWS, "read-write", "windows of the batch"),
    Register("WINDOWS_DONE", registers.WINDOWS_DONE, "read-only", "results of the batch so far"),
    Register("CYCLES", registers.CYCLES, "read-only", "cycles of the batch, low word; reading latches the high one"),
    Register("CYCLES_HIGH", registers.CYCLES_HIGH, "read-only", "cycles of the batch, high word"),
    Register("STALL_INPUT", registers.STALL_INPUT, "read-only", "cycles without a word for the accelerator"),
    Register("STALL_OUTPUT", registers.STALL_OUTPUT, "read-only", "cycles in which a result had to wait"),
    Register("FIRST_RESULT", registers.FIRST_RESULT, "read-only", "cycles from START to the first result"),
    Register("OFFSET", registers.OFFSET, "read-write", "added to the score of class 1 of two, signed, 16 bits"),
    Register("MODE", registers.MODE, "read-write", "what the results are: 0 classes, 1 scores, 2 what is read", _MODE),
    Register("CLASSES", registers.CLASSES, "read-only", "classes of the network"),
)
