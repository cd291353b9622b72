"""Algorithm 2 and the training of a compared method behind a common interface, Training."""

from collections.abc import Callable
from typing import Protocol

from padnet.baselines.training import Trainee
from padnet.core.training import Learner
from padnet.experiments.base import Initialisation
from padnet.experiments.checkpoint import resume_trainee, resume_training, save_trainee, save_training
from padnet.tasks.weights import checksummed, weight_bytes


class Training(Protocol):
    """A training that padnet.experiments.trainer steps through.

    Attributes: ``rows``, one per step taken; ``finished``; ``most``, the steps that it can take.
    """

    most: int

    @property
    def rows(self) -> list[dict]:
        """One per step taken."""

    @property
    def finished(self) -> bool:
        """Whether no step is left."""

    def resume(self, path, key: str) -> bool:
        """Continue from a checkpoint of the same key, or begin; whether it continued."""

    def save(self, path, key: str) -> None:
        """Write a checkpoint."""

    def advance(self) -> dict:
        """One step; its row."""

    def weights(self) -> bytes:
        """The weights file."""

    def facts(self) -> dict:
        """What the card states of the model, and of the held-out pairs."""


class UnrolledTraining:
    """Algorithm 2.

    learner: at its start. begin: with what. meta: what the weights file tells beside its tensors. check:
    the figures on held-out pairs, as the card tells them.
    """

    def __init__(
        self, learner: Learner, begin: Initialisation, meta: dict[str, str], check: Callable[[], dict[str, float]]
    ):
        self.learner, self.begin, self.meta, self.check = learner, begin, meta, check
        self.most = learner.plan.max_steps(begin.networks is not None)

    @property
    def rows(self) -> list[dict]:
        """One per step taken."""
        return self.learner.progress.rows

    @property
    def finished(self) -> bool:
        """Whether no step is left."""
        return self.learner.progress.finished

    def resume(self, path, key: str) -> bool:
        """Go on from a checkpoint, or begin; whether it went on."""
        resumed = resume_training(path, self.learner, key)
        if not resumed and self.begin.networks is not None:
            self.learner.take(self.begin.networks)
        elif not resumed:
            self.learner.start()
        return resumed

    def save(self, path, key: str) -> None:
        """Write a checkpoint."""
        save_training(path, self.learner, key)

    def advance(self) -> dict:
        """One step; its row."""
        return self.learner.advance()

    def weights(self) -> bytes:
        """The weights file."""
        return weight_bytes(self.learner.progress.networks, self.meta)

    def facts(self) -> dict:
        """What the card tells of the networks and of the held-out pairs."""
        networks = self.learner.progress.networks
        return {
            "units": [len(n.units) for n in networks],
            "parameters": sum(w.numel() for n in networks for w in n.parameters()),
            "validation": self.check(),
        }


class BaselineTraining:
    """The training of a compared method; ``meta`` as for UnrolledTraining."""

    def __init__(self, trainee: Trainee, meta: dict[str, str]):
        self.trainee, self.meta, self.most = trainee, meta, trainee.most

    @property
    def rows(self) -> list[dict]:
        """One per step taken."""
        return self.trainee.rows

    @property
    def finished(self) -> bool:
        """Whether no step is left."""
        return self.trainee.finished

    def resume(self, path, key: str) -> bool:
        """Go on from a checkpoint; whether there was one."""
        return resume_trainee(path, self.trainee, key)

    def save(self, path, key: str) -> None:
        """Write a checkpoint."""
        save_trainee(path, self.trainee, key)

    def advance(self) -> dict:
        """One step; its row."""
        return self.trainee.advance()

    def weights(self) -> bytes:
        """The weights file."""
        return checksummed(self.trainee.weights(), self.meta)

    def facts(self) -> dict:
        """What the card tells of the model and of the held-out pairs."""
        weights = self.trainee.weights()
        return {"parameters": sum(w.numel() for w in weights.values()), "validation": self.trainee.validate()}
