"""Training on a small learnable data set: crops, losses, determinism, resumption, what comes out."""

from typing import get_args

import numpy as np
import pytest
import torch
from eeg2fpga.config import (
    AugmentationConfig,
    BlockConfig,
    BuildConfig,
    DataConfig,
    MethodsConfig,
    ModelConfig,
    Protocol,
    SplitConfig,
    TrainingConfig,
)
from eeg2fpga.data.splits import Split
from eeg2fpga.data.windows import Dataset
from eeg2fpga.errors import UserError
from eeg2fpga.training import loop, stage2
from eeg2fpga.training.augment import augment
from eeg2fpga.training.crops import Crops, crop_starts
from eeg2fpga.training.distillation import distillation_loss
from eeg2fpga.training.evaluate import evaluate, scores
from eeg2fpga.training.statistics import retake_statistics
from eeg2fpga.training.train import Trainer, build_model, train_build
from eeg2fpga.verify.golden import GoldenModel
from rich.console import Console

ELECTRODES, WINDOW = 4, 32


def dataset(seed: int = 0, signals: int = 24, length: int = 320) -> Dataset:
    """Class 1 has a slow wave in its first two electrodes, which class 0 has not."""
    rng = np.random.default_rng(seed)
    labels = np.arange(signals) % 2
    time = np.arange(length)
    made = []
    for label in labels:
        noise = rng.normal(0, 20, (ELECTRODES, length))
        wave = label * 25 * np.sin(2 * np.pi * time / 16 + rng.uniform(0, 6))
        noise[:2] += wave
        made.append(np.clip(np.round(noise), -127, 127).astype(np.int8))
    per_signal = length // WINDOW
    return Dataset(
        signals=made,
        signal_labels=labels.astype(np.int64),
        signal_subjects=np.array([f"s{i % 4}" for i in range(signals)]),
        signal_trials=np.array([f"t{i}" for i in range(signals)]),
        window_signal=np.repeat(np.arange(signals), per_signal).astype(np.int64),
        window_start=np.tile(np.arange(per_signal) * WINDOW, signals).astype(np.int64),
        window=WINDOW,
        electrodes=("F3", "F4", "P3", "P4"),
        sampling_rate=128,
        class_names=("low", "high"),
        normalisation="calibration",
    )


def split(data: Dataset) -> Split:
    third = data.window_signal % 3
    return Split(np.flatnonzero(third == 0), np.flatnonzero(third == 1), np.flatnonzero(third == 2))


def config(**training) -> BuildConfig:
    settings = {
        "teachers": 1,
        "float_stage": {"steps": 200, "rate": 3e-3},
        "binary_stage": {"steps": 240, "rate": 5e-3},
        "batch": 48,
    } | training
    return BuildConfig(
        data=DataConfig(source="synthetic"),
        split=SplitConfig(protocol="trial"),
        model=ModelConfig(width=8, stem_kernel=8, stem_stride=4, blocks=(BlockConfig(hidden=16, kernel=3),)),
        training=TrainingConfig(**settings),
    )


def quiet() -> Console:
    return Console(quiet=True)


def same(a: torch.nn.Module, b: torch.nn.Module) -> bool:
    ours, theirs = a.state_dict(), b.state_dict()
    return ours.keys() == theirs.keys() and all(torch.equal(ours[name], theirs[name]) for name in ours)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    data = dataset()
    folder = tmp_path_factory.mktemp("trained")
    return data, folder, train_build(config(), data, split(data), folder, quiet())


def test_it_learns(trained):
    data, _, (float_model, binary_model) = trained
    test = split(data).test
    windows, labels = data.windows(test), data.labels[test]
    assert evaluate(float_model, windows, labels)["balanced_accuracy"] > 0.85
    assert evaluate(binary_model, windows, labels)["balanced_accuracy"] > 0.8


def test_the_binarized_model_is_settled(trained):
    data, _, (_, model) = trained
    windows = data.windows()
    np.testing.assert_array_equal(GoldenModel.from_model(model).predict(windows), scores(model, windows).argmax(1))
    assert all(float(weight.detach().abs().max()) <= 1 for weight in model.latent_weights())
    assert torch.equal(model.classifier.bias, model.classifier.bias.round())


def test_a_finished_run_is_only_read(trained):
    data, folder, (float_model, binary_model) = trained
    times = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    again = train_build(config(), data, split(data), folder, quiet())
    assert same(again[0], float_model) and same(again[1], binary_model)
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == times


def test_a_killed_run_ends_with_the_same_weights(trained, tmp_path, monkeypatch):
    data, _, (float_model, binary_model) = trained
    monkeypatch.setattr(loop, "CHECKPOINT_STEPS", 20)
    monkeypatch.setattr(loop.train, "__defaults__", (20,))
    saved = loop._save
    count = 0

    def save_then_die(*arguments):
        nonlocal count
        saved(*arguments)
        count += 1
        if count in (2, 7):
            raise KeyboardInterrupt

    monkeypatch.setattr(loop, "_save", save_then_die)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            train_build(config(), data, split(data), tmp_path, quiet())
    again = train_build(config(), data, split(data), tmp_path, quiet())
    assert same(again[0], float_model) and same(again[1], binary_model)


def test_a_damaged_checkpoint_is_trained_anew(trained, tmp_path):
    data, _, (_, binary_model) = trained
    for name, content in zip(sorted(path.name for path in trained[1].glob("*.pt")), (b"", b"none"), strict=True):
        (tmp_path / name).write_bytes(content)
    assert same(train_build(config(), data, split(data), tmp_path, quiet())[1], binary_model)


def test_another_seed_or_data_set_is_another_run(tmp_path):
    data = dataset()
    runs = [(config(), data), (config(seed=1), data), (config(), dataset(1))]
    trainers = [Trainer(settings, found, split(found), tmp_path, quiet()) for settings, found in runs]
    assert len({trainer._teacher_key(0) for trainer in trainers}) == 3
    assert len({trainer._student_key(0) for trainer in trainers}) == 3
    assert trainers[0]._student_key(0) != trainers[0]._student_key(1)


def test_methods_share_their_teachers(tmp_path):
    data = dataset()
    plain = config().model_copy(update={"methods": MethodsConfig(**dict.fromkeys(MethodsConfig.model_fields, False))})
    ours, theirs = (Trainer(settings, data, split(data), tmp_path, quiet()) for settings in (config(), plain))
    assert ours._teacher_key(0) == theirs._teacher_key(0)
    assert ours._student_key(0) != theirs._student_key(0)


def test_stage_2_is_augmented_under_the_protocols_that_say_so(tmp_path, monkeypatch):
    """Its teachers see what it sees; elsewhere it is the run that it was, under the same key."""
    data = dataset()
    silent = AugmentationConfig(flip=0, gain=0, drop=1, mixup=0)
    short = {"steps": 4, "rate": 5e-3}
    seen = []

    def loss(_, scores: torch.Tensor, labels: torch.Tensor, taught: list[torch.Tensor]) -> torch.Tensor:
        seen.extend([scores, *taught])
        return scores.sum()

    monkeypatch.setattr(stage2, "distillation_loss", loss)

    def trainer(*protocols: str) -> Trainer:
        settings = config(binary_augmentation=dict.fromkeys(protocols, silent), binary_stage=short, float_stage=short)
        return Trainer(settings, data, split(data), tmp_path, quiet())

    protocol = config().split.protocol
    elsewhere = next(name for name in get_args(Protocol) if name != protocol)
    here, there, nowhere = trainer(protocol, elsewhere), trainer(elsewhere), trainer()
    assert here._student_key(0) != there._student_key(0) == nowhere._student_key(0)
    assert here._teacher_key(0) == nowhere._teacher_key(0)
    for one, silenced in ((here, True), (nowhere, False)):
        seen.clear()
        one.student(one.teachers())
        assert len(seen) == short["steps"] * (1 + config().training.teachers)
        assert all(torch.equal(batch, batch[:1].expand_as(batch)) == silenced for batch in seen)


def test_training_stops_early_and_keeps_the_best_checkpoint(tmp_path, monkeypatch):
    data = dataset()
    monkeypatch.setattr(loop, "VALIDATION_STEPS", 10)
    scripted = iter([0.6, 0.9, 0.7, 0.8, 0.5, 0.99])
    seen = []

    def validate(model, validation, device):
        seen.append({name: value.cpu().clone() for name, value in model.state_dict().items()})
        return next(scripted)

    monkeypatch.setattr(loop, "_validate", validate)
    settings = config(float_stage={"steps": 200, "rate": 3e-3, "patience": 2})
    model = Trainer(settings, data, split(data), tmp_path, quiet()).teacher(0)
    assert len(seen) == 5, "three validations without a better one end it"
    assert all(torch.equal(value, seen[1][name]) for name, value in model.state_dict().items())


def test_early_checkpoints_do_not_compete(tmp_path, monkeypatch):
    data = dataset()
    monkeypatch.setattr(loop, "VALIDATION_STEPS", 10)
    scripted = iter([0.99, 0.98, 0.6, 0.7, 0.65])
    seen = []

    def validate(model, validation, device):
        seen.append({name: value.cpu().clone() for name, value in model.state_dict().items()})
        return next(scripted)

    monkeypatch.setattr(loop, "_validate", validate)
    settings = config(float_stage={"steps": 50, "rate": 3e-3, "choose_from": 0.5})
    model = Trainer(settings, data, split(data), tmp_path, quiet()).teacher(0)
    assert all(torch.equal(value, seen[3][name]) for name, value in model.state_dict().items())


def test_statistics_are_those_of_the_crops_and_weights_stay():
    data = dataset()
    model = build_model(config(), data, binary=True)
    before = [parameter.clone() for parameter in model.parameters()]
    crops = Crops(data, split(data).train, 2)
    retake_statistics(model, crops, 8, 3, torch.device("cpu"))
    assert all(torch.equal(now, then) for now, then in zip(model.parameters(), before, strict=True))
    norm, generator = model.spatial.norm, torch.Generator().manual_seed(3)
    with torch.no_grad():
        sums = torch.cat([model.spatial.conv(crops.batch(256, generator)[0]) for _ in range(8)])
    torch.testing.assert_close(norm.running_mean, sums.mean((0, 2, 3)), rtol=1e-3, atol=1e-2)
    torch.testing.assert_close(norm.running_var, sums.var((0, 2, 3)), rtol=0.05, atol=1)
    assert norm.momentum == 0.1, "training goes on as before"


def test_checkpoints_that_compete_have_statistics_of_their_own(tmp_path, monkeypatch):
    data = dataset()
    taken = []
    monkeypatch.setattr(loop, "VALIDATION_STEPS", 10)
    monkeypatch.setattr(loop, "retake_statistics", lambda *arguments: taken.append(arguments[2]))
    settings = config(binary_stage={"steps": 50, "rate": 5e-3, "choose_from": 0.75}, statistics_batches=7)
    Trainer(settings, data, split(data), tmp_path, quiet()).student([])
    assert taken == [7, 7]


def test_augmentation_is_by_the_book():
    windows = torch.ones(400, 3, 5, 1)
    generator = torch.Generator().manual_seed(0)
    labels = torch.arange(400) % 2

    def changed(**settings: float) -> torch.Tensor:
        found, targets = augment(windows, labels, generator, 2, AugmentationConfig(**{"mixup": 0} | settings))
        assert torch.equal(targets.argmax(1), labels)
        return found

    flipped = changed(flip=0.25, gain=0, drop=0)
    assert set(flipped.unique().tolist()) == {-1.0, 1.0}
    assert (flipped[:, 0, 0, 0] < 0).float().mean().item() == pytest.approx(0.25, abs=0.07)
    assert torch.equal(flipped, flipped[:, :1, :1].expand_as(flipped)), "a crop changes polarity as a whole"
    dropped = changed(flip=0, gain=0, drop=0.3)
    assert (dropped[:, :, 0] == 0).float().mean().item() == pytest.approx(0.3, abs=0.05)
    scaled = changed(flip=0, gain=0.2, drop=0)[:, :, 0, 0].log()
    assert scaled.std().item() == pytest.approx(0.2, rel=0.1)


def test_mixup_mixes_windows_and_labels_alike():
    labels = torch.arange(400) % 2
    windows = labels.float()[:, None, None, None].expand(400, 3, 5, 1)
    settings = AugmentationConfig(flip=0, gain=0, drop=0, mixup=0.4)
    shares = set()
    for seed in range(5):
        mixed, targets = augment(windows, labels, torch.Generator().manual_seed(seed), 2, settings)
        assert torch.allclose(mixed[:, 0, 0, 0], targets[:, 1])
        assert torch.allclose(targets.sum(1), torch.ones(400))
        shares.add(round(targets[:, 1].unique()[1].item(), 6))
    assert len(shares) == 5, "another share a batch"


def test_crops_stay_inside_training_windows():
    data = dataset(signals=4)
    rng = np.random.default_rng(0)
    train = np.sort(rng.choice(len(data), 25, replace=False))
    crops = Crops(data, train, 2)
    inside = np.zeros((4, 320), bool)
    for index in train:
        start = data.window_start[index]
        inside[data.window_signal[index], start : start + WINDOW] = True
    found = {signal[:, start : start + WINDOW].tobytes(): (i, start) for i, signal in enumerate(data.signals)
             for start in range(320 - WINDOW + 1)}  # fmt: skip
    windows, labels = crops.batch(400, torch.Generator().manual_seed(0))
    offsets = set()
    for window, label in zip(windows[..., 0].to(torch.int8).numpy(), labels.tolist(), strict=True):
        signal, start = found[window.tobytes()]
        assert inside[signal, start : start + WINDOW].all()
        assert data.signal_labels[signal] == label
        offsets.add(start % WINDOW)
    assert len(offsets) > 5
    assert 150 < int(labels.sum()) < 250


def test_crop_starts_bridge_touching_windows_only():
    np.testing.assert_array_equal(crop_starts(np.array([8, 0, 20]), 8), [*range(9), 20])
    np.testing.assert_array_equal(crop_starts(np.array([0, 9]), 8), [0, 9])


def test_a_class_without_training_windows_is_a_users_mistake():
    data = dataset(signals=4)
    with pytest.raises(UserError, match="label high"):
        Crops(data, np.flatnonzero(data.labels == 0), 2)


def test_distillation_loss_is_least_at_the_teacher():
    settings = TrainingConfig(distillation_weight=1.0)
    teacher = torch.tensor([[2.0, -1.0], [0.5, 1.0]])
    labels = torch.tensor([0, 1])
    at_teacher = distillation_loss(settings, teacher, labels, [teacher])
    assert at_teacher.item() == pytest.approx(0, abs=1e-6)
    assert distillation_loss(settings, teacher + torch.tensor([0.5, 0.0]), labels, [teacher]) > 1e-3
    # Two teachers that contradict each other average to indifference.
    assert distillation_loss(settings, torch.zeros(2, 2), labels, [teacher, -teacher]).item() == pytest.approx(
        0, abs=1e-6
    )


def test_evaluate_balances_classes(trained):
    data, _, (model, _) = trained
    windows = np.concatenate([data.windows(np.flatnonzero(data.labels == 0)), data.windows(np.array([10]))])
    labels = np.append(np.zeros(len(windows) - 1, np.int64), 1)
    predicted = scores(model, windows).argmax(1)
    expected = ((predicted[:-1] == 0).mean() + (predicted[-1] == 1)) / 2
    assert evaluate(model, windows, labels)["balanced_accuracy"] == pytest.approx(expected)
