"""Bit files: whole ones are taken, and each of many damages refused; PYNQ's own reader agrees (test_handoff.py)."""

from collections.abc import Callable

import numpy as np
import pytest
from eeg2fpga.errors import CheckError, UserError
from eeg2fpga.implement.bitfile import check_bitfile, read_bitfile
from eeg2fpga.implement.configuration import CMD, CRC, DESYNC, FAR, FDRI, IDCODE, START, WCFG, with_ecc
from eeg2fpga.implement.frames import read_frames, read_part

from tests.bitfiles import (
    DEVICE,
    NOP,
    Packet,
    bitfile,
    configuration,
    design,
    encoded,
    packets,
    part_yaml,
    write_frames,
    written,
)

PART = "xc7z020clg400-1"
ACCESS = 0x01234567
FRAME = int(np.flatnonzero(design().any(axis=1))[700])
"""A frame with something in it; the next two are other ones, maybe blank."""


@pytest.fixture
def wrote(tmp_path):
    def write(content: bytes):
        path = tmp_path / "some.bit"
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize("part", ["7z020clg400", "xc7z020clg400-1"])
def test_header(wrote, part):
    data = configuration()
    found = check_bitfile(wrote(bitfile(data, part, "top;UserID=0XFFFFFFFF;Version=2022.1")), PART)
    assert (found.part, found.design, found.date) == (part, "top;UserID=0XFFFFFFFF;Version=2022.1", "2026/11/24")
    assert found.data == data


@pytest.mark.parametrize("program", ["vivado", "xc7frames2bit"])
def test_a_bit_file_of_these_frames_is_taken(wrote, program):
    path = wrote(bitfile(configuration(program, ACCESS)))
    check_bitfile(path, PART, design(), ACCESS)
    with pytest.raises(ValueError, match="it is of another build"):
        check_bitfile(path, PART, design(), ACCESS + 1)


@pytest.mark.parametrize("length", [0, 1, 12, 13, 30, 90, 110, 5000, 4_000_000, 4_043_000])
def test_cut_anywhere(wrote, length):
    with pytest.raises(ValueError):
        check_bitfile(wrote(bitfile(configuration())[:length]), PART)
    if length > 110:
        with pytest.raises(ValueError):
            check_bitfile(wrote(bitfile(configuration()[:length])), PART)


def test_longer_than_it_says(wrote):
    data = configuration()
    with pytest.raises(ValueError, match=f"{len(data) + 1} of {len(data)} bytes"):
        read_bitfile(wrote(bitfile(data) + b"\0"))


def test_another_part(wrote):
    with pytest.raises(ValueError, match="it is for `7z010clg400`"):
        check_bitfile(wrote(bitfile(configuration(), "7z010clg400")), PART)


def frames_changed(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[list[Packet]], list[Packet]]:
    """A change of the frames as they are written, pad frames included."""

    def changed(writes: list[Packet]) -> list[Packet]:
        return [
            (name, change(np.array(words).reshape(-1, 101)).ravel() if name == FDRI else words)
            for name, words in writes
        ]

    return changed


def packets_changed(register: int, old: int | None, new: list[int] | None) -> Callable[[list[Packet]], list[Packet]]:
    """Words of a register other ones, or the packet gone."""

    def changed(writes: list[Packet]) -> list[Packet]:
        hit = [name == register and (old is None or list(words) == [old]) for name, words in writes]
        assert any(hit)
        return [(n, new if h else w) for (n, w), h in zip(writes, hit, strict=True) if not h or new is not None]

    return changed


def swapped(frames: np.ndarray, distance: int) -> np.ndarray:
    first, second = DEVICE.places[FRAME], DEVICE.places[FRAME + distance]
    assert (frames[first] != frames[second]).any()
    frames[[first, second]] = frames[[second, first]]
    return frames


def moved(frames: np.ndarray, count: int) -> np.ndarray:
    frames[100 : 100 + count] = np.roll(frames[100 : 100 + count], 1, axis=0)
    return frames


def bit_flipped(word: int, bit: int, ecc: bool = False) -> Callable[[np.ndarray], np.ndarray]:
    def change(frames: np.ndarray) -> np.ndarray:
        frames[DEVICE.places[FRAME], word] ^= np.uint32(1 << bit)
        return with_ecc(frames) if ecc else frames

    return change


def put(place: int, value: int) -> Callable[[np.ndarray], np.ndarray]:
    def change(frames: np.ndarray) -> np.ndarray:
        frames[place, 7] = value
        return with_ecc(frames)

    return change


BLANK = int(DEVICE.places[np.flatnonzero(~design().any(axis=1))[40]])
PAD = DEVICE.rows[0]
MUTATIONS = {
    "two frames exchanged": frames_changed(lambda f: swapped(f, 1)),
    "two frames of two rows exchanged": frames_changed(lambda f: swapped(f, DEVICE.rows[0])),
    "2,000 frames moved by one": frames_changed(lambda f: moved(f, 2000)),
    "3,000 frames moved by one": frames_changed(lambda f: moved(f, 3000)),
    **{f"a bit of word {w} flipped": frames_changed(bit_flipped(w, 3)) for w in (0, 1, 49, 51, 60, 99, 100)},
    "a bit of word 50's ECC flipped": frames_changed(bit_flipped(50, 4)),
    "the parity of word 50's ECC flipped": frames_changed(bit_flipped(50, 12)),
    "a bit of word 50's contents flipped": frames_changed(bit_flipped(50, 20)),
    "a bit flipped, the ECC computed anew": frames_changed(bit_flipped(60, 3, ecc=True)),
    "a frame missing": frames_changed(lambda f: np.delete(f, DEVICE.places[FRAME], axis=0)),
    "a frame missing, a blank one at the end": frames_changed(
        lambda f: np.vstack([np.delete(f, DEVICE.places[FRAME], axis=0), f[-1:]])
    ),
    "a frame doubled": frames_changed(lambda f: np.insert(f, DEVICE.places[FRAME], f[DEVICE.places[FRAME]], axis=0)),
    "a frame over its neighbour": frames_changed(
        lambda f: swapped(f, 1)[
            np.r_[: DEVICE.places[FRAME] + 1, DEVICE.places[FRAME], DEVICE.places[FRAME] + 2 : len(f)]
        ]
    ),
    "a blank frame filled": frames_changed(put(BLANK, 1)),
    "a pad frame filled": frames_changed(put(PAD, 1)),
    "no pad frames": frames_changed(lambda f: f[DEVICE.places]),
    "half a frame more": lambda writes: [(n, np.r_[w, w[:50]] if n == FDRI else w) for n, w in writes],
    "all frames blank": frames_changed(np.zeros_like),
    "frames written from another address": packets_changed(FAR, 0, [0x80]),
    "frames written in two parts": lambda writes: [
        part for n, w in writes for part in ([(n, w[: 101 * 5000]), (n, w[101 * 5000 :])] if n == FDRI else [(n, w)])
    ],
    "another device's IDCODE": packets_changed(IDCODE, None, [0x0372C093]),
    "no IDCODE": packets_changed(IDCODE, None, None),
    "no command to write frames": packets_changed(CMD, WCFG, None),
    "no command to start": packets_changed(CMD, START, None),
    "no end": packets_changed(CMD, DESYNC, None),
}
IN_CHECK_SUM = {
    "a check sum damaged": packets_changed(CRC, None, [0xDEADBEEF]),
    "no check sum": packets_changed(CRC, None, None),
}


@pytest.mark.parametrize("program", ["vivado", "xc7frames2bit"])
def test_every_mutation_is_refused(wrote, program, capsys):
    """Of Vivado's files nothing is known but what they say themselves; of xc7frames2bit's, each frame."""
    mutations = MUTATIONS | (IN_CHECK_SUM if program == "vivado" else {})
    frames = None if program == "vivado" else design()
    original = packets(written(with_ecc(design())), program)
    refusals = {}
    for name, change in mutations.items():
        content = bitfile(encoded(change([(register, np.array(words, np.uint32)) for register, words in original])))
        assert content != bitfile(encoded(original)), name
        refusals[name] = refusal(wrote(content), frames)
    with capsys.disabled():
        print(f"\n{program}: {len(refusals)} mutations")
        for name, reason in refusals.items():
            print(f"  {name:<40} {reason or 'TAKEN'}")
    assert [name for name, reason in refusals.items() if reason is None] == []


def test_a_flipped_bit_anywhere_is_refused(wrote):
    """In any word from the sync word to DESYNC but the no operations'. The file has check sums."""
    data = configuration()
    words = np.frombuffer(data, ">u4")
    begin, end = (np.flatnonzero(words == word)[-1] for word in (0xAA995566, DESYNC))
    generator = np.random.default_rng(2)
    picked = [*range(begin, begin + 15), *generator.integers(begin, end, 20), *range(end - 15, end + 1)]
    picked = [word for word in picked if words[word] != NOP]
    assert len(picked) > 35
    for word in picked:
        changed = words.copy()
        changed[word] ^= 1 << int(generator.integers(32))
        assert refusal(wrote(bitfile(changed.tobytes())), None), f"word {word}"


def refusal(path, frames) -> str | None:
    try:
        check_bitfile(path, PART, frames)
    except ValueError as error:
        return str(error)
    return None


@pytest.fixture
def part(tmp_path):
    (tmp_path / "part.yaml").write_text(part_yaml())
    return read_part(tmp_path / "part.yaml")


def test_a_part_has_the_frames_that_are_known_of_its_device(part):
    assert part.device == DEVICE
    assert part.addresses[0] == 0 and part.addresses[42] == 1 << 7 and len(part.addresses) == 9996
    assert part.addresses[2564] == 1 << 22 and part.addresses[-1] == 1 << 23 | 1 << 22 | 1 << 17 | 5 << 7 | 127


def test_frames_come_back_at_their_places(part, tmp_path):
    write_frames(tmp_path / "design.frames", part.addresses, design())
    assert (read_frames(tmp_path / "design.frames", part) == design()).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: [*lines, lines[0]], "there twice"),
        (lambda lines: [*lines, "0x0000002A" + lines[0][10:]], "not the part's"),
        (lambda lines: [*lines[:-1], lines[-1][:-30]], "not whole"),
        (lambda lines: [*lines[:-1], lines[-1][:-10] + "0x123456789"], "not whole"),
        (lambda lines: [lines[0], "", *lines[1:]], "not whole"),
        (lambda lines: [], "wrote no frame"),
        (lambda lines: [lines[0][:10] + " " + ",".join(["0x00000000"] * 101)], "wrote no frame"),
    ],
)
def test_a_frames_file_that_xc7frames2bit_would_misread(part, tmp_path, change, words):
    path = tmp_path / "design.frames"
    write_frames(path, part.addresses, design())
    path.write_text("".join(line + "\n" for line in change(path.read_text().splitlines())))
    with pytest.raises(CheckError, match=words):
        read_frames(path, part)


def test_a_part_file_of_another_form(tmp_path):
    for text in ("part\n", "", "a: [", "idcode: 1\nglobal_clock_regions: {}\n"):
        (tmp_path / "part.yaml").write_text(text)
        with pytest.raises(UserError, match=r"is no part\.yaml of prjxray"):
            read_part(tmp_path / "part.yaml")
