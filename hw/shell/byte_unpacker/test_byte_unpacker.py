"""byte_unpacker: the bytes of beats as words of any number of bytes, at the rate of the side with more words."""

import math
import random

import pytest
from bench import elaboration_error, lint, parameter_sets, run_unit

LANES = [1, 5, 16, 19]
USES = ("width_converter", "byte_gearbox", "byte_splitter")


def cut(data: bytes, size: int) -> list[int]:
    """Little-endian words of `size` bytes."""
    return [int.from_bytes(data[i : i + size], "little") for i in range(0, len(data), size)]


@parameter_sets("lanes", LANES, netlists=(1,))
def test_bytes_in_order_and_no_bubble(lanes: int) -> None:
    generator = random.Random(lanes)
    data = [generator.randbytes(2 * math.lcm(8, lanes)) for _ in range(3)]
    beats, words = [cut(window, 8) for window in data], [cut(window, lanes) for window in data]
    cycles = max(len(beats[0]), len(words[0]))
    run_unit("byte_unpacker", {"LANES": lanes}, {"s_axis": beats}, {"m_axis": words}, cycles=cycles, uses=USES)


@pytest.mark.parametrize("lanes", [1, 5, 19, 32])
def test_lints(lanes: int) -> None:
    done = lint("byte_unpacker", {"LANES": lanes}, USES)
    assert done.returncode == 0, done.stderr


def test_illegal_parameters_stop_elaboration() -> None:
    assert "ILLEGAL_LANES" in elaboration_error("byte_unpacker", {"LANES": 0}, USES)
