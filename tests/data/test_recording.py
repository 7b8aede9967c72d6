import numpy as np
import pytest
from eeg2fpga.data.recording import Recording
from eeg2fpga.errors import UserError


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("place", ["data", "baseline"])
def test_nan_names_file_and_electrode(bad: float, place: str):
    good, broken = np.zeros((2, 50), np.float32), np.zeros((2, 50), np.float32)
    broken[1, 7] = bad
    stretches = {"data": good, "baseline": good} | {place: broken}
    with pytest.raises(UserError, match=r"a\.edf: electrode Cz .*sample 7"):
        Recording(
            sampling_rate=128, electrodes=("Fz", "Cz"), label=0, subject="s", trial="t", file="a.edf", **stretches
        )
