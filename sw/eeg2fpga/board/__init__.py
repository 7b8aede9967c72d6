"""What runs on the board: the driver of the accelerator, with numpy and pynq alone (copied there as eeg2fpga_board)."""

from .bring_up import bring_up
from .driver import EEGAccelerator
from .errors import AcceleratorError, DeviceError, DeviceGoneError, DeviceTimeoutError, FolderError, InputError

__all__ = [
    "AcceleratorError",
    "DeviceError",
    "DeviceGoneError",
    "DeviceTimeoutError",
    "EEGAccelerator",
    "FolderError",
    "InputError",
    "bring_up",
]
