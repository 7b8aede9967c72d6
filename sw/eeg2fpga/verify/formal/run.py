"""`make prove`: every proof of the list, a line each; or every seeded fault, which a proof has to find."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from eeg2fpga.errors import UserError
from eeg2fpga.verify.formal.cases import EQUIVALENCE_FAULTS, EQUIVALENCES, PROPERTIES, PROPERTY_FAULTS
from eeg2fpga.verify.formal.equivalence import Equivalence
from eeg2fpga.verify.formal.proof import Fault, Proof, described
from eeg2fpga.verify.formal.properties import Properties

_KINDS = {"properties": (PROPERTIES, PROPERTY_FAULTS), "equivalence": (EQUIVALENCES, EQUIVALENCE_FAULTS)}


@dataclass(frozen=True)
class _Outcome:
    proof: Proof
    fault: Fault | None

    @property
    def good(self) -> bool:
        return self.proof.trace is not None if self.fault else self.proof.holds

    def __str__(self) -> str:
        proof = self.proof
        what = f"{self.fault.what}: " if self.fault else ""
        # Nobody has to look at the counterexample of a seeded fault.
        trace = f", see {proof.trace}" if proof.trace and not self.fault else ""
        return f"  {described(proof.parameters) or 'as it is':52} {what}{proof.how}{trace}, {proof.seconds:.1f} s"


def prove(unit: str | None, faults: bool, folder: Path, console: Console) -> bool:
    """Prove what there is about `unit` (None: about every unit) and print it; whether all of it holds.

    faults: the proofs run with a fault seeded in the unit, and what has to hold is that each is found. `folder` gets a
    folder a proof, with the model, the tools' logs and, of a failure, the counterexample.

    Raises UserError for a unit about which nothing is proved.
    """
    units = list(dict.fromkeys(asked.unit for cases, _ in _KINDS.values() for asked in cases))
    if unit is not None and unit not in units:
        raise UserError(f"nothing is proved about {unit!r}: pick one of {', '.join(sorted(units))}")
    outcomes = []
    for kind in _KINDS:
        for name in units if unit is None else [unit]:
            for outcome in _faults(kind, name, folder) if faults else _proofs(kind, name, folder, console):
                _say(console, str(outcome), outcome.good)
                outcomes.append(outcome)
    good = all(outcome.good for outcome in outcomes)
    seconds = sum(outcome.proof.seconds for outcome in outcomes)
    text = f"{len(outcomes)} seeded faults found" if faults else f"{len(outcomes)} proofs hold"
    _say(console, f"{'' if good else 'not true: '}{text}, {seconds:.0f} s", good)
    return good


def _proofs(kind: str, unit: str, folder: Path, console: Console) -> Iterator[_Outcome]:
    for number, asked in enumerate(found := _of(kind, unit)):
        if number == 0:
            _say(console, f"{unit}: {found[0].what()}")
        yield _Outcome(asked.prove(folder / f"{unit}-{kind}-{number}"), None)


def _faults(kind: str, unit: str, folder: Path) -> Iterator[_Outcome]:
    """Of each fault the first proof that fails, or the last one, which ought to have failed."""
    for number, fault in enumerate(fault for fault in _KINDS[kind][1] if fault.unit == unit):
        for asked in _of(kind, unit):
            outcome = _Outcome(asked.sought().prove(folder / f"{unit}-{kind}-fault-{number}", fault), fault)
            if outcome.good:
                break
        yield outcome


def _of(kind: str, unit: str) -> list[Properties | Equivalence]:
    return [asked for asked in _KINDS[kind][0] if asked.unit == unit]


def _say(console: Console, text: str, good: bool = True) -> None:
    console.print(text, style=None if good else "red", soft_wrap=True, highlight=False)
