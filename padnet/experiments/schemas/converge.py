"""The section PROFILE.converge: EPADNet of the gradient domain, run until convergence."""

from typing import Annotated

from pydantic import Field, model_validator

from padnet.project.section import Count, Inside, Natural, Section


class Converge(Section):
    """The whole section."""

    pairs: Count  # number of pairs to run on
    size: Count  # side of the image crop, pixels
    margin: Natural  # of the frame, pixels
    crop: Natural  # pixels per side that are not scored
    epsilon: Inside  # tolerance on the iteration error
    most: Count  # maximum number of steps
    points: Annotated[int, Field(ge=2)]  # of each curve
    patience: Natural  # of the safeguard after the planned stages
    survival: Count  # number of full-size pairs whose proposals are tracked
    tolerance: Inside  # of their proximal points, see padnet.core.survival

    @model_validator(mode="after")
    def _something_is_scored(self):
        if self.size <= 2 * self.crop:
            raise ValueError(f"crop = {self.crop} leaves nothing of {self.size} pixels a side: take a smaller one.")
        return self
