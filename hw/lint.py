"""Look at every unit for constructs that front ends read differently; ends with 1 where there is one."""

import sys

from eeg2fpga.locations import HARDWARE
from eeg2fpga.verify.portable import faults

units = [path for kind in ("rtl", "shell", "vivado") for path in sorted(HARDWARE.glob(f"{kind}/*/*.sv"))]
found = sorted({fault for unit in units for fault in faults(unit.stem, units)})
print("\n".join(found) or f"{len(units)} units: nothing that front ends read differently")
sys.exit(1 if found else 0)
