"""The generic trainer: steps, checkpoints, model card and weights of any training. An Entry specifies what to train.

Uses a GPU if available, otherwise the CPU; resumes after an interruption. Under torchrun several processes share the
work and write bitwise identical results, see padnet.experiments.distributed.
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
from padnet.experiments.training_kinds import Training
from padnet.imaging.batch import Fields
from padnet.project import switches
from padnet.project.atomic_files import write_bytes, write_csv, write_json
from padnet.project.determinism import deterministic
from padnet.project.params import load_seed

LOSSES = ["phase", "stage", "units", "step", "error", "within"]


def grey_pairs(experiment, network: str, root: Path, seed: int, workers: int) -> tuple[Fields, Fields]:
    """(training, held-out) pairs for deconvolution, from the training images in a data folder."""
    return training_fields(training_pictures(root), experiment.data, seed, workers)


def own_seed(model: str) -> tuple[str, int]:
    """(network, training seed) of a model: the model itself and the project's seed."""
    return model, load_seed()


@dataclass(frozen=True)
class Entry:
    """The specification of a training, provided by an entry point padnet.experiments.train_NAME.

    Attributes:
        name: of the experiment; part of the checkpoint file names.
        make: (profile, model) -> the experiment, built from params.yaml.
        path: (profile, model, ending) -> the path of the weights; raises InputError for an unknown model.
        models: the names of the models.
        job: (experiment, network, seed, training pairs, held-out pairs, begin, device, ranks) -> the Training.
        pairs: (experiment, network, data folder, seed, workers) -> (training, held-out) pairs.
        split: model -> (network, seed of its training); the pairs are always drawn with the project's seed.
    """

    name: str
    make: Callable[[str, str], Experiment]
    path: Callable[[str, str, str], str]
    models: tuple[str, ...]
    job: Callable[..., Training]
    pairs: Callable = grey_pairs
    split: Callable[[str], tuple[str, int]] = own_seed


def fields_digest(*parts: Fields) -> str:
    """SHA-256 of all tensors of the training data."""
    digest = hashlib.sha256()
    for part in parts:
        for tensor in part.parts():
            digest.update(tensor.numpy().tobytes())
    return digest.hexdigest()


def write_training(target: Path, rows: list[dict], card: dict, weights: bytes) -> None:
    """Write losses, card and weights; the weights are written last, so that they never exist without their card."""
    write_csv(target.with_suffix(".csv"), rows, LOSSES)
    write_json(target.with_suffix(".json"), card)
    write_bytes(target, weights)


def train(
    entry: Entry, profile: str, model: str, root: Path = Path(), device: str | None = None, minutes: float | None = None
) -> dict:
    """Train, write weights, card and losses under ``root``, and return the card.

    ``minutes`` limits the training time: the weights are then those of the last step, the card states how many of the
    planned steps were taken, and the checkpoint is kept, so that the training can be resumed.

    The data are read from data/PROFILE. A checkpoint in checkpoints/ is resumed if it belongs to the same parameters,
    data and seed.

    Under torchrun the processes share the parts of every step; all return the card, the first one writes the files.

    Raises:
        PadnetError: if data are missing, a checkpoint is corrupt, or the processes see different data.
    """
    deterministic(widest=profile == "paper")
    ranks = join()
    # TF32 (10-bit mantissa) suffices for training; reported and certified results are computed without it.
    torch.backends.cudnn.allow_tf32 = True
    begun = time.monotonic()
    # The quick profile is bitwise reproducible, so it stays on the CPU.
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
        # A common clock: processes that disagree about the end would deadlock.
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
    if switches.widest(os.environ):
        card["vectors"] = "widest"  # the last bits then depend on the processor
    if profile == "paper":
        # Omitted in the quick profile, whose outputs are bitwise reproducible.
        card["minutes"] = None if resumed else round((time.monotonic() - begun) / 60, 2)
    if ranks.first:
        write_training(root / entry.path(profile, model, "safetensors"), job.rows, card, weights)
        if job.finished:
            checkpoint.unlink(missing_ok=True)
        else:
            job.save(checkpoint, key)
    ranks.meet()
    return card
