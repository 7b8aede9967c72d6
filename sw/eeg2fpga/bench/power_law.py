"""y = factor * x ** exponent, by least squares on logarithms."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class PowerLaw:
    """A fit. `r_squared` is of the logarithms; None where y does not vary, so that there is nothing to explain."""

    exponent: float
    factor: float
    r_squared: float | None

    def __call__(self, x: float) -> float:
        """The fitted y."""
        return self.factor * x**self.exponent


def fit_power_law(x: Sequence[float], y: Sequence[float]) -> PowerLaw:
    """The fit through all points. Raises ValueError for fewer than two different x or a value that is not positive."""
    if len(set(x)) < 2 or min(*x, *y) <= 0:
        raise ValueError(f"a power law needs two different x and positive values: x {list(x)}, y {list(y)}")
    log_x, log_y = np.log(x), np.log(y)
    exponent, offset = np.polyfit(log_x, log_y, 1)
    if np.ptp(log_y) == 0:
        return PowerLaw(0.0, float(y[0]), None)
    rest = log_y - (exponent * log_x + offset)
    explained = 1 - (rest @ rest) / ((log_y - log_y.mean()) @ (log_y - log_y.mean()))
    return PowerLaw(float(exponent), float(np.exp(offset)), float(explained))
