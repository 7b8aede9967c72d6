"""The random networks of the tests."""

from eeg2fpga.models.random_network import random_network

__all__ = ["random_network"]
