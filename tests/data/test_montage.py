import numpy as np
import pytest
from eeg2fpga.data.montage import DEAP_ELECTRODES, POSITIONS, known_electrode, normalise_name, to_grid
from eeg2fpga.errors import UserError


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("EEG Fp1", "Fp1"),
        ("FP1-REF", "Fp1"),
        ("eeg fz", "Fz"),
        ("T3", "T7"),
        ("EEG T6", "P8"),
        ("Cz.", "Cz"),
        ("Oz", "Oz"),
    ],
)
def test_names(given: str, expected: str):
    assert known_electrode(given) == expected


def test_bipolar_derivation_is_no_electrode():
    assert normalise_name("EEG A2-A1") == "A2-A1"


def test_unknown_electrode_names_the_known():
    with pytest.raises(UserError, match=r"`X9`.*known: Fp1.*T3"):
        known_electrode("X9")


def test_deap_fills_the_grid():
    assert len(DEAP_ELECTRODES) == 32
    assert set(DEAP_ELECTRODES) == set(POSITIONS)
    assert len(set(POSITIONS.values())) == 32


def test_grid_of_deap_literature():
    # Yang et al. 2018, figure 2: the row through the ears, and mirror symmetry.
    assert [POSITIONS[n] for n in ("T7", "C3", "Cz", "C4", "T8")] == [(4, 0), (4, 2), (4, 4), (4, 6), (4, 8)]
    for left, right in (("Fp1", "Fp2"), ("FC5", "FC6"), ("PO3", "PO4"), ("P7", "P8"), ("O1", "O2")):
        assert POSITIONS[left][0] == POSITIONS[right][0]
        assert POSITIONS[left][1] + POSITIONS[right][1] == 8


def test_to_grid_keeps_every_sample():
    windows = np.random.default_rng(0).integers(-128, 128, (3, 4, 10), dtype=np.int8)
    names = ("Fp1", "T3", "EEG Oz", "P8")
    grid = to_grid(windows, names)
    assert grid.shape == (3, 10, 9, 9)
    assert grid.dtype == np.int8
    for row, place in enumerate(((0, 3), (4, 0), (8, 4), (6, 8))):
        np.testing.assert_array_equal(grid[:, :, *place], windows[:, row])
    assert np.count_nonzero(grid) == np.count_nonzero(windows)


def test_to_grid_refuses_unknown():
    with pytest.raises(UserError, match="`Q1`"):
        to_grid(np.zeros((1, 1, 1), np.int8), ["Q1"])
