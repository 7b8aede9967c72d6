"""Run by .venv-pynq's Python: what the real pynq package reads in a folder's eeg2fpga.hwh and eeg2fpga.bit, as JSON."""

import json
import sys
from pathlib import Path

import numpy as np
from pynq.pl_server.embedded_device import parse_bit_header
from pynq.pl_server.hwh_parser import _HWHZynq
from pynq.registers import Register
from pynqmetadata.frontends import Metadata
from pynqmetadata.views.runtime import RuntimeMetadataParser

NAME = "eeg2fpga_0"


def register_map(registers: dict) -> dict:
    """Fields of STATUS and ERROR as pynq's Register gives them, over an array in place of the device."""
    array = np.zeros(1024, np.uint32)
    read = {}
    for name in ("STATUS", "ERROR", "GEOMETRY"):
        about = registers[name]
        bits = {field: (at["access"], at["bit_offset"], at["bit_width"], "") for field, at in about["fields"].items()}
        kind = Register.create_subclass(name, bits)
        array[about["address_offset"] // 4] = 0x00800013
        found = kind(address=about["address_offset"], width=about["size"], buffer=array[about["address_offset"] // 4 :])
        read[name] = {field: int(getattr(found, field)) for field in bits}
    return read


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
        "fields": register_map(new.ip_dict[NAME]["registers"]),
        "bit": header,
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1])), default=str))
