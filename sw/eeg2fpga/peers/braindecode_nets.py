"""Braindecode's EEGNet and ShallowFBCSPNet on our windows and crops.

Braindecode is imported only when a network is built: `make setup` installs it (requirements-peers.txt).
"""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.optim import AdamW
from torch.optim.lr_scheduler import OneCycleLR

from eeg2fpga.data.splits import Split
from eeg2fpga.data.windows import Dataset
from eeg2fpga.errors import UserError
from eeg2fpga.peers.peer import Peer, Stopwatch, validation_score
from eeg2fpga.training.crops import Crops
from eeg2fpga.training.decision import Scores

VALIDATION_STEPS = 100
_CHUNK = 512
_SHALLOW_RATE = 250
"""Hz of the recordings for which ShallowFBCSPNet's default lengths were chosen."""


@dataclass(frozen=True)
class Recipe:
    """How a network is trained: AdamW at PyTorch's weight decay, one cycle of the learning rate."""

    rate: float
    steps: int = 1000
    batch: int = 128
    choose_from: float = 0.85
    """Share of the steps after which checkpoints compete, as in our own stages."""


EEGNET = Recipe(rate=3e-3)
SHALLOW = Recipe(rate=3e-4)


def fit_eegnet(dataset: Dataset, split: Split, seed: int, recipe: Recipe = EEGNET) -> Peer:
    """Braindecode's EEGNet (Lawhern et al., 2018; EEGNet-8,2), all arguments at their defaults.

    The same data, seed and machine give the same weights. Raises UserError if Braindecode is missing or the windows are
    too short for the network.
    """
    return _fit(_eegnet, dataset, split, seed, recipe)


def fit_shallow(dataset: Dataset, split: Split, seed: int, recipe: Recipe = SHALLOW) -> Peer:
    """Braindecode's ShallowFBCSPNet (Schirrmeister et al., 2017), filter and pooling lengths as in `shallow_lengths`.

    The same data, seed and machine give the same weights. Raises UserError if Braindecode is missing or the windows are
    too short for the network.
    """
    return _fit(_shallow, dataset, split, seed, recipe)


def shallow_lengths(sampling_rate: int, samples: int) -> dict[str, int]:
    """ShallowFBCSPNet's filter, pooling and stride in samples: its defaults' seconds at our sampling rate.

    The defaults (25, 75, 15) are for 250 Hz. Pooling is cut to what the filter leaves of a window of `samples`.
    """
    kernel, pool, stride = (max(1, round(length * sampling_rate / _SHALLOW_RATE)) for length in (25, 75, 15))
    pool = max(1, min(pool, samples - kernel + 1))
    return {"filter_time_length": kernel, "pool_time_length": pool, "pool_time_stride": stride}


def _eegnet(dataset: Dataset) -> nn.Module:
    try:
        from braindecode.models import EEGNetv4
    except ImportError as error:
        raise _missing(error) from None
    return EEGNetv4(**_shape(dataset))


def _shallow(dataset: Dataset) -> nn.Module:
    try:
        from braindecode.models import ShallowFBCSPNet
    except ImportError as error:
        raise _missing(error) from None
    lengths = shallow_lengths(dataset.sampling_rate, dataset.window)
    return ShallowFBCSPNet(**_shape(dataset), **lengths, final_conv_length="auto", add_log_softmax=False)


def _missing(error: ImportError) -> UserError:
    return UserError(f"Braindecode's networks cannot be imported ({error}): `make setup` installs the right version")


def _shape(dataset: Dataset) -> dict[str, int]:
    return {"n_chans": len(dataset.electrodes), "n_outputs": len(dataset.class_names), "n_times": dataset.window}


def _build(network: Callable[[Dataset], nn.Module], dataset: Dataset) -> nn.Module:
    try:
        return network(dataset)
    except ValueError as error:
        # Braindecode runs the network once to find its last layer's length.
        raise UserError(f"data.window {dataset.window}: too short for Braindecode's network: {error}") from None


def _fit(network: Callable[[Dataset], nn.Module], dataset: Dataset, split: Split, seed: int, recipe: Recipe) -> Peer:
    model, seconds = _trained(network, dataset, split, seed, recipe)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    return Peer(_scorer(model, dataset), parameters, recipe.steps * recipe.batch / seconds)


def _trained(
    network: Callable[[Dataset], nn.Module], dataset: Dataset, split: Split, seed: int, recipe: Recipe
) -> tuple[nn.Module, float]:
    """A new network after training, and the seconds of its steps."""
    # Initial weights and dropout draw from the global generator.
    with _one_thread(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = _build(network, dataset)
        return model, _train(model, dataset, split, seed, recipe)


def _train(model: nn.Module, dataset: Dataset, split: Split, seed: int, recipe: Recipe) -> float:
    """Train in place; end at the one of the last checkpoints that the validation windows prefer; return the seconds."""
    crops = Crops(dataset, split.train, len(dataset.class_names))
    generator = torch.Generator().manual_seed(seed)
    optimizer = AdamW(model.parameters(), lr=recipe.rate)
    schedule = OneCycleLR(optimizer, recipe.rate, total_steps=recipe.steps)
    scores = _scorer(model, dataset)
    best, state, watch = -1.0, {}, Stopwatch()
    for step in range(1, recipe.steps + 1):
        with watch:
            windows, labels = crops.batch(recipe.batch, generator)
            model.train()
            loss = F.cross_entropy(model(_input(windows[..., 0], dataset.scale)), labels)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
        competes = step >= recipe.choose_from * recipe.steps
        if competes and (step % VALIDATION_STEPS == 0 or step == recipe.steps):
            score = validation_score(scores, dataset, split)
            if score >= best:
                best, state = score, copy.deepcopy(model.state_dict())
    model.load_state_dict(state)
    return watch.seconds


def _scorer(model: nn.Module, dataset: Dataset) -> Scores:
    scale, classes = dataset.scale, len(dataset.class_names)

    @torch.no_grad()
    def scores(windows: np.ndarray) -> np.ndarray:
        model.eval()
        chunks = torch.from_numpy(windows).split(_CHUNK)
        found = [model(_input(chunk, scale)) for chunk in chunks if len(chunk)]
        return torch.cat(found).numpy() if found else np.zeros((0, classes), np.float32)

    return scores


def _input(windows: Tensor, scale: float) -> Tensor:
    """Integers (n, electrodes, samples) to z units, float32 of the same shape."""
    return windows.float().mul(scale).contiguous()


@contextmanager
def _one_thread() -> Iterator[None]:
    """These networks are so small that a second thread costs more than it gives; one also makes sums reproducible."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
