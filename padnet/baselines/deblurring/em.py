"""Zero-mean Gaussian mixtures by expectation maximisation (Dempster, Laird, Rubin 1977), one step at a time."""

import math

import numpy as np
import torch

from padnet.baselines.deblurring.mixture import ROWS, Mixture, Scores
from padnet.baselines.inputs import check_count
from padnet.errors import InputError

FLOOR = 1 / (12 * 255**2)  # minimum eigenvalue of a covariance: the variance of 8-bit quantisation
LEAST = 1e-7  # smaller responsibilities are lost in the rounding of the others
CHUNK = 32 * ROWS  # number of patches whose responsibilities are in memory at once
START_STREAM = 32  # random stream, separate from that of the patches


class MixtureTraining:
    """A training that can be stopped between any two steps; a step is one EM iteration over all patches.

    The M-step raises every eigenvalue of a covariance to at least FLOOR. This maximises the expected log-likelihood
    under that constraint, so the log-likelihood increases at every step.

    Args:
        patches: (N, d) float with their means removed. held: (M, d), for validate.
        components: K. most: total number of steps. seed: of the initialisation.

    Attributes:
        rows: one per step taken; error is minus the mean log-likelihood of a patch, in nats, before the step.
        mixture: the current mixture, float64.

    Raises:
        InputError: for invalid patches, fewer than K patches, or a number of components or steps below 1.
    """

    def __init__(self, patches: torch.Tensor, held: torch.Tensor, components: int, most: int, seed: int):
        check_count(components=components, most=most)
        for name, z in (("training", patches), ("held-out", held)):
            if z.dim() != 2 or len(z) == 0 or not torch.isfinite(z).all():
                raise InputError(f"{name} patches are (n, d), finite and some, got {tuple(z.shape)}.")
        if patches.shape[1] != held.shape[1]:
            raise InputError(
                f"training and held-out patches have {patches.shape[1]} and {held.shape[1]} pixels: "
                "they must be of one size."
            )
        if len(patches) < components:
            raise InputError(f"{len(patches)} patches are too few for {components} components: draw more.")
        self.patches, self.held, self.most, self.taken = patches, held, most, 0
        self.rows: list[dict] = []
        self.mixture = _start(patches, components, seed)

    @property
    def finished(self) -> bool:
        """Whether all steps have been taken."""
        return self.taken >= self.most

    @torch.no_grad()
    def advance(self) -> dict:
        """Take one EM step over all patches; returns its row. InputError if the training has finished."""
        if self.finished:
            raise InputError("this training is finished: start another to train further.")
        d, K = self.patches.shape[1], len(self.mixture.weights)
        score, log_likelihood = _scores(self.mixture, self.patches), 0.0
        count = self.patches.new_zeros(K, dtype=torch.float64)
        moment = self.patches.new_zeros((K, d, d), dtype=torch.float64)
        for z in self.patches.split(CHUNK):
            logs = torch.cat([score(part) for part in z.split(ROWS)])
            total = torch.logsumexp(logs, 1, keepdim=True)
            log_likelihood += total.double().sum().item()
            r = (logs - total).exp_()  # responsibilities
            count += r.sum(0, dtype=torch.float64)
            for k in range(K):
                mine = (r[:, k] > LEAST).nonzero()[:, 0]
                own = z[mine]
                moment[k] += (own.T @ (own * r[mine, k, None])).double()
        self.mixture = self._maximised(count, moment)
        row = {
            "phase": 0,
            "stage": "em",
            "units": 1,
            "step": self.taken,
            "error": -log_likelihood / len(self.patches),
            "within": float("nan"),
        }
        self.rows.append(row)
        self.taken += 1
        return row

    def _maximised(self, count, moment) -> Mixture:
        # A covariance needs enough patches: a component with too few keeps its own, which does not lower the
        # likelihood.
        alive = count > moment.shape[-1]
        C = self.mixture.covariances.clone()
        values, vectors = torch.linalg.eigh(moment[alive] / count[alive, None, None])
        C[alive] = (vectors * values.clamp(min=FLOOR)[:, None]) @ vectors.mT
        return Mixture(count / count.sum(), (C + C.mT) / 2)

    def tensors(self) -> dict[str, torch.Tensor]:
        """The state for resuming: the mixture in float64, and the number of steps taken."""
        C = self.mixture.covariances.cpu().clone()
        return {"weights": self.mixture.weights.cpu().clone(), "covariances": C, "taken": torch.tensor(self.taken)}

    def load(self, tensors: dict[str, torch.Tensor]) -> None:
        """Resume from the result of ``tensors``. InputError if it belongs to another training."""
        own = {name: value.shape for name, value in self.tensors().items()}
        if {name: value.shape for name, value in tensors.items()} != own:
            raise InputError("this checkpoint belongs to another training: delete it and restart the training.")
        device = self.patches.device
        self.mixture = Mixture(tensors["weights"].to(device), tensors["covariances"].to(device))
        self.taken = int(tensors["taken"])

    def weights(self) -> dict[str, torch.Tensor]:
        """The weights file content: weights (K,) and covariances (K, d, d), float32."""
        return self.mixture.tensors()

    @torch.no_grad()
    def validate(self) -> dict[str, float]:
        """The mean log-likelihood of held-out patches, in nats."""
        score = _scores(self.mixture, self.held)
        total = sum(torch.logsumexp(score(z), 1).double().sum().item() for z in self.held.split(ROWS))
        return {"log_likelihood": total / len(self.held)}


def _scores(mixture: Mixture, patches: torch.Tensor) -> Scores:
    return Scores(mixture, 0.0, patches.dtype, patches.device)


def _start(patches, components: int, seed: int) -> Mixture:
    """Component k has the contrast of patch number i_k, and its principal direction."""
    chosen = np.random.default_rng([seed, START_STREAM]).choice(len(patches), components, replace=False)
    anchor = patches[torch.from_numpy(np.sort(chosen)).to(patches.device)].double()
    z, d = patches.double(), patches.shape[1]
    mean = z.T @ z / len(z)
    mean = mean / mean.trace().clamp(min=math.ulp(1.0))
    power = anchor.square().sum(1)[:, None, None]
    eye = torch.eye(d, dtype=z.dtype, device=z.device)
    C = 0.5 * power * mean + 0.5 * anchor[:, :, None] * anchor[:, None, :] + FLOOR * eye
    return Mixture(torch.full((components,), 1 / components, dtype=z.dtype, device=z.device), C)
