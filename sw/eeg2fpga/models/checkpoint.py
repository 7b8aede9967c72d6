"""Trained networks as small files: signs as bits, float weights as half floats, and what the windows must be like."""

import json
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from eeg2fpga.config import MethodsConfig, ModelConfig
from eeg2fpga.errors import UserError
from eeg2fpga.files import replacing
from eeg2fpga.models.eegnet import EEGNet


@dataclass(frozen=True)
class Checkpoint:
    """A network in eval mode and the metadata of the windows that it was trained on (Dataset.metadata).

    threshold: of its decisions relative to rest (training/decision.py); None: they are absolute.
    """

    model: EEGNet
    metadata: dict
    threshold: float | int | None


def save_checkpoint(path: Path, model: EEGNet, metadata: dict, threshold: float | int | None = None) -> None:
    """Write a trained network, atomically. Latent weights become their signs, float convolutions half floats."""
    latent = {id(weight) for weight in model.latent_weights()}
    convolutions = {id(m.weight) for m in model.modules() if isinstance(m, torch.nn.Conv2d)}
    arrays = {}
    for name, value in model.state_dict(keep_vars=True).items():
        array = value.detach().numpy()
        if id(value) in latent:
            arrays[f"bits/{name}"] = np.packbits(array >= 0)
        elif id(value) in convolutions:
            arrays[f"half/{name}"] = array.astype(np.float16)
        else:
            arrays[f"full/{name}"] = array
    about = {
        "model": model.config.model_dump(mode="json"),
        "methods": model.methods.model_dump(mode="json"),
        "shape": [model.electrodes, model.samples, model.classes],
        "binary": model.binary,
        "metadata": metadata,
        "threshold": threshold,
    }
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez_compressed(file, about=np.array(json.dumps(about)), **arrays)


def load_checkpoint(path: Path) -> Checkpoint:
    """Read what `save_checkpoint` wrote. Raises UserError if the file is missing or something else."""
    if not path.is_file():
        raise UserError(f"no checkpoint {path}: make it with `eeg2fpga train <build> --everyone`")
    try:
        with np.load(path, allow_pickle=False) as stored:
            about = json.loads(str(stored["about"]))
            arrays = {name: stored[name] for name in stored.files if name != "about"}
        model = EEGNet(
            ModelConfig.model_validate(about["model"]),
            *about["shape"],
            binary=about["binary"],
            methods=MethodsConfig.model_validate(about["methods"]),
        )
        model.load_state_dict(_state(arrays, model.state_dict()))
    except (ValueError, KeyError, TypeError, RuntimeError, OSError, EOFError, zipfile.BadZipFile):
        raise UserError(f"{path} is no checkpoint of this version: make it again") from None
    return Checkpoint(model.eval(), about["metadata"], about.get("threshold"))


def _state(arrays: dict[str, np.ndarray], like: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    state = {}
    for key, array in arrays.items():
        kind, name = key.split("/", 1)
        shape = like[name].shape
        if kind == "bits":
            array = np.unpackbits(array, count=int(np.prod(shape))).astype(np.float32) * 2 - 1
        state[name] = torch.from_numpy(array.reshape(shape)).to(like[name].dtype)
    return state
