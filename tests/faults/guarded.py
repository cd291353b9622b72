"""The contract of the safeguard: whatever the networks return, the certificate holds and the energy never rises."""

from itertools import pairwise

import numpy as np
import torch
from cases import Case, finite
from hypothesis import strategies as st
from inputs import batches, kernels, number, told

from padnet import Descent, LeastSquares, LpNorm, Schedule, Stop, explicit_certificates, explicit_padnet
from padnet.core.operators import Blur

STAGES = 4


def _returned(kind, size, seed):
    """A network: what it returns has nothing to do with what it is for."""
    noise = torch.from_numpy(np.random.default_rng(seed).standard_normal((2, 1, 20, 20)))

    def network(v, alpha):
        n, c, h, w = v.shape
        added = size * noise[:n, :c, :h, :w].to(v.dtype)
        return {
            "noise": lambda: v + added,
            "only noise": lambda: added,
            "NaN": lambda: torch.where(added > 0, torch.nan, v),
            "infinity": lambda: torch.full_like(v, torch.inf),
            "negative": lambda: -size * v,
            "zero": lambda: torch.zeros_like(v),
            "in place": lambda: v.mul_(size),
            "half the shape": lambda: v[..., : h // 2],
            "single": lambda: v.float(),
            "nothing": lambda: None,
        }[kind]()

    return network


@st.composite
def safeguard(draw):
    """explicit_padnet with networks that were never trained, or are none."""
    ok = draw(st.booleans())
    y, k = draw(batches(ok, 1, rank4=True)), draw(kernels(True))
    kinds = ["noise", "only noise", "NaN", "infinity", "negative", "zero", "in place"]
    kind = draw(st.sampled_from(kinds if ok else [*kinds, "half the shape", "single", "nothing"]))
    size, seed = 10.0 ** draw(st.integers(-6, 30)), draw(st.integers(0, 99))
    p, mu = draw(st.sampled_from([0.0, 0.5, 0.8, 1.0])), draw(number(ok, st.floats(0.05, 1)))

    def call():
        x0, normal = y.double(), k.double() / k.double().sum()
        f, r = LeastSquares(Blur(normal, tuple(x0.shape[-2:])), x0), LpNorm(p, 0.01)
        value = mu if isinstance(mu, (int, float)) else 1.0
        schedule = Schedule(mu, 0.01, 1.5, test=Descent(value / 4, (float(f.lipschitz.max()) + value) / 0.99))
        stop = Stop(1e-6, STAGES)
        run = explicit_padnet(f, r, _returned(kind, size, seed), schedule, x0, stop)
        return run, explicit_certificates(run, schedule, stop)

    def right(result):
        run, proofs = result
        finite(run.x, y.shape, torch.float64)
        assert len(proofs) == len(y) and all(one.holds for one in proofs), [one.verdict for one in proofs]
        for proof in proofs:
            energies = [row["energy"] for row in proof.rows]
            for before, after in pairwise(energies):
                assert after <= before * (1 + 1e-12), "the energy rises"

    return Case(f"explicit_padnet({told(y)}, {told(k)}, {kind} {size:g} {seed}, p={p}, mu={mu!r})", call, right)
