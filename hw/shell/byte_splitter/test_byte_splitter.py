"""byte_splitter: the bytes of beats as shorter words, a word a cycle, the last one without a further beat."""

import math
import random

import pytest
from bench import elaboration_error, lint, parameter_sets, run_unit


def cut(data: bytes, size: int) -> list[int]:
    """Little-endian words of `size` bytes."""
    return [int.from_bytes(data[i : i + size], "little") for i in range(0, len(data), size)]


@parameter_sets("word_bytes", [1, 2, 3, 5, 6, 7], netlists=(3,))
def test_bytes_in_order_and_no_bubble(word_bytes: int) -> None:
    generator = random.Random(word_bytes)
    data = [generator.randbytes(2 * math.lcm(8, word_bytes)) for _ in range(3)]
    beats, words = [cut(window, 8) for window in data], [cut(window, word_bytes) for window in data]
    run_unit("byte_splitter", {"BYTES": word_bytes}, {"s_axis": beats}, {"m_axis": words}, cycles=len(words[0]))


@pytest.mark.parametrize("word_bytes", [1, 5, 6])
def test_lints(word_bytes: int) -> None:
    done = lint("byte_splitter", {"BYTES": word_bytes})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("word_bytes", [0, 8])
def test_illegal_parameters_stop_elaboration(word_bytes: int) -> None:
    assert "ILLEGAL_BYTES" in elaboration_error("byte_splitter", {"BYTES": word_bytes})
