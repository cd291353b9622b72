"""Algorithm 2 and the trainings of the compared methods with a common interface, Training."""

from collections.abc import Callable
from typing import Protocol

from padnet.baselines.training import Trainee
from padnet.core.training import Learner
from padnet.experiments.base import Initialisation
from padnet.experiments.checkpoint import resume_trainee, resume_training, save_trainee, save_training
from padnet.tasks.weights import checksummed, weight_bytes


class Training(Protocol):
    """The interface of a training that padnet.experiments.trainer runs step by step.

    Attributes: ``rows``, one per step taken; ``finished``; ``most``, the maximum number of steps.
    """

    most: int

    @property
    def rows(self) -> list[dict]:
        """One per step taken."""

    @property
    def finished(self) -> bool:
        """Whether no step is left."""

    def resume(self, path, key: str) -> bool:
        """Resume from a checkpoint with the same key, or start from the beginning. Returns whether it resumed."""

    def save(self, path, key: str) -> None:
        """Write a checkpoint."""

    def advance(self) -> dict:
        """Take one step and return its row."""

    def weights(self) -> bytes:
        """The content of the weights file."""

    def facts(self) -> dict:
        """The entries of the model card about the model and the held-out pairs."""


class UnrolledTraining:
    """Training by Algorithm 2.

    learner: the Learner, not yet started. begin: the initial weights. meta: the metadata of the weights file. check:
    returns the metrics on the held-out pairs, as stored in the model card.
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
        """Resume from a checkpoint, or start from the beginning. Returns whether it resumed."""
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
        """Take one step and return its row."""
        return self.learner.advance()

    def weights(self) -> bytes:
        """The content of the weights file."""
        return weight_bytes(self.learner.progress.networks, self.meta)

    def facts(self) -> dict:
        """The entries of the model card about the networks and the held-out pairs."""
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
        """Resume from a checkpoint. Returns whether there was one."""
        return resume_trainee(path, self.trainee, key)

    def save(self, path, key: str) -> None:
        """Write a checkpoint."""
        save_trainee(path, self.trainee, key)

    def advance(self) -> dict:
        """Take one step and return its row."""
        return self.trainee.advance()

    def weights(self) -> bytes:
        """The content of the weights file."""
        return checksummed(self.trainee.weights(), self.meta)

    def facts(self) -> dict:
        """The entries of the model card about the model and the held-out pairs."""
        weights = self.trainee.weights()
        return {"parameters": sum(w.numel() for w in weights.values()), "validation": self.trainee.validate()}
