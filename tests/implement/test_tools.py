"""Which toolchain is found, what its version must be, and what is said when there is none."""

import shutil

import pytest
from eeg2fpga.errors import UserError
from eeg2fpga.implement.boards import BOARDS, divide, find_board
from eeg2fpga.implement.tools import OpenXC7, Vivado, find_toolchain, remark

from tests.test_cli import expect_one_line, run

BOARD = find_board("pynq-z2")


def test_nothing_is_there(toolchain):
    vivado, openxc7 = find_toolchain(None, BOARD)
    for words in ("no vivado on PATH", "2020.2 or newer", "XILINX_VIVADO"):
        assert words in vivado
    for words in (
        "no nextpnr-xilinx, xc7frames2bit, fasm2frames on PATH",
        "0.9.5 or newer",
        "CHIPDB",
        "PRJXRAY_DB_DIR",
    ):
        assert words in openxc7


def test_vivado_on_path(toolchain):
    toolchain("vivado", VERSION="2022.2")
    found = find_toolchain(None, BOARD)
    assert isinstance(found, Vivado) and found.version == "2022.2"
    assert "vivado 2022.2" in remark(found)
    assert isinstance(find_toolchain("openxc7", BOARD), list)


def test_vivado_by_its_folder(toolchain, tmp_path, monkeypatch):
    toolchain("vivado")
    (tmp_path / "xilinx").mkdir()
    shutil.move(tmp_path / "vivado", tmp_path / "xilinx" / "bin")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("XILINX_VIVADO", str(tmp_path / "xilinx"))
    assert find_toolchain(None, BOARD).path == tmp_path / "xilinx" / "bin" / "vivado"


def test_openxc7(toolchain):
    toolchain("openxc7")
    found = find_toolchain(None, BOARD)
    assert isinstance(found, OpenXC7) and found.version == "0.9.6"
    assert found.chipdb.name == "xc7z020.bin" and found.database.name == "zynq7"


@pytest.mark.parametrize(
    ("variable", "words"), [("CHIPDB", "no chip database of xc7z020"), ("PRJXRAY_DB_DIR", "part.yaml")]
)
def test_openxc7_without_its_data(toolchain, tmp_path, monkeypatch, variable, words):
    toolchain("openxc7")
    monkeypatch.setenv(variable, str(tmp_path / "nowhere"))
    (missing,) = find_toolchain("openxc7", BOARD)
    assert variable in missing and words in missing
    monkeypatch.delenv(variable)
    (missing,) = find_toolchain("openxc7", BOARD)
    assert f"{variable} (not set)" in missing


@pytest.mark.parametrize(
    ("name", "version", "words"),
    [
        ("vivado", "2020.1", "vivado is of version 2020.1, 2020.2 or newer is needed"),
        ("openxc7", "0.8.2-13-g1234567", "version 0.8.2-13-g1234567, 0.9.5 or newer"),
        ("openxc7", "e22bcf69", "names commit e22bcf69 as its version, as builds of Nix do, 0.9.5 or newer"),
        ("openxc7", "1234567", "names commit 1234567 as its version"),
        ("openxc7", "", "nextpnr-xilinx does not say its version, 0.9.5 or newer is needed"),
    ],
)
def test_old_and_unknown_versions(toolchain, name, version, words):
    toolchain(name, VERSION=version)
    with pytest.raises(UserError, match=words):
        find_toolchain(None, BOARD)
    assert find_toolchain(None, BOARD, any_version=True).version == version


def test_versions_are_compared_as_numbers(toolchain):
    toolchain("openxc7", VERSION="0.10.0")
    assert find_toolchain(None, BOARD).version == "0.10.0"


@pytest.mark.parametrize(
    ("version", "old"), [("0.9.5", False), ("0.9.5-3-g1234567", False), ("0.9.4", True), ("", True)]
)
def test_an_unknown_version_counts_as_old(toolchain, version, old):
    toolchain("openxc7", VERSION=version)
    found = find_toolchain(None, BOARD, any_version=True)
    assert found.old == old and (version or "of unknown version") in remark(found)


def test_old_version_ends_the_command_before_any_work(toolchain):
    toolchain("vivado", VERSION="2018.3")
    expect_one_line(run("bitstream", "eegmat-s"), "vivado is of version 2018.3", "--any-version")


def test_unknown_names(toolchain):
    expect_one_line(run("bitstream", "eegmat-s", "--board", "zybo"), "no board `zybo`", "arty-z7-20")
    expect_one_line(run("bitstream", "eegmat-s", "--ps", "zynq"), "no processor `zynq`", "bare or ip")
    expect_one_line(run("bitstream", "eegmat-s", "--ps", "ip", "--toolchain", "openxc7"), "is Vivado's")
    expect_one_line(run("bitstream", "eegmat-s", "--toolchain", "ise"), "no toolchain `ise`", "vivado, openxc7")


def test_boards_are_one_part():
    assert {board.part for board in BOARDS.values()} == {"xc7z020clg400-1"}
    assert set(BOARDS) == {"pynq-z2", "pynq-z1", "arty-z7-20"}


@pytest.mark.parametrize(
    ("asked", "divisors", "mhz"), [(100, 10, 100), (150, 7, 1000 / 7), (50, 20, 50), (7, 143, None)]
)
def test_clock_is_never_faster_than_asked(asked, divisors, mhz):
    found = divide(BOARD, asked)
    assert found.mhz == 1000 / (found.divisor0 * found.divisor1) <= asked
    assert mhz is None or (found.divisor0 * found.divisor1 == divisors and found.mhz == pytest.approx(mhz))
    assert all(1 <= divisor <= 63 for divisor in (found.divisor0, found.divisor1))


def test_clock_that_the_processor_cannot_give():
    with pytest.raises(UserError, match=r"slower than FCLK0 gets \(0.25 MHz\)"):
        divide(BOARD, 0.2)
