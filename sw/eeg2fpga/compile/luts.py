"""What memories cost in LUTs, and in block RAMs instead, as Yosys maps them for 7-series (UG473, UG474)."""

_SHAPES = ((1, 14), (2, 13), (4, 12), (9, 11), (18, 10), (36, 9))
"""Width and address bits of a RAMB18."""


LUTRAM_WORDS = 32
"""Of a memory that takes the fewest LUTs a bit."""


def clog2(number: int) -> int:
    """Bits that count `number` values."""
    return (number - 1).bit_length()


def block_rams(depth: int, width: int) -> int:
    """RAMB18s of a memory with one read port."""
    return min(-(-width // bits) * -(-depth // (1 << address)) for bits, address in _SHAPES)


def ram_luts(depth: int, width: int) -> int:
    """LUTRAM of two ports: 32 words of 6 bits or 64 words of 3 in four LUTs, and multiplexers of the rows."""
    if depth <= LUTRAM_WORDS:
        return 4 * -(-width // 6)
    rows = -(-depth // 64)
    return 4 * rows * -(-width // 3) + (width * _mux_luts(rows) + rows if rows > 1 else 0)


def rom_luts(depth: int, width: int) -> int:
    """Logic that holds random words: a LUT has 64 of them, MUXF7 and MUXF8 join four, more LUTs join those."""
    if depth <= 2:
        return 0
    return width * (-(-depth // 64) + _mux_luts(-(-depth // 256)))


def weight_luts(depth: int, width: int) -> int:
    """Logic that holds weights: among a unit's other logic Yosys finds no MUXF7 for those that outgrow a LUT."""
    return rom_luts(depth, width) if depth <= 64 else round(5.3 * width * depth / 64)


def vector_luts(depth: int, width: int) -> int:
    """A vector's words: registers, joined four to a LUT, where LUTRAM would be emptier than that."""
    if depth <= 4:
        return width if depth > 2 else 0
    return ram_luts(depth, width)


def pick_luts(parts: int) -> int:
    """One bit out of `parts`, by a binary number (fitted to Yosys 0.70)."""
    small = (0, 0, 1, 1, 1, 2, 2, 3, 3)
    return small[parts] if parts < len(small) else 5 if parts <= 12 else round(0.45 * parts)


def leaves(terms: int, bits: int) -> int:
    """Sums of up to twelve agreements, or of two products, with which hw/rtl/tile_sums begins."""
    return -(-terms // (12 if bits == 1 else 2))


def tree_luts(terms: int, bits: int, weight_bits: int) -> float:
    """Sum of signed products, or of agreements if bits is 1, in hw/rtl/tile_sums: leaves, then adders of two.

    A pair of products takes a LUT a bit, with ternary weights two, an adder one. Fitted to Yosys 0.70, within 10 % for
    1 to 60 terms.
    """
    count = leaves(terms, bits)
    if bits == 1:
        size = -(-terms // count)
        width, total = clog2(size + 1), max(count, 1.9 * terms - 4.7 * count)
    elif weight_bits == 1:
        width, total = bits + 1, bits * (terms // 2)
    else:
        width, total = bits + 1, 2 * bits * (terms // 2) + bits * (terms % 2)
    while count > 1:
        total += count // 2 * (width + 0.3)
        count, width = -(-count // 2), width + 1
    return total


def _mux_luts(inputs: int) -> int:
    """A LUT joins four inputs, MUXF7 and MUXF8 four such LUTs."""
    return -(-inputs // 4) if inputs > 1 else 0
