"""One build from recordings to a report: what each stage reads and writes.

builds/out/<build>/: qonnx/model.onnx, streamlined/ (one .onnx a step), dataflow.onnx, golden.npz, rtl/,
folding.json, predictions.npz, synthesis.json, verification.json, netlist_verification.json, report.json. Training runs
lie in builds/out/training.
"""

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import numpy as np
from qonnx.core.modelwrapper import ModelWrapper
from rich.console import Console
from sklearn.metrics import accuracy_score, balanced_accuracy_score

from eeg2fpga.board.decision import offset as decision_offset
from eeg2fpga.compile import graph
from eeg2fpga.compile.dataflow import build_dataflow, choose_folding, draft_dataflow, expected_cycles, predicted_luts
from eeg2fpga.compile.explain import as_json, explain, explanation_table
from eeg2fpga.compile.export import export_qonnx
from eeg2fpga.compile.rtl import SYNTHESISED, generate
from eeg2fpga.compile.streamline import run as run_streamlined
from eeg2fpga.compile.streamline import streamline
from eeg2fpga.config import BuildConfig
from eeg2fpga.data.load import data_root, load_dataset, stand_in
from eeg2fpga.data.splits import Split, all_test, split_windows
from eeg2fpga.data.windows import Dataset
from eeg2fpga.errors import UserError
from eeg2fpga.files import replacing, write_json
from eeg2fpga.implement.yosys import synthesise
from eeg2fpga.locations import OUTPUTS
from eeg2fpga.models.checkpoint import load_checkpoint
from eeg2fpga.models.eegnet import EEGNet
from eeg2fpga.models.settle import settle, storage
from eeg2fpga.stages import Stages
from eeg2fpga.training.decision import Decisions, Scores, decide, fit_threshold, resting_levels
from eeg2fpga.training.deploy import NETWORKS, scorers
from eeg2fpga.training.experiments import STORE
from eeg2fpga.training.metrics import decision_figures
from eeg2fpga.training.train import build_model, train_build
from eeg2fpga.verify.compare import Difference, first_difference
from eeg2fpga.verify.golden import GoldenModel, decision
from eeg2fpga.verify.integrity import altered_files
from eeg2fpga.verify.netlist import EFFORT, check_netlist, choose, described, runs, stretches
from eeg2fpga.verify.verilated import VerilatedAccelerator

CHUNK = 256
"""Windows compared at a time: bounds memory, the stem's windows being the largest tensor."""


class Flow:
    """The stages of build `name`, in their order; each is skipped when nothing it depends on changed.

    checkpoint: a folder with float.npz and binary.npz, which then take the place of training; all windows are test
    windows, and the results go to builds/out/<name>-pretrained.
    folder: another place for the results.
    """

    def __init__(
        self,
        name: str,
        config: BuildConfig,
        console: Console,
        checkpoint: Path | None = None,
        folder: Path | None = None,
    ) -> None:
        self.name, self.config, self.console, self.checkpoint = name, config, console, checkpoint
        self.people = "unseen" if checkpoint is None else "seen in training"
        """Whose windows are the test windows."""
        self.folder = folder or OUTPUTS / (name if checkpoint is None else f"{name}-pretrained")
        self.stages = Stages(self.folder, console)

    def generate(self) -> tuple[Dataset, Split]:
        """Every stage up to the accelerator's sources; returns what `data` does."""
        dataset, split = self.data()
        self.train(dataset, split)
        self.compile(dataset, split)
        return dataset, split

    def generate_checked(self) -> tuple[Dataset, Split]:
        """`generate`, then `check`."""
        dataset, split = self.generate()
        self.check(dataset, split)
        return dataset, split

    def data(self) -> tuple[Dataset, Split]:
        """Windows and split (the windows are cached by load_dataset itself)."""
        start = time.perf_counter()
        dataset, split = self._windows()
        how = self.config.split.protocol if self.checkpoint is None else "pretrained"
        self.console.print(
            f"data: {dataset.source or self.config.data.source}, {len(dataset)} windows of {len(dataset.electrodes)} "
            f"electrodes; {len(split.train)} train, {len(split.validation)} validate, {len(split.test)} test "
            f"({how}); {time.perf_counter() - start:.1f} s"
        )
        self._data_key = [self.config.data, self.config.split, dataset.windows(split.test[:64]).tobytes(), len(dataset)]
        return dataset, split

    def _windows(self) -> tuple[Dataset, Split]:
        if self.checkpoint is None:
            dataset = load_dataset(self.config.data, data_root(), OUTPUTS / "cache")
            return dataset, split_windows(dataset, self.config.split)
        try:
            dataset = load_dataset(self.config.data, data_root(), OUTPUTS / "cache")
        except UserError as error:
            # Hardware needs windows, not anybody's: without the recordings generated ones prove the same equality.
            self.console.print(f"{error}; generated EEG takes the place of the recordings", soft_wrap=True)
            self.people = "none, generated EEG"
            dataset = stand_in(load_checkpoint(self.checkpoint / "binary.npz").metadata, OUTPUTS / "cache")
        return dataset, all_test(dataset)

    def train(self, dataset: Dataset, split: Split) -> None:
        """Teachers, binarized net, and what they say of the test windows."""

        def work() -> None:
            floating, binary = self._networks(dataset, split)
            by_name = scorers(floating, binary)
            thresholds = self._thresholds(dataset, split, by_name)
            with replacing(self.folder / "predictions.npz") as temporary:
                decided = {name: decide(dataset, split.test, by_name[name], thresholds[name]) for name in NETWORKS}
                absolute = {f"{name}_absolute": decisions.absolute for name, decisions in decided.items()}
                np.savez(temporary, **{name: decisions.classes for name, decisions in decided.items()}, **absolute)
            GoldenModel.from_model(binary).save(self.folder / "golden.npz")
            described = {"input": dataset.metadata(), "copies": binary.config.copies}
            described["decision_threshold"] = thresholds["binary"]
            write_json(self.folder / "network.json", asdict(storage(binary)) | described)

        outputs = [self.folder / name for name in ("predictions.npz", "golden.npz", "network.json")]
        settings = [self._data_key, self.config.model, self.config.methods, self.config.training, self.config.decision]
        self.stages.run("train", settings, ("models", "training"), outputs, work)

    def figures(self, dataset: Dataset, split: Split) -> dict[str, dict]:
        """metrics.decision_figures of the float and the binarized network on the test windows."""
        with np.load(self.folder / "predictions.npz") as predicted:
            relative = self.read("network.json")["decision_threshold"] is not None
            decided = {name: Decisions(predicted[name], predicted[f"{name}_absolute"], relative) for name in NETWORKS}
        return {name: decision_figures(dataset, split.test, decisions) for name, decisions in decided.items()}

    def _thresholds(self, dataset: Dataset, split: Split, by_name: dict[str, Scores]) -> dict[str, float | None]:
        """Of each network's decisions: the checkpoint's, or from the windows that are not tested."""
        if self.checkpoint is not None:
            return {name: load_checkpoint(self.checkpoint / f"{name}.npz").threshold for name in NETWORKS}
        known = np.concatenate([split.train, split.validation])
        return {name: fit_threshold(self.config.decision, dataset, known, by_name[name]) for name in NETWORKS}

    def _networks(self, dataset: Dataset, split: Split) -> tuple[EEGNet, EEGNet]:
        """The float and the settled binarized network: from the checkpoint, or trained."""
        if self.checkpoint is not None:
            floating, binary = (load_checkpoint(self.checkpoint / f"{name}.npz").model for name in NETWORKS)
            return floating, binary
        if not (self.folder / "golden.npz").exists():
            self._rehearse(dataset)
        return train_build(self.config, dataset, split, STORE, self.console)

    def _rehearse(self, dataset: Dataset) -> None:
        """Compile an untrained network: what of model or folding is illegal is said before minutes of training."""
        untrained = settle(build_model(self.config, dataset, binary=True))
        with tempfile.TemporaryDirectory() as folder:
            exported = export_qonnx(untrained, untrained.inputs, dataset.window, Path(folder) / "model.onnx")
        self._draft(streamline(exported))

    def _draft(self, streamlined: ModelWrapper) -> None:
        draft_dataflow(streamlined, self.config.hardware)

    def lower(self, dataset: Dataset, split: Split) -> None:
        """QONNX, streamlined."""
        qonnx = self.folder / "qonnx" / "model.onnx"

        def export() -> None:
            _, binary = self._networks(dataset, split)
            export_qonnx(binary, binary.inputs, dataset.window, qonnx)

        def simplify() -> None:
            streamline(ModelWrapper(str(qonnx)), self.folder / "streamlined").save(str(self.streamlined))

        self.stages.run("export", None, ("compile/export.py",), [qonnx], export)
        self.stages.run("streamline", None, ("compile/streamline.py", "compile/passes"), [self.streamlined], simplify)

    def compile(self, dataset: Dataset, split: Split) -> None:
        """QONNX, streamlined, dataflow graph, RTL."""
        dataflow, rtl = self.dataflow, self.rtl
        self.lower(dataset, split)

        def build() -> None:
            streamlined, hardware = ModelWrapper(str(self.streamlined)), self.config.hardware
            folding, budget = choose_folding(streamlined, hardware)
            explanations = explain(folding, budget)
            self.console.print(explanation_table(explanations, budget))
            write_json(self.folder / "folding.json", as_json(explanations))
            model = build_dataflow(streamlined, hardware)
            model.save(str(dataflow))
            generate(model, rtl, self.name)
            write_json(self.folder / "prediction.json", {"luts": predicted_luts(model)})

        outputs = [dataflow, rtl / "files.f", self.folder / "prediction.json", self.folder / "folding.json"]
        self.stages.run("rtl", self.config.hardware, ("compile", "hw/rtl"), outputs, build)

    def check(self, dataset: Dataset, split: Split) -> None:
        """Synthesis, then every stage compared; differences are recorded (verify.verdict reads them).

        Golden, streamlined, dataflow, LUTs of layers of logic and RTL on every test window, and the netlist.
        """
        self.synthesise()

        def verify() -> None:
            write_json(self.folder / "verification.json", self.verify(dataset, split))

        def verify_netlist() -> None:
            write_json(self.folder / "netlist_verification.json", self.verify_netlist(dataset, split))

        self.stages.run("verify", None, ("verify",), [self.folder / "verification.json"], verify)
        code = ("verify", "hw/models/xc7")
        self.stages.run("netlist", None, code, [self.folder / "netlist_verification.json"], verify_netlist)

    def verify(self, dataset: Dataset, split: Split) -> dict:
        """Compare, whatever was recorded. Returns figures; `differences` is empty when all is equal."""
        golden = GoldenModel.load(self.folder / "golden.npz")
        streamlined, dataflow = ModelWrapper(str(self.streamlined)), ModelWrapper(str(self.dataflow))
        start = time.perf_counter()
        rtl = VerilatedAccelerator(dataflow, self.rtl, self.folder / "verilated")
        build_seconds = time.perf_counter() - start
        windows, found = dataset.windows(split.test), {}
        seconds = dict.fromkeys(("golden", "streamlined", "dataflow", "luts", "rtl"), 0.0)
        labels, latency, interval = [], 0, 0
        wrong = np.zeros(len(windows), bool)
        offsets = self._offsets(dataset, split, golden)
        for start, stop in stretches(offsets, CHUNK):
            part, offset = windows[start:stop], int(offsets[start])
            sent = golden.graph_windows(part)
            outputs = {}
            with _timed(seconds, "golden"):
                expected = golden.layers(part)
            with _timed(seconds, "rtl"):
                simulation = rtl.run(part, offset)
            with _timed(seconds, "streamlined"):
                outputs["streamlined"] = run_streamlined(streamlined, sent, list(expected))[1]
            with _timed(seconds, "dataflow"):
                outputs["dataflow"] = graph.run(dataflow, part)
            with _timed(seconds, "luts"):
                outputs["luts"] = graph.run(dataflow, part, luts=True)
            outputs["rtl"] = simulation.layers
            last = list(expected)[-1]
            if start == 0:
                latency, interval = simulation.latency_cycles, simulation.cycles_per_window
            for stage, layers in outputs.items():
                # The graphs' argmax knows no offset, the device's does.
                due = expected | {last: decision(expected["classifier"], offset)} if stage == "rtl" else expected
                difference = first_difference(stage, due, layers, start)
                if difference and stage not in found:
                    found[stage] = difference
                got = np.asarray(layers[last]).reshape(len(part))
                wrong[start:stop] |= got != due[last].reshape(len(part))
            labels.append(simulation.layers[last].ravel())
        truth = dataset.labels[split.test]
        return {
            "windows": len(windows),
            "mismatches": int(wrong.sum()) if not found else max(int(wrong.sum()), _affected(found)),
            "differences": [asdict(d) | {"text": str(d)} for d in found.values()],
            "altered": altered_files(dataflow, self.rtl, self.name),
            "accuracy_rtl": float(accuracy_score(truth, np.concatenate(labels))),
            "balanced_accuracy_rtl": float(balanced_accuracy_score(truth, np.concatenate(labels))),
            "latency_cycles": latency,
            "cycles_per_window": interval,
            "expected_cycles_per_window": expected_cycles(dataflow),
            "rtl_build_seconds": round(build_seconds, 2),
            "speed_windows_per_second": {stage: round(len(windows) / s, 1) for stage, s in seconds.items()},
        }

    def verify_netlist(self, dataset: Dataset, split: Split, netlist: Path | None = None) -> dict:
        """Compare the netlist as it lies in `rtl` with golden and RTL (verify.netlist), whatever was recorded.

        netlist: another one in its place.
        """
        golden, dataflow = GoldenModel.load(self.folder / "golden.npz"), ModelWrapper(str(self.dataflow))
        windows, offsets = dataset.windows(split.test), self._offsets(dataset, split, golden)
        size = self.read("synthesis.json")["total"]
        most = int(EFFORT / (expected_cycles(dataflow) * (size["lut"] + size["ff"])))
        scores = golden.scores(windows) if most < len(windows) else np.zeros((len(windows), 2), np.int64)
        chosen = choose(most, scores, offsets)
        checked = list(runs(windows, offsets, chosen, CHUNK))
        netlist = netlist or self.rtl / SYNTHESISED
        found = check_netlist(dataflow, self.rtl, netlist, self.folder / "verilated", golden, checked)
        return found | {"sample": described(len(chosen), len(windows))}

    def _offsets(self, dataset: Dataset, split: Split, golden: GoldenModel) -> np.ndarray:
        """Of the decision for each test window, int64."""
        threshold = self.read("network.json")["decision_threshold"]
        if threshold is None:
            return np.zeros(len(split.test), np.int64)
        levels = resting_levels(dataset, split.test, golden.scores)
        return np.array([decision_offset(int(level), threshold) for level in levels])

    def synthesise(self) -> None:
        """LUT, FF, BRAM, DSP, per unit and in all."""

        def work() -> None:
            write_json(self.folder / "synthesis.json", synthesise(self.rtl).dictionary(self.config.hardware.clock_mhz))

        outputs = [self.folder / "synthesis.json", self.rtl / SYNTHESISED]
        self.stages.run(
            "synthesis", self.config.hardware.clock_mhz, ("implement/yosys.py", "implement/timing"), outputs, work
        )

    @property
    def streamlined(self) -> Path:
        """FINN's result."""
        return self.folder / "streamlined.onnx"

    @property
    def dataflow(self) -> Path:
        """The dataflow graph, folded, with converters and FIFOs."""
        return self.folder / "dataflow.onnx"

    @property
    def rtl(self) -> Path:
        """The generated accelerator."""
        return self.folder / "rtl"

    def read(self, name: str) -> dict:
        """A JSON result of a stage."""
        return json.loads((self.folder / name).read_text())


def _affected(found: dict[str, Difference]) -> int:
    return max(difference.windows for difference in found.values())


@contextmanager
def _timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[stage] += time.perf_counter() - start
