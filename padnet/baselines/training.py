"""What trains a compared method: the interface, and gradient descent through phases that satisfies it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import nn

from padnet.errors import InputError

QUICK = 10.0  # times the rate of the others, for weights that stand for a logarithm


class Trainee(Protocol):
    """A training that can be stopped between any two steps.

    Attributes:
        most: steps in all. finished: whether they have been taken.
        rows: one dict per step taken, with the keys phase, stage, units, step, error and within.

    A step is a function of (seed, step) alone, so a resumed training gives the bits of an undisturbed
    one: whoever resumes puts ``rows`` back first and then calls ``load`` with what ``tensors`` gave.
    """

    most: int
    rows: list[dict]
    finished: bool

    def advance(self) -> dict:
        """Take one step and return its row. InputError when the training is finished."""

    def tensors(self) -> dict[str, torch.Tensor]:
        """All that is needed to go on, on the CPU, by flat names."""

    def load(self, tensors: dict[str, torch.Tensor]) -> None:
        """Go on from what ``tensors`` gave."""

    def weights(self) -> dict[str, torch.Tensor]:
        """What is shipped: float32, on the CPU."""

    def validate(self) -> dict[str, float]:
        """Figures on held-out pairs."""


@dataclass(frozen=True)
class Phase:
    """Some steps of Adam on some weights.

    name: what the rows call it. steps: how many. rate: learning rate, annealed to zero along a cosine.
    trained: the weights. quick: those of them that learn QUICK times as fast. enter: called once, before
    the first step.
    """

    name: str
    steps: int
    rate: float
    trained: list[nn.Parameter]
    quick: tuple[nn.Parameter, ...] = ()
    enter: Callable[[], None] = lambda: None


class Descent:
    """Adam through phases, as a Trainee.

    Args:
        model: what is trained; its state dict is what is shipped.
        phases: in their order; those without steps are left out.
        loss: (phase, step) -> (the loss, the error that the row tells); phase counts all phases.
        check: the figures on held-out pairs.

    Raises:
        InputError: when no phase has a step.
    """

    def __init__(self, model: nn.Module, phases: list[Phase], loss, check: Callable[[], dict[str, float]]):
        self.model, self.loss, self.check = model, loss, check
        self.phases = [(number, phase) for number, phase in enumerate(phases) if phase.steps > 0]
        if not self.phases:
            raise InputError("a training needs at least one step: raise one of its numbers of steps.")
        self.most = sum(phase.steps for _, phase in self.phases)
        self.rows: list[dict] = []
        self.place = self.step = 0
        self._begin()
        self.phases[0][1].enter()

    @property
    def finished(self) -> bool:
        """Whether all phases have been gone through."""
        return self.place == len(self.phases)

    def _begin(self) -> None:
        """A fresh optimiser over what the phase at hand trains."""
        phase = self.phases[self.place][1]
        fast = {id(w) for w in phase.quick}
        groups = [
            {"params": [w for w in phase.trained if id(w) not in fast], "factor": 1.0},
            {"params": [w for w in phase.trained if id(w) in fast], "factor": QUICK},
        ]
        self.optimiser = torch.optim.Adam([group for group in groups if group["params"]], lr=phase.rate, fused=True)

    def advance(self) -> dict:
        """One step of Adam; see Trainee."""
        if self.finished:
            raise InputError("this training is finished: start another to train further.")
        number, phase = self.phases[self.place]
        cosine = 0.5 * (1 + torch.cos(torch.tensor(torch.pi * self.step / phase.steps)).item())
        for group in self.optimiser.param_groups:
            group["lr"] = phase.rate * cosine * group["factor"]
        # Only what this phase trains needs derivatives.
        self.model.requires_grad_(False)
        for w in phase.trained:
            w.requires_grad_(True)
        loss, error = self.loss(number, self.step)
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(phase.trained, 1.0)
        self.optimiser.step()
        row = {
            "phase": number,
            "stage": phase.name,
            "units": 1,
            "step": self.step,
            "error": error,
            "within": float("nan"),
        }
        self.rows.append(row)
        self.step += 1
        if self.step == phase.steps:
            self.place, self.step = self.place + 1, 0
            if not self.finished:
                self._begin()
                self.phases[self.place][1].enter()
        return row

    def tensors(self) -> dict[str, torch.Tensor]:
        """Weights, moments of the optimiser and the place in the plan; see Trainee."""
        found = {"place": torch.tensor([self.place, self.step])}
        found |= {f"model.{name}": _kept(w) for name, w in self.model.state_dict().items()}
        for i, state in self.optimiser.state_dict()["state"].items():
            found |= {f"adam.{i}.{name}": _kept(value) for name, value in state.items()}
        return found

    def load(self, tensors: dict[str, torch.Tensor]) -> None:
        """See Trainee. InputError when the tensors are not of such a training."""
        moments: dict[int, dict] = {}
        try:
            self.place, self.step = tensors["place"].tolist()
            self.model.load_state_dict({n.split(".", 1)[1]: w for n, w in tensors.items() if n.startswith("model.")})
        except (KeyError, RuntimeError) as error:
            raise InputError("this checkpoint is of another training: delete it and train anew") from error
        if self.finished:
            return
        self._begin()
        for name, value in tensors.items():
            if name.startswith("adam."):
                _, i, field = name.split(".", 2)
                moments.setdefault(int(i), {})[field] = value
        groups = self.optimiser.state_dict()["param_groups"]
        self.optimiser.load_state_dict({"state": moments, "param_groups": groups})

    def weights(self) -> dict[str, torch.Tensor]:
        """The model's weights; see Trainee."""
        return {name: _kept(w).float() for name, w in self.model.state_dict().items()}

    def validate(self) -> dict[str, float]:
        """Figures on held-out pairs, without derivatives."""
        with torch.no_grad():
            return self.check()


def _kept(w: torch.Tensor) -> torch.Tensor:
    """A copy on the CPU that later steps leave alone."""
    return w.detach().cpu().clone().contiguous()
