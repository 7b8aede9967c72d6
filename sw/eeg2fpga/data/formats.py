"""EEG files that MNE reads, with the checks that MNE leaves to its caller."""

from pathlib import Path

import mne
import numpy as np

from eeg2fpga.data.montage import known_electrode, normalise_name
from eeg2fpga.data.recording import check_finite
from eeg2fpga.errors import UserError

SUFFIXES = (".edf", ".bdf", ".vhdr", ".fif", ".set")

# Signals that stand beside the scalp electrodes in many files and are no electrodes of the montage.
_AUXILIARY = ("ecg", "ekg", "eog", "emg", "heog", "veog", "status", "sti", "trigger", "marker", "resp", "gsr", "pleth")
_REFERENCES = {"a1", "a2", "m1", "m2", "a2-a1", "a1-a2"}


def read_raw(path: Path) -> mne.io.BaseRaw:
    """Open an EEG file by its suffix (EDF, BDF, BrainVision, FIF, SET), samples not loaded yet.

    Raises UserError for a missing, truncated or unreadable file and for an unknown suffix.
    """
    if not path.is_file():
        raise UserError(f"no such recording {path}: check the name, or put the file there")
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UserError(f"{path}: cannot read `{suffix}` files; legal: {', '.join(SUFFIXES)}")
    if suffix in (".edf", ".bdf"):
        _check_length(path, sample_bytes=2 if suffix == ".edf" else 3)
    try:
        return mne.io.read_raw(path, preload=False, verbose="error")
    except Exception as error:  # MNE's readers raise whatever the damage leads to
        raise _damaged(path, error) from None


def read_electrodes(path: Path, sampling_rate: int) -> tuple[np.ndarray, tuple[str, ...]]:
    """The scalp electrodes of a file: float32 (electrodes, samples), microvolt, at `sampling_rate` Hz, and their names.

    Auxiliary signals (ECG, EOG, ear references, triggers) are left out. Raises UserError for an electrode that the
    montage does not know, for NaN samples, and for what `read_raw` raises.
    """
    raw = read_raw(path)
    wanted = {name: known_electrode(name, str(path)) for name in raw.ch_names if not _is_auxiliary(raw, name)}
    names = tuple(wanted.values())
    if not names:
        raise UserError(f"{path}: no scalp electrode in it; name its EEG signals as the 10-20 system does")
    double = next((name for name in names if names.count(name) > 1), None)
    if double:
        raise UserError(f"{path}: electrode {double} is there twice: rename or drop one of the two")
    try:
        raw.load_data(verbose="error").pick(list(wanted))
    except Exception as error:
        raise _damaged(path, error) from None
    # Before resampling, which would smear one NaN over the whole electrode.
    check_finite(raw.get_data(), names, str(path))
    if raw.info["sfreq"] != sampling_rate:
        # Polyphase: MNE's FFT method pads to a length whose ratio of rates is not exact, which shifts samples in time.
        raw.resample(sampling_rate, method="polyphase", verbose="error")
    return (raw.get_data() * 1e6).astype(np.float32), names


def _damaged(path: Path, error: Exception) -> UserError:
    reason = str(error).strip().splitlines() or [type(error).__name__]
    return UserError(f"{path} cannot be read ({reason[0]}): it is damaged or incomplete, get it again")


def _is_auxiliary(raw: mne.io.BaseRaw, name: str) -> bool:
    if raw.get_channel_types([name])[0] != "eeg":
        return True
    bare = normalise_name(name).lower()
    return bare in _REFERENCES or bare.startswith(_AUXILIARY)


def _check_length(path: Path, sample_bytes: int) -> None:
    """Compare the size of an EDF or BDF with its header (https://www.edfplus.info/specs/edf.html).

    MNE reads a cut file as far as it goes, with no more than a warning.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        header = stream.read(256)
        try:
            header_bytes, records, signals = int(header[184:192]), int(header[236:244]), int(header[252:256])
            # 216 bytes a signal come before its count of samples a record.
            stream.seek(256 + 216 * signals)
            counts = stream.read(8 * signals)
            samples = sum(int(counts[8 * i : 8 * i + 8]) for i in range(signals))
        except ValueError:
            raise UserError(
                f"{path} is truncated or no EDF/BDF file (its header does not parse): get it again"
            ) from None
    expected = header_bytes + records * samples * sample_bytes
    # -1 records: the recorder did not know the length yet; nothing to compare with.
    if records >= 0 and size < expected:
        raise UserError(f"{path} is truncated ({size} of {expected} bytes): get it again")
