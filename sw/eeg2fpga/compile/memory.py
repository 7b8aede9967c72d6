"""Stream words and memory files: how integers become bits (docs/design.md, 'Streams' and 'RTL units')."""

from pathlib import Path

import numpy as np

from eeg2fpga.compile.arithmetic import Integers
from eeg2fpga.files import write_text


def padded(bits: int) -> int:
    """Bits of a stream word that carries `bits` bits: the next multiple of eight."""
    return -(-bits // 8) * 8


def encode(values: Integers, bits: int) -> Integers:
    """Elements to bit patterns: bipolar -1/+1 to 0/1 for one bit, two's complement otherwise."""
    return (values + 1) // 2 if bits == 1 else values & ((1 << bits) - 1)


def decode(patterns: Integers, bits: int) -> Integers:
    """The inverse of `encode`."""
    if bits == 1:
        return 2 * patterns - 1
    return patterns - ((patterns >> (bits - 1)) << bits)


def to_words(values: Integers, bits: int) -> list[int]:
    """Rows of elements to one integer a row, element 0 in the low bits. values: (rows, elements)."""
    shifts = [int(s) for s in np.arange(values.shape[-1]) * bits]
    return [sum(int(v) << s for v, s in zip(row, shifts, strict=True)) for row in encode(values, bits)]


def from_words(words: list[int], elements: int, bits: int) -> Integers:
    """The inverse of `to_words`: (rows, elements)."""
    mask = (1 << bits) - 1
    patterns = np.array([[(word >> (i * bits)) & mask for i in range(elements)] for word in words], dtype=np.int64)
    return decode(patterns.reshape(len(words), elements), bits)


def mvu_weights(weights: Integers, pe: int, simd: int, bits: int = 1) -> list[int]:
    """ROM words of a binary_mvu. weights: (MW, MH) of +-1, or of -1, 0 and +1 in two `bits`."""
    mw, mh = weights.shape
    folded = weights.T.reshape(mh // pe, pe, mw // simd, simd).transpose(0, 2, 1, 3)
    return to_words(folded.reshape(-1, pe * simd), bits)


def depthwise_weights(weights: Integers, pe: int) -> list[int]:
    """ROM words of a depthwise unit. weights: (channels, kernel) of +-1."""
    channels, kernel = weights.shape
    return to_words(weights.reshape(channels // pe, pe, kernel).transpose(0, 2, 1).reshape(-1, pe), 1)


def search_words(thresholds: Integers, pe: int, bits: int, a_word: int = 1) -> list[int]:
    """ROM words of serial_threshold and multi_threshold. thresholds: (channels, 2**stages - 1), ascending.

    a_word: thresholds a word, 2 for a serial_threshold in block RAM.

    A heap of levels + 1 words a channel: node 2**i + q, reached with the i high bits q of the count, holds the level in
    the middle of what is left; node 0 is unused, and so are folds beyond the last, up to a power of two.
    """
    channels, levels = thresholds.shape
    stages, folds = levels.bit_length(), channels // pe
    middle = [(2 * q + 1 << stages - 1 - i) - 1 for i in range(stages) for q in range(1 << i)]
    heap = np.zeros((pe, 1 << (folds - 1).bit_length(), levels + 1), np.int64)
    heap[:, :folds, 1:] = thresholds[:, middle].reshape(folds, pe, levels).swapaxes(0, 1)
    return to_words(heap.reshape(-1, a_word), bits)


def bias_words(bias: Integers, pe: int, bits: int) -> list[int]:
    """ROM words of a binary_mvu's bias. bias: (MH,)."""
    return to_words(bias.reshape(-1, pe), bits)


def write_memory(path: Path, words: list[int], bits: int) -> None:
    """Write a $readmemh file: one word of `bits` bits a line, and the last newline that older simulators need."""
    digits = -(-bits // 4)
    write_text(path, "".join(f"{word:0{digits}x}\n" for word in words))
