"""A notebook kernel on a machine with a board: zynq.py is there before the notebook imports pynq."""

import zynq  # noqa: F401
from ipykernel.kernelapp import launch_new_instance

launch_new_instance()
