"""What the devices hold."""

CAPACITY = {"xc7z020": {"lut": 53_200, "ff": 106_400, "bram18": 280, "dsp": 220}}
"""Device totals, from AMD's DS190 (Zynq-7000 overview), table 1."""


def capacity(part: str) -> dict[str, int] | None:
    """What `part` (device, package, speed) holds; None for one that is not in the table."""
    return next((held for name, held in CAPACITY.items() if part.startswith(name)), None)
