"""Method 2, a graded sign: inside the blocks 2 bits instead of 1, which say on what side of 0 a value is and how far.

Idea: once the stream has several bits, the signs inside the blocks are what keeps a net of +-1 weights from fitting its
training windows (docs/accuracy.md: with float activations there, and there only, it fits them as its float twin does).
Two bits give nearly all of that back. Binary weights with 2-bit activations: DoReFa-Net (Zhou et al., arXiv 1606.06160,
2016), FINN's W1A2 networks (Blott et al., ACM TRETS 2018).
Formula: y = clamp(round(x / step), -2^(n-1), 2^(n-1) - 1) * step, straight-through inside the range (grid.py).
Cost in hardware: a second wire, 2^n - 1 comparisons instead of one, n times the adders of depthwise and project. A
channel keeps a scale and an offset of 8 bits each instead of one threshold of 8 (settle.py).
Off: y = sign(x).
"""

from eeg2fpga.config import MethodsConfig, ModelConfig


def hidden_bits(config: ModelConfig, methods: MethodsConfig) -> int:
    """Bits of the activations inside the blocks."""
    return config.hidden_bits if methods.graded_sign else 1
