"""What the driver raises: one line that says what is wrong, where, and what to do."""


class AcceleratorError(Exception):
    """Any of the below."""


class InputError(AcceleratorError, ValueError):
    """A recording, window or setting that the accelerator cannot take."""


class FolderError(AcceleratorError):
    """The folder or the bit file is not what its manifest says."""


class DeviceError(AcceleratorError):
    """The accelerator reported an error, or gave what it cannot give.

    registers: name -> value of every register, read when it happened (empty if the device was not asked).
    """

    def __init__(self, message, registers=None):
        super().__init__(message)
        self.registers = dict(registers or {})


class DeviceTimeoutError(DeviceError):
    """A batch or an abort took far longer than its cycles allow."""


class DeviceGoneError(DeviceError):
    """The device is not this object's any more: it was closed, or another object loaded its own bit file."""
