"""Faults put into a synthesised netlist, to show that its check finds them: one changed thing each."""

import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.table import Table

from eeg2fpga.compile.rtl import SYNTHESISED
from eeg2fpga.data.splits import Split
from eeg2fpga.data.windows import Dataset
from eeg2fpga.errors import UserError
from eeg2fpga.flow import Flow

WINDOWS = 32
"""Test windows on which `try_all` compares."""

Edit = Callable[[str], str | None]
"""The text of a cell to that of the faulty one; None where this cell cannot have the fault."""


@dataclass(frozen=True)
class Mutation:
    """A fault in the first cell of one of `kinds` that can have it."""

    name: str
    kinds: tuple[str, ...]
    edit: Edit
    place: int = 0
    """How many cells that could have it are passed over."""


def mutate(netlist: str, mutation: Mutation) -> str:
    """The netlist (Verilog as Yosys writes it, no attributes) with one fault.

    Raises UserError where no cell of it can have the fault.
    """
    kinds = "|".join(mutation.kinds)
    passed = 0
    for found in re.finditer(rf"^  (?:{kinds}) (?:#\(\n.*?^  \) )?\S+\s*\(\n.*?^  \);$", netlist, re.M | re.S):
        changed = mutation.edit(found.group())
        if changed is not None and changed != found.group():
            if passed == mutation.place:
                return netlist[: found.start()] + changed + netlist[found.end() :]
            passed += 1
    raise UserError(f"no {' or '.join(mutation.kinds)} of the netlist can have the fault: {mutation.name}")


def _complement(cell: str) -> str | None:
    """Every bit of a LUT's table."""

    def turned(found: re.Match) -> str:
        width, digits = int(found[1]), found[2]
        return f".INIT({width}'h{int(digits, 16) ^ ((1 << width) - 1):x})"

    return re.sub(r"\.INIT\((\d+)'h([0-9a-f]+)\)", turned, cell)


def _content(cell: str) -> str | None:
    """The highest defined bit of word 1 of a block RAM: weights or the root of a heap of thresholds, always read."""
    found = re.search(r"\.INIT_00\(256'b([01x]{256})\)", cell)
    if found is None:
        return None
    width = max(int(bits) for bits in re.findall(r"\.READ_WIDTH_[AB]\(\d+'d(\d+)\)", cell))
    width -= width // 9
    bits = list(found[1][::-1])
    place = max((k for k in range(width, 2 * width) if bits[k] != "x"), default=None)
    if place is None:
        return None
    bits[place] = "10"[int(bits[place])]
    return cell.replace(found[1], "".join(bits[::-1]), 1)


def _port(port: str, value: str) -> Edit:
    """A port that a net drives tied to `value`."""

    def edit(cell: str) -> str | None:
        found = re.search(rf"\.{port}\((?!\d+'h)[^()]*\)", cell)
        return None if found is None else cell.replace(found.group(), f".{port}({value})", 1)

    return edit


def _exchange_sums(cell: str) -> str | None:
    """The two lowest bits of what a carry chain adds."""
    found = re.search(r"\.S\(\{([^{}]*)\}\)", cell)
    bits = found[1].split(",") if found else []
    if len(bits) != 4 or any("'h" in bit for bit in bits):
        return None
    return cell.replace(found[1], ",".join([*bits[:2], bits[3], bits[2]]), 1)


def _exchange(one: str, other: str) -> Edit:
    """What drives two ports."""

    def edit(cell: str) -> str | None:
        ports = [re.search(rf"\.{port}\(([^()]*)\)", cell) for port in (one, other)]
        if None in ports or ports[0][1] == ports[1][1]:
            return None
        changed = cell.replace(ports[0].group(), f".{one}(@)", 1).replace(
            ports[1].group(), f".{other}({ports[0][1]})", 1
        )
        return changed.replace("@", ports[1][1], 1)

    return edit


def _reset_to_one(cell: str) -> str | None:
    """A register that a net resets to 0."""
    return None if re.search(r"\.R\(\d'h", cell) else cell.replace("FDRE", "FDSE", 1).replace(".R(", ".S(", 1)


def _always_enabled(cell: str) -> str | None:
    """A register with a reset of its own, thus of control: data that nobody reads may move without harm."""
    return None if re.search(r"\.R\(\d'h", cell) else _port("CE", "1'h1")(cell)


def _never_enabled(cell: str) -> str:
    """A shift register that stands; one of another length is as good where what it delays is always 1 (`last`)."""
    return re.sub(r"\.CE\([^()]*\)", ".CE(1'h0)", cell)


def _first_address(cell: str) -> str | None:
    """The lowest address bit that a net drives, of block RAM."""
    found = re.search(r"\.ADDRARDADDR\(\{(.*?)\}\)", cell, re.S)
    if found is None:
        return None
    bits = found[1].split(",")
    driven = [k for k, bit in enumerate(bits) if "'h" not in bit]
    if not driven:
        return None
    bits[driven[-1]] = " 1'h0"
    return cell.replace(found[1], ",".join(bits), 1)


MUTATIONS = (
    Mutation("a LUT's table inverted", ("LUT6",), _complement),
    Mutation("a LUT of a pair inverted", ("LUT6_2",), _complement),
    Mutation("two wires of a carry chain exchanged", ("CARRY4",), _exchange_sums),
    Mutation("a bit of block RAM contents", ("RAMB18E1", "RAMB36E1"), _content),
    Mutation("an address bit of block RAM cut", ("RAMB18E1", "RAMB36E1"), _first_address),
    Mutation("a register reset to 1 instead of 0", ("FDRE",), _reset_to_one),
    Mutation("a register without its enable", ("FDRE",), _always_enabled),
    Mutation("a register's input cut", ("FDRE",), _port("D", "1'h0")),
    Mutation("a carry cut", ("CARRY4",), _port("CI", "1'h0")),
    Mutation("a LUTRAM that is never written", ("RAM32M", "RAM64M"), _port("WE", "1'h0")),
    Mutation("a shift register that never shifts", ("SRL16E", "SRLC32E"), _never_enabled),
    Mutation("a MUXF7 the wrong way round", ("MUXF7",), _exchange("I0", "I1")),
    Mutation("an inverter that does not invert", ("INV",), lambda cell: cell.replace("INV", "BUFG", 1)),
)


def try_all(flow: Flow, dataset: Dataset, split: Split) -> tuple[Table, bool]:
    """Each of MUTATIONS in the netlist of a checked build: a row each, and whether all were found.

    A fault that no cell of this netlist can have is said to be so; raises UserError where that is true of all.
    """
    few = replace(split, test=split.test[np.unique(np.linspace(0, len(split.test) - 1, WINDOWS).astype(int))])
    text = (flow.rtl / SYNTHESISED).read_text()
    table, all_found = Table("fault", "found by stage, layer, window", title=f"{flow.folder.name}: faults"), True
    tried = 0
    for mutation in MUTATIONS:
        try:
            changed = mutate(text, mutation)
        except UserError as error:
            table.add_row(mutation.name, str(error))
            continue
        tried += 1
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / SYNTHESISED
            path.write_text(changed)
            found = flow.verify_netlist(dataset, few, path)["differences"]
        all_found = all_found and bool(found)
        table.add_row(mutation.name, found[0]["text"] if found else "[red]NOT FOUND[/red]")
    if not tried:
        raise UserError(f"{flow.folder.name}: no cell of its netlist can have any of the {len(MUTATIONS)} faults")
    return table, all_found
