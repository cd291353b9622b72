"""Train one model of an experiment: a PADNet by Algorithm 2, or a compared method that learns.

    python -m padnet.experiments.train --profile quick --model epadnet-l0.8
    python -m padnet.experiments.train --profile quick --experiment methods --model csf

Runs on a GPU when there is one, else on the CPU; goes on where it was cut off. Under torchrun several
processes share the work and write the same bytes, see padnet.experiments.distributed.
"""

import argparse
import hashlib
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from tqdm import tqdm

from padnet.core.training import Learner, Problem, every, run_stages
from padnet.data.deblurring_pairs import fresh_noise, training_fields
from padnet.data.readers import training_pictures
from padnet.errors import PadnetError
from padnet.experiments import gradient, image
from padnet.experiments.distributed import check_gpus, join
from padnet.experiments.trainers import BaselineTraining, UnrolledTraining
from padnet.imaging.batch import Fields
from padnet.project import console
from padnet.project.atomic_files import write_bytes, write_csv, write_json
from padnet.project.choice import chosen
from padnet.project.determinism import deterministic
from padnet.project.params import load_seed


def _grey_pairs(experiment, model: str, root: Path, seed: int, workers: int) -> tuple[Fields, Fields]:
    """(training, held-out) pairs for deconvolution, of the training pictures in a data folder."""
    return training_fields(training_pictures(root), experiment.data, seed, workers)


class Kind(NamedTuple):
    """An experiment: how it is made of a profile's parameters, where a model's files lie, and its pairs."""

    make: Callable  # (profile, model) -> experiment
    path: Callable[[str, str, str], str]
    models: tuple[str, ...]
    pairs: Callable = _grey_pairs
    # The network that a model's name stands for, and the seed of its training; the pairs have the project's.
    seeded: Callable[[str], tuple[str, int]] = lambda model: (model, load_seed())


def _methods():
    """The compared methods, imported by those who train one: a PADNet does not depend on their modules."""
    return chosen("padnet.experiments.baselines")


def _haze():
    """Haze removal, imported by those who train for it."""
    return chosen("padnet.experiments.haze")


def _ladder():
    """The rungs between image networks, imported by them alone."""
    return chosen("padnet.experiments.ladder")


def _seeds():
    """Trainings with other seeds, imported by them alone."""
    return chosen("padnet.experiments.seeds")


EXPERIMENTS = {
    "gradient": Kind(
        lambda profile, model: gradient.Experiment(profile), gradient.weights_path, tuple(gradient.MODELS)
    ),
    "image": Kind(lambda profile, model: image.ImageExperiment(profile), image.weights_path, image.MODELS),
    "methods": Kind(
        lambda profile, model: _methods().MethodExperiment(profile),
        lambda profile, model, ending: _methods().weights_path(profile, model, ending),
        ("csf", "mlp", "epll", "cai", "ren"),
        lambda experiment, model, root, seed, workers: experiment.pairs(model, root, seed, workers),
    ),
    "ladder": Kind(
        lambda profile, model: _ladder().LadderExperiment(profile, model),
        lambda profile, model, ending: _ladder().weights_path(profile, model, ending),
        ("denoiser", "denoiser-full", "joint"),
        seeded=lambda model: ("ipadnet", load_seed()),
    ),
    "haze": Kind(
        lambda profile, model: _haze().HazeExperiment(profile),
        lambda profile, model, ending: _haze().weights_path(profile, model, ending),
        ("ipadnet",),
        lambda experiment, model, root, seed, workers: experiment.pairs(root, seed),
    ),
    "seeds": Kind(
        lambda profile, model: _seeds().SeedExperiment(profile),
        lambda profile, model, ending: _seeds().weights_path(profile, model, ending),
        ("ipadnet-SEED",),
        seeded=lambda model: _seeds().split(model),
    ),
}
LOSSES = ["phase", "stage", "units", "step", "error", "within"]


def make_job(
    experiment, model: str, seed: int, train: Fields, held: Fields, begin, device, ranks
) -> UnrolledTraining | BaselineTraining:
    """What the command works on: Algorithm 2, or a compared method's own training."""
    if experiment.name != "methods":
        learner = make_learner(experiment, model, seed, train, held, device, ranks)
        return UnrolledTraining(
            learner, begin, experiment.meta(), lambda: experiment.validation_metrics(validation(learner))
        )
    if ranks.size > 1:
        raise PadnetError(f"{model} is trained by one process, not by {ranks.size}: run the command without torchrun")
    return BaselineTraining(experiment.trainee(model, train, held, seed, device), experiment.meta(model))


def make_learner(experiment, model: str, seed: int, train: Fields, held: Fields, device, ranks=None) -> Learner:
    """The Learner of a model; batches are drawn from (seed, phase, step) alone."""
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


def fields_digest(*parts: Fields) -> str:
    """SHA-256 of everything a training sees."""
    digest = hashlib.sha256()
    for part in parts:
        for tensor in part.parts():
            digest.update(tensor.numpy().tobytes())
    return digest.hexdigest()


@torch.no_grad()
def validation(learner: Learner) -> dict[str, float]:
    """Mean error on the held-out pairs, and the share of steps that the network itself got right."""
    p = learner.progress
    learner.evaluate()
    states, steps = run_stages(learner.validation, p.networks, learner.schedule, learner.guard)
    found = {"error": learner.validation.error(states[-1].x).mean().item()}
    if steps is not None:
        found["within"] = (every(steps, "ratio") <= 1).double().mean().item()
    return found


def write_training(target: Path, rows: list[dict], card: dict, weights: bytes) -> None:
    """Losses, card and weights; the weights last, so that they are never without their card."""
    write_csv(target.with_suffix(".csv"), rows, LOSSES)
    write_json(target.with_suffix(".json"), card)
    write_bytes(target, weights)


def train(
    profile: str,
    model: str,
    root: Path = Path(),
    device: str | None = None,
    minutes: float | None = None,
    experiment_name: str = "gradient",
) -> dict:
    """Train, write weights, card and losses under ``root``, and return the card.

    ``minutes`` ends the training early: the weights are those of the last step, the card says how
    many of the planned steps were taken, and the checkpoint stays, so that it can go on.

    The data are read from data/PROFILE. A checkpoint in checkpoints/ is taken up when it belongs to
    the same parameters, data and seed.

    Under torchrun the processes share the parts of every step; all return the card, the first writes.

    Raises:
        PadnetError: when data are missing, a checkpoint is broken, or the processes see different ones.
    """
    deterministic()
    ranks = join()
    # Ten bits of mantissa will do for learning; what is reported or certified is computed without.
    torch.backends.cudnn.allow_tf32 = True
    begun = time.monotonic()
    # The quick profile is the same to the bit on every run, so it stays on the CPU.
    device = device or ("cuda" if torch.cuda.is_available() and profile == "paper" else "cpu")
    check_gpus(device)
    kind = EXPERIMENTS[experiment_name]
    experiment, (network, seed) = kind.make(profile, model), kind.seeded(model)
    workers = max(1, (os.cpu_count() or 1) - 1)
    fields = kind.pairs(experiment, network, root / "data" / profile, load_seed(), workers)
    data = fields_digest(*fields)
    begin = experiment.begin(network, root, device)
    job = make_job(experiment, network, seed, *fields, begin, device, ranks)
    told = json.dumps([model, seed, data, begin.origin, getattr(experiment, "trained", experiment.raw)], sort_keys=True)
    key = hashlib.sha256(told.encode()).hexdigest()
    checkpoint = root / "checkpoints" / profile / f"{experiment_name}-{model}.safetensors"
    resumed = job.resume(checkpoint, key)
    ranks.check_same((key, len(job.rows)), "data, parameters and checkpoint")
    with tqdm(
        total=job.most, initial=len(job.rows), desc=model, unit="step", mininterval=5, disable=not ranks.first
    ) as bar:
        # One clock for all: processes that disagree about the end would wait for each other for ever.
        while not job.finished and (minutes is None or ranks.agree(time.monotonic() - begun < 60 * minutes)):
            row = job.advance()
            bar.update()
            bar.set_postfix_str(f"stage {row['stage']}, {row['units']} units, error {row['error']:.3f}", refresh=False)
            if len(job.rows) % experiment.checkpoint == 0 and ranks.first:
                job.save(checkpoint, key)
    torch.backends.cudnn.allow_tf32 = False
    weights = job.weights()
    card = {
        "model": model,
        "profile": profile,
        "weights_sha256": hashlib.sha256(weights).hexdigest(),
        "data_sha256": data,
        "seed": seed,
        "start": begin.name,
        "steps": len(job.rows),
        "finished": job.finished,
        **job.facts(),
        "device": torch.cuda.get_device_name() if device == "cuda" else "cpu",
        "torch": torch.__version__.split("+")[0],
    }
    if profile == "paper":
        # Kept out of the quick profile, whose outputs are the same to the bit on every run.
        card["minutes"] = None if resumed else round((time.monotonic() - begun) / 60, 2)
    if ranks.first:
        write_training(root / kind.path(profile, model, "safetensors"), job.rows, card, weights)
        if job.finished:
            checkpoint.unlink(missing_ok=True)
        else:
            job.save(checkpoint, key)
    ranks.meet()
    return card


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this stage."""
    parser.add_argument("--profile", required=True, choices=["quick", "paper"])
    parser.add_argument("--experiment", choices=sorted(EXPERIMENTS), default="gradient")
    models = "; ".join(f"{name}: {', '.join(kind.models)}" for name, kind in EXPERIMENTS.items())
    parser.add_argument("--model", required=True, help=models)
    parser.add_argument("--minutes", type=float, help="end the training after so long, with the weights it has")
    parser.add_argument("--device", choices=["cpu", "cuda"], help="default: a GPU when there is one")


def main(argv=None):
    """Run `padnet train`."""
    parser = argparse.ArgumentParser(prog="padnet train", description="Train a PADNet or a compared method.")
    add_arguments(parser)
    options = parser.parse_args(argv)
    kind = EXPERIMENTS[options.experiment]
    kind.path(options.profile, options.model, "safetensors")  # refuses an unknown model before anything is read
    card = train(
        options.profile,
        options.model,
        device=options.device,
        minutes=options.minutes,
        experiment_name=options.experiment,
    )
    found = ", ".join(f"{name} {value:.4f}" for name, value in sorted(card["validation"].items()))
    if join().first:
        size = f"units {card['units']}" if "units" in card else f"parameters {card['parameters']}"
        print(f"{options.model}: {size}, held-out {found}")


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
