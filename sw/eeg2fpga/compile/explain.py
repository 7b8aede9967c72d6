"""Why each layer is built as it is: the folding pass's choice beside what it passed over."""

from dataclasses import asdict, dataclass

from rich.table import Table

from eeg2fpga.compile.folding import Choice, Folding


@dataclass(frozen=True)
class Explanation:
    """One layer's choice. LUTs by the pass's formulas, FIFOs and converters apart."""

    layer: str
    chosen: Choice
    smaller: Choice | None
    """The smallest of those with fewer LUTs, all of which take too many cycles."""
    other: Choice | None
    """The cheapest of the other kind (logic or folded) that keeps pace."""
    options: int
    """Ways to build the layer."""


def explain(folding: Folding, budget: int) -> list[Explanation]:
    """By layer, the choice within `budget` cycles a window and its nearest rivals."""
    return [
        _explained(layer, chosen, folding.options[layer], budget) for layer, chosen in folding.choose(budget).items()
    ]


def as_json(explanations: list[Explanation]) -> dict[str, dict]:
    """By layer, JSON types only."""
    return {each.layer: asdict(each) for each in explanations}


def explanation_table(explanations: list[Explanation], budget: int) -> Table:
    """For a person."""
    title = f"folding: the fewest LUTs within {budget} cycles a window (estimates, before FIFOs)"
    table = Table(title=title, title_justify="left")
    for name in ("layer", "built as", "cycles", "LUT", "smaller, but too slow", "the other kind"):
        table.add_column(name, justify="right" if name in ("cycles", "LUT") else "left")
    for each in explanations:
        chosen = each.chosen
        table.add_row(
            each.layer,
            form(chosen) if each.options > 1 else f"{form(chosen)}, as configured",
            str(chosen.cycles),
            str(chosen.luts),
            "-" if each.smaller is None else f"{each.smaller.luts} LUT in {each.smaller.cycles} cycles",
            "-" if each.other is None else f"{form(each.other)}, {each.other.luts} LUT",
        )
    chosen = [each.chosen for each in explanations]
    table.add_row("together", "", str(max(c.cycles for c in chosen)), str(sum(c.luts for c in chosen)), "", "")
    return table


def form(choice: Choice) -> str:
    """How a layer is built, in words."""
    return "logic" if choice.parallel else f"PE {choice.pe}, SIMD {choice.simd}"


def _explained(layer: str, chosen: Choice, options: list[Choice], budget: int) -> Explanation:
    others = [choice for choice in options if choice.parallel != chosen.parallel and choice.cycles <= budget]
    smallest = min(options)
    smaller = smallest if smallest.luts < chosen.luts else None
    return Explanation(layer, chosen, smaller, min(others, default=None), len(options))
