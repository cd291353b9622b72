"""The style of every figure of the lessons: padnet.mplstyle beside this file, whatever matplotlibrc the reader has."""

from pathlib import Path

import matplotlib

STYLE = Path(__file__).with_name("padnet.mplstyle")


def apply() -> None:
    """Give matplotlib the style; figures that are made later have it. The backend stays as it is."""
    matplotlib.rcdefaults()
    matplotlib.style.use(STYLE)


apply()
