"""Training of a PADNet by Algorithm 2, set up from an experiment, its pairs and a seed."""

import numpy as np
import torch

from padnet.core.training import Learner, Problem, every, run_stages
from padnet.data.deblurring_pairs import fresh_noise
from padnet.experiments.base import Initialisation, UnrolledExperiment
from padnet.experiments.training_kinds import UnrolledTraining
from padnet.imaging.batch import Fields


def unrolled(
    experiment: UnrolledExperiment,
    model: str,
    seed: int,
    train: Fields,
    held: Fields,
    begin: Initialisation,
    device,
    ranks,
) -> UnrolledTraining:
    """Algorithm 2 on (training, held-out) pairs, with the interface that padnet.experiments.trainer expects."""
    learner = make_learner(experiment, model, seed, train, held, device, ranks)
    return UnrolledTraining(
        learner, begin, experiment.meta(), lambda: experiment.validation_metrics(validation(learner))
    )


def make_learner(experiment, model: str, seed: int, train: Fields, held: Fields, device, ranks=None) -> Learner:
    """The Learner of a model; batches depend only on (seed, phase, step)."""
    train, held, plan = train.to(device), held.to(device), experiment.plan_of(model)
    count = experiment.batch_of(model)
    size = count // plan.parts

    def batch(phase: int, step: int, part: int) -> Problem:
        chosen = np.random.default_rng([seed, phase, step]).choice(len(train), count, replace=False)
        own = np.sort(chosen)[part * size : (part + 1) * size]
        fields = train[torch.from_numpy(own).to(device)]
        if getattr(experiment.data, "fresh", False):
            fields = fresh_noise(fields, experiment.data, np.random.default_rng([seed, phase, step, 1 + part]))
        return experiment.problem(fields, model)

    return Learner(
        plan=plan,
        schedule=experiment.schedule_of(model),
        guard=experiment.guard_of(model),
        new_unit=lambda k, t: experiment.unit_of(model, seed, k, t),
        batch=batch,
        validation=experiment.problem(held, model),
        bound=experiment.bound_of(model),
        device=device,
        ranks=ranks,
    )


@torch.no_grad()
def validation(learner: Learner) -> dict[str, float]:
    """Metrics on the held-out pairs: mean "error" and, for explicit networks, "within".

    "within" is the fraction of network proposals, over stages and pairs, that satisfy the test.
    """
    p = learner.progress
    learner.evaluate()
    states, steps = run_stages(learner.validation, p.networks, learner.schedule, learner.guard)
    found = {"error": learner.validation.error(states[-1].x).mean().item()}
    if steps is not None:
        found["within"] = (every(steps, "ratio") <= 1).double().mean().item()
    return found
