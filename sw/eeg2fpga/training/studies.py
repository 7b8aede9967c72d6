"""Cross-validated studies of a build: both stages, the methods one by one, and the peers on the same folds."""

from collections.abc import Iterable

import numpy as np
from rich.console import Console
from rich.table import Table

from eeg2fpga.config import BuildConfig, MethodsConfig
from eeg2fpga.peers import PEERS
from eeg2fpga.training.experiments import Job, Result, folds, protocols_possible, run_jobs
from eeg2fpga.training.metrics import difference, over_folds

METHODS = tuple(MethodsConfig.model_fields)
SEEDS = 3
"""Float networks whose mean is compared with the peers."""


def variants(config: BuildConfig) -> dict[str, BuildConfig]:
    """The build plain, with no method, each method alone, all of them, all but each.

    Plain is the sign and its straight-through gradient and nothing else: one copy of an electrode and the batch norms'
    running averages too, crops as they are. `no_method` keeps those of the build.
    """
    none, every = dict.fromkeys(METHODS, False), dict.fromkeys(METHODS, True)
    chosen = {"no_method": none, "all": every}
    chosen |= {f"only_{method}": none | {method: True} for method in METHODS}
    chosen |= {f"without_{method}": every | {method: False} for method in METHODS}
    found = {name: config.model_copy(update={"methods": MethodsConfig(**one)}) for name, one in chosen.items()}
    bare = {
        "model": config.model.model_copy(update={"copies": 1}),
        "training": config.training.model_copy(update={"statistics_batches": 0, "binary_augmentation": {}}),
    }
    return {"plain": found["no_method"].model_copy(update=bare)} | found


def crossvalidate(config: BuildConfig, console: Console) -> dict:
    """Float and binarized network, as many seeds of each as the build has teachers, on every fold of every protocol."""
    seeds = range(config.training.teachers)
    networks = {kind: [(config, f"{kind}{n}") for n in seeds] for kind in ("float", "binary")}
    return _study(config, networks, console)


def ablate(config: BuildConfig, console: Console) -> dict:
    """The float network and the binarized one in each of its `variants`."""
    networks = {"float": [(config, f"float{n}") for n in range(config.training.teachers)]}
    networks |= {name: [(variant, "binary0")] for name, variant in variants(config).items()}
    return _study(config, networks, console)


def compare_peers(config: BuildConfig, console: Console) -> dict:
    """The float network, SEEDS of them, and every peer, SEEDS of each, on the same folds and windows."""
    networks = {"float": [(config, f"float{n}") for n in range(SEEDS)]}
    for peer in PEERS:
        seeded = [
            config.model_copy(update={"training": config.training.model_copy(update={"seed": n})}) for n in range(SEEDS)
        ]
        networks[peer] = [(one, peer) for one in seeded]
    return _study(config, networks, console)


def _study(config: BuildConfig, networks: dict[str, list[tuple[BuildConfig, str]]], console: Console) -> dict:
    """Figures by protocol and network; a network is several trainings (seeds) a fold."""
    jobs: dict[tuple[str, str], list[Job]] = {}
    for protocol in protocols_possible(config):
        for name, trainings in networks.items():
            jobs[protocol, name] = [Job(fold, network) for one, network in trainings for fold in folds(one, protocol)]
    results = iter(run_jobs([job for group in jobs.values() for job in group], console))
    groups = {which: [next(results) for _ in group] for which, group in jobs.items()}
    found: dict[str, dict] = {}
    for (protocol, name), group in groups.items():
        found.setdefault(protocol, {})[name] = _figures(group) | _below(groups[protocol, "float"], group)
    about = {"data": config.data.source, "label": config.data.label, "size": config.model.size}
    return about | {"decision": config.decision, "protocols": found}


def _figures(results: list[Result]) -> dict:
    speeds = [result.windows_per_second for result in results]
    absolute = over_folds([result.absolute for result in results])
    return over_folds([result.outcome for result in results]) | {
        "absolute": {name: absolute[name] for name in ("balanced_accuracy", "spread", "vote")},
        "parameters": results[0].parameters,
        "train_windows_per_second": float(np.median(speeds)),
    }


def _below(ours: list[Result], theirs: list[Result]) -> dict:
    """How far a network is below float, by the build's decision."""
    return {"below_float": difference(*([result.outcome for result in side] for side in (ours, theirs)))}


def print_study(study: dict, title: str, console: Console) -> None:
    """A row a network, a column a protocol: balanced accuracy, its spread over folds, the vote over a recording.

    Where decisions are relative to rest, a second table has those that are not. The last one says how far below float
    the others are.
    """
    protocols = study["protocols"]
    rows = {name: [figures[name] for figures in protocols.values()] for name in next(iter(protocols.values()))}
    relative = study["decision"] == "relative"
    cells = {name: [_accuracy(figures) for figures in row] for name, row in rows.items()}
    how = ", decisions relative to rest" if relative else ""
    _print_table(f"{title}{how}: balanced accuracy +- spread (vote)", protocols, cells, console)
    if relative:
        cells = {name: [_accuracy(figures["absolute"]) for figures in row] for name, row in rows.items()}
        what = "the same networks, absolute decisions: balanced accuracy +- spread (vote)"
        _print_table(f"{title}, {what}", protocols, cells, console)
    cells = {
        name: [_points(figures["below_float"]) for figures in row] for name, row in rows.items() if name != "float"
    }
    _print_table(f"{title}{how}: points below float (95 % over people)", protocols, cells, console)


def _accuracy(figures: dict) -> str:
    return f"{figures['balanced_accuracy']:.3f} +- {figures['spread']:.3f} ({figures['vote']:.2f})"


def _points(below: dict) -> str:
    points, low, high = (100 * value for value in (below["balanced_accuracy"], *below["interval"]))
    return f"{points:.1f} ({low:.1f} to {high:.1f})"


def _print_table(title: str, protocols: Iterable[str], rows: dict[str, list[str]], console: Console) -> None:
    table = Table("network", *protocols, title=title, title_justify="left")
    for name, cells in rows.items():
        table.add_row(name, *cells)
    console.print(table)
