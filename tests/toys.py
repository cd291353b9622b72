"""Small problems and networks, good and bad, that several tests share. All is float64."""

from dataclasses import dataclass

import numpy as np
import torch

from padnet.core.fidelity import LeastSquares
from padnet.core.networks import Network, RBFUnit
from padnet.core.operators import Blur, Gradient
from padnet.core.priors import LpNorm

LAMBDA = {1: 0.01, 0.8: 0.01, 0: 0.002}  # weights that leave some of a toy's gradients and remove others


def normal(*shape, seed=0):
    """Standard normal numbers; a function of seed and shape alone."""
    return torch.from_numpy(np.random.default_rng([seed, *shape]).standard_normal(shape))


def kernels(batch, m, n, centre=0.0, seed=0):
    """(batch, m, n) random positive kernels; ``centre`` is added to the middle pixel of each."""
    k = torch.from_numpy(np.random.default_rng([seed, batch, m, n]).random((batch, m, n)))
    k[:, m // 2, n // 2] += centre
    return k


def pictures(batch, size, seed=0):
    """(batch, 1, size, size) pictures of flat blocks of 4x4 pixels in [0, 1]."""
    blocks = np.random.default_rng([seed, batch, size]).random((batch, 1, size // 4, size // 4))
    return torch.from_numpy(np.kron(blocks, np.ones((4, 4))))


@dataclass(frozen=True)
class Toy:
    """A deconvolution on the gradient domain: energy (14) for a batch of pictures.

    k: (batch, m, n). y: (batch, 2, size, size), D of the blurred pictures. truth: D of the pictures.
    """

    k: torch.Tensor
    y: torch.Tensor
    truth: torch.Tensor

    @property
    def f(self):
        return LeastSquares(Blur(self.k, self.y.shape[-2:]), self.y)

    @property
    def x0(self):
        return torch.zeros_like(self.y)

    def only(self, i):
        """The toy of sample i alone, a batch of one."""
        return Toy(self.k[i : i + 1], self.y[i : i + 1], self.truth[i : i + 1])

    def repeated(self, times):
        """The toy of a batch of one as a batch of so many that are alike."""
        return Toy(*(one.repeat(times, *[1] * (one.dim() - 1)) for one in (self.k, self.y, self.truth)))


def toy(batch=2, size=16, m=3, centre=6.0, seed=0):
    """A toy with 1 % noise; the larger ``centre``, the better conditioned."""
    k, x, D = kernels(batch, m, m, centre, seed), pictures(batch, size, seed), Gradient()
    y = Blur(k, (size, size))(x) + 0.01 * normal(batch, 1, size, size, seed=seed)
    return Toy(k, D(y), D(x))


def prior(p):
    """lam ||.||_p^p with a weight that suits the toys."""
    return LpNorm(p, LAMBDA[p])


def random_unit(seed=0, amplitude=1.0, features=4):
    """An untrained RBF unit whose second convolution is not zero."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        unit = RBFUnit(2, features, 3, 5, 0.1)
        torch.nn.init.normal_(unit.second.weight, std=amplitude)
    return unit.double()


def random_networks(stages, units=1, amplitude=1.0, bound=None):
    """Untrained networks, one per stage."""
    return [Network([random_unit(100 * k + t, amplitude) for t in range(units)], bound) for k in range(stages)]


def same(v, alpha):
    """The network that does nothing."""
    return v


def smooth(v, alpha):
    """A network that averages neighbours."""
    return (v + v.roll(1, -1) + v.roll(-1, -1) + v.roll(1, -2) + v.roll(-1, -2)) / 5


def noise(size):
    """A network that returns noise of the norm ``size`` whatever it is given."""

    def network(v, alpha):
        z = normal(*v.shape[1:], seed=3).expand_as(v)
        return size * z / z[0].norm()

    return network


GARBAGE = {
    **{f"noise {size:g}": noise(size) for size in (1e-3, 1.0, 1e3, 1e10, 1e30)},
    "NaN": lambda v, alpha: torch.full_like(v, float("nan")),
    "inf": lambda v, alpha: torch.full_like(v, float("inf")),
    "constant": lambda v, alpha: torch.full_like(v, 0.7),
    "minus identity": lambda v, alpha: -v,
}
