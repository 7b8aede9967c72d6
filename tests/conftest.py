"""Says at the top of the output which recordings the tests read."""

from eeg2fpga.data.load import data_root


def pytest_report_header() -> str:
    root = data_root()
    real = root is not None and (root / "eegmat").is_dir()
    return f"recordings: EEGMAT {'as published' if real else 'made up (no EEG2FPGA_DATA, no shared data)'}"
