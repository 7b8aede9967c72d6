"""What runs on the board: the driver of the accelerator, with numpy and pynq alone (copied there as eeg2fpga_board)."""

from .driver import EEGAccelerator
from .errors import AcceleratorError, DeviceError, DeviceTimeoutError, FolderError, InputError

__all__ = ["AcceleratorError", "DeviceError", "DeviceTimeoutError", "EEGAccelerator", "FolderError", "InputError"]
