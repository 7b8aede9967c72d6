"""Run by .venv-pynq's Python: what the real pynq package reads in a folder's eeg2fpga.hwh and eeg2fpga.bit, as JSON."""

import json
import sys
from pathlib import Path

import numpy as np
from pynq.pl_server.embedded_device import parse_bit_header
from pynq.pl_server.hwh_parser import _HWHZynq
from pynq.registers import RegisterMap
from pynqmetadata.frontends import Metadata
from pynqmetadata.views.runtime import RuntimeMetadataParser

NAME = "eeg2fpga_0"


def register_map(registers: dict) -> dict:
    """Values of registers and fields through pynq's RegisterMap, over an array in place of the device."""
    array = np.zeros(1024, np.uint32)
    for offset, value in ((0x18, 128 << 16 | 19), (0x24, 0b0110), (0x28, 0b1000000)):
        array[offset // 4] = value
    found = RegisterMap.create_subclass("eeg2fpga", registers)(array)
    found.CONTROL.START = 1
    found.SOURCE = 0x12345678
    status, error = found.STATUS, found.ERROR
    return {
        "GEOMETRY": [found.GEOMETRY.ELECTRODES, found.GEOMETRY.SAMPLES],
        "STATUS": [status.BUSY, status.DONE, status.ERROR, status.ABORTED],
        "ERROR": [error.READ_SLAVE, error.START_WHILE_BUSY],
        "written": [int(array[0x20 // 4]), int(array[0x38 // 4])],
    }


def main(folder: Path) -> dict:
    path = str(folder / "eeg2fpga.hwh")
    new, old = RuntimeMetadataParser(Metadata(input=path)), _HWHZynq(hwh_name=path)
    header = parse_bit_header((folder / "eeg2fpga.bit").read_bytes())
    header["data"] = len(header["data"])
    (connected,) = new.md.blocks[NAME].ports["interrupt"].sig()._connections.values()
    parsers = {"new": new, "old": old}
    return {
        "ip": {name: parser.ip_dict[NAME] for name, parser in parsers.items()},
        "names": {name: sorted(parser.ip_dict) for name, parser in parsers.items()},
        "clocks": {name: parser.clock_dict for name, parser in parsers.items()},
        "interrupts": old.interrupt_pins,
        "interrupt_to": [connected.parent().parent().name, connected.name],
        "system": new.family_ps,
        "registers": register_map(new.ip_dict[NAME]["registers"]),
        "bit": header,
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1])), default=str))
