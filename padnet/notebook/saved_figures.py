"""Figures of the lessons that are also saved as SVG and PNG files."""

from pathlib import Path

from IPython.display import display
from matplotlib.figure import Figure

from padnet.notebook.shown import Shown
from padnet.project.atomic_files import write_bytes
from padnet.reporting.figure1 import rendered

__all__ = ["save"]


def save(figure: Figure, folder: Path, name: str, alt: str, dpi: int = 200) -> None:
    """Write a figure to FOLDER/figures/NAME.svg and .png, and display the smaller with the alternative text `alt`.

    folder: of a profile's results. dpi: resolution of the PNG in pixels per inch.
    """
    files = {ending: rendered(figure, ending, dpi) for ending in ("svg", "png")}
    for ending, data in files.items():
        write_bytes(folder / "figures" / f"{name}.{ending}", data)
    ending = min(files, key=lambda one: len(files[one]))
    display(Shown(files[ending], ending, alt, 920))
