"""The simulated memory sees a shell that breaks the protocol: altered in one line, it is told the rule it breaks."""

import shutil
from pathlib import Path

import pytest
from eeg2fpga.board.simulator import PAGE, ProtocolError, Simulator
from eeg2fpga.compile.shell import shell_files
from eeg2fpga.verify import shell

from tests.shell.host import Host

ALTERED = {
    "axi_reader: bursts of 16 beats wherever they begin": (
        ("axi_reader", "length <= (in_last_block ? last_beat[3:0] : 4'd15) - beat[3:0]", "length <= 4'd15"),
        "crosses 4 KB",
    ),
    "axi_reader: the address does not wait": (
        ("axi_reader", "else if (m_axi_arready) m_axi_arvalid <= 1'b0", "else m_axi_arvalid <= 1'b0"),
        "a read address was withdrawn",
    ),
    "axi_writer: no end": (("axi_writer", "m_axi_wlast <= last_move;", "m_axi_wlast <= 1'b0;"), "WLAST"),
    "axi_writer: data do not wait": (
        ("axi_writer", "move = sending && (!m_axi_wvalid || m_axi_wready)", "move = sending"),
        "write data changed",
    ),
}


@pytest.mark.parametrize("name", ALTERED)
def test_breaches_are_found(quick, tmp_path, monkeypatch, name):
    (unit, old, new), message = ALTERED[name]

    def altered(accelerator: list) -> list:
        files = [Path(shutil.copy(path, tmp_path)) for path in shell_files(accelerator)]
        text = (tmp_path / f"{unit}.sv").read_text()
        assert text.count(old) == 1
        (tmp_path / f"{unit}.sv").write_text(text.replace(old, new))
        return files

    monkeypatch.setattr(shell, "shell_files", altered)
    device = Simulator(shell.build_shell(quick.rtl, quick.dataflow, tmp_path / "objects"))
    device.configure(stall_per_mille=500)
    host = Host(device)
    windows = quick.windows(200)
    with pytest.raises(ProtocolError, match=message):
        host.check(windows, quick.classes(windows), source_offset=PAGE - 8, offset=40)
    device.close()
