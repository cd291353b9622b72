"""A single ablation: an experiment run with one parameter changed."""

import copy
import json
import math
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from padnet.data.protocols import protocol
from padnet.errors import InputError
from padnet.evaluation.gradient import certify, load_networks, solve
from padnet.evaluation.image import restore
from padnet.experiments.gradient import Experiment
from padnet.experiments.learner import make_learner, validation
from padnet.experiments.trainer import grey_pairs
from padnet.imaging.batch import stack
from padnet.project.params import load_seed, read_yaml
from padnet.tasks.deconvolution_settings import Settings
from padnet.tasks.pretrained import load
from padnet.tasks.restorer import Restorer

SETS = {"quick": "quick", "paper": "levin-1pct"}
PRIOR = "l0.8"  # of the explicit networks


@dataclass(frozen=True)
class Measured:
    """The result of a measurement, means over the pairs.

    value: relative error, or PSNR in dB. iterations: their number. own: safeguard acceptance rate. holds: fraction of
    certificates that hold. NaN where not applicable.
    """

    value: float
    iterations: float
    own: float = math.nan
    holds: float = math.nan


def changed(raw: dict, change: Mapping) -> dict:
    """A copy of a section with changed parameters: {"explicit.mu": 1} sets raw["explicit"]["mu"].

    Raises InputError for an unknown name, or the name of a section.
    """
    new = copy.deepcopy(raw)
    for path, value in change.items():
        place, name = _place(new, path)
        if isinstance(place[name], Mapping):
            raise InputError(f"{path} is a section, not a number: name one of {', '.join(place[name])}.")
        place[name] = value
    return new


def at(raw: dict, path: str):
    """The value at a path, "explicit.mu". A name may contain dots, as in "prior.l0.8".

    Raises InputError for an invalid path.
    """
    place, name = _place(raw, path)
    return place[name]


def _place(raw: dict, path: str) -> tuple[dict, str]:
    """The section that contains the last name of a path, and that name."""
    place, rest = raw, path
    while isinstance(place, Mapping):
        name = max((key for key in place if rest == key or rest.startswith(f"{key}.")), key=len, default=None)
        if name is None:
            raise InputError(f"there is no number {path}: the names here are {', '.join(place)}.")
        if name == rest:
            return place, name
        place, rest = place[name], rest[len(name) + 1 :]
    raise InputError(f"there is no number {path}: nothing stands below the last but one of its names.")


def some(pairs, count: int) -> list:
    """`count` pairs spread evenly over a set, or all if there are fewer."""
    return [pairs[i] for i in sorted({i * len(pairs) // min(count, len(pairs)) for i in range(min(count, len(pairs)))})]


def gradient(profile, root, count, method="ipadnet", change=None, guarded=True, test="descent") -> Measured:
    """The experiment of Table 1 on some pairs: the mean relative error of the gradient field. test: of EPADNet."""
    experiment = _experiment(profile, root, change)
    setting = protocol(SETS[profile])
    fields = stack(some(setting.pairs(root / "data" / profile), count), experiment.raw["benchmark"]["margin"])
    prior = None if method == "ipadnet" else PRIOR
    model = method if prior is None else f"{method}-{prior}"
    variant = "bounded" if prior is None else "guarded" if guarded else "unguarded"
    test = None if prior is None else test
    run = solve(method, experiment, fields, prior, variant, load_networks(profile, model, experiment, root), test=test)
    proofs = certify(run, experiment, test)
    errors = [run.columns["reconstruction_error"][int(K) - 1, i].item() for i, K in enumerate(run.K)]
    return _measured(errors, [run], proofs)


def image(
    profile, root, count, method="ipadnet", change=None, guarded=True, passes=None, noise=1.0, networks=True
) -> Measured:
    """The experiment of Table 2 on some pairs: the mean PSNR in dB.

    passes: None uses the number in the settings. noise: the noise level passed to the method, relative to the true
    one, or "estimated". networks: False runs EPADNet without them.
    """
    shipped, setting = load(), protocol(SETS[profile])
    settings = Settings(
        changed(shipped.settings.raw, {**(change or {}), **({} if passes is None else {"frame.passes": passes})})
    )
    restorer = Restorer(settings, [])
    restorer.networks = shipped.networks[: settings.raw["stop"]["implicit"]]
    variant = (
        "bounded" if method == "ipadnet" else "left out" if not networks else "guarded" if guarded else "unguarded"
    )
    told = None if noise == "estimated" else noise * setting.noise
    values, runs, proofs = [], [], []
    for pair in some(setting.pairs(root / "data" / profile), count):
        fields, found, *_ = restore(restorer, pair, told, variant)
        values.append(setting.score(pair, fields.scene(found.x))["psnr"])
        runs.append(found.run)
        proofs.extend(found.certificates)
    return _measured(values, runs, proofs)


def training(profile, root, count, change=None, seed=None) -> Measured:
    """Train the gradient-domain IPADNet at the size of the quick profile: mean relative error on held-out pairs.

    profile: selects the training images. count: not used. seed: of the initial weights and the batches, by default the
    project's, which the pairs always have.
    """
    experiment, own = _experiment("quick", root, change), load_seed(root / "params.yaml")
    fields = grey_pairs(experiment, "ipadnet", root / "data" / profile, own, 1)
    learner = make_learner(experiment, "ipadnet", own if seed is None else seed, *fields, "cpu")
    learner.start()
    while not learner.progress.finished:
        learner.advance()
    return Measured(validation(learner)["error"], float(experiment.stop.k_max))


def _experiment(profile, root, change) -> Experiment:
    """The gradient-domain experiment with some parameters changed."""
    raw = changed(read_yaml(root / "params.yaml")[profile]["gradient"], change or {})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "params.yaml"
        path.write_text(json.dumps({profile: {"gradient": raw}}), encoding="utf-8")  # JSON is YAML
        return Experiment(profile, path)


def _measured(values, runs, proofs) -> Measured:
    K = torch.cat([run.K for run in runs]).double()
    if "own" in runs[0].columns:  # booleans, 0 after a sample has stopped
        own = sum(run.columns["own"].double().sum().item() for run in runs) / K.sum().item()
    else:
        own = math.nan
    holds = sum(proof.holds for proof in proofs) / len(proofs)
    return Measured(sum(values) / len(values), K.mean().item(), own, holds)


MEASURE = {"gradient": gradient, "image": image, "training": training}
