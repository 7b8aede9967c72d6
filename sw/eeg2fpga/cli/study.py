"""Commands that train, evaluate and compare networks."""

from pathlib import Path
from typing import Annotated

import typer

from eeg2fpga.cli.app import Build, app, console, find_flow, load
from eeg2fpga.errors import UserError
from eeg2fpga.locations import CHECKPOINTS, OUTPUTS


@app.command()
def train(
    build: Build = "synthetic-valence-s",
    everyone: Annotated[bool, typer.Option(help="train on all people and write builds/checkpoints/<build>")] = False,
) -> None:
    """Train both stages; print every figure of the test windows. Resumes; a finished run is only read."""
    flow = find_flow(build)
    if not everyone:
        dataset, split = flow.data()
        flow.train(dataset, split)
        print_figures(flow.figures(dataset, split), flow.folder / "training.json")
        return
    from eeg2fpga.data.load import data_root, load_dataset
    from eeg2fpga.training.deploy import train_everyone
    from eeg2fpga.training.experiments import STORE

    dataset = load_dataset(flow.config.data, data_root(), OUTPUTS / "cache")
    train_everyone(flow.config, dataset, STORE, CHECKPOINTS / flow.name, console)
    console.print(f"checkpoints: {CHECKPOINTS / flow.name}", soft_wrap=True)


@app.command()
def evaluate(
    build: Build,
    root: Annotated[Path, typer.Option(help="folder of recordings of people that the checkpoint never saw")],
) -> None:
    """Every figure of a build's committed checkpoints on recordings of other people."""
    name, config = load(build)
    from eeg2fpga.training.deploy import evaluate_checkpoints

    if not root.is_dir():
        raise UserError(f"no folder {root}: --root names a folder of recordings")
    found = evaluate_checkpoints(config, CHECKPOINTS / name, root.resolve(), OUTPUTS / "cache")
    print_figures(found, OUTPUTS / name / "evaluation.json")


def _study(build: str, work: str, title: str, target: str) -> None:
    name, config = load(build)
    from eeg2fpga.files import write_json
    from eeg2fpga.training import studies

    study = getattr(studies, work)(config, console)
    path = OUTPUTS / target.format(build=name)
    write_json(path, {"build": name} | study)
    studies.print_study(study, f"{name}, {title}", console)
    console.print(f"figures: {path}", soft_wrap=True)


@app.command()
def crossval(build: Build = "eegmat-s") -> None:
    """Both stages by subject, by trial and with windows shuffled, six folds each: builds/out/<build>/crossval.json."""
    _study(build, "crossvalidate", "both stages", "{build}/crossval.json")


@app.command()
def ablation(build: Build = "eegmat-s") -> None:
    """Plain binarization, each method alone, all, all but each, same folds: builds/out/ablation.json."""
    _study(build, "ablate", "methods", "ablation.json")


@app.command()
def peers(build: Build = "eegmat-s") -> None:
    """Braindecode's networks and band power with logistic regression on the same folds: builds/out/peers.json."""
    _study(build, "compare_peers", "peers", "peers.json")


@app.command()
def download(folder: Annotated[Path, typer.Argument(help="where the EEGMAT recordings go")]) -> None:
    """Download EEGMAT from PhysioNet, with checksums; resumes."""
    from eeg2fpga.data.download import download as fetch

    fetch(folder)


ROWS = (
    "balanced_accuracy",
    "accuracy",
    "f1",
    "vote",
    "confusion",
    "subjects",
    "recordings",
    "windows",
    "unlabelled_data",
)


def print_figures(found: dict[str, dict], path: Path) -> None:
    """A column a network, a row a figure; all of it to `path`."""
    from rich.table import Table

    from eeg2fpga.files import write_json

    table = Table(show_header=True)
    table.add_column("")
    for name in found:
        table.add_column(name)
    for row in ROWS:
        cells = [figures[row] for figures in found.values()]
        table.add_row(row, *(f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in cells))
    for row in ("balanced_accuracy", "vote"):
        cells = [figures["absolute"][row] for figures in found.values()]
        table.add_row(f"{row}, absolute decisions", *(f"{cell:.3f}" for cell in cells))
    for person in next(iter(found.values()))["people"]:
        table.add_row(person, *(f"{figures['people'][person]:.3f}" for figures in found.values()))
    console.print(table)
    write_json(path, found)
    console.print(f"figures: {path}", soft_wrap=True)
