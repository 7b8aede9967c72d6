"""What a toolchain hands back, and how its programs are run."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from eeg2fpga.errors import CheckError


@dataclass(frozen=True)
class Placed:
    """A bit file and what is known of it; JSON types only, as in the manifest."""

    bit: Path
    tools: dict
    timing: dict
    utilisation: dict
    power_w: float | None = None
    """Of the whole chip, as the toolchain estimates it; None where it does not."""


def run_program(command: list[str], folder: Path, log: str) -> str:
    """Run a program in `folder`, its output to the file `log` there and back. Raises CheckError when it fails."""
    path = folder / log
    with path.open("w") as output:
        try:
            code = subprocess.run(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT).returncode
        except OSError as error:
            raise CheckError(f"{command[0]} does not run: {error}") from None
    text = path.read_text(errors="replace")
    if code:
        how = f"was killed by signal {-code}" if code < 0 else f"ended with {code}"
        errors = [line for line in text.splitlines() if line.lower().startswith("error")]
        last = (errors or text.strip().splitlines() or ["no output"])[-1 if not errors else 0]
        raise CheckError(f"{Path(command[0]).name} {how}: {last.strip()[:300]} (see {path})")
    return text
