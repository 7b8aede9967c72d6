"""Registers every few LUT levels, as few as cheap search finds, all outputs with the same latency."""

from collections.abc import Iterator
from dataclasses import dataclass

from eeg2fpga.compile.logic.netlist import Netlist
from eeg2fpga.compile.logic.pairing import count_luts


@dataclass(frozen=True)
class Pipeline:
    """A netlist with a stage for each node. Outputs are registered: `latency` cycles from x to y.

    A node of stage s that is read in stage t passes t - s registers; outputs are read in stage `latency`.
    """

    netlist: Netlist
    stages: tuple[int, ...]
    latency: int
    depth: int
    """LUT levels of the longest path between registers, a carry chain being one beside the LUTs that feed it."""

    def last_use(self) -> list[int]:
        """By node: the last stage that reads it, -1 where nothing does."""
        net = self.netlist
        last = [-1] * len(net.kinds)
        alive = net.live()
        for node, fanins in enumerate(net.fanins):
            if alive[node]:
                for literal in fanins:
                    last[literal >> 1] = max(last[literal >> 1], self.stages[node])
        for literal in net.outputs:
            last[literal >> 1] = self.latency
        last[0] = -1
        return last

    def flip_flops(self) -> int:
        """One-bit registers, delays included."""
        return sum(max(0, last - stage) for last, stage in zip(self.last_use(), self.stages, strict=True))

    def luts(self) -> tuple[int, int]:
        """LUT functions, and LUT sites where only functions of the same stage share a LUT6_2."""
        return count_luts(self.netlist, self.stages, self.depth)


def cut(netlist: Netlist, depth_target: int) -> Pipeline:
    """The fewest stages with at most `depth_target` levels each (two at least: a LUT and its carry chain).

    Stages are filled from the inputs on, or from the outputs back, with each possible depth of the first one filled;
    the variant with the fewest flip-flops among those of least latency is kept.
    """
    if depth_target < 2:
        raise ValueError(f"depth_target is {depth_target}, a LUT with its carry chain needs 2")
    blocks = _blocks(netlist)
    variants = [_schedule(netlist, blocks, depth_target, used) for used in range(depth_target)]
    variants += [_delay(variant, blocks, depth_target) for variant in variants]
    return min(variants, key=lambda variant: (variant.latency, variant.flip_flops()))


@dataclass(frozen=True)
class _Block:
    """Nodes that stay in one stage: a LUT, or a carry chain with the LUTs that feed it."""

    nodes: tuple[int, ...]
    fanins: tuple[int, ...]
    levels: int


def _blocks(net: Netlist) -> list[_Block]:
    """Live blocks, fanins first."""
    alive = net.live()
    members: dict[int, list[int]] = {}
    for node in range(net.inputs + 1, len(net.kinds)):
        if alive[node]:
            members.setdefault(net.chain_of[node] if net.chain_of[node] >= 0 else -1 - node, []).append(node)
    blocks = []
    for key, nodes in members.items():
        inside = set(nodes)
        fanins = {s >> 1 for node in nodes for s in net.fanins[node]} - inside
        blocks.append(_Block(tuple(nodes), tuple(sorted(fanins)), 2 if key >= 0 else 1))
    return blocks


def _schedule(net: Netlist, blocks: list[_Block], target: int, used: int) -> Pipeline:
    """As early as possible; the inputs count as if they came after `used` levels of stage 0."""
    stages = [0] * len(net.kinds)
    depths = [used] * len(net.kinds)
    depths[0] = 0
    for block in blocks:
        stage = max((stages[node] for node in block.fanins), default=0)
        depth = max((depths[node] for node in block.fanins if stages[node] == stage), default=0) + block.levels
        if depth > target:
            stage, depth = stage + 1, block.levels
        for node in block.nodes:
            stages[node], depths[node] = stage, depth
    latency = 1 + max((stages[literal >> 1] for literal in net.outputs), default=0)
    return Pipeline(net, tuple(stages), latency, max(_depths(net, blocks, stages), default=0))


def _delay(pipeline: Pipeline, blocks: list[_Block], target: int) -> Pipeline:
    """The same latency with each block as late as its readers and the depth allow, where that saves registers."""
    net = pipeline.netlist
    stages = list(pipeline.stages)
    readers: dict[int, list[int]] = {}
    for index, block in enumerate(blocks):
        for node in block.fanins:
            readers.setdefault(node, []).append(index)
    final = {literal >> 1 for literal in net.outputs}
    home = [stages[block.nodes[0]] for block in blocks]
    below = [0] * len(blocks)
    """Levels from a block's start to the end of its stage."""
    for index in reversed(range(len(blocks))):
        block = blocks[index]
        after = [reader for node in block.nodes for reader in readers.get(node, ())]
        latest = min((home[reader] for reader in after), default=pipeline.latency - 1)
        if block.levels + max((below[r] for r in after if home[r] == latest), default=0) > target:
            latest -= 1
        produced = sum(node in readers or node in final for node in block.nodes)
        if latest > home[index] and _registers_before(block, index, latest, home, readers) < produced * (
            latest - home[index]
        ):
            home[index] = latest
        below[index] = block.levels + max((below[r] for r in after if home[r] == home[index]), default=0)
        for node in block.nodes:
            stages[node] = home[index]
    return Pipeline(net, tuple(stages), pipeline.latency, max(_depths(net, blocks, stages), default=0))


def _registers_before(block: _Block, index: int, latest: int, home: list[int], readers: dict[int, list[int]]) -> int:
    """Registers that the fanins of a block need more when it moves to stage `latest`."""
    extra = 0
    for node in block.fanins:
        if node:
            others = [home[reader] for reader in readers[node] if reader != index]
            extra += max(0, latest - max([home[index], *others]))
    return extra


def _depths(net: Netlist, blocks: list[_Block], stages: list[int]) -> Iterator[int]:
    """Levels at the end of each block, counted from the last register."""
    depths = [0] * len(net.kinds)
    for block in blocks:
        stage = stages[block.nodes[0]]
        depth = max((depths[node] for node in block.fanins if stages[node] == stage), default=0) + block.levels
        for node in block.nodes:
            depths[node] = depth
        yield depth
