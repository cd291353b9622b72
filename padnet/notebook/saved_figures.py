"""Figures of the lessons that are also saved as SVG and PNG files."""

from pathlib import Path

from IPython.display import Image, display
from matplotlib.figure import Figure

from padnet.project.atomic_files import write_bytes
from padnet.reporting.figure1 import rendered

__all__ = ["save"]


def save(figure: Figure, folder: Path, name: str, alt: str, dpi: int = 200) -> None:
    """Write a figure to FOLDER/figures/NAME.svg and .png, and display the PNG with the alternative text `alt`.

    folder: of a profile's results. dpi: resolution of the PNG in pixels per inch.
    """
    for ending in ("svg", "png"):
        write_bytes(folder / "figures" / f"{name}.{ending}", rendered(figure, ending, dpi))
    display(Image(folder / "figures" / f"{name}.png", width=920, alt=alt))
