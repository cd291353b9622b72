"""What a notebook shows things with, in one place: pictures, figures, tables and sliders."""

from padnet.course.pictures import COLOURS, pictures, show
from padnet.course.sliders import Slider, Switch, explore
from padnet.course.tables import table

__all__ = ["COLOURS", "Slider", "Switch", "explore", "pictures", "show", "table"]
