"""Trained on everyone in one folder, evaluated on the people in another."""

import numpy as np
import pytest
from eeg2fpga.config import BlockConfig, BuildConfig, DataConfig, ModelConfig, SplitConfig, TrainingConfig
from eeg2fpga.data.load import load_dataset
from eeg2fpga.errors import UserError
from eeg2fpga.models.checkpoint import load_checkpoint
from eeg2fpga.training.deploy import evaluate_checkpoints, train_everyone
from rich.console import Console

from tests.data.edf import write_edf

RATE, SECONDS = 128, 12


def recordings(folder, people, seed, electrodes=("Fz", "Cz", "Pz")):
    """People whose 10 Hz rhythm is there in `calm` and not in `stress`."""
    folder.mkdir()
    rng = np.random.default_rng(seed)
    time = np.arange(SECONDS * RATE) / RATE
    rows = ["file,onset,duration,label,subject"]
    for person in people:
        for label in ("calm", "stress"):
            data = 10 * rng.standard_normal((len(electrodes), len(time)))
            data += (label == "calm") * 20 * np.sin(2 * np.pi * 10 * time + rng.uniform(0, 6))
            write_edf(folder / f"{person}_{label}.edf", data, list(electrodes), RATE)
            rows.append(f"{person}_{label}.edf,0,{SECONDS},{label},{person}")
        # The first half of the calm recording is the rest that the person is calibrated with.
        rows.append(f"{person}_calm.edf,0,{SECONDS // 2},baseline,{person}")
    (folder / "labels.csv").write_text("\n".join(rows) + "\n")


def config(path, normalisation="fixed", decision="absolute"):
    return BuildConfig(
        data=DataConfig(source="files", path=path, normalisation=normalisation),
        decision=decision,
        split=SplitConfig(protocol="subject"),
        model=ModelConfig(width=6, stem_kernel=16, blocks=(BlockConfig(hidden=8, kernel=3, stride=2),)),
        training=TrainingConfig(
            teachers=1, batch=32, float_stage={"steps": 150, "rate": 3e-3}, binary_stage={"steps": 200, "rate": 5e-3}
        ),
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    root = tmp_path_factory.mktemp("deploy")
    recordings(root / "known", ("anna", "bert"), 1)
    build = config(root / "known")
    dataset = load_dataset(build.data, None, root / "cache")
    train_everyone(build, dataset, root / "store", root / "checkpoints", Console(quiet=True))
    return root, build


def test_decisions_relative_to_rest_go_with_the_checkpoint(trained, tmp_path):
    root, _ = trained
    build = config(root / "known", "calibration", "relative")
    dataset = load_dataset(build.data, None, root / "cache")
    train_everyone(build, dataset, root / "store", tmp_path, Console(quiet=True))
    recordings(tmp_path / "new", ("carl", "dora", "emil"), 2)
    found = evaluate_checkpoints(build, tmp_path, tmp_path / "new", root / "cache")
    kept = {name: load_checkpoint(tmp_path / f"{name}.npz").threshold for name in found}
    assert isinstance(kept["float"], float) and isinstance(kept["binary"], int)
    for figures in found.values():
        assert figures["unlabelled_data"] == "baseline (normalisation, decision)"
        assert figures["balanced_accuracy"] > 0.85 and set(figures["absolute"]) == {"balanced_accuracy", "vote"}


def test_newcomers_are_recognised(trained):
    root, build = trained
    recordings(root / "new", ("carl", "dora", "emil"), 2)
    found = evaluate_checkpoints(build, root / "checkpoints", root / "new", root / "cache")
    for name in ("float", "binary"):
        assert found[name]["balanced_accuracy"] > 0.85
        assert found[name]["vote"] == 1.0
        assert found[name]["unlabelled_data"] == "none"
        assert found[name]["absolute"] == {key: found[name][key] for key in ("balanced_accuracy", "vote")}
        assert (found[name]["subjects"], found[name]["recordings"]) == (3, 6)
        assert found[name]["windows"] == 6 * SECONDS


def test_other_electrodes_are_refused(trained):
    root, build = trained
    recordings(root / "other", ("carl", "dora"), 2, electrodes=("Fz", "Cz", "Oz"))
    with pytest.raises(UserError, match="trained with electrodes"):
        evaluate_checkpoints(build, root / "checkpoints", root / "other", root / "cache")
