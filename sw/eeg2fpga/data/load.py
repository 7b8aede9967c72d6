"""A build's data set: the reader of its source, and a cache of what comes out."""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from eeg2fpga.config import DataConfig, SyntheticConfig
from eeg2fpga.data import deap, eegmat, own, synthetic
from eeg2fpga.data.recording import Recording
from eeg2fpga.data.windows import Dataset, build_dataset
from eeg2fpga.errors import UserError
from eeg2fpga.files import replacing

DATA_VERSION = 3
"""Part of the cache key: raise it when the windows of the same files would change."""

_ARRAYS = ("signal_labels", "signal_subjects", "signal_trials", "window_signal", "window_start", "signal_baseline")
_STRETCHES = ("signals", "baselines")


def data_root() -> Path | None:
    """The folder with data sets: EEG2FPGA_DATA, or shared/data beside the repository, or None.

    Raises UserError if EEG2FPGA_DATA names no folder.
    """
    named = os.environ.get("EEG2FPGA_DATA")
    if named:
        if not Path(named).is_dir():
            raise UserError(f"EEG2FPGA_DATA names {named}, which is no folder: correct or unset it")
        return Path(named)
    beside = Path(__file__).resolve().parents[3].parent / "shared" / "data"
    return beside if beside.is_dir() else None


def load_dataset(config: DataConfig, root: Path | None, cache: Path) -> Dataset:
    """The windows of a build.

    `root` is the folder with data sets (None: `data_root()`), `cache` one that may be deleted at any time. Raises
    UserError if there is no data, saying how to get it, and for whatever the readers find wrong.
    """
    _check_config(config)
    folder = _folder(config, root)
    target = cache / f"windows-{config.source}-{cache_key(config, folder)}.npz"
    dataset = _load(target) if target.is_file() else None
    if dataset is None:
        dataset = build_dataset(
            _recordings(config, folder, cache),
            _class_names(config, folder),
            config.window,
            config.stride,
            config.normalisation,
            config.source,
        )
        _save(dataset, target)
    return dataset


def stand_in(metadata: dict, cache: Path) -> Dataset:
    """Generated EEG on the electrodes of a network's metadata (Dataset.metadata): two people, for want of recordings.

    Its classes have the network's names, which go with the hardware; of the EEG they say nothing.

    Raises UserError if the network's electrodes or windows are not among those that can be generated.
    """
    config = DataConfig(source="synthetic", window=metadata["window"], synthetic=SyntheticConfig(subjects=2))
    dataset = load_dataset(config, None, cache)
    missing = set(metadata["electrodes"]) - set(dataset.electrodes)
    if missing or metadata["sampling_rate"] != dataset.sampling_rate:
        raise UserError(f"no recordings, and none can be generated for electrodes {', '.join(sorted(missing))}")
    rows = [dataset.electrodes.index(name) for name in metadata["electrodes"]]
    stretches = {
        name: [np.ascontiguousarray(stretch[rows]) for stretch in getattr(dataset, name)] for name in _STRETCHES
    }
    return replace(
        dataset,
        **stretches,
        electrodes=tuple(metadata["electrodes"]),
        class_names=tuple(metadata["class_names"]),
        source="generated EEG",
    )


def cache_key(config: DataConfig, folder: Path | None) -> str:
    """Hash of all that the windows depend on: configuration, code versions, and the files' names, sizes and times."""
    depends = {
        "config": config.model_dump(mode="json"),
        "versions": [DATA_VERSION, synthetic.GENERATOR_VERSION],
        "files": [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in _source_files(config, folder)],
    }
    return hashlib.sha256(json.dumps(depends, sort_keys=True).encode()).hexdigest()[:16]


def _check_config(config: DataConfig) -> None:
    if config.source in ("deap", "synthetic"):
        deap.label_column(config.label or "valence")
        if config.sampling_rate != deap.SAMPLING_RATE:
            raise UserError(f"data.sampling_rate: {config.source} is at {deap.SAMPLING_RATE} Hz, not at others")
    elif config.label is not None:
        raise UserError(f"data.label is for deap and synthetic: leave it out with source {config.source}")


def _folder(config: DataConfig, root: Path | None) -> Path | None:
    """Where the recordings are; None for synthetic, which has none."""
    if config.source == "synthetic":
        return None
    if config.path is not None:
        folder = config.path
    elif config.source == "files" and config.csv is not None:
        folder = config.csv.parent
    else:
        root = data_root() if root is None else root
        if root is None:
            raise UserError(f"no data folder for source {config.source}: {_remedy(config)}")
        folder = root / config.source
    if not folder.is_dir():
        raise UserError(f"no data folder {folder}: {_remedy(config)}")
    return folder


def _remedy(config: DataConfig) -> str:
    get = {
        "eegmat": "run `eeg2fpga download <folder>/eegmat`",
        "deap": "ask DEAP's authors for data_preprocessed_python and put its sXX.dat in <folder>/deap",
        "files": "put your recordings there",
    }[config.source]
    return f"{get} and set EEG2FPGA_DATA=<folder> (or data.path in the build)"


def _table(config: DataConfig, folder: Path) -> Path:
    return config.csv or folder / "labels.csv"


def _source_files(config: DataConfig, folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    if config.source == "eegmat":
        return eegmat.find_files(folder)
    if config.source == "deap":
        return deap.find_files(folder)
    table = _table(config, folder)
    named = {row.file for row in own.read_table(table, folder)}
    # BrainVision and SET keep their samples in files of the same stem.
    return [table, *sorted({path for file in named for path in file.parent.glob(f"{file.stem}.*")} | named)]


def _class_names(config: DataConfig, folder: Path | None) -> tuple[str, ...]:
    if config.source == "files":
        return own.class_names(own.read_table(_table(config, folder), folder))
    return eegmat.CLASSES if config.source == "eegmat" else deap.CLASSES


def _recordings(config: DataConfig, folder: Path | None, cache: Path) -> Iterator[Recording]:
    if config.source == "eegmat":
        return eegmat.read(folder, config.sampling_rate)
    if config.source == "files":
        return own.read(_table(config, folder), folder, config.sampling_rate)
    if config.source == "synthetic":
        settings = config.synthetic
        name = f"synthetic-v{synthetic.GENERATOR_VERSION}-{settings.seed}-{settings.difficulty:g}-{settings.subjects}"
        folder = cache / name
        synthetic.write_dataset(folder, settings)
    return deap.read(folder, config.label or "valence")


def _save(dataset: Dataset, target: Path) -> None:
    about = {
        "window": dataset.window,
        "electrodes": dataset.electrodes,
        "sampling_rate": dataset.sampling_rate,
        "class_names": dataset.class_names,
        "normalisation": dataset.normalisation,
        "source": dataset.source,
        "scale": dataset.scale,
    }
    arrays = {name: getattr(dataset, name) for name in _ARRAYS}
    for name in _STRETCHES:
        stretches = getattr(dataset, name)
        arrays[f"{name}_lengths"] = np.array([stretch.shape[1] for stretch in stretches], np.int64)
        nothing = np.zeros((len(dataset.electrodes), 0), np.int8)
        arrays[name] = np.concatenate([nothing, *stretches], axis=1)
    with replacing(target) as temporary:
        np.savez(temporary, about=json.dumps(about), **arrays)


def _load(target: Path) -> Dataset | None:
    """The cached data set, or None if the file is damaged (it is then made again)."""
    try:
        with np.load(target, allow_pickle=False) as stored:
            about = json.loads(str(stored["about"]))
            arrays = {name: stored[name] for name in _ARRAYS}
            arrays |= {name: _cut(stored[name], stored[f"{name}_lengths"]) for name in _STRETCHES}
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None
    about["electrodes"] = tuple(about["electrodes"])
    about["class_names"] = tuple(about["class_names"])
    return Dataset(**arrays, **about)


def _cut(joined: np.ndarray, lengths: np.ndarray) -> list[np.ndarray]:
    return np.split(joined, np.cumsum(lengths)[:-1], axis=1) if len(lengths) else []
