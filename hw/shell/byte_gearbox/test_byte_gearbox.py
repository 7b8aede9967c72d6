"""byte_gearbox: the bytes of beats as longer words, a beat a cycle."""

import math
import random

import pytest
from bench import elaboration_error, lint, parameter_sets, run_unit

BYTES = [9, 12, 19, 30]


def windows(word_bytes: int, words: int, seed: int) -> tuple[list[list[int]], list[list[int]]]:
    """Three windows of so many words: as beats and as words."""
    generator = random.Random(seed)
    data = [generator.randbytes(word_bytes * words) for _ in range(3)]
    return [cut(window, 8) for window in data], [cut(window, word_bytes) for window in data]


def cut(data: bytes, size: int) -> list[int]:
    """Little-endian words of `size` bytes."""
    return [int.from_bytes(data[i : i + size], "little") for i in range(0, len(data), size)]


@parameter_sets("word_bytes", BYTES, netlists=(0,))
def test_bytes_in_order_and_no_bubble(word_bytes: int) -> None:
    beats, words = windows(word_bytes, 2 * 8 // math.gcd(8, word_bytes), seed=word_bytes)
    run_unit("byte_gearbox", {"BYTES": word_bytes}, {"s_axis": beats}, {"m_axis": words}, cycles=len(beats[0]))


@pytest.mark.parametrize("word_bytes", BYTES)
def test_lints(word_bytes: int) -> None:
    done = lint("byte_gearbox", {"BYTES": word_bytes})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("word_bytes", [0, 8, 32])
def test_illegal_parameters_stop_elaboration(word_bytes: int) -> None:
    assert "ILLEGAL_BYTES" in elaboration_error("byte_gearbox", {"BYTES": word_bytes})
