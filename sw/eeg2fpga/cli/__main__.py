"""python -m eeg2fpga.cli"""

from eeg2fpga.cli import main

main()
