"""Devices that behave as another, but for what a test replaces."""


class Wrapped:
    """A device (or buffer) with some of its methods replaced."""

    def __init__(self, device, **replaced):
        self._device = device
        vars(self).update(replaced)

    def __getattr__(self, name):
        return getattr(self._device, name)
