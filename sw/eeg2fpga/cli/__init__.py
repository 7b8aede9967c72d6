"""The command `eeg2fpga`.

Exit codes: 0 done; 1 a check failed; 2 bad input, said in one line; 3 all done but for a tool that is not installed.
A traceback is a defect of ours.
"""

import sys

# Each module adds its commands to `app`.
from eeg2fpga.cli import build, measure, study  # noqa: F401
from eeg2fpga.cli.app import app
from eeg2fpga.errors import CheckError, MissingToolsError, UserError

app.info.help = __doc__


def main() -> None:
    """Entry point: what is not a defect of ours is said on stderr, without a traceback."""
    codes = {CheckError: 1, UserError: 2, MissingToolsError: 3}
    try:
        app()
    except tuple(codes) as error:
        print(f"eeg2fpga: {error}", file=sys.stderr)
        sys.exit(codes[type(error)])
