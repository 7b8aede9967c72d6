"""eeg2fpga: EEG recordings to a small, checked FPGA accelerator."""

__version__ = "0.1.0"
