"""What runs on the board: the driver of the accelerator, with numpy and pynq alone (copied there as eeg2fpga_board)."""
