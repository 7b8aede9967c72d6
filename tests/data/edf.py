"""A minimal EDF and BDF writer for tests (edfplus.info/specs/edf.html, biosemi.com/faq/file_format.htm)."""

from pathlib import Path

import numpy as np


def write_edf(path: Path, data: np.ndarray, names: list[str], rate: int) -> None:
    """Write data (signals, samples), microvolt, as one-second records; the suffix `.bdf` makes 24-bit samples."""
    bdf = path.suffix == ".bdf"
    bits = 24 if bdf else 16
    top = 2 ** (bits - 1) - 1
    records = data.shape[1] // rate
    count = len(names)
    limit = 1000.0
    header = (b"\xffBIOSEMI" if bdf else b"0       ") + b"X X X X".ljust(80) + b"Startdate X X X X".ljust(80)
    header += b"01.01.2001.00.00" + f"{256 * (count + 1)}".ljust(8).encode()
    header += (b"24BIT" if bdf else b"").ljust(44) + f"{records:<8}{1:<8}{count:<4}".encode()
    for texts, width in (
        (names, 16),
        ([""] * count, 80),
        (["uV"] * count, 8),
        ([f"{-limit:g}"] * count, 8),
        ([f"{limit:g}"] * count, 8),
        ([str(-top)] * count, 8),
        ([str(top)] * count, 8),
        ([""] * count, 80),
        ([str(rate)] * count, 8),
        ([""] * count, 32),
    ):
        header += b"".join(text.ljust(width).encode() for text in texts)
    digital = np.rint(data[:, : records * rate] / limit * top).astype("<i4")
    blocks = digital.reshape(count, records, rate).transpose(1, 0, 2)
    samples = np.ascontiguousarray(blocks).view(np.uint8).reshape(-1, 4)[:, : bits // 8]
    path.write_bytes(header + samples.tobytes())
