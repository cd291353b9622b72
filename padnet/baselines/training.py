"""The training interface for compared methods, and an implementation by gradient descent in phases."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import nn

from padnet.errors import InputError

QUICK = 10.0  # learning rate factor for weights that represent a logarithm


class Trainee(Protocol):
    """A training that can be stopped between any two steps.

    Attributes:
        most: total number of steps. finished: whether all have been taken.
        rows: one dict per step taken, with the keys phase, stage, units, step, error and within.

    A step is a function of (seed, step) only, so a resumed training gives the same bits as an uninterrupted one. To
    resume, first restore ``rows`` and then call ``load`` with the result of ``tensors``.
    """

    most: int
    rows: list[dict]
    finished: bool

    def advance(self) -> dict:
        """Take one step and return its row. InputError if the training has finished."""

    def tensors(self) -> dict[str, torch.Tensor]:
        """The state for resuming, on the CPU, by flat names."""

    def load(self, tensors: dict[str, torch.Tensor]) -> None:
        """Resume from the result of ``tensors``."""

    def weights(self) -> dict[str, torch.Tensor]:
        """The content of the weights file: float32, on the CPU."""

    def validate(self) -> dict[str, float]:
        """Figures on held-out pairs."""


@dataclass(frozen=True)
class Phase:
    """A number of Adam steps on some of the weights.

    name: used in the rows. steps: number of steps. rate: learning rate, with cosine annealing to zero. trained: the
    weights. quick: those of them whose learning rate is multiplied by QUICK. enter: called once, before the first
    step.
    """

    name: str
    steps: int
    rate: float
    trained: list[nn.Parameter]
    quick: tuple[nn.Parameter, ...] = ()
    enter: Callable[[], None] = lambda: None


class Descent:
    """Adam in phases, as a Trainee.

    Args:
        model: the trained model; its state dict becomes the weights file.
        phases: in order; those without steps are skipped.
        loss: (phase, step) -> (the loss, the error for the row); phase counts all phases.
        check: returns the figures on held-out pairs.

    Raises:
        InputError: if no phase has a step.
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
        """Whether all phases are finished."""
        return self.place == len(self.phases)

    def _begin(self) -> None:
        """Create a new optimiser for the weights of the current phase."""
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
        # Only the weights of this phase need derivatives.
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
        """Weights, optimiser moments and the position in the plan; see Trainee."""
        found = {"place": torch.tensor([self.place, self.step])}
        found |= {f"model.{name}": _kept(w) for name, w in self.model.state_dict().items()}
        for i, state in self.optimiser.state_dict()["state"].items():
            found |= {f"adam.{i}.{name}": _kept(value) for name, value in state.items()}
        return found

    def load(self, tensors: dict[str, torch.Tensor]) -> None:
        """See Trainee. InputError if the tensors belong to another training."""
        moments: dict[int, dict] = {}
        try:
            self.place, self.step = tensors["place"].tolist()
            self.model.load_state_dict({n.split(".", 1)[1]: w for n, w in tensors.items() if n.startswith("model.")})
        except (KeyError, RuntimeError) as error:
            raise InputError(
                "this checkpoint belongs to another training: delete it and restart the training"
            ) from error
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
    """A copy on the CPU that later steps do not modify."""
    return w.detach().cpu().clone().contiguous()
