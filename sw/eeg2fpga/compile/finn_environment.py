"""FINN without its tool chain: point it at a private folder before `import finn`, and keep it quiet."""

import atexit
import logging
import os
import shutil
import tempfile
import warnings
from functools import cache
from pathlib import Path


@cache
def ensure() -> Path:
    """Set what finn-plus reads at import, once; return its folder, which goes when the process ends.

    Call before the first `import finn`.

    Without FINN_BUILD_DIR finn-plus refuses to start, without FINN_SETTINGS it may write to ~/.finn. Values that are
    already set stay.
    """
    given = os.environ.get("FINN_BUILD_DIR")
    home = Path(given or tempfile.mkdtemp(prefix="eeg2fpga-finn-"))
    if not given:
        atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ["FINN_BUILD_DIR"] = str(home)
    os.environ.setdefault("FINN_SETTINGS", str(home / "settings.yaml"))
    os.environ.setdefault("FINN_DEPS", str(home / "deps"))
    os.environ.setdefault("NUM_DEFAULT_WORKERS", "1")
    # Sanitising rounds every tensor before every node: tenfold slower, and it would hide a tensor that is not integer.
    os.environ["SANITIZE_QUANT_TENSORS"] = "0"
    for name in ("finn", "finn_logger", "qonnx", "torch.onnx", "onnxscript", "onnx_ir"):
        logging.getLogger(name).setLevel(logging.ERROR)
    for module in ("qonnx", "finn", "brevitas"):
        warnings.filterwarnings("ignore", module=rf"{module}\.")
    return home
