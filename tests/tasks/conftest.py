"""Fixtures for the tasks: one thread, as for the mathematics, small trained networks, and a blurred picture."""

import numpy as np
import pytest
import torch
from scipy.signal import fftconvolve
from trained import small_settings, write_weights

from padnet.imaging.kernels import sample_kernel


@pytest.fixture(autouse=True, scope="package")
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def weights(root, tmp_path_factory):
    """A folder with small random networks."""
    return write_weights(tmp_path_factory.mktemp("weights"), small_settings(root))


@pytest.fixture(scope="session")
def kernel():
    """A camera shake, (9, 9), sum 1, not symmetric."""
    return sample_kernel(3, 0, (9,))


@pytest.fixture(scope="session")
def blurred(kernel):
    """A blurred colour picture, (37, 42, 3) float64 in [0, 1], with 1 % noise."""
    rng = np.random.default_rng([4, 1])
    blocks = np.kron(rng.random((9, 10, 3)), np.ones((5, 5, 1)))
    y = np.stack([fftconvolve(blocks[..., i], kernel, "valid") for i in range(3)], axis=-1)
    return np.clip(y + 0.01 * rng.standard_normal(y.shape), 0, 1)
