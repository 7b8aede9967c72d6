"""How to add up many bits with few LUTs, decided on column heights alone.

`heights[j]` bits of weight 2**j are to be added. The tools are carry chains that take up to six bits of a column in a
site (the (0,6) and (1,4) "atoms" of Preusser, FPL 2017, generalised: a site's LUT adds `k` new bits to what the sites
below left *pending*) and full adders in one LUT6_2. A chain over L columns takes in bits and leaves one a column and a
carry, so it removes up to two bits a LUT, where LUT6 6:3 counters and full adders remove one. A beam search picks
the chains.
"""

from dataclasses import dataclass
from functools import lru_cache

Heights = tuple[int, ...]

QUICK, CAREFUL = 4, 12
"""Beam widths: of plans that are compared, and of those that are built in the end."""

BITS_PER_LUT = 1.8
"""Bits that well filled chains remove for a LUT; only ranks the beam."""

PRICES = (2.9, 2.4, 1.9)
"""Bits that a site of a chain must take on average for the chain to go on: each price gives another chain."""


@dataclass(frozen=True)
class ChainStep:
    """A carry chain from column `start`: `taken[j]` bits of column start + j, and a carry in from column `start`."""

    start: int
    carry_in: int
    taken: tuple[int, ...]


@dataclass(frozen=True)
class AdderStep:
    """A full adder on three bits of a column, in one LUT6_2."""

    column: int


Step = ChainStep | AdderStep


@dataclass(frozen=True)
class Plan:
    """Steps to take, then the finishing chain of a sum or the comparison of a sign; `luts` counts LUT6_2 sites."""

    steps: tuple[Step, ...]
    luts: float


def advance(pending_inputs: int, pending_maximum: int, taken: int) -> tuple[int, int] | None:
    """State of a chain after a site that takes `taken` bits; None where that does not fit a LUT.

    The site adds t = pending + all bits but one; parity(t) + last bit + carry is the full addition of the chain, and
    floor(t / 2) is pending for the next site, whose LUT reads the same inputs again. Without new bits, a pending value
    of up to 2 goes into (S, DI) as it is.
    """
    if taken == 0:
        if pending_maximum <= 2:
            return (0, 0) if pending_inputs <= 5 else None
        return pending_inputs, pending_maximum >> 1
    if pending_inputs + taken > 6:
        return None
    rest = (pending_maximum + taken - 1) >> 1
    return (pending_inputs + taken - 1, rest) if rest else (0, 0)


def chain_step(heights: Heights, start: int, price: float) -> ChainStep | None:
    """The chain from `start` that takes the most bits less `price` bits a site; stops where nothing more pays."""
    taken = _best_chain(tuple(min(height, 7) for height in heights[start:]), price)
    return ChainStep(start, int(heights[start] > taken[0]), taken) if taken else None


@lru_cache(1 << 18)
def _best_chain(heights: Heights, price: float) -> tuple[int, ...]:
    """Bits that the best chain takes of each column, from the first on; heights over 7 are as good as 7."""
    first = heights[0] - (heights[0] > 1)
    known: dict[tuple[int, int, int], tuple[float, tuple[int, ...]]] = {}

    def best(column: int, inputs: int, maximum: int) -> tuple[float, tuple[int, ...]]:
        key = (column, inputs, maximum)
        if key in known:
            return known[key]
        available = first if column == 0 else heights[column] if column < len(heights) else 0
        found = (-1e9, ()) if inputs else (0.0, ())
        for taken in range(0 if inputs else 1, min(available, 6 - inputs) + 1):
            state = advance(inputs, maximum, taken)
            if state is not None:
                value, rest = best(column + 1, *state)
                if taken - price + value >= found[0]:
                    found = (taken - price + value, (taken, *rest))
        known[key] = found
        return found

    return best(0, 0, 0)[1]


def apply(heights: Heights, step: Step, columns: int | None) -> Heights:
    """Heights after a step; bits of columns from `columns` on are dropped (a sum modulo 2**columns)."""
    after = [*heights, 0, 0]
    if isinstance(step, AdderStep):
        after[step.column] -= 2
        after[step.column + 1] += 1
    else:
        after += [0] * max(0, step.start + len(step.taken) + 1 - len(after))
        total = step.carry_in
        after[step.start] -= step.carry_in
        for j, taken in enumerate(step.taken):
            after[step.start + j] += 1 - taken
            total += taken << j
        if total >> len(step.taken):
            after[step.start + len(step.taken)] += 1
    while after and after[-1] == 0:
        after.pop()
    return tuple(after[:columns] if columns is not None else after)


def finishing_chain(heights: Heights) -> ChainStep | None:
    """One chain that leaves at most one bit a column; None where there is none. An empty `taken`: nothing to do."""
    start = next((j for j, height in enumerate(heights) if height > 1), None)
    if start is None:
        return ChainStep(0, 0, ())
    for carry_in in (1, 0):
        state: tuple[int, int] | None = (0, 0)
        taken = [heights[start] - carry_in, *heights[start + 1 :]]
        for height in taken:
            state = advance(*state, height) if state is not None else None
        while state is not None and state != (0, 0):
            taken.append(0)
            state = advance(*state, 0)
        if state is not None:
            return ChainStep(start, carry_in, tuple(taken))
    return None


@lru_cache(1 << 16)
def comparison(heights: Heights, constant: int) -> tuple[float, tuple[int, ...]]:
    """LUTs to decide sum(heights) + constant >= 2**k column by column, and the columns where a new LUT starts.

    What is known below column j is the carry floor(sum / 2**j) in 0..maximum, kept in `state` bits; LUTs with at
    most five inputs give two bits each.
    """
    count = len(heights)
    carries = [0]
    for j, height in enumerate(heights):
        carries.append((carries[-1] + height + (constant >> j & 1)) >> 1)
    state = [carry.bit_length() for carry in carries]
    costs: list[tuple[float, tuple[int, ...]]] = [(0.0, ())] + [(1e9, ())] * count
    for end in range(1, count + 1):
        for begin in range(end):
            inputs = state[begin] + sum(heights[begin:end])
            if inputs > 6:
                continue
            outputs = 1 if end == count else state[end]
            cost = costs[begin][0] + (outputs if inputs == 6 else (outputs + 1) // 2)
            if cost < costs[end][0]:
                costs[end] = (cost, (*costs[begin][1], begin))
    return costs[count]


def _finish(heights: Heights, sign: int | None, columns: int | None) -> float:
    if sign is not None:
        return comparison(heights, sign)[0]
    step = finishing_chain(heights)
    if step is None:
        return 1e9
    return len(step.taken) if columns is None else min(len(step.taken), columns - step.start)


def _remaining(heights: Heights, sign: bool) -> float:
    """A guess of the LUTs still to spend."""
    high = sum(max(0, height - 1) for height in heights) / BITS_PER_LUT
    return high + sum(height > 0 for height in heights) / (4.4 if sign else 1)


def _steps(heights: Heights) -> set[Step]:
    tall = max(heights) > 14
    steps: set[Step] = set()
    for start, height in enumerate(heights):
        if height < (6 if tall else 3):
            continue
        for price in (2.9,) if tall else PRICES:
            step = chain_step(heights, start, price)
            if step is not None:
                steps.add(step)
        if not tall:
            steps.add(AdderStep(start))
    return steps


@lru_cache(1 << 14)
def plan(heights: Heights, sign: int | None, columns: int | None, beam: int = 6) -> Plan:
    """Steps for a sum modulo 2**columns (sign None), or for the comparison of sum + sign with a power of two."""
    states: dict[Heights, tuple[float, tuple[Step, ...]]] = {heights: (0.0, ())}
    best = Plan((), _finish(heights, sign, columns))
    while states:
        found: dict[Heights, tuple[float, tuple[Step, ...]]] = {}
        for before, (cost, steps) in states.items():
            for step in _steps(before) if before else ():
                after = apply(before, step, columns)
                price = cost + (1 if isinstance(step, AdderStep) else len(step.taken))
                if price < found.get(after, (1e9,))[0] and price < best.luts:
                    found[after] = (price, (*steps, step))
        for after, (cost, steps) in found.items():
            total = cost + _finish(after, sign, columns)
            if total < best.luts:
                best = Plan(steps, total)
        ranked = sorted(found, key=lambda h: found[h][0] + _remaining(h, sign is not None))
        width = 2 if ranked and max(ranked[0]) > 14 else beam
        states = {h: found[h] for h in ranked[:width]}
    return best
