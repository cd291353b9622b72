"""Training of a cascade of shrinkage fields: stage by stage, then jointly; the loss is minus the PSNR."""

from dataclasses import dataclass

import numpy as np
import torch

from padnet.baselines.deblurring.csf import Cascade, CascadeSpec, shape
from padnet.baselines.scoring import decibels
from padnet.baselines.training import Descent, Phase
from padnet.errors import InputError
from padnet.imaging.batch import Fields

__all__ = ["Plan", "shape", "trainee"]
STREAM = 21  # random stream, separate from those of the data


@dataclass(frozen=True)
class Plan:
    """steps: of each stage alone. joint_steps: of all jointly. rate, joint_rate: learning rates of Adam. batch: pairs
    per step.
    """

    steps: int
    joint_steps: int
    rate: float
    joint_rate: float
    batch: int

    def __post_init__(self):
        for name in ("steps", "joint_steps"):
            if getattr(self, name) < 0:
                raise InputError(f"csf.{name} must be zero or more, got {getattr(self, name)}.")
        for name in ("rate", "joint_rate", "batch"):
            if not getattr(self, name) > 0:
                raise InputError(f"csf.{name} must be positive, got {getattr(self, name)}.")


def trainee(spec: CascadeSpec, plan: Plan, train: Fields, held: Fields, seed: int, device="cpu") -> Descent:
    """The training of a cascade on pairs in frames, float32.

    Stage t is initialised with the weights of stage t - 1, except the weight of its data term. Batches only depend on
    (seed, phase, step). Raises InputError if there are fewer pairs than the batch size.
    """
    if plan.batch > len(train):
        raise InputError(f"csf.batch is {plan.batch}, more than the {len(train)} training pairs.")
    train, held = train.to(device), held.to(device)
    model = Cascade(spec).to(device)

    def batch_of(phase: int, step: int) -> Fields:
        chosen = np.random.default_rng([seed, STREAM, phase, step]).choice(len(train), plan.batch, replace=False)
        return train[torch.from_numpy(np.sort(chosen)).to(device)]

    def loss(phase: int, step: int):
        f = batch_of(phase, step)
        stages = min(phase + 1, spec.stages)
        psnr = decibels(model(f.y, f.k, f.noise, stages), f).mean()
        return -psnr, -psnr.item()

    def inherit(t: int):
        def enter():
            old = {name: w for name, w in model.stages[t - 1].state_dict().items() if name != "lam"}
            model.stages[t].load_state_dict(old, strict=False)

        return enter if t else lambda: None

    def check() -> dict[str, float]:
        found = [decibels(model(f.y, f.k, f.noise), f) for f in (held[i : i + 1] for i in range(len(held)))]
        return {"psnr": torch.cat(found).mean().item(), "blurred": decibels(held.y, held).mean().item()}

    phases = [
        Phase(str(t), plan.steps, plan.rate, list(stage.parameters()), (stage.lam,), inherit(t))
        for t, stage in enumerate(model.stages)
    ]
    lams = tuple(stage.lam for stage in model.stages)
    phases.append(Phase("joint", plan.joint_steps, plan.joint_rate, list(model.parameters()), lams))
    return Descent(model, phases, loss, check)
