"""EEGNet, its binarized twin, and what settles it for the hardware."""
