"""The generic trainer: steps, checkpoints, card and weights of any training. An entry point tells it what to train.

Runs on a GPU when there is one, else on the CPU; goes on where it was cut off. Under torchrun several processes share
the work and write the same bytes, see padnet.experiments.distributed.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from tqdm import tqdm

from padnet.data.deblurring_pairs import training_fields
from padnet.data.readers import training_pictures
from padnet.experiments.base import Experiment
from padnet.experiments.distributed import check_gpus, join
from padnet.experiments.trainers import Training
from padnet.imaging.batch import Fields
from padnet.project.atomic_files import write_bytes, write_csv, write_json
from padnet.project.determinism import deterministic
from padnet.project.params import load_seed

LOSSES = ["phase", "stage", "units", "step", "error", "within"]


def grey_pairs(experiment, network: str, root: Path, seed: int, workers: int) -> tuple[Fields, Fields]:
    """(training, held-out) pairs for deconvolution, of the training pictures in a data folder."""
    return training_fields(training_pictures(root), experiment.data, seed, workers)


def own_seed(model: str) -> tuple[str, int]:
    """(the network that a model's name stands for, the seed of its training): the project's seed."""
    return model, load_seed()


@dataclass(frozen=True)
class Entry:
    """What an entry point, padnet.experiments.train_NAME, tells the generic trainer.

    Attributes:
        name: of the experiment; checkpoints are called after it.
        make: (profile, model) -> the experiment, made from params.yaml.
        path: (profile, model, ending) -> where the weights lie; raises InputError for a model that there is not.
        models: those that there are.
        job: (experiment, network, seed, training pairs, held-out pairs, begin, device, ranks) -> the Training.
        pairs: (experiment, network, data folder, seed, workers) -> (training, held-out) pairs.
        split: model -> (network, seed of its training); pairs are drawn with the project's seed always.
    """

    name: str
    make: Callable[[str, str], Experiment]
    path: Callable[[str, str, str], str]
    models: tuple[str, ...]
    job: Callable[..., Training]
    pairs: Callable = grey_pairs
    split: Callable[[str], tuple[str, int]] = own_seed


def fields_digest(*parts: Fields) -> str:
    """SHA-256 of everything a training sees."""
    digest = hashlib.sha256()
    for part in parts:
        for tensor in part.parts():
            digest.update(tensor.numpy().tobytes())
    return digest.hexdigest()


def write_training(target: Path, rows: list[dict], card: dict, weights: bytes) -> None:
    """Losses, card and weights; the weights last, so that they are never without their card."""
    write_csv(target.with_suffix(".csv"), rows, LOSSES)
    write_json(target.with_suffix(".json"), card)
    write_bytes(target, weights)


def train(
    entry: Entry, profile: str, model: str, root: Path = Path(), device: str | None = None, minutes: float | None = None
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
    experiment, (network, seed) = entry.make(profile, model), entry.split(model)
    workers = max(1, (os.cpu_count() or 1) - 1)
    fields = entry.pairs(experiment, network, root / "data" / profile, load_seed(), workers)
    data = fields_digest(*fields)
    begin = experiment.begin(network, root, device)
    job = entry.job(experiment, network, seed, *fields, begin, device, ranks)
    told = json.dumps([model, seed, data, begin.origin, getattr(experiment, "trained", experiment.raw)], sort_keys=True)
    key = hashlib.sha256(told.encode()).hexdigest()
    checkpoint = root / "checkpoints" / profile / f"{entry.name}-{model}.safetensors"
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
        write_training(root / entry.path(profile, model, "safetensors"), job.rows, card, weights)
        if job.finished:
            checkpoint.unlink(missing_ok=True)
        else:
            job.save(checkpoint, key)
    ranks.meet()
    return card
