"""The section PROFILE.ladder: the previous image networks, and intermediate configurations towards better ones."""

from typing import Literal

from padnet.experiments.schemas import image
from padnet.experiments.schemas.image import RUNGS
from padnet.project.section import Section, of_each


class Rung(Section):
    """The parameters that replace those of the image experiment."""

    implicit: image.Implicit
    stop: image.Stop
    unit: image.Unit
    frame: image.Frame | None = None  # None: that of the image experiment
    data: image.Data
    plan: image.Plan
    batch: int  # pairs per optimiser step
    start: Literal["scratch", *RUNGS]  # the rung whose unit initialises every stage


Ladder = of_each(RUNGS, Rung)
