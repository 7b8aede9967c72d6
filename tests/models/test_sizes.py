"""The three sizes: parameters and storage as the project promises for EEGMAT, and every twin can be built."""

import pytest
from eeg2fpga.compile import legality
from eeg2fpga.config import BlockConfig, ModelConfig, load_build
from eeg2fpga.errors import UserError
from eeg2fpga.locations import BUILDS
from eeg2fpga.models.eegnet import time_steps
from eeg2fpga.models.settle import storage

from tests.networks import random_network

ELECTRODES, SAMPLES = 19, 128
PROMISED = {"s": (6_400, 11_000), "m": (14_000, 28_000), "l": (25_000, 46_000)}


@pytest.mark.parametrize("size", PROMISED)
def test_parameters_and_storage(size):
    parameters, bits = PROMISED[size]
    found = storage(random_network(load_build(BUILDS / f"eegmat-{size}.yaml").model, ELECTRODES, SAMPLES, seed=0))
    assert found.parameters == pytest.approx(parameters, rel=0.02)
    assert found.storage_bits <= bits


@pytest.mark.parametrize("size", PROMISED)
def test_twin_is_legal(size):
    legality.check(random_network(ModelConfig(size=size), ELECTRODES, SAMPLES, seed=0))


def test_a_given_value_replaces_the_presets():
    config = ModelConfig(size="m", width=20)
    assert config.width == 20
    assert config.blocks == ModelConfig(size="m").blocks


def test_a_kernel_over_one_time_step_is_refused():
    strides = (BlockConfig(hidden=4, kernel=3, stride=8), BlockConfig(hidden=4, kernel=3, stride=1))
    config = ModelConfig(stem_kernel=16, stem_stride=3, blocks=strides)
    assert time_steps(config, 48) == (16, 2, 2)
    with pytest.raises(UserError, match=r"blocks\[1\]\.kernel is 3, but one time step is left"):
        time_steps(config, 24)
    single = config.model_copy(update={"blocks": (strides[0], BlockConfig(hidden=4, kernel=1))})
    assert time_steps(single, 24) == (8, 1, 1)
