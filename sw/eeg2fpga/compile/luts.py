"""What memories cost in LUTs, and in block RAMs instead, as Yosys maps them for 7-series (UG473, UG474)."""

_SHAPES = ((1, 14), (2, 13), (4, 12), (9, 11), (18, 10), (36, 9))
"""Width and address bits of a RAMB18."""


def clog2(number: int) -> int:
    """Bits that count `number` values."""
    return (number - 1).bit_length()


def block_rams(depth: int, width: int) -> int:
    """RAMB18s of a memory with one read port."""
    return min(-(-width // bits) * -(-depth // (1 << address)) for bits, address in _SHAPES)


def ram_luts(depth: int, width: int) -> int:
    """LUTRAM of two ports: 32 words of 6 bits or 64 words of 3 in four LUTs, and multiplexers of the rows."""
    if depth <= 32:
        return 4 * -(-width // 6)
    rows = -(-depth // 64)
    return 4 * rows * -(-width // 3) + (width * _mux_luts(rows) + rows if rows > 1 else 0)


def rom_luts(depth: int, width: int) -> int:
    """Logic that holds random words: a LUT has 64 of them, MUXF7 and MUXF8 join four LUTs, more LUTs join those."""
    return width * (-(-depth // 64) + _mux_luts(-(-depth // 256)))


def _mux_luts(inputs: int) -> int:
    """A LUT joins four inputs, MUXF7 and MUXF8 four such LUTs."""
    return -(-inputs // 4) if inputs > 1 else 0
