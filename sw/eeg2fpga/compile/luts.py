"""What memories cost in LUTs, and in block RAMs instead, as Yosys maps them for 7-series (UG473, UG474)."""

from math import log2

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


def tree_luts(terms: int, bits: int) -> int:
    """Sum of signed terms, or of agreements if bits is 1: compressors of three operands, two LUTs a bit.

    The products with the weights are inside the first compressors. In stages of hw/rtl/tile_sums from 13 terms on, 5 if
    signed. Fitted to Yosys 0.70, within 10 % for 1 to 120 terms.
    """
    if bits == 1:
        if terms == 1:
            return 1
        return round(2.25 * terms - 8.5 if terms > 12 else 2.4 * (terms - log2(terms) - 1) + 2)
    if terms <= 3:
        return terms * bits + 2 * (terms == 3)
    return round((1.91 * bits + 1.1) * terms - 3.25 * bits + 2) + (3 if terms < 6 else 0)


def _mux_luts(inputs: int) -> int:
    """A LUT joins four inputs, MUXF7 and MUXF8 four such LUTs."""
    return -(-inputs // 4) if inputs > 1 else 0
