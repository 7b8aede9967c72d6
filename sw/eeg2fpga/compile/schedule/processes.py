"""How a unit describes its handshakes: one or two processes that repeat a pattern of steps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Pattern = NDArray[np.bool_]

ALWAYS = np.ones(1, bool)


@dataclass(frozen=True)
class Process:
    """Steps taken in turn, at most one a cycle; step s follows entry s % period of the patterns.

    A step that takes waits until every input of the unit offers a word, and takes one from each. A step that gives
    sends a word to every output `latency` cycles later. With `frozen`, that is a pipeline which stands, with all that
    is in it, while its last word is refused; without, a register at each output (latency 1), whose refused word stops
    the next step that gives, but no other.
    """

    steps: int
    """A window; a multiple of the period, and equal to it with `needs`."""
    takes: Pattern
    """(period,)"""
    gives: Pattern
    """(period,)"""
    latency: int = 1
    frozen: bool = False
    needs: NDArray[np.int64] | None = None
    """(steps,): a unit of two processes says here how many steps the other one has done before each step of a window;
    in the next window as many more as the other has steps. A step is seen one cycle later."""
    behind: bool = False
    """Takes its words from the process before it in the unit, without a FIFO between."""
    credited: bool = False
    """The beginning of a section that nothing stops: a step that takes waits until there is room at the section's end
    for the next word, and for those that the padding of the window adds. One that does not take waits for nothing."""
    holds: bool = False
    """Every step waits for a word at every input; one that does not take leaves it there."""

    def __post_init__(self) -> None:
        period = len(self.takes)
        if len(self.gives) != period or self.steps % period or (self.needs is not None and len(self.needs) != period):
            raise ValueError("the patterns of a process must have the same length, and it must divide the steps")
        if self.latency != 1 and not (self.frozen or self.credited):
            raise ValueError("only a frozen pipeline or a section has a latency of more than one")
        if self.credited and self.steps != period:
            raise ValueError("the pattern of a section is a window's")

    def reserved(self) -> int:
        """Words given by steps that take none, in a window of a section."""
        return int((self.gives & ~self.takes).sum())

    def words_given(self) -> int:
        """A window."""
        return self.steps // len(self.gives) * int(self.gives.sum())


def pipeline(pixels: int, takes: Pattern, gives: Pattern, latency: int, holds: bool = False) -> tuple[Process]:
    """A unit that does the steps of its pattern for each of `pixels` pixels, in a pipeline with one enable."""
    return (Process(pixels * len(takes), takes, gives, latency, frozen=True, holds=holds),)


def thresholds(words: int, levels: int, serial: bool, parts: int = 1) -> tuple[Process, ...]:
    """Behind accumulators: a comparison a stage, or all of them one after the other and then a register.

    parts: of each word, which waits in a register of its own while they are searched in turn; the next word is taken in
    the cycle after the last of them has left.
    """
    stages = levels.bit_length()
    if not serial:
        return (Process(words, ALWAYS, ALWAYS, stages, frozen=True, behind=True),)
    turns = parts + 1
    waiting = Process(words * turns, first(1, turns), first(parts, turns), frozen=True, behind=True)
    # A word, its comparisons, and once the last has moved on, a cycle before the next word is taken.
    period = stages + 1
    gives = np.arange(period) == stages - 1
    search = Process(words * parts * period, first(1, period), gives, 1, frozen=True, behind=True)
    done = Process(words * parts, ALWAYS, ALWAYS, behind=True)
    return (waiting, search, done) if parts > 1 else (search, done)


def register(steps: int, takes: Pattern, gives: Pattern) -> tuple[Process]:
    """A unit with nothing but a register at each output."""
    return (Process(steps, takes, gives),)


def first(count: int, period: int) -> Pattern:
    """The first `count` of `period` steps."""
    return np.arange(period) < count


def last_of_each(group: int, period: int) -> Pattern:
    """The last step of every `group` of steps."""
    return np.arange(1, period + 1) % group == 0
