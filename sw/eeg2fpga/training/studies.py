"""Cross-validated studies of a build: both stages, the methods one by one, and the peers on the same folds."""

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


def variants() -> dict[str, MethodsConfig]:
    """Plain, each method alone, all, all but each."""
    none = dict.fromkeys(METHODS, False)
    chosen = {"plain": none, "all": dict.fromkeys(METHODS, True)}
    chosen |= {f"only_{method}": none | {method: True} for method in METHODS}
    chosen |= {f"without_{method}": chosen["all"] | {method: False} for method in METHODS}
    return {name: MethodsConfig(**methods) for name, methods in chosen.items()}


def crossvalidate(config: BuildConfig, console: Console) -> dict:
    """Float and binarized network on every fold of every protocol that the data allow."""
    networks = {
        "float": [(config, f"float{n}") for n in range(config.training.teachers)],
        "binary": [(config, "binary")],
    }
    return _study(config, networks, console)


def ablate(config: BuildConfig, console: Console) -> dict:
    """The float network and the binarized one with every combination of `variants`."""
    networks = {"float": [(config, f"float{n}") for n in range(config.training.teachers)]}
    for name, methods in variants().items():
        networks[name] = [(config.model_copy(update={"methods": methods}), "binary")]
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
    return {"data": config.data.source, "label": config.data.label, "size": config.model.size, "protocols": found}


def _figures(results: list[Result]) -> dict:
    speeds = [result.windows_per_second for result in results]
    return over_folds([result.outcome for result in results]) | {
        "parameters": results[0].parameters,
        "train_windows_per_second": float(np.median(speeds)),
    }


def print_study(study: dict, title: str, console: Console) -> None:
    """A row a network, a column a protocol: balanced accuracy, spread over folds, vote."""
    table = Table(
        title=f"{title}: balanced accuracy +- spread over folds (vote over a recording)", title_justify="left"
    )
    table.add_column("network")
    protocols = study["protocols"]
    for protocol in protocols:
        table.add_column(protocol)
    for name in next(iter(protocols.values())):
        cells = [protocols[protocol][name] for protocol in protocols]
        table.add_row(
            name, *(f"{cell['balanced_accuracy']:.3f} +- {cell['spread']:.3f} ({cell['vote']:.2f})" for cell in cells)
        )
    console.print(table)
