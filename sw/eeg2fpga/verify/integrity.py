"""Whether the RTL on disk is what its dataflow graph generates: finds a flipped bit that no test window would show."""

import tempfile
from pathlib import Path

from qonnx.core.modelwrapper import ModelWrapper

from eeg2fpga.compile.graph import operators
from eeg2fpga.compile.rtl import generate


def altered_files(model: ModelWrapper, folder: Path, build: str) -> list[str]:
    """Files in `folder` that differ from a fresh generation or are missing, with their layers, in the layers' order."""
    with tempfile.TemporaryDirectory() as temporary:
        fresh = Path(temporary) / "rtl"
        generate(model, fresh, build)
        names = sorted(str(path.relative_to(fresh)) for path in fresh.rglob("*") if path.is_file())
        changed = [name for name in names if _content(folder / name) != _content(fresh / name)]
    layers = {op.identifier: op.onnx_node.name for op in operators(model)}
    order = list(layers)
    found = [(_layer(name, order), name) for name in changed]
    found.sort(key=lambda item: order.index(item[0]) if item[0] else len(order))
    return [f"layer {layers[layer]}: {name}" if layer else name for layer, name in found]


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _layer(name: str, identifiers: list[str]) -> str | None:
    """The layer whose generated module it is, or the longest identifier that a memory file's name begins with."""
    stem = Path(name).stem
    layer = stem.removeprefix("layer_").removesuffix("_logic")
    if layer in identifiers:
        return layer
    matching = [i for i in identifiers if name.startswith("memory/") and stem.startswith(f"{i}_")]
    return max(matching, key=len, default=None)
