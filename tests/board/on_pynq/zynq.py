"""A Zynq-7000 for the real pynq package: a pynq Device whose FPGA, once a bit file is loaded, is the verilated shell.

Overlay, Bitstream, MMIO, allocate, PynqBuffer, Clocks and the parsers of .bit and .hwh are pynq's own. The caches are
real in that memory and host agree only after flush and invalidate. Importing this module makes pynq find the device.

EEG2FPGA_FOLDER names the folder with eeg2fpga_board, EEG2FPGA_SHELLS, as JSON, folder -> library of
verify.shell.build_shell: the builds that can be loaded.
"""

import ctypes
import json
import os
import platform
import sys
import tempfile
import threading
from pathlib import Path

import numpy as np
import pynq
from pynq.buffer import PynqBuffer
from pynq.pl_server import global_state
from pynq.pl_server.embedded_device import DEFAULT_XCLBIN, bit2bin
from pynq.pl_server.xclbin_parser import XclBin
from pynqmetadata.frontends import Metadata

try:
    from pynqmetadata.views.runtime import RuntimeMetadataParser
except ImportError:  # pynq 3
    from pynq.metadata.runtime_metadata_parser import RuntimeMetadataParser

sys.path.insert(0, os.environ["EEG2FPGA_FOLDER"])
from eeg2fpga_board import ownership, registers, zynq
from eeg2fpga_board.simulator import Simulator

SYNC = bytes.fromhex("665599aa")
"""UG470's synchronisation word, in the byte order of /lib/firmware's .bin."""
REGISTERS = range(0x43C00000, 0x43C01000)
OWN = (range(zynq.SYSTEM, zynq.SYSTEM + zynq.PAGE), range(zynq.PORT, zynq.PORT + zynq.PAGE))
"""The processor's own registers."""
CYCLES_BETWEEN = 5000
"""Cycles that pass before a register access in a batch: 50 us, what the driver sleeps between two looks."""


class Memory:
    """What pynq.allocate takes from: arrays of the host, each with a place in the simulated memory."""

    def __init__(self, device):
        self._device = device
        self.live = {}
        """Address -> simulated buffer, of those that were not freed."""

    def allocate(self, shape, dtype, **_):
        """A PynqBuffer full of garbage, as memory is."""
        simulated = self._device.simulator.allocate(shape, dtype)
        host = np.full(max(simulated.nbytes, 1), 0xA5, np.uint8)
        address = simulated.device_address
        buffer = PynqBuffer(
            shape, dtype, buffer=host, device=self._device, device_address=address, bo=simulated, coherent=False
        )
        # freebuffer() then calls return_pointer of return_to, once, and has nothing to unmap.
        buffer.memory, buffer.pointer, buffer.return_to, buffer.freed = self, address, self, True
        self.live[address] = simulated
        return buffer

    def return_pointer(self, address):
        """A buffer is freed."""
        self.live.pop(address).freebuffer()


class Zynq(pynq.Device):
    """One board. simulator: the Simulator that is its FPGA, None before a bit file is loaded."""

    _probe_priority_ = 1
    name = "zynq"
    arch = "armv7l"

    @classmethod
    def _probe_(cls):
        return [cls()]

    def __init__(self):
        super().__init__("zynq")
        self.capabilities = {"REGISTER_RW": True}
        self.lock = threading.RLock()
        """Held by whoever uses the simulator: the processor, or the thread of a check that plays the kernel."""
        self.boot()

    def boot(self):
        """Power on: no configuration, the clocks of a boot image."""
        self.default_memory = Memory(self)
        self.simulator = None
        self.firmware = {}
        """/lib/firmware: name -> .bin. Names are taken once an object, as pynq's EmbeddedDevice does."""
        self.downloads = []
        """What was loaded: the .bin, each time."""
        self.torn = 0
        """Bursts that were under way when the FPGA was configured."""
        self.between = None
        """Called before each access to the shell, if set."""
        # IO PLL: 50 MHz times 20; FCLK0 a tenth of a half of it.
        self.own = {zynq.SYSTEM + 0x108: 20 << 12, zynq.SYSTEM + zynq.FPGA0_CLK_CTRL: 10 << 8 | 2 << 20}
        self.own |= {zynq.SYSTEM + zynq.FPGA0_THR_STA: 1 << 16, zynq.SYSTEM + zynq.LVL_SHFTR_EN: 15}
        self.stuck = set()
        """Addresses of registers that take no value."""
        global_state.clear_global_state()

    def get_bitfile_metadata(self, bitfile_name, partial=False):
        """What the .hwh says. Boards go on to xclbinutil, for XRT's allocator, which there is none of here."""
        return RuntimeMetadataParser(Metadata(input=Path(bitfile_name).with_suffix(".hwh")))

    def download(self, bitstream, parser=None):
        """Configure: the shell starts from reset, whatever was under way."""
        if not bitstream.binfile_name:
            bitstream.binfile_name = Path(bitstream.bitfile_name).stem + ".bin"
            self.firmware[bitstream.binfile_name] = bit2bin(Path(bitstream.bitfile_name).read_bytes())
        data = self.firmware[bitstream.binfile_name]
        if SYNC not in data:
            raise RuntimeError("the FPGA found no synchronisation word in that configuration")
        self.downloads.append(data)
        with self.lock:
            if self.simulator is not None:
                counts = self.simulator.counts()
                self.torn += counts["reads_now"] + counts["writes_now"]
            library = library_of(data)
            if self.simulator is not None and self.library == library:
                self.simulator.reset()
            else:
                self.simulator, self.library = self._configured(library), library
        # As EmbeddedDevice.gen_cache: what every process knows.
        known = {"bitfile_name": str(bitstream.bitfile_name), "active_name": self.name, "timestamp": "now"}
        global_state.save_global_state(global_state.GlobalState(**known))
        if parser is None:
            parser = XclBin(xclbin_data=DEFAULT_XCLBIN)
        self.post_download(bitstream, parser, self.name)

    def _configured(self, library):
        """Another design, in the same memory."""
        made, before = Simulator(library), self.simulator
        if before is not None:
            made._memory, made._allocated = before._memory, before._allocated
            made.reset()
        return made

    def read_registers(self, address, length):
        """A read on the bus."""
        if any(address in page for page in OWN):
            return self.own.get(address, 0).to_bytes(length, "little")
        with self.lock:
            return self._shell(address).read(address - REGISTERS.start).to_bytes(length, "little")

    def write_registers(self, address, data):
        """A write on the bus."""
        value = int.from_bytes(bytes(data), "little")
        if any(address in page for page in OWN):
            if address not in self.stuck:
                self.own[address] = value
        else:
            with self.lock:
                self._shell(address).write(address - REGISTERS.start, value)

    def flush(self, bo, offset, virtual_address, size):
        """The host's bytes to memory."""
        bo.reshape(-1).view(np.uint8)[offset : offset + size] = np.frombuffer(
            ctypes.string_at(virtual_address, size), np.uint8
        )
        bo.flush()

    def invalidate(self, bo, offset, virtual_address, size):
        """Memory's bytes to the host."""
        bo.invalidate()
        ctypes.memmove(virtual_address, bo.reshape(-1).view(np.uint8)[offset : offset + size].tobytes(), size)

    def _shell(self, address):
        if self.simulator is None or address not in REGISTERS:
            raise RuntimeError(f"bus error: nothing answers at {address:#x}")
        if not self.own[zynq.SYSTEM + zynq.FPGA0_THR_STA] or self.own.get(zynq.SYSTEM + zynq.FPGA_RST_CTRL, 0) & 1:
            raise RuntimeError("the processor hangs: the FPGA has no clock, or is in reset")
        if self.between is not None:
            self.between()
        if self.simulator.read(registers.STATUS) & registers.BUSY:
            self.simulator.run(CYCLES_BETWEEN, until_interrupt=True)
        return self.simulator


def library_of(data):
    """The library of the build whose bits these are."""
    for folder, library in json.loads(os.environ["EEG2FPGA_SHELLS"]).items():
        (bit,) = Path(folder).glob("*.bit")
        if bit2bin(bit.read_bytes()) == data:
            return library
    raise RuntimeError("no such configuration")


# Of this process alone: others play boards of their own.
ownership.FOLDERS = (tempfile.mkdtemp(),)
global_state.STATE_DIR = ownership.FOLDERS[0]
assert platform.machine() != Zynq.arch, "this is for machines that are no board"
