"""The section PROFILE.seeds: trainings of the gradient domain's IPADNet with other seeds."""

from pydantic import field_validator

from padnet.project.section import Section, Some


class Data(Section):
    """Differences of the pairs from those of PROFILE.gradient."""

    pairs: int
    size: int


class Plan(Section):
    """Differences of the plan from that of PROFILE.gradient."""

    steps: int
    joint_steps: int
    batch: int


class Seeds(Section):
    """The whole section."""

    seeds: Some[int]
    data: Data
    plan: Plan

    @field_validator("seeds")
    @classmethod
    def _are_seeds(cls, seeds):
        if min(seeds) < 0 or len({*seeds}) < len(seeds):
            raise ValueError(f"must be different whole numbers, 0 or more, got {seeds}.")
        return seeds
