"""Logarithmic axes that say plain numbers."""

from matplotlib.axis import Axis
from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter


def plain_numbers(axis: Axis) -> None:
    """Ticks at 1, 2 and 5 of each decade, as 500, 1k, 2k."""
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(EngFormatter(sep=""))
    axis.set_minor_formatter(NullFormatter())
