"""What a notebook shows things with, in one place: pictures, figures, tables and sliders."""

from padnet.notebook.figures import COLOURS, pictures, show
from padnet.notebook.sliders import Slider, Switch, explore
from padnet.notebook.tables import table

__all__ = ["COLOURS", "Slider", "Switch", "explore", "pictures", "show", "table"]
