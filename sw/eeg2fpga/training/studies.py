"""Cross-validated studies of a build: both stages, the methods one by one, and the peers on the same folds."""

from collections.abc import Iterable

import numpy as np
from rich.console import Console
from rich.table import Table

from eeg2fpga.config import BuildConfig, MethodsConfig
from eeg2fpga.peers import PEERS
from eeg2fpga.training.experiments import Job, Result, folds, protocols_possible, run_jobs
from eeg2fpga.training.metrics import over_folds

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
    found: dict[str, dict] = {}
    for (protocol, name), group in jobs.items():
        found.setdefault(protocol, {})[name] = _figures([next(results) for _ in group])
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


def print_study(study: dict, title: str, console: Console) -> None:
    """A row a network, a column a protocol: balanced accuracy, its spread over folds, the vote over a recording.

    Where decisions are relative to rest, a second table has those that are not.
    """
    protocols = study["protocols"]
    cells = {name: [figures[name] for figures in protocols.values()] for name in next(iter(protocols.values()))}
    if study["decision"] == "absolute":
        _print_table(f"{title}: balanced accuracy", protocols, cells, console)
        return
    _print_table(f"{title}, decisions relative to rest: balanced accuracy", protocols, cells, console)
    absolute = {name: [figures["absolute"] for figures in row] for name, row in cells.items()}
    _print_table(f"{title}, the same networks, absolute decisions: balanced accuracy", protocols, absolute, console)


def _print_table(title: str, protocols: Iterable[str], rows: dict[str, list[dict]], console: Console) -> None:
    table = Table("network", *protocols, title=f"{title} +- spread (vote)", title_justify="left")
    for name, cells in rows.items():
        table.add_row(name, *(f"{c['balanced_accuracy']:.3f} +- {c['spread']:.3f} ({c['vote']:.2f})" for c in cells))
    console.print(table)
