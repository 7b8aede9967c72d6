"""Test bench of the units in hw/rtl and hw/shell: builds one with Verilator and drives its streams from cocotb.

A unit's `test_<unit>.py` calls `run_unit` from pytest; the simulator then loads this module and runs `streams` below,
or the unit's own module where it has cocotb tests of its own, which may call `check_stream`.

    run_unit("fifo", {"WIDTH": 8, "DEPTH": 4}, {"s_axis": windows}, {"m_axis": windows}, cycles=words_a_window)
"""

import fcntl
import hashlib
import json
import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path
from unittest import mock

import cocotb
import pytest
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, ReadOnly
from cocotb_tools.check_results import get_results
from cocotb_tools.runner import Runner, get_runner
from eeg2fpga.compile.memory import write_memory
from eeg2fpga.files import replacing
from eeg2fpga.verify import portable
from eeg2fpga.verify.simulator import verilator_environment

HARDWARE = Path(__file__).resolve().parent
BUILDS = HARDWARE / "sim_build"
PERIOD_NS = 10
RESULTS = "results.xml"

Windows = Sequence[Sequence[int]]
"""Stream words, a list a window."""
RTL, NETLIST = "rtl", "netlist"
FORMS = [RTL]
"""What `run_unit` simulates of a unit: its sources, its netlist by Yosys, or one after the other (conftest.py)."""
RUNS: list[tuple[str, str, str, int, int]] = []
"""What `run_unit` ran: unit, form, parameters, cocotb tests, failures. For the summary (conftest.py)."""
Memories = Mapping[str, tuple[Sequence[int], int]]
"""File name to its words and their width in bits."""


class Source:
    """Offers the words of all windows on `<prefix>_t*`; between words it is idle with probability `idle`.

    After each window it offers nothing for `gap` cycles. A port without `tready` takes every word.
    """

    def __init__(self, dut, prefix: str, windows: Windows, idle: float, generator: random.Random, gap: int = 0) -> None:
        self.data, self.valid = (getattr(dut, f"{prefix}_t{name}") for name in ("data", "valid"))
        self.ready = getattr(dut, f"{prefix}_tready", None)
        self.words = [word for window in windows for word in window]
        self.ends = set(accumulate(len(window) for window in windows)) if gap else set()
        self.idle, self.random, self.gap = idle, generator, gap
        self.sent = self.pause = 0
        self.offering = False
        self.valid.value = 0

    def drive(self) -> None:
        if not self.offering:
            self.offering = not self.pause and self.sent < len(self.words) and self.random.random() >= self.idle
            self.pause = max(0, self.pause - 1)
            # Junk while not valid: a unit that looks at it anyway fails.
            self.data.value = self.words[self.sent] if self.offering else self.random.getrandbits(len(self.data))
            self.valid.value = int(self.offering)

    def sample(self) -> None:
        if self.offering and (self.ready is None or int(self.ready.value)):
            self.sent += 1
            self.offering = False
            self.pause = self.gap if self.sent in self.ends else 0

    @property
    def done(self) -> bool:
        return self.sent == len(self.words)


class Sink:
    """Takes words from `<prefix>_t*`, refusing with probability `stall`, and compares each with the expected one.

    A port without `tready` is never refused a word.
    """

    def __init__(self, dut, prefix: str, windows: Windows, stall: float, generator: random.Random) -> None:
        self.data, self.valid = (getattr(dut, f"{prefix}_t{name}") for name in ("data", "valid"))
        self.ready = getattr(dut, f"{prefix}_tready", None)
        self.prefix = prefix
        self.expected = [(w, i, word) for w, window in enumerate(windows) for i, word in enumerate(window)]
        self.stall, self.random = stall, generator
        self.times: list[int] = []
        self.taking = False
        self.held: int | None = None
        if self.ready is not None:
            self.ready.value = 0

    def drive(self) -> None:
        self.taking = self.ready is None or self.random.random() >= self.stall
        if self.ready is not None:
            self.ready.value = int(self.taking)

    def sample(self, cycle: int) -> None:
        """Check one cycle. Converting to int raises on X and Z."""
        valid = int(self.valid.value)
        word = int(self.data.value) if valid else None
        assert self.held is None or word == self.held, f"{self.prefix}: the word or tvalid changed before it was taken"
        self.held = word if valid and not self.taking else None
        if valid and self.taking:
            self._check(word, cycle)

    def _check(self, word: int, cycle: int) -> None:
        count = len(self.times)
        assert count < len(self.expected), f"{self.prefix}: extra word {word:#x} at cycle {cycle}"
        window, index, expected = self.expected[count]
        assert word == expected, (
            f"{self.prefix}: window {window}, word {index} is {word:#x}, expected {expected:#x} (cycle {cycle})"
        )
        self.times.append(cycle)

    def interval(self) -> int:
        """Cycles from the last word of the window before the last to the last word of all."""
        last = self.expected[-1][0]
        before = max(i for i, (window, _, _) in enumerate(self.expected) if window == last - 1)
        return self.times[-1] - self.times[before]

    @property
    def done(self) -> bool:
        return len(self.times) == len(self.expected)


async def check_stream(
    dut,
    inputs: Mapping[str, Windows],
    expected: Mapping[str, Windows],
    cycles: int | None = None,
    idle: float = 0.0,
    stall: float = 0.0,
    seed: int = 0,
    limit: int | None = None,
    gap: int = 0,
) -> int:
    """Reset `dut` once, stream all windows through it, compare every word; return the cycle of the last word.

    inputs, expected: stream prefix (`s_axis`, `m_axis`) to windows of words. idle, stall: probability that a source
    offers nothing and that a sink takes nothing in a cycle. gap: cycles without a word that sources leave after each
    window. cycles: the unit's initiation interval a window, asserted
    if idle and stall are 0. Fails on X, a wrong, missing or extra word, input left over, a word withdrawn under
    back-pressure, and after `limit` cycles.
    """
    generator = random.Random(seed)
    sources = [Source(dut, prefix, windows, idle, generator, gap) for prefix, windows in inputs.items()]
    sinks = [Sink(dut, prefix, windows, stall, generator) for prefix, windows in expected.items()]
    # Signals are driven and sampled at the falling edge, half a cycle before they count: no race with the rising edge.
    clock = Clock(dut.clk, PERIOD_NS, unit="ns").start(start_high=False)
    await _reset(dut)
    words = sum(len(port.words) for port in sources) + sum(len(port.expected) for port in sinks)
    windows = max(len(value) for value in expected.values())
    limit = limit or 1000 + 8 * (words + windows * (cycles or 0))
    drain = 50 + 2 * (words // windows) + (cycles or 0)
    left = drain
    for cycle in range(limit):
        for port in (*sources, *sinks):
            port.drive()
        await ReadOnly()
        for port in sources:
            port.sample()
        for port in sinks:
            port.sample(cycle)
        left = left - 1 if all(port.done for port in sinks) else drain
        await FallingEdge(dut.clk)
        if left == 0:
            break
    clock.cancel()
    for port in sinks:
        assert port.done, f"{port.prefix}: {len(port.times)} of {len(port.expected)} words after {limit} cycles"
        if cycles is not None and idle == stall == 0:
            assert port.interval() == cycles, (
                f"{port.prefix}: {port.interval()} cycles a window, {cycles} are documented"
            )
    assert all(port.done for port in sources), "the unit left input words unread"
    return max(port.times[-1] for port in sinks)


async def _reset(dut) -> None:
    dut.rst_n.value = 0
    for _ in range(4):
        await FallingEdge(dut.clk)
    dut.rst_n.value = 1


@cocotb.test()
@cocotb.parametrize((("idle", "stall"), [(0.0, 0.0), (0.5, 0.0), (0.0, 0.5), (0.3, 0.3), (0.1, 0.8)]))
async def streams(dut, idle: float, stall: float) -> None:
    """The case that `run_unit` wrote, at one rate of idle and back-pressure."""
    case = json.loads(Path("case.json").read_text())
    streams = (case["inputs"], case["expected"], case["cycles"])
    last = await check_stream(dut, *streams, idle, stall, seed=case["seed"], gap=case.get("gap", 0))
    dut._log.info(f"last word after {last} cycles")


def given_parameters(*names: str) -> list[int]:
    """For cocotb tests: parameters of the unit that is simulated. A netlist itself has none any more."""
    parameters = json.loads(Path("case.json").read_text())["parameters"]
    return [parameters[name] for name in names]


def run_unit(
    unit: str,
    parameters: Mapping[str, int | str],
    inputs: Mapping[str, Windows],
    expected: Mapping[str, Windows],
    *,
    cycles: int | None = None,
    memories: Memories | None = None,
    uses: Sequence[str] = (),
    files: Sequence[Path] = (),
    memory: Path | None = None,
    synthesised: Sequence[Path] = (),
    test_module: str = "bench",
    seed: int = 1,
    **more: object,
) -> None:
    """Build `unit` with `parameters` and run the cocotb tests of `test_module` on it; fails if one fails.

    inputs, expected: stream prefix to at least two windows of words. cycles: documented cycles a window.
    memories: $readmemh files, which the file parameters name without a folder. uses: other units that this one
    instantiates. files: more sources, which replace those of the same name. memory: a folder of $readmemh files
    that are read from `memory/`. synthesised: what Yosys reads in place of those of the same name, which are twins
    for simulation. more: `gap` of check_stream, and what a unit's own tests ask for. `case.json` in the
    simulation's folder hands inputs, expected, cycles, seed, parameters and `more` (JSON types) to the cocotb test.
    With WAVES=1 in the environment the simulation leaves a VCD, whose path is printed.
    """
    listed = _given(unit, uses, files)
    case = {"inputs": inputs, "expected": expected, "cycles": cycles, "seed": seed, **more}
    case["parameters"] = dict(parameters)
    for form in FORMS:
        with _prepared(unit, parameters, form, memories or {}, memory) as folder:
            (folder / "case.json").write_text(json.dumps(case))
            found = portable.faults(unit, listed, parameters)
            assert not found, f"{unit} {dict(parameters)}: {found}"
            compiled = _replaced(listed, synthesised) if form == NETLIST else listed
            runner = _build(unit, parameters, form, compiled, folder)
            try:
                _test(runner, unit, test_module, seed, folder)
            except SystemExit as error:
                what = f"{form} of {unit} {dict(parameters)}"
                raise AssertionError(f"{what}: cocotb tests failed, see the log above") from error
            finally:
                RUNS.append((unit, form, str(dict(parameters)), *_results(folder)))


@contextmanager
def _prepared(
    unit: str, parameters: Mapping[str, int | str], form: str, memories: Memories, memory: Path | None
) -> Iterator[Path]:
    """The folder of a simulation with its memory files, locked; Verilator is on PATH meanwhile."""
    key = hashlib.sha256(json.dumps(dict(parameters), sort_keys=True).encode()).hexdigest()[:12]
    folder = BUILDS / unit / "-".join([key, *([form] if form != RTL else []), *(["waves"] if _waves() else [])])
    folder.mkdir(parents=True, exist_ok=True)
    environment = verilator_environment() | {"WAVES": str(int(_waves()))}
    # Small models that run briefly: compiling takes longer than simulating.
    environment["MAKEFLAGS"] = "OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0"
    with (folder / "lock").open("w") as lock, mock.patch.dict(os.environ, environment):
        fcntl.flock(lock, fcntl.LOCK_EX)
        for name, (words, bits) in memories.items():
            write_memory(folder / name, list(words), bits)
        if memory is not None:
            shutil.copytree(memory, folder / "memory", dirs_exist_ok=True)
        yield folder


def _build(unit: str, parameters: Mapping[str, int | str], form: str, files: Sequence[Path], folder: Path) -> Runner:
    options = ["--x-initial", "unique", "-Wno-fatal", "--output-split", "0"]
    if form == NETLIST:
        from netlists import netlist_sources

        files, parameters = netlist_sources(unit, parameters, files, folder), {}
        # Of thousands of nets only the ports are looked at.
        options += ["--x-assign", "unique", *([] if _waves() else ["--no-public-flat-rw", "--public-depth", "1"])]
    _lend_runtime(folder)
    runner = get_runner("verilator")
    runner.build(
        sources=files,
        hdl_toplevel=unit,
        parameters={name: _literal(value) for name, value in parameters.items()},
        # One C++ file: with more, the wheel's makefile wants precompiled headers and gets their option wrong.
        build_args=options,
        build_dir=folder,
        timescale=("1ns", "1ps"),
        waves=_waves(),
    )
    _keep_runtime(folder)
    return runner


def _test(runner: Runner, unit: str, test_module: str, seed: int, folder: Path) -> None:
    """Run the cocotb tests. Registers start with random values: what reset does not clear shows."""
    runner.test(
        test_module=test_module,
        hdl_toplevel=unit,
        build_dir=folder,
        seed=seed,
        results_xml=str((folder / RESULTS).resolve()),
        plusargs=["+verilator+rand+reset+2", f"+verilator+seed+{seed}"],
        waves=_waves(),
    )
    if _waves():
        print(f"waveform: {folder / 'dump.vcd'}")


def _waves() -> bool:
    return os.environ.get("WAVES", "") not in ("", "0")


def _given(unit: str, uses: Sequence[str], files: Sequence[Path]) -> list[Path]:
    """`files`, and the unit's sources but for those of the same name."""
    return _replaced(sources(unit, uses), files)


def _replaced(paths: Sequence[Path], others: Sequence[Path]) -> list[Path]:
    """`others`, and what of `paths` has none of their names."""
    names = {path.name for path in others}
    return [*others, *(path for path in paths if path.name not in names)]


def _results(folder: Path) -> tuple[int, int]:
    """Tests and failures of a run; one that left no result is a failure."""
    return get_results(folder / RESULTS) if (folder / RESULTS).exists() else (1, 1)


def _runtime() -> Path:
    return BUILDS / "runtime" / f"{version('verilator')}{'-waves' if _waves() else ''}"


def _lend_runtime(folder: Path) -> None:
    """Put Verilator's own compiled library into a build: the same for every unit, and most of the compile time.

    Dated ahead: the makefile that Verilator is about to write compiles again what is older than itself.
    """
    for path in folder.glob("verilated*.o"):
        path.unlink()
    ahead = time.time() + 3600
    for path in _runtime().glob("verilated*.o"):
        shutil.copyfile(path, folder / path.name)
        os.utime(folder / path.name, (ahead, ahead))


def _keep_runtime(folder: Path) -> None:
    for path in folder.glob("verilated*.o"):
        if not (_runtime() / path.name).exists():
            with replacing(_runtime() / path.name) as temporary:
                shutil.copyfile(path, temporary)


def parameter_sets(names: str | tuple[str, ...], cases: Sequence, netlists: Sequence[int], **options: object):
    """As pytest's parametrize; the cases of these numbers are also run on the unit's netlist, in every `make test`."""
    chosen = [cases[number] for number in netlists]
    marks = [[pytest.mark.netlist] if case in chosen else [] for case in cases]
    values = [[case] if isinstance(names, str) else case for case in cases]
    sets = [pytest.param(*value, marks=mark) for value, mark in zip(values, marks, strict=True)]
    return pytest.mark.parametrize(names, sets, **options)


def elaboration_error(unit: str, parameters: Mapping[str, int | str], uses: Sequence[str] = ()) -> str:
    """What Verilator prints when it refuses to elaborate `unit` with illegal `parameters`; fails if it accepts them."""
    done = lint(unit, parameters, uses)
    assert done.returncode != 0, f"{unit} accepts {dict(parameters)}"
    return done.stderr


def lint(
    unit: str,
    parameters: Mapping[str, int | str],
    uses: Sequence[str] = (),
    more: Sequence[Path] = (),
    waived: Sequence[str] = (),
) -> subprocess.CompletedProcess:
    """Run `verilator --lint-only -Wall` on `unit` with `parameters`; the caller looks at the result.

    more: further files. waived: warnings that do not count.
    """
    options = [f"-G{name}={_literal(value)}" for name, value in parameters.items()]
    options += [f"-Wno-{warning}" for warning in waived]
    files = map(str, [*more, *sources(unit, uses)])
    command = ["verilator", "--lint-only", "-Wall", "--top-module", unit, *options, *files]
    return subprocess.run(command, env=verilator_environment(), capture_output=True, text=True)


def sources(unit: str, uses: Sequence[str] = ()) -> list[Path]:
    """The SystemVerilog files of `unit` and of the units that it instantiates."""
    return [next(HARDWARE.glob(f"*/{name}/{name}.sv")) for name in (*uses, unit)]


def _literal(value: int | str) -> str:
    """A parameter on the command line; strings with a quote are Verilog literals: `128'h0`."""
    return f'"{value}"' if isinstance(value, str) and "'" not in value else str(value)
