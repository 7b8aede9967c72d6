"""Generated recordings in DEAP's very file format: a data set for those who have none.

Each electrode carries a 1/f background; on top of it, rhythms with the scalp patterns that the literature reports for
emotion (frontal alpha asymmetry, frontal midline theta and temporal gamma with valence; posterior alpha down and
central beta up with arousal) have a power that follows the trial's ratings. A gain of each person and a drift of each
trial scale all of it, baseline included.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from scipy import fft

from eeg2fpga.config import SyntheticConfig
from eeg2fpga.data.deap import BASELINE_SECONDS, SAMPLING_RATE, SHAPE
from eeg2fpga.data.montage import DEAP_ELECTRODES, POSITIONS
from eeg2fpga.files import replacing

GENERATOR_VERSION = 2
"""Part of the cache key: raise it when the generated samples change."""


@dataclass(frozen=True)
class Rhythm:
    """One source: a band, a place on the scalp, and how its log amplitude follows the ratings."""

    band: tuple[float, float]
    """Hz."""
    centres: tuple[str, ...]
    """Electrodes above it."""
    microvolt: float
    valence: float = 0.0
    arousal: float = 0.0


RHYTHMS = (
    Rhythm((8, 13), ("F3", "F7"), 6.0, valence=-1.0),
    Rhythm((8, 13), ("F4", "F8"), 6.0, valence=1.0),
    Rhythm((4, 7.5), ("Fz",), 5.0, valence=0.8),
    Rhythm((30, 44), ("T7", "T8"), 3.5, valence=0.7),
    Rhythm((8, 13), ("O1", "Oz", "O2", "Pz"), 7.0, arousal=-1.0),
    Rhythm((14, 28), ("C3", "C4", "Cz"), 5.0, arousal=1.0),
)
BACKGROUND_MICROVOLT = 8.0
EFFECT = 2.2
"""Log amplitude from a rating of 5 to one of 9, at difficulty 0 and weight 1."""
BURST_SPREAD = 0.35
"""Log amplitude by which rhythms wax and wane of themselves, from second to second."""


def write_dataset(folder: Path, config: SyntheticConfig) -> None:
    """Write s01.dat, s02.dat, ... into `folder`; files there are kept. Equal configurations give equal bytes."""
    for subject in range(config.subjects):
        path = folder / f"s{subject + 1:02d}.dat"
        if not path.exists():
            data, labels = generate_subject(config, subject)
            with replacing(path) as temporary:
                write_python2_pickle(temporary, {"labels": labels, "data": data})


def generate_subject(config: SyntheticConfig, subject: int) -> tuple[np.ndarray, np.ndarray]:
    """One person: data float32 (40, 40, 8064) in microvolt, labels float64 (40, 4) in 1..9.

    `difficulty` 0 gives rhythms the whole effect of the ratings, 1 none.
    """
    rng = np.random.default_rng([config.seed, subject])
    labels = _ratings(rng)
    effect = EFFECT * (1 - config.difficulty)
    person = _Person(rng)
    trials = [_trial(rng, person, (rating - 5) / 4 * effect) for rating in labels]
    return np.stack(trials), labels


class _Person:
    """What stays the same over a person's trials."""

    def __init__(self, rng: np.random.Generator) -> None:
        electrodes = len(DEAP_ELECTRODES)
        # Skull and cap: one gain for the head, one for each electrode's contact.
        self.gain = np.exp(rng.normal(0, 0.3) + rng.normal(0, 0.15, (electrodes, 1)))
        self.rhythm_gain = np.exp(rng.normal(0, 0.2, len(RHYTHMS)))
        # Alpha peaks and the like differ between people by a Hertz or so.
        self.shift = rng.normal(0, 0.4)


def _trial(rng: np.random.Generator, person: _Person, ratings: np.ndarray) -> np.ndarray:
    """One trial, float32 (40, 8064); `ratings` (4,) are log amplitudes."""
    _, signals, samples = SHAPE
    electrodes = len(DEAP_ELECTRODES)
    data = np.empty((signals, samples), np.float32)
    noise = _coloured(rng, signals, 4, 45, slope=1.0)
    eeg = BACKGROUND_MICROVOLT * noise[:electrodes]
    # The video starts after the baseline and takes a second to act.
    seconds = np.arange(samples) / SAMPLING_RATE - BASELINE_SECONDS
    onset = np.clip(seconds, 0, 1)
    for index, rhythm in enumerate(RHYTHMS):
        wave = _coloured(rng, 1, *rhythm.band, slope=0.0, shift=person.shift)[0]
        level = rhythm.valence * ratings[0] + rhythm.arousal * ratings[1]
        envelope = np.exp(level * onset + BURST_SPREAD * _coloured(rng, 1, 0.1, 0.6, slope=0.0)[0])
        amplitude = rhythm.microvolt * person.rhythm_gain[index] * envelope * wave
        eeg += np.outer(_topography(rhythm.centres), amplitude)
    data[:electrodes] = eeg * person.gain * _drift(rng, electrodes, samples)
    # Eye, muscle and skin signals: rows that DEAP has and the reader drops.
    data[electrodes:] = 20 * noise[electrodes:]
    return data


def _ratings(rng: np.random.Generator) -> np.ndarray:
    """Ratings of 40 trials: valence and arousal 1..4 or 6..9, ten trials each combination; the others lean on them."""
    trials = SHAPE[0]
    high = rng.permutation(np.arange(trials) % 4)
    signs = np.stack([high % 2, high // 2], axis=1) * 2 - 1
    pair = 5 + signs * rng.uniform(1, 4, (trials, 2))
    # Dominance goes with arousal, liking with valence, loosely.
    loose = 5 + 0.6 * (pair[:, ::-1] - 5) + rng.normal(0, 1.2, (trials, 2))
    return np.clip(np.concatenate([pair, loose], axis=1), 1, 9)


def _coloured(
    rng: np.random.Generator, rows: int, low: float, high: float, slope: float, shift: float = 0.0
) -> np.ndarray:
    """Noise (rows, 8064) of variance 1 between `low` and `high` Hz with a power that falls as 1/f**slope; float32."""
    samples = SHAPE[2]
    frequency = fft.rfftfreq(samples, 1 / SAMPLING_RATE).astype(np.float32)
    inside = np.flatnonzero((frequency >= low + shift) & (frequency <= high + shift))
    spectrum = np.zeros((rows, len(frequency)), np.complex64)
    parts = rng.standard_normal((2, rows, len(inside)), dtype=np.float32)
    weight = frequency[inside] ** (-slope / 2)
    spectrum[:, inside] = (parts[0] + 1j * parts[1]) * (weight / np.sqrt((weight**2).sum()))
    # irfft divides by the length and doubles each bin: this scale makes the expected variance 1.
    return fft.irfft(spectrum, samples, axis=1) * np.float32(samples / 2)


def _topography(centres: tuple[str, ...]) -> np.ndarray:
    """Weight of each electrode (32,): a Gaussian, 1.5 grid cells wide, around the nearest centre."""
    places = np.array([POSITIONS[name] for name in DEAP_ELECTRODES], float)
    middle = np.array([POSITIONS[name] for name in centres], float)
    square = ((places[:, None] - middle[None]) ** 2).sum(axis=2).min(axis=1)
    return np.exp(-square / (2 * 1.5**2))


def _drift(rng: np.random.Generator, electrodes: int, samples: int) -> np.ndarray:
    """Gain (electrodes, samples) of a trial: the amplifier's at its start, and electrodes that dry or settle."""
    start = rng.normal(0, 0.1)
    slope = rng.normal(0, 0.08, (electrodes, 1))
    return np.exp(start + slope * np.linspace(0, 1, samples))


def write_python2_pickle(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write {name: float array} byte for byte as Python 2 pickles it (protocol 2), which is what DEAP publishes.

    Python 3 writes no byte strings of that kind. Opcodes: pickletools in the standard library.
    """
    with path.open("wb") as stream:
        stream.write(b"\x80\x02}(")
        for name, array in arrays.items():
            stream.write(_short_string(name.encode()))
            _write_array(stream, array)
        stream.write(b"u.")


def _write_array(stream: BinaryIO, array: np.ndarray) -> None:
    little = np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
    stream.write(b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85" + _short_string(b"b") + b"\x87R")
    shape = b"(" + b"".join(b"J" + struct.pack("<i", size) for size in little.shape) + b"t"
    dtype = b"cnumpy\ndtype\n" + _short_string(little.dtype.str[1:].encode()) + b"K\x00K\x01\x87R"
    dtype += b"(K\x03" + _short_string(b"<") + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    stream.write(b"(K\x01" + shape + dtype + b"\x89T" + struct.pack("<i", little.nbytes))
    stream.write(little.tobytes())
    stream.write(b"tb")


def _short_string(text: bytes) -> bytes:
    return b"U" + bytes([len(text)]) + text
