"""Run a method on a gradient-domain test set; writes a record per image and a certificate per PADNet run.

    python -m padnet.evaluation.gradient --profile quick --set quick --method epadnet

PADNet's iterates and certificates are float64, which the certificates require. A network only makes proposals and runs
in float32, as do the compared methods, which have no certificate.
"""

import argparse
import copy
import sys
from functools import cache
from pathlib import Path

import numpy as np
import torch

from padnet import labels
from padnet.baselines.admm_hqs import admm, hqs
from padnet.core.certificate import implicit_certificates
from padnet.core.history import Run
from padnet.core.mixed_precision import SinglePrecision
from padnet.core.propagation import implicit_padnet
from padnet.data.protocols import PROTOCOLS, protocol
from padnet.errors import InputError
from padnet.evaluation.columns import GRADIENT as RECORD
from padnet.evaluation.records import proof, short, write_results
from padnet.experiments.distributed import join
from padnet.experiments.gradient import PRIORS, Experiment, networks_path
from padnet.experiments.gradient_problem import problem
from padnet.experiments.tune import read_tuned
from padnet.imaging.batch import Fields, stack
from padnet.project import console
from padnet.project.choice import chosen
from padnet.project.determinism import deterministic
from padnet.project.params import load_seed
from padnet.tasks.weights import fill, read_tensors, unit_counts

# Controls for the effect of the networks in a guarded run: the identity, or random weights.
CONTROLS = tuple(labels.CONTROLS)
VARIANTS = {
    "admm": ("same", "tuned"),
    "hqs": ("same", "tuned"),
    "ipadnet": ("bounded",),
    "epadnet": ("guarded", "unguarded", *CONTROLS),
}
TESTS = tuple(labels.TESTS)  # tests for EPADNet; its controls use the first one only

# The protocols whose images all have the same size.
SETS = sorted(name for name, setting in PROTOCOLS.items() if setting.source != "sun13")


def benchmark_fields(name: str, experiment: Experiment, root: Path = Path()) -> tuple[list, Fields]:
    """The pairs of a protocol, and the same pairs stacked as Fields, float64."""
    setting = protocol(name)
    if name not in SETS:
        raise InputError(f"the pictures of {name} differ in size and are not stacked: choose from {', '.join(SETS)}")
    folder = root / "data" / ("quick" if setting.source == "sample" else "paper")
    pairs = list(setting.pairs(folder))
    return pairs, stack(pairs, experiment.raw["benchmark"]["margin"])


def load_networks(
    profile: str, model: str, experiment: Experiment, root: Path = Path(), path: str | None = None
) -> list[SinglePrecision]:
    """The networks of all stages of a model, or those in the file `path`.

    Raises PadnetError if the file is missing or corrupt.
    """
    path = root / (path or networks_path(profile, model))
    tensors, _ = read_tensors(path)
    networks = fill(experiment.network(model, unit_counts(tensors)), tensors, path)
    return [SinglePrecision(network.requires_grad_(False)) for network in networks]


def left_out(v: torch.Tensor, alpha: float) -> torch.Tensor:
    """The identity network."""
    return v


def random_weights(networks: list[SinglePrecision], seed: int) -> list[SinglePrecision]:
    """The networks with random weights: normal, with the mean square of each trained tensor."""
    networks = [SinglePrecision(copy.deepcopy(one.network)) for one in networks]
    for k, one in enumerate(networks):
        for i, weight in enumerate(one.network.parameters()):
            drawn = np.random.default_rng([seed, k, i]).standard_normal(tuple(weight.shape))
            size = weight.detach().double().square().mean().item() ** 0.5
            weight.data = torch.from_numpy(size * drawn).to(weight)
    return networks


@torch.no_grad()
def solve(
    method: str,
    experiment: Experiment,
    fields: Fields,
    prior: str | None,
    variant: str,
    networks=None,
    tuned=None,
    test: str | None = None,
) -> Run:
    """Run one method on a batch of pairs.

    Args:
        method, variant: see VARIANTS. prior: "l1", "l0.8" or "l0"; None for ipadnet.
        test: one of TESTS; required for epadnet.
        networks: for the PADNets. tuned: lam, rho and gamma for the variant "tuned".

    Returns:
        a Run with the additional columns reconstruction_error (of x) and u_error (of u).
    """
    if variant not in VARIANTS.get(method, ()):
        raise InputError(f"there is no variant {variant!r} of method {method!r}: see VARIANTS.")
    f, x0, error = problem(fields if method.endswith("padnet") else fields.to(torch.float32))

    def monitor(x, u, v):
        return {"reconstruction_error": error(x), "u_error": error(u)}

    e, stop = experiment, experiment.stop
    if method == "ipadnet":
        return implicit_padnet(f, networks, e.implicit, x0, stop, monitor)
    if method == "epadnet":
        if test not in e.tests:
            raise InputError(f"EPADNet needs a test, {' or '.join(TESTS)}, got {test!r}.")
        guard = None if variant == "unguarded" else e.guard
        if variant in CONTROLS:
            networks = random_weights(networks, load_seed()) if variant == "random" else [left_out] * stop.k_max
        run = chosen("padnet.core.explicit").explicit_padnet
        return run(f, e.prior(prior), networks, e.tests[test], x0, stop, guard, monitor)
    # The paper's protocol uses the parameters of PADNet; the variant "tuned" the best ones on training images.
    own = {"lam": e.prior(prior).lam, "rho": e.explicit.rho0, "gamma": e.explicit.gamma}
    best = own if variant == "same" else tuned
    r = e.prior(prior).scaled(best["lam"])
    if method == "admm":
        return admm(f, r, best["rho"], x0, e.peers_stop, monitor)
    return hqs(f, r, best["rho"], best["gamma"], x0, e.peers_stop, monitor)


def records(run: Run, pairs, prior: str | None, variant: str, test: str | None, verdicts) -> list[dict]:
    """The rows of a run, one per pair, with the keys RECORD."""
    rows = []
    for i, pair in enumerate(pairs):
        K = int(run.K[i])
        last = {name: run.columns[name][K - 1, i].item() for name in ("iteration_error", "reconstruction_error")}
        own, energy = run.columns.get("own"), run.columns.get("energy")
        values = (
            pair.image,
            pair.kernel,
            None if prior is None else float(prior[1:]),
            variant,
            test,
            K,
            "epsilon" if run.settled[i] else "k_max",
            short(last["reconstruction_error"]),
            short(last["iteration_error"]),
            None if own is None else int(own[:K, i].sum()),
            None if energy is None else short(energy[K - 1, i].item()),
            verdicts[i] if verdicts else None,
        )
        rows.append(dict(zip(RECORD, values, strict=True)))
    return rows


def certify(run: Run, experiment: Experiment, test: str | None) -> list:
    """The certificates of a run: those of explicit PADNet for `test`, those of implicit PADNet if `test` is None."""
    if test is None:
        return implicit_certificates(run, experiment.implicit, experiment.stop)
    judge = chosen("padnet.core.explicit_certificate").explicit_certificates
    return judge(run, experiment.tests[test], experiment.stop)


def jobs_of(experiment: Experiment, name: str, method: str, count: int, seed: int | None = None) -> list[tuple]:
    """(prior, variant, test, pairs) of every batch; the batches do not depend on the number of processes.

    seed: that of the trainings with several seeds, which are run with the first of TESTS only and without controls.
    """
    raw = experiment.raw["benchmark"]
    size, priors = raw["batch"], (None,) if method == "ipadnet" else PRIORS
    asked = {"unguarded": name in raw["unguarded"], **dict.fromkeys(CONTROLS, seed is None and name in raw["controls"])}
    variants = [v for v in VARIANTS[method] if asked.get(v, True)]
    tests = {
        v: (None,) if method != "epadnet" else TESTS[:1] if v in CONTROLS or seed is not None else TESTS
        for v in variants
    }
    parts = [slice(start, start + size) for start in range(0, count, size)]
    return [(prior, v, test, part) for prior in priors for v in variants for test in tests[v] for part in parts]


def benchmark(profile: str, name: str, method: str, root: Path = Path(), seed: int | None = None) -> None:
    """Run every prior and variant of a method; write its records and certificates.

    seed: None for the trained networks, otherwise those of padnet.experiments.seeds; EPADNet then uses IPADNet's
    networks without further training.

    Under torchrun the processes share the batches, and the first one writes the files.

    Raises:
        InputError: for a seed with a method that has no networks.
    """
    if seed is not None and not method.endswith("padnet"):
        raise InputError(f"{method} has no networks, so no seed: leave --seed out, or choose ipadnet or epadnet.")
    deterministic()
    ranks = join()
    experiment = Experiment(profile)
    pairs, fields = benchmark_fields(name, experiment, root)

    @cache
    def networks_of(prior: str | None) -> list[SinglePrecision]:
        path = None
        if seed is not None:
            path = chosen("padnet.experiments.seeds").weights_path(profile, f"ipadnet-{seed}", "safetensors")
        return load_networks(profile, method if prior is None else f"{method}-{prior}", experiment, root, path)

    @cache
    def tuned_of(prior: str) -> dict:
        return read_tuned(profile, method, prior, root)

    def run_job(prior: str | None, variant: str, test: str | None, part: slice) -> tuple[list[dict], list[dict]]:
        """The records and certificates of one batch."""
        networks = networks_of(prior) if method.endswith("padnet") else None
        tuned = tuned_of(prior) if variant == "tuned" else None
        run, proofs = solve(method, experiment, fields[part], prior, variant, networks, tuned, test), []
        if not method.endswith("padnet"):
            return records(run, pairs[part], prior, variant, test, None), []
        found = certify(run, experiment, test)
        for pair, one in zip(pairs[part], found, strict=True):
            proofs.append(
                {"image": pair.image, "kernel": pair.kernel, "prior": prior, "variant": variant, **proof(one)}
            )
        return records(run, pairs[part], prior, variant, test, [one.verdict for one in found]), proofs

    jobs = jobs_of(experiment, name, method, len(pairs), seed)
    done = ranks.each(lambda job: run_job(*job), jobs, f"{method} on {name}", "batch")
    if ranks.first:
        rows, proofs = ([one for made in done for one in made[i]] for i in (0, 1))
        stem = f"gradient-{method}" if seed is None else f"seeds-{method}-{seed}"
        write_results(root / "results" / profile, name, stem, rows, RECORD, proofs)
    ranks.meet()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `padnet benchmark`."""
    parser.add_argument("--profile", required=True, choices=["quick", "paper"])
    parser.add_argument("--set", required=True, choices=SETS, help="the protocol")
    parser.add_argument("--method", required=True, choices=sorted(VARIANTS))
    parser.add_argument(
        "--seed", type=int, help="take the networks that were trained with it, weights/PROFILE/seeds-ipadnet-SEED"
    )


def main(argv=None):
    """Run `padnet benchmark`."""
    parser = argparse.ArgumentParser(prog="padnet benchmark", description="Run a method on a test set.")
    add_arguments(parser)
    options = parser.parse_args(argv)
    benchmark(options.profile, options.set, options.method, seed=options.seed)


if __name__ == "__main__":
    sys.exit(console.run(main, pinned=True))
