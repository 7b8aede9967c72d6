"""A recording: what every reader returns, whatever the source."""

from dataclasses import dataclass

import numpy as np

from eeg2fpga.errors import UserError


@dataclass(frozen=True)
class Recording:
    """One continuous stretch of EEG in one state.

    Raises UserError naming file and electrode where a sample is not a finite number.
    """

    data: np.ndarray
    """float32 (electrodes, samples), microvolt."""
    sampling_rate: int
    """Hz."""
    electrodes: tuple[str, ...]
    """Names in the order of the rows of `data`, as the montage spells them."""
    label: int
    """Class index."""
    subject: str
    trial: str
    """Unique within the subject."""
    baseline: np.ndarray | None = None
    """float32 (electrodes, samples), microvolt: a stretch recorded before the trial."""
    file: str = ""
    """Where it came from, for messages."""

    def __post_init__(self) -> None:
        for stretch in (self.data, self.baseline):
            if stretch is None:
                continue
            if stretch.ndim != 2 or len(stretch) != len(self.electrodes):
                raise ValueError(f"{self.file}: shape {stretch.shape} for {len(self.electrodes)} electrodes")
            check_finite(stretch, self.electrodes, self.file)


def check_finite(data: np.ndarray, electrodes: tuple[str, ...], file: str) -> None:
    """Raise UserError naming `file`, electrode and sample if `data` (electrodes, samples) holds NaN or infinity."""
    finite = np.isfinite(data)
    if not finite.all():
        row, sample = np.argwhere(~finite)[0]
        raise UserError(
            f"{file}: electrode {electrodes[row]} has NaN or infinite samples (first at sample {sample}): "
            "cut that stretch out or repair the recording"
        )
