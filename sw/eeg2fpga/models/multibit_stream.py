"""Method 1, a multi-bit residual stream: what blocks hand on and add to has 2 to 4 bits.

Idea: a sign throws away all but the polarity, and a chain of signs forgets the input. Bi-Real Net (Liu et al., ECCV
2018) keeps a real-valued shortcut beside the binary convolutions; a few bits hold almost as much and stay integers.
Formula: q(x) = clamp(round(x / step), -2^(n-1), 2^(n-1) - 1) * step, straight-through inside the range (grid.py); the
stream is s' = q(q(project) + s). One constant step for all of it, so that the sum is an integer add that saturates.
Cost in hardware: n wires instead of 1, 2^n - 1 thresholds a channel, computed from a scale and an offset.
Off: the stream is a sign, s' = sign(sign(project) + s).
"""

from eeg2fpga.config import MethodsConfig, ModelConfig


def stream_bits(config: ModelConfig, methods: MethodsConfig) -> int:
    """Bits of the residual stream."""
    return config.residual_bits if methods.multibit_stream else 1
