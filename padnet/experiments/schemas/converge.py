"""The section PROFILE.converge: EPADNet of the gradient domain, run on until it has converged."""

from typing import Annotated

from pydantic import Field, model_validator

from padnet.project.section import Count, Inside, Natural, Section


class Converge(Section):
    """The whole section."""

    pairs: Count  # that are run on
    size: Count  # of the part of the picture that they show, pixels a side
    margin: Natural  # of the frame, pixels
    crop: Natural  # pixels a side that are not scored
    epsilon: Inside  # the iteration error that ends a run, and
    most: Count  # the number of steps that does
    points: Annotated[int, Field(ge=2)]  # of each curve
    patience: Natural  # of the safeguard after the planned stages
    survival: Count  # whole pairs whose proposals are followed
    tolerance: Inside  # of their proximal points, see padnet.core.survival

    @model_validator(mode="after")
    def _something_is_scored(self):
        if self.size <= 2 * self.crop:
            raise ValueError(f"crop = {self.crop} leaves nothing of {self.size} pixels a side: take a smaller one.")
        return self
