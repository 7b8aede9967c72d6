"""A build's configuration: one typed tree read from builds/<build>.yaml; an unknown key is an error."""

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from eeg2fpga.errors import UserError
from eeg2fpga.models.sizes import SIZES

Positive = Annotated[int, Field(gt=0)]
Protocol = Literal["subject", "trial", "shuffled"]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SyntheticConfig(_Section):
    """The generated DEAP-format data set."""

    subjects: Positive = 4
    seed: int = 0
    difficulty: Annotated[float, Field(ge=0, le=1)] = 0.5


class DataConfig(_Section):
    """Where recordings come from and how windows are cut from them."""

    source: Literal["synthetic", "deap", "eegmat", "files"]
    label: str | None = None
    """DEAP and synthetic: valence, arousal, dominance or liking."""
    path: Path | None = None
    """Folder of recordings (relative to the YAML); default: <EEG2FPGA_DATA>/<source>."""
    csv: Path | None = None
    """files: the CSV of file, onset, duration, label, subject (relative to the YAML)."""
    sampling_rate: Positive = 128
    window: Positive = 128
    """Samples a window."""
    stride: Positive = 128
    """Samples from one window's start to the next's."""
    normalisation: Literal["calibration", "window", "fixed"] = "calibration"
    synthetic: SyntheticConfig = SyntheticConfig()


class SplitConfig(_Section):
    """Which windows train, validate and test."""

    protocol: Protocol
    folds: Annotated[int, Field(ge=2)] = 5
    fold: Annotated[int, Field(ge=0)] = 0
    validation_folds: Annotated[int, Field(ge=2)] = 5
    """One of so many folds of what is not tested chooses the checkpoint."""
    seed: int = 0


class BlockConfig(_Section):
    """One inverted-residual block."""

    kernel: Positive = 7
    stride: Positive = 1
    hidden: Positive
    """Channels between expand and project."""


class ModelConfig(_Section):
    """EEGNet: spatial filter, temporal depthwise stem, inverted-residual blocks, pool, classifier.

    `size` names a preset (models/sizes.py); whatever else is given replaces the preset's value.
    """

    size: Literal["s", "m", "l"] = "s"
    width: Positive
    stem_kernel: Positive
    stem_stride: Positive = 4
    residual_bits: Annotated[int, Field(ge=2, le=4)] = 4
    hidden_bits: Annotated[int, Field(ge=1, le=4)] = 2
    """Binarized: of the activations inside the blocks (models/graded_sign.py); 1: signs."""
    copies: Annotated[int, Field(ge=1, le=2)] = 1
    """Binarized: how often each electrode enters the spatial layer (models/copies.py)."""
    blocks: tuple[BlockConfig, ...]

    @model_validator(mode="before")
    @classmethod
    def _from_preset(cls, given: dict) -> dict:
        size = given.get("size", "s")
        return SIZES[size] | given if isinstance(size, str) and size in SIZES else given


class MethodsConfig(_Section):
    """The three methods that recover what plain binarization loses; all false is the plain baseline."""

    multibit_stream: bool = True
    """Residual stream of `residual_bits` instead of 1 bit (models/multibit_stream.py)."""
    graded_sign: bool = True
    """Inside the blocks `hidden_bits` instead of 1 bit (models/graded_sign.py)."""
    distillation: bool = True
    """Learn from the stage-1 teachers' scores (training/distillation.py)."""


class AugmentationConfig(_Section):
    """What is done to training crops."""

    flip: Annotated[float, Field(ge=0, le=1)] = 0.5
    """Share of crops whose polarity is reversed."""
    gain: Annotated[float, Field(ge=0)] = 0.1
    """Standard deviation of the log gain of an electrode."""
    drop: Annotated[float, Field(ge=0, le=1)] = 0.1
    """Probability that an electrode is silent."""
    mixup: Annotated[float, Field(ge=0)] = 0.4
    """Crops are mixed in pairs, share from Beta(mixup, mixup) (Zhang et al., 2018); 0: not."""


class StageConfig(_Section):
    """One stage's optimisation."""

    steps: Positive
    rate: float
    patience: Annotated[int, Field(ge=0)] = 0
    """Validations without a better one after which training stops; 0: never."""
    choose_from: Annotated[float, Field(ge=0, le=1)] = 0.0
    """Share of the steps after which checkpoints are compared on the validation windows."""


class TrainingConfig(_Section):
    """Stage 1 (float teachers) and stage 2 (binarized)."""

    seed: int = 0
    teachers: Positive = 2
    batch: Positive = 128
    # While the rate is high, the best of many noisy checkpoints is one with luck; and what is trained on everyone, with
    # nobody left to validate, ends at the last step.
    float_stage: StageConfig = StageConfig(steps=800, rate=3e-3, choose_from=0.85)
    binary_stage: StageConfig = StageConfig(steps=5000, rate=1e-2, choose_from=0.85)
    weight_decay: float = 1e-2
    dropout: float = 0.5
    label_smoothing: float = 0.05
    augmentation: AugmentationConfig = AugmentationConfig()
    """Stage 1's, under every protocol."""
    binary_augmentation: dict[Protocol, AugmentationConfig] = {
        "subject": AugmentationConfig(),
        "trial": AugmentationConfig(),
        "shuffled": AugmentationConfig(gain=0, drop=0, mixup=0),
    }
    """Stage 2's by protocol, none where it is not named: what it learns of the training people by heart is no help with
    others, and some where their windows come back (docs/accuracy.md)."""
    statistics_batches: Annotated[int, Field(ge=0)] = 40
    """Stage 2: batches of 256 crops that give a checkpoint's batch-norm statistics; 0: running averages."""
    distillation_weight: float = 0.7
    temperature: float = 2.0
    threads: Positive = 1
    """CPU threads a run: these nets are so small that a second one costs more than it gives."""


class FoldingConfig(_Section):
    """Parallelism of one layer: PE and SIMD, or all of it at once, as logic."""

    pe: Positive | None = None
    simd: Positive | None = None
    parallel: bool = False

    @model_validator(mode="after")
    def _one_of_two(self) -> "FoldingConfig":
        if self.parallel == (self.pe is not None):
            raise ValueError("give `pe` (and `simd`), or `parallel: true`")
        return self


class TargetConfig(_Section):
    """What the folding pass aims at: exactly one of these."""

    windows_per_second: Positive | None = None
    """The fewest LUTs that reach this rate."""
    max_luts: Positive | None = None
    """The highest rate within so many LUTs."""
    max_throughput: bool = False
    """The highest rate of all."""

    @model_validator(mode="after")
    def _one(self) -> "TargetConfig":
        if [self.windows_per_second is not None, self.max_luts is not None, self.max_throughput].count(True) != 1:
            raise ValueError("give one of windows_per_second: N, max_luts: N, max_throughput: true")
        return self


class HardwareConfig(_Section):
    """The accelerator."""

    part: str = "xc7z020clg400-1"
    clock_mhz: Positive = 100
    target: TargetConfig = TargetConfig(windows_per_second=10_000)
    parallel: bool = False
    """Every layer as logic, a pixel a cycle, whatever the target."""
    folding: dict[str, FoldingConfig] = {}
    """Parallelism of layers by name, instead of the pass's choice."""
    backend: Literal["rtl", "hls"] = "rtl"
    """rtl: units of this repository; hls: FINN's own layers, which only Vitis HLS synthesises (docs/hls.md)."""

    def cycles(self) -> int:
        """Cycles a window at target.windows_per_second."""
        return self.clock_mhz * 1_000_000 // self.target.windows_per_second


class BuildConfig(_Section):
    """The whole tree."""

    data: DataConfig
    split: SplitConfig
    model: ModelConfig = ModelConfig()
    methods: MethodsConfig = MethodsConfig()
    training: TrainingConfig = TrainingConfig()
    hardware: HardwareConfig = HardwareConfig()
    decision: Literal["absolute", "relative"] = "absolute"
    """relative: to the scores of the person's baseline (training/decision.py); needs normalisation `calibration`."""

    @model_validator(mode="after")
    def _resting(self) -> "BuildConfig":
        if self.decision == "relative" and self.data.normalisation != "calibration":
            raise ValueError("decision `relative` needs data.normalisation `calibration`: a baseline to rest on")
        return self


def load_build(path: Path) -> BuildConfig:
    """Read and check a build's YAML.

    Raises UserError, in one line, for a missing file, YAML that does not parse, an unknown key or an illegal value.
    """
    if not path.is_file():
        raise UserError(f"no build file {path}: write one, or name one of builds/*.yaml (see `make help`)")
    try:
        tree = yaml.safe_load(path.read_text())
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise UserError(f"{path} is not valid YAML{where}: mend that line") from None
    try:
        build = BuildConfig.model_validate(tree)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise UserError(f"{path}: unknown key `{key}`; legal keys there: {_siblings(first['loc'])}") from None
        raise UserError(f"{path}: `{key or 'file'}`: {first['msg']}") from None
    return _relative_to(path.parent, build)


def _relative_to(folder: Path, build: BuildConfig) -> BuildConfig:
    """Paths in the file are relative to the file."""
    paths = {name: folder / value for name in ("path", "csv") if (value := getattr(build.data, name)) is not None}
    return build.model_copy(update={"data": build.data.model_copy(update=paths)})


def _siblings(location: tuple[int | str, ...]) -> str:
    """The legal keys beside the one at `location`."""
    section: type[BaseModel] = BuildConfig
    for part in location[:-1]:
        annotation = section.model_fields[part].annotation if isinstance(part, str) else None
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            section = annotation
        else:
            nested = [a for a in _arguments(annotation) if isinstance(a, type) and issubclass(a, BaseModel)]
            section = nested[0] if nested else section
    return ", ".join(section.model_fields)


def _arguments(annotation: object) -> tuple[object, ...]:
    return getattr(annotation, "__args__", ())
