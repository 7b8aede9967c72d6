"""Bit files: the reader on files of the right form and on damaged ones; PYNQ's own reader agrees (test_handoff.py)."""

import pytest
from eeg2fpga.implement.bitfile import check_bitfile, read_bitfile

from tests.bitfiles import bitfile, configuration

PART = "xc7z020clg400-1"


@pytest.fixture(scope="module")
def data() -> bytes:
    return configuration()


@pytest.fixture
def written(tmp_path):
    def write(content: bytes):
        path = tmp_path / "some.bit"
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize("part", ["7z020clg400", "xc7z020clg400-1"])
def test_header(written, data, part):
    found = check_bitfile(written(bitfile(data, part, "top;UserID=0XFFFFFFFF;Version=2022.1")), PART)
    assert (found.part, found.design, found.date) == (part, "top;UserID=0XFFFFFFFF;Version=2022.1", "2026/11/24")
    assert found.data == data


@pytest.mark.parametrize("length", [0, 1, 12, 13, 30, 90, 110, 5000, 4_000_000, 4_045_660])
def test_cut_anywhere(written, data, length):
    with pytest.raises(ValueError):
        check_bitfile(written(bitfile(data)[:length]), PART)


def test_longer_than_it_says(written, data):
    with pytest.raises(ValueError, match="4045565 of 4045564 bytes"):
        read_bitfile(written(bitfile(data) + b"\0"))


def test_another_part(written, data):
    with pytest.raises(ValueError, match="it is for `7z010clg400`"):
        check_bitfile(written(bitfile(data, "7z010clg400")), PART)


def test_blank(written):
    with pytest.raises(ValueError, match="it is blank"):
        check_bitfile(written(bitfile(configuration(0.0001))), PART)


def test_too_short_a_configuration(written, data):
    with pytest.raises(ValueError, match="4045564 were due"):
        check_bitfile(written(bitfile(data[:1_000_000])), PART)


def test_frames_must_be_in_it(written, data):
    path = written(bitfile(data))
    # Any order will do: the programs need not write frames in the order of the frames file.
    check_bitfile(path, PART, [data[4040:4240], data[404_000:404_200], data[40_400:40_600]])
    with pytest.raises(ValueError, match="frame 1 is not in it"):
        check_bitfile(path, PART, [data[4040:4240], b"\x5a" * 200])
