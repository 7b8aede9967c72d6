"""The project's own graph passes, one a file: qonnx Transformations, model to model."""

from eeg2fpga.compile import finn_environment

finn_environment.ensure()
